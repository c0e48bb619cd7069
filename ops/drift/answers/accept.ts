import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import type { DriftFinding } from "../../../contracts/drift.ts";
import { confirm } from "../../confirm.ts";
import { UserError } from "../../errors.ts";
import { isUnchanged, renderPlan } from "../../plan.ts";
import { replaceFile } from "../../replace-file.ts";
import type { OpenStack } from "../../stack.ts";
import type { Output } from "../../verb.ts";
import type { Review } from "../review.ts";
import { recordLive } from "./edit-state.ts";
import { type Patch, settingsPatch, sourcePatches } from "./patches.ts";
import { tryInCopy } from "./trial.ts";

export interface AcceptOptions {
  readonly opened: OpenStack;
  readonly review: Review;
  readonly finding: DriftFinding;
  /** Does not ask. */
  readonly yes: boolean;
}

/**
 * Makes a live value the reviewed one: a patch of the settings, else of the program's source, that leaves nothing to
 * update, proved in a copy first.
 *
 * @throws UserError `accept-refused` saying why it cannot be; `state-moved`; nothing is changed then
 */
export async function acceptFinding(options: AcceptOptions, output: Output): Promise<void> {
  const { opened, finding, yes } = options;
  const exported = await opened.stack.exportStack();
  const patches = await patchesFor(options, exported.deployment);
  const { patch, deployment } = await firstThatHolds(patches, { options, exported, output });
  output.stderr.write(`${patch.says}\n`);
  if (!yes) await confirm("Accept what is live?", output, opened.name);
  const now = await opened.stack.exportStack();
  if (!isDeepStrictEqual(now.deployment, exported.deployment)) {
    throw new UserError("state-moved", `${opened.name} was updated meanwhile; nothing was changed`, {
      help: `./infra drift ${opened.name} reviews it again`,
    });
  }
  await changeBoth(join(opened.checkout.root, patch.file), patch.apply, () =>
    opened.stack.importStack({ ...exported, deployment }),
  );
  output.stderr.write(`accepted ${finding.id}; commit ${patch.file}, so that it is reviewed\n`);
}

interface Trials {
  readonly options: AcceptOptions;
  readonly exported: Deployment;
  readonly output: Output;
}

/** Tries one patch after the other. @throws UserError `accept-refused` with what each would do */
async function firstThatHolds(
  patches: readonly Patch[],
  { options: { opened, finding }, exported, output }: Trials,
): Promise<{ readonly patch: Patch; readonly deployment: object }> {
  const reasons: string[] = [];
  for (const patch of patches) {
    if (patch.problem !== undefined) {
      reasons.push(`${patch.says}: does not type-check: ${patch.problem}`);
      continue;
    }
    output.stderr.write(`trying it in a copy: ${patch.says} …\n`);
    const deployment = recordLive(exported.deployment, finding.resource, patch.changes);
    const plan = await tryInCopy({ opened, patch, deployment }, output);
    if (isUnchanged(plan)) return { patch, deployment };
    reasons.push(`${patch.says}: would change more than this:\n${renderPlan(plan)}`);
  }
  throw refusal(finding, reasons.join("\n"));
}

/**
 * The file first: who is cut off between the two still has the finding, and the same command goes on. Where the state
 * cannot be written the file is as before.
 */
async function changeBoth(
  path: string,
  patch: (text: string) => string,
  importState: () => Promise<void>,
): Promise<void> {
  const before = readFileSync(path, "utf8");
  replaceFile(path, patch(before));
  try {
    await importState();
  } catch (error) {
    replaceFile(path, before);
    throw error;
  }
}

/** What may make the live value the reviewed one, the likeliest first. @throws UserError `accept-refused` where nothing may */
async function patchesFor(
  { opened, review, finding }: AcceptOptions,
  deployment: unknown,
): Promise<readonly Patch[]> {
  const resource = review.resources.find(({ urn }) => urn === finding.resource);
  if (resource === undefined || finding.kind === "unmanaged") {
    throw refusal(finding, "no program made it; import it into the program, or remove it");
  }
  if (finding.kind === "deleted") throw refusal(finding, "it is gone: take it out of the program, or revert");
  const subject = { finding, resource, review };
  const setting = settingsPatch(subject, { project: opened.project, stack: opened.name });
  if (setting !== undefined) return [setting];
  const position = positionOf(deployment, resource.urn);
  const found = await sourcePatches(subject, { root: opened.checkout.root, position });
  if (found.length > 0) return found;
  const made = position === "" ? "" : ` (it is made at ${position.replace(/^project:\/\/\/(.*file:)?/, "")})`;
  throw refusal(
    finding,
    `no setting stands for it, and no literal of the program's source gives its value${made}`,
  );
}

function positionOf(deployment: unknown, urn: string): string {
  const { resources = [] } = (deployment ?? {}) as {
    readonly resources?: readonly { readonly urn: string; readonly sourcePosition?: string }[];
  };
  return resources.find((resource) => resource.urn === urn)?.sourcePosition ?? "";
}

function refusal({ id, name, property }: DriftFinding, why: string): UserError {
  return new UserError(
    "accept-refused",
    `${id} (${[name, property].join(" ").trim()}) cannot be accepted: ${why}`,
    {
      help: "revert it, ignore it until a day, or change the program",
    },
  );
}
