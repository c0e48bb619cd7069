import { readFile } from "node:fs/promises";
import path from "node:path";
import services from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { UserError } from "../errors.ts";
import type { PluginProcess } from "../providers/plugin-process.ts";
import { PolicyClient } from "./policy-client.ts";
import { parsePolicyConfig, policyConfigProblems, reconcilePolicyConfig } from "./policy-config.ts";
import {
  decodeFindings,
  decodeInfo,
  decodeRemediations,
  encodeConfig,
  encodeResource,
  encodeStack,
  encodeSubject,
} from "./policy-messages.ts";
import type { PolicyConfigs, PolicyPack, PolicyPackInfo, PolicySubject } from "./policy-pack.ts";
import { type PolicyLaunch, startPolicyPack } from "./start-policy-pack.ts";

/** A pack as the command line names it. */
export interface PolicyPackSource {
  /** As it was given. */
  readonly path: string;
  /** A file of configuration, as it was given. */
  readonly config: string | undefined;
}

export interface LoadContext extends Pick<PolicyLaunch, "engineAddress" | "env" | "onOutput"> {
  /** The folder that relative paths are relative to. */
  readonly cwd: string;
}

/** A pack, and what of its configuration is wrong. */
export interface LoadedPack {
  readonly pack: PolicyPack;
  readonly problems: readonly string[];
}

const CALL_MS = 60_000;
const CANCEL_MS = 2_000;

/** Starts a policy pack, asks it what it is, and configures it. @throws UserError */
export async function loadPolicyPack(
  source: PolicyPackSource,
  subject: PolicySubject,
  context: LoadContext,
): Promise<LoadedPack> {
  const given = await readConfigFile(source, context.cwd);
  const { process, version } = await startPolicyPack({
    ...context,
    path: path.resolve(context.cwd, source.path),
    shownPath: source.path,
    env: { ...context.env, ...subjectEnvironment(subject) },
  });
  const client = new PolicyClient(process.port);
  try {
    await client.ready();
    await greet(client, subject, path.resolve(context.cwd, source.path), context.engineAddress);
    const info = decodeInfo(await client.call((c) => c.getAnalyzerInfo, new empty.Empty(), CALL_MS), version);
    const configured = await configure(client, info, given, source);
    const pack = policyPack({
      client,
      process,
      version,
      info: configured.info,
      label: labelOf(info, source),
    });
    return { pack, problems: configured.problems };
  } catch (cause) {
    client.close();
    await process.stop();
    if (cause instanceof UserError) throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("policy-pack-failed", message, { cause });
  }
}

/** Old packs know the stack from their environment. */
function subjectEnvironment(subject: PolicySubject): { readonly [name: string]: string } {
  return {
    PULUMI_CONFIG: JSON.stringify(subject.config),
    PULUMI_NODEJS_ORGANIZATION: subject.organization,
    PULUMI_NODEJS_PROJECT: subject.project,
    PULUMI_NODEJS_STACK: subject.stack,
    PULUMI_NODEJS_DRY_RUN: String(subject.preview),
  };
}

async function readConfigFile({ path: pack, config }: PolicyPackSource, cwd: string): Promise<PolicyConfigs> {
  if (config === undefined) return {};
  try {
    return parsePolicyConfig(await readFile(path.resolve(cwd, config), "utf8"), pack);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = code === "ENOENT" ? `open ${config}: no such file or directory` : reason;
    throw new UserError("policy-config-invalid", message, { cause });
  }
}

async function greet(
  client: PolicyClient,
  subject: PolicySubject,
  directory: string,
  engineAddress: string,
): Promise<void> {
  const handshake = new services.AnalyzerHandshakeRequest();
  handshake.setEngineAddress(engineAddress);
  handshake.setRootDirectory(directory);
  handshake.setProgramDirectory(directory);
  await client.callIfKnown((c) => c.handshake, handshake, CALL_MS);
  await client.callIfKnown((c) => c.configureStack, encodeSubject(subject), CALL_MS);
}

async function configure(
  client: PolicyClient,
  info: PolicyPackInfo,
  given: PolicyConfigs,
  source: PolicyPackSource,
): Promise<{ readonly info: PolicyPackInfo; readonly problems: readonly string[] }> {
  const at = `policy pack ${JSON.stringify(info.name)} at ${JSON.stringify(source.path)}`;
  if (!info.supportsConfig) {
    if (source.config === undefined) return { info, problems: [] };
    throw new UserError("policy-config-invalid", `${at} does not support config`);
  }
  const configs = reconcilePolicyConfig(info, given);
  const problems = policyConfigProblems(info, configs);
  if (problems.length > 0) return { info, problems };
  try {
    const request = encodeConfig(configs);
    if (Object.keys(configs).length > 0) await client.call((c) => c.configure, request, CALL_MS);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UserError("policy-config-invalid", `configuring ${at}: ${reason}`, { cause });
  }
  const policies = info.policies.map((policy) => ({
    ...policy,
    enforcementLevel: configs[policy.name]?.enforcementLevel ?? policy.enforcementLevel,
  }));
  return { info: { ...info, policies }, problems };
}

interface Connected {
  readonly client: PolicyClient;
  readonly process: PluginProcess;
  readonly version: string;
  readonly info: PolicyPackInfo;
  readonly label: string;
}

function policyPack({ client, process, version, info, label }: Connected): PolicyPack {
  const severities = new Map(info.policies.map(({ name, severity }) => [name, severity]));
  const findings = { version, severityOf: (policy: string) => severities.get(policy) ?? ("" as const) };
  return {
    info,
    label,
    async analyze(resource) {
      const response = await client.call((c) => c.analyze, encodeResource(resource, { internal: false }));
      return decodeFindings(response, findings);
    },
    async analyzeStack(resources) {
      const response = await client.callIfKnown((c) => c.analyzeStack, encodeStack(resources));
      return response === undefined ? NO_FINDINGS : decodeFindings(response, findings);
    },
    async remediate(resource) {
      const request = encodeResource(resource, { internal: true });
      const response = await client.callIfKnown((c) => c.remediate, request);
      return response === undefined ? NO_REMEDIATIONS : decodeRemediations(response, version);
    },
    async cancel() {
      await client.callIfKnown((c) => c.cancel, new empty.Empty(), CANCEL_MS).catch(() => undefined);
    },
    async close() {
      client.close();
      await process.stop();
    },
  };
}

const NO_FINDINGS = { violations: [], notApplicable: [] };
const NO_REMEDIATIONS = { remediations: [], notApplicable: [] };

/** Longer paths are shown by their ends. */
const LONGEST_PATH = 75;

/** `name|local|path`: keeps packs of one name apart. */
function labelOf({ name }: PolicyPackInfo, source: PolicyPackSource): string {
  const clean = path.normalize(source.path).replace(/(?<=.)\/$/, "");
  const parts = clean.split("/");
  const isLong = clean.length > LONGEST_PATH && parts.length > 4;
  const shown = isLong ? [...parts.slice(0, 2), "...", ...parts.slice(-2)].join("/") : clean;
  return `${name}|local|${shown}`;
}
