import { randomBytes } from "node:crypto";
import { ProviderError } from "../../errors.ts";
import type { AdapterLog } from "../adapter-log.ts";
import { type Clock, systemClock } from "../clock.ts";
import type { DiffResult, Provider, ProviderCapabilities } from "../provider.ts";
import { OperationError } from "./atlas-error.ts";
import { checkInputs } from "./check.ts";
import { type AtlasClient, createAtlasClient } from "./client.ts";
import { diffResource } from "./diff.ts";
import { create, findInterrupted, previewCreate, previewUpdate, read, remove, update } from "./handler.ts";
import type { CallContext, ResourceKind } from "./kind.ts";
import { ATLAS_KINDS } from "./kinds.ts";
import { checkConfig, type Environment, readSettings } from "./settings.ts";
import { Turns } from "./turns.ts";

export interface AtlasProviderOptions {
  /** Told what the person should read. @default nobody is */
  readonly log?: AdapterLog;
  /** Where credentials are looked up that the program does not give. @default process.env */
  readonly environment?: Environment;
  readonly clock?: Clock;
  /** Text that nobody can guess, for digest logins. @default random */
  readonly drawNonce?: () => string;
}

/** As the official plugin answers. */
const CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: false,
  acceptResources: false,
  acceptOutputs: false,
  supportsPreview: true,
  supportsAutonaming: true,
};

const NO_OPINION: DiffResult = {
  changes: "unknown",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
};

const KINDS: ReadonlyMap<string, ResourceKind> = new Map(ATLAS_KINDS.map((kind) => [kind.schema.type, kind]));

/** The in-process adapter of package `mongodbatlas` 4.x: projects, who may use them, and clusters. */
export function createAtlasProvider(options: AtlasProviderOptions = {}): Provider {
  const cancellation = new AbortController();
  const clock = options.clock ?? systemClock;
  let client: AtlasClient | undefined;

  const turns = new Turns();

  const context = ({ urn, timeout = 0 }: { urn: string; timeout?: number }): CallContext => {
    if (client === undefined) {
      throw new ProviderError("the mongodbatlas provider is not configured", { status: "ok" });
    }
    const warn = (message: string) => options.log?.({ severity: "warning", urn, message, ephemeral: false });
    return { client, clock, signal: cancellation.signal, timeout, turns, warn };
  };
  /** Tells a failure twice, as the official plugin does. */
  const telling = async <Result>(urn: string, run: () => Promise<Result>): Promise<Result> => {
    try {
      return await run();
    } catch (error) {
      if (error instanceof OperationError) {
        const message = `[ERROR] ${error.detail}: ${error.summary}`;
        options.log?.({ severity: "error", urn, message, ephemeral: false });
      }
      throw error;
    }
  };

  return {
    pkg: "mongodbatlas",
    checkConfig: async (request) => checkConfig(request),
    diffConfig: async () => NO_OPINION,
    configure: async ({ inputs }) => {
      client = createAtlasClient(readSettings(inputs, options.environment ?? process.env), {
        clock,
        signal: cancellation.signal,
        drawNonce: options.drawNonce ?? (() => randomBytes(8).toString("hex")),
      });
      return CAPABILITIES;
    },
    check: async (request) => checkInputs(kindOf(request).schema, request),
    diff: async (request) => diffResource(kindOf(request).schema, request),
    create: async (request) => {
      const kind = kindOf(request);
      if (request.preview) return { id: "", outputs: previewCreate(kind, request) };
      return telling(request.urn, () => create(kind, context(request), request));
    },
    update: async (request) => {
      const kind = kindOf(request);
      if (request.preview) return { outputs: previewUpdate(kind, request) };
      return telling(request.urn, () => update(kind, context(request), request));
    },
    read: async (request) => telling(request.urn, () => read(kindOf(request), context(request), request)),
    delete: async (request) => telling(request.urn, () => remove(kindOf(request), context(request), request)),
    findInterrupted: async (request) => findInterrupted(kindOf(request), context(request), request),
    async invoke({ token }) {
      throw new ProviderError(
        `${token} is not served by this engine; install the official mongodbatlas plugin for its functions`,
        { status: "ok", unimplemented: true },
      );
    },
    cancel: async () => cancellation.abort(),
    close: async () => cancellation.abort(),
  };
}

function kindOf({ type }: { readonly type: string }): ResourceKind {
  const kind = KINDS.get(type);
  if (kind !== undefined) return kind;
  throw new ProviderError(
    `${type} is not served by this engine (it serves ${[...KINDS.keys()].join(", ")}); install the official mongodbatlas plugin`,
    { status: "ok", unimplemented: true },
  );
}
