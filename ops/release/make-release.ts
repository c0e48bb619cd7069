import { randomUUID } from "node:crypto";
import type { UpResult } from "@pulumi/pulumi/automation/index.js";
import type { DataSnapshot, ParityVerdict, Release, ReleaseCause } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { clusterOf } from "../cluster-access.ts";
import { messageOf, UserError } from "../errors.ts";
import { awaitHealth, type HealthSubject } from "../health/check-health.ts";
import { hideSecrets, parseOutputs, readOutputs } from "../outputs.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import { describeUpdate, type TellingOfUpdate } from "./describe-update.ts";
import type { Intent } from "./intent.ts";
import { describeMaker } from "./maker.ts";
import { openSiblingStores } from "./open-release-store.ts";
import { pruneReleases } from "./prune-releases.ts";
import { readHistory } from "./read-state.ts";
import type { ReleaseDraft, ReleaseStore } from "./release-store.ts";

/**
 * What a release is made for, and what only its maker can tell of it. Outputs are handed down with secrets in clear:
 * reading them costs two starts of the engine.
 */
export interface ReleaseRequest {
  readonly cause: ReleaseCause;
  /** @default the first line of the commit's message */
  readonly message?: string | undefined;
  /** Taken before the update. */
  readonly dataSnapshots?: readonly DataSnapshot[];
  /** Schema versions of the stores after the update. */
  readonly schemas?: (outputs: StackOutputs) => Promise<Release["schemas"]>;
  /** Whether both backends answer alike after the update. */
  readonly parity?: (outputs: StackOutputs) => Promise<ParityVerdict>;
  /** How long services may take to be well after the update. @default 15 s */
  readonly patienceMilliseconds?: number;
  /** Deletes data snapshots that only releases of long ago name. @default they stay */
  readonly removeDataSnapshots?: (snapshots: readonly DataSnapshot[]) => Promise<void>;
}

/** Where a release is made. */
export interface ReleaseSite {
  readonly opened: OpenStack;
  readonly store: ReleaseStore;
  readonly request: ReleaseRequest;
  readonly output: Output;
}

/** A release that was made, and where everything is now. */
export interface MadeRelease {
  readonly release: Release;
  readonly outputs: StackOutputs;
}

const HEALTH_PATIENCE_MILLISECONDS = 15_000;
const NOT_MEASURED: ParityVerdict = { verdict: "not measured" };

/** Makes an update; gives what the engine told of it, where that is at hand: to ask again is three starts of it. */
export type Update = () => Promise<UpResult | undefined>;

/**
 * Makes an update and records it: what is intended is on disk before, the record after. Of a run that is killed in
 * between, the next command records what can be known.
 *
 * @throws UserError what `update` threw, and then nothing is recorded; `release-not-recorded`
 */
export async function makeRelease(site: ReleaseSite, update: Update): Promise<MadeRelease> {
  return finishRelease(site, await beginRelease(site, update));
}

/** An update that is made and not recorded yet. */
export interface UpdatedRelease {
  readonly intent: Intent;
  readonly result: UpResult | undefined;
  readonly durationMilliseconds: number;
}

/** Makes the update of a release. @throws UserError what `update` threw */
export async function beginRelease(
  { opened, store, request }: ReleaseSite,
  update: Update,
): Promise<UpdatedRelease> {
  const intent = await describeIntent(opened, request);
  await store.writeIntent(intent);
  const started = performance.now();
  try {
    const result = await update();
    return { intent, result, durationMilliseconds: Math.round(performance.now() - started) };
  } catch (error) {
    await store.clearIntent(intent.id);
    throw error;
  }
}

/** Records an update that was made. @throws UserError `release-not-recorded` */
export async function finishRelease(site: ReleaseSite, updated: UpdatedRelease): Promise<MadeRelease> {
  const { opened, store } = site;
  try {
    const made = await recordRelease(site, updated);
    await store.clearIntent(updated.intent.id);
    await prune(site);
    return made;
  } catch (error) {
    throw new UserError(
      "release-not-recorded",
      `${opened.name} is up, but its release could not be recorded: ${messageOf(error)}`,
      { help: `./infra history ${opened.name} records it once that is mended`, cause: error },
    );
  }
}

async function describeIntent(opened: OpenStack, request: ReleaseRequest): Promise<Intent> {
  const { by, git, subject } = await describeMaker(opened.checkout.root);
  const { kind, version } = opened.engine;
  return {
    id: randomUUID(),
    pid: process.pid,
    at: new Date().toISOString(),
    by,
    ...(git && { git }),
    message: request.message ?? subject ?? "",
    engine: { kind, version },
    cause: request.cause,
    dataSnapshots: [...(request.dataSnapshots ?? [])],
  };
}

async function recordRelease(
  { opened, store, request, output }: ReleaseSite,
  { intent, result, durationMilliseconds }: UpdatedRelease,
): Promise<MadeRelease> {
  const { project, stack } = opened;
  const told = await tellingOf(opened, result);
  const { entry, outputs } = told;
  const { checkpoint, draft } = await describeUpdate(stack, store, told);
  const subject: HealthSubject = { outputs, cluster: clusterOf(entry.config, project) };
  const patience = {
    milliseconds: request.patienceMilliseconds ?? HEALTH_PATIENCE_MILLISECONDS,
    signal: output.signal,
  };
  const health = await awaitHealth(subject, patience);
  const [schemas, parity] = await Promise.all([
    request.schemas?.(outputs) ?? {},
    measureParity({ request, output }, outputs),
  ]);
  const complete: ReleaseDraft = {
    ...draft,
    ...toldBy(intent),
    at: new Date().toISOString(),
    cause: intent.cause,
    schemas,
    health,
    parity,
    durationMilliseconds,
  };
  return { release: await store.append(complete, checkpoint), outputs: hideSecrets(outputs) };
}

async function tellingOf({ name, stack }: OpenStack, result: UpResult | undefined): Promise<TellingOfUpdate> {
  if (result !== undefined) return { entry: result.summary, outputs: parseOutputs(name, result.outputs) };
  const [entry] = await readHistory(stack);
  if (entry === undefined) throw new Error(`the engine has no history of ${name}`);
  return { entry, outputs: await readOutputs(name, stack, true) };
}

/** The update is made: what cannot be measured of it keeps it from being recorded no more than what is not. */
async function measureParity(
  { request, output }: Pick<ReleaseSite, "request" | "output">,
  outputs: StackOutputs,
): Promise<ParityVerdict> {
  try {
    return (await request.parity?.(outputs)) ?? NOT_MEASURED;
  } catch (error) {
    output.stderr.write(
      `warning: whether both backends answer alike was not measured: ${messageOf(error)}\n`,
    );
    return NOT_MEASURED;
  }
}

/** The update is made and recorded: what cannot be cleared up now is cleared up after the next one. */
async function prune({ opened, store, request, output }: ReleaseSite): Promise<void> {
  const { removeDataSnapshots } = request;
  try {
    const siblings = await openSiblingStores(opened);
    const { root } = opened.checkout;
    await pruneReleases(store, { root, siblings, ...(removeDataSnapshots && { removeDataSnapshots }) });
  } catch (error) {
    output.stderr.write(`warning: what old releases left could not be deleted: ${messageOf(error)}\n`);
  }
}

/** What was written down before the update. */
export function toldBy(
  intent: Intent,
): Pick<ReleaseDraft, "by" | "git" | "message" | "engine" | "dataSnapshots"> {
  const { by, git, message, engine, dataSnapshots } = intent;
  return { by, ...(git && { git }), message, engine, dataSnapshots };
}
