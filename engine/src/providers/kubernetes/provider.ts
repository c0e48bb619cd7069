import { randomBytes } from "node:crypto";
import { ProviderError } from "../../errors.ts";
import type { AdapterLog } from "../adapter-log.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { ConfigureRequest, Provider, ProviderCapabilities } from "../provider.ts";
import { requireServed } from "./api-kind.ts";
import { createApplied, updateApplied } from "./applied.ts";
import { checkInputs } from "./check.ts";
import { checkConfig, diffConfig } from "./check-config.ts";
import { deleteApplied } from "./delete-applied.ts";
import { diffResource } from "./diff.ts";
import { findInterrupted } from "./find-interrupted.ts";
import { invokeFunction } from "./functions.ts";
import { readApplied } from "./read-applied.ts";
import { createRendered, deleteRendered, readRendered, updateRendered } from "./rendered.ts";
import type { Session } from "./session.ts";
import { type Environment, readSettings } from "./settings.ts";
import { findTarget } from "./target.ts";
import { deleteUnreachable, noCluster, readUnreachable } from "./unreachable.ts";

export interface KubernetesProviderOptions {
  /** Absolute folder that relative paths of inputs start from. @default the working directory */
  readonly directory?: string;
  /** Contacts no server: previews only. @default false */
  readonly offline?: boolean;
  /** Told what the person should read. @default nobody is */
  readonly log?: AdapterLog;
  /** Where settings are looked up that the program does not give. @default process.env */
  readonly environment?: Environment;
  readonly clock?: Clock;
  /** How long an object that is not ready is watched before the objects around it are looked at again. @default 2 */
  readonly lookSeconds?: number;
  /** Text that nobody else has, for field managers. @default random */
  readonly drawSuffix?: () => string;
}

/** As the official plugin answers. */
const CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: true,
  acceptResources: false,
  acceptOutputs: false,
  supportsPreview: true,
  supportsAutonaming: true,
};

/** The in-process adapter of package `kubernetes` 4.x: every kind of object, on a server or rendered to YAML. */
export function createKubernetesProvider(options: KubernetesProviderOptions = {}): Provider {
  const environment = options.environment ?? process.env;
  const cancellation = new AbortController();
  let configured: Session | undefined;

  const session = ({ type }: { readonly type?: string } = {}): Session => {
    if (type !== undefined) requireServed(type);
    if (configured !== undefined) return configured;
    throw new ProviderError("the kubernetes provider is not configured", { status: "ok" });
  };

  return {
    pkg: "kubernetes",
    checkConfig: async (request) => checkConfig(request, environment),
    diffConfig: async (request) => diffConfig(request),
    configure: async (request) => {
      configured = await openSession(request, { ...options, environment, signal: cancellation.signal });
      return CAPABILITIES;
    },
    check: async (request) => checkInputs(session(request), request),
    diff: async (request) => diffResource(session(request), request),
    ...lifecycle(session),
    findInterrupted: async (request) => findInterrupted(session(request), request),
    invoke: async (request) => invokeFunction(session(), request),
    cancel: async () => cancellation.abort(),
    close: async () => cancellation.abort(),
  };
}

async function openSession(
  request: ConfigureRequest,
  options: KubernetesProviderOptions & { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<Session> {
  const settings = readSettings(request.inputs, options.environment);
  const log = options.log ?? (() => undefined);
  const { environment, signal } = options;
  const directory = options.directory ?? process.cwd();
  const clock = options.clock ?? systemClock;
  const found = await findTarget(settings, {
    directory,
    signal,
    clock,
    offline: options.offline ?? false,
    onWarning: (message) => {
      if (settings.suppressDeprecationWarnings) return;
      log({ severity: "warning", urn: request.urn, message, ephemeral: false });
    },
  });
  return {
    ...found,
    settings,
    log,
    signal,
    renderers: { directory, environment, signal },
    clock,
    lookSeconds: options.lookSeconds ?? 2,
    drawSuffix: options.drawSuffix ?? (() => randomBytes(4).toString("hex")),
    definitions: new Map(),
  };
}

function lifecycle(
  session: (request: { readonly type: string }) => Session,
): Pick<Provider, "create" | "update" | "read" | "delete"> {
  return {
    create: async (request) => {
      const at = session(request);
      const { target } = at;
      if (target.kind === "cluster") return createApplied(at, target.api, request);
      if (request.preview) return { id: "", outputs: request.inputs };
      if (target.kind === "unreachable") throw noCluster(target.reason);
      return createRendered(at, target.folder, request);
    },
    update: async (request) => {
      const at = session(request);
      const { target } = at;
      if (target.kind === "cluster") return updateApplied(at, target.api, request);
      if (request.preview) return { outputs: request.newInputs };
      if (target.kind === "unreachable") throw noCluster(target.reason);
      return updateRendered(at, target.folder, request);
    },
    read: async (request) => {
      const at = session(request);
      const { target } = at;
      if (target.kind === "cluster") return readApplied(at, target.api, request);
      if (target.kind === "unreachable") return readUnreachable(at, target.reason, request);
      return readRendered(request);
    },
    delete: async (request) => {
      const at = session(request);
      const { target } = at;
      if (target.kind === "cluster") return deleteApplied(at, target.api, request);
      if (target.kind === "unreachable") return deleteUnreachable(at, target.reason, request);
      return deleteRendered(at, target.folder, request);
    },
  };
}
