import { ProviderError } from "../../errors.ts";
import { offlineRefusal } from "../offline.ts";
import type { ConfigureRequest, Provider, ProviderCapabilities } from "../provider.ts";
import { checkConfig } from "./check-config.ts";
import { connect, type Environment } from "./connection.ts";
import { containerKind } from "./container.ts";
import { invokeFunction } from "./functions.ts";
import { bridgedHandler, type ResourceHandler } from "./handler.ts";
import { imageHandler } from "./image.ts";
import { keepSecrets } from "./keep-secrets.ts";
import type { CallContext, Connection } from "./kind.ts";
import { networkKind } from "./network.ts";
import { remoteImageKind } from "./remote-image.ts";
import { volumeKind } from "./volume.ts";

export interface DockerProviderOptions {
  /** Told what a pull, a build or a push does, line by line, while it does it. */
  readonly onProgress?: (urn: string, line: string) => void;
  /** Where DOCKER_HOST and its like are looked up. @default process.env */
  readonly environment?: Environment;
  /** Absolute folder that relative paths of inputs start from. @default the working directory */
  readonly directory?: string;
  /** Contacts no daemon: previews only. @default false */
  readonly offline?: boolean;
}

const HANDLERS: ReadonlyMap<string, ResourceHandler> = new Map(
  [...[networkKind, volumeKind, remoteImageKind, containerKind].map(bridgedHandler), imageHandler].map(
    (handler) => [handler.type, handler],
  ),
);

/** As the official plugin answers. */
const CAPABILITIES: ProviderCapabilities = {
  acceptSecrets: false,
  acceptResources: false,
  acceptOutputs: false,
  supportsPreview: true,
  supportsAutonaming: true,
};

/** The in-process adapter of package `docker`: a stack passes between it and the official plugin without a change. */
export function createDockerProvider(options: DockerProviderOptions = {}): Provider {
  const directory = options.directory ?? process.cwd();
  const cancellation = new AbortController();
  let connection: Connection | undefined;

  /** What a call has at hand; `timeout` in seconds, 0 = none. */
  const contextFor = ({ urn = "", timeout = 0 }): CallContext => {
    if (connection === undefined) {
      throw new ProviderError("the docker provider is not configured", { status: "ok" });
    }
    const deadline = timeout > 0 ? [AbortSignal.timeout(timeout * 1000)] : [];
    const signal = AbortSignal.any([cancellation.signal, ...deadline]);
    return { ...connection, signal, directory, progress: (line) => options.onProgress?.(urn, line) };
  };

  return keepSecrets({
    pkg: "docker",
    checkConfig: async (request) => checkConfig(request),
    diffConfig: async () => NO_OPINION,
    configure: async (request: ConfigureRequest) => {
      const isAsked = options.offline !== true;
      connection = await connect(request.inputs, options.environment ?? process.env, isAsked);
      return CAPABILITIES;
    },
    check: async (request) => handlerOf(request).check(request, directory),
    diff: async (request) => handlerOf(request).diff(request),
    create: async (request) => {
      const handler = handlerOf(request);
      if (request.preview) return { id: "", outputs: handler.previewCreate(request) };
      return handler.create(contextFor(request), request);
    },
    update: async (request) => {
      const handler = handlerOf(request);
      if (request.preview) return { outputs: handler.previewUpdate(request) };
      return handler.update(contextFor(request), request);
    },
    delete: async (request) => handlerOf(request).delete(contextFor(request), request),
    read: async (request) => handlerOf(request).read(contextFor(request), request),
    findInterrupted: async (request) => handlerOf(request).findInterrupted(contextFor(request), request),
    invoke: async (request) => {
      if (options.offline === true) throw offlineRefusal(request.token);
      return invokeFunction(contextFor({}), request);
    },
    cancel: async () => cancellation.abort(),
    close: async () => cancellation.abort(),
  });
}

const NO_OPINION = {
  changes: "unknown",
  replaceKeys: [],
  stableKeys: [],
  changedKeys: [],
  deleteBeforeReplace: false,
  detailedDiff: undefined,
} as const;

function handlerOf({ type }: { readonly type: string }): ResourceHandler {
  const handler = HANDLERS.get(type);
  if (handler !== undefined) return handler;
  throw new ProviderError(
    `${type} is not served by this engine (it serves ${[...HANDLERS.keys()].join(", ")}); install the official docker plugin`,
    { status: "ok", unimplemented: true },
  );
}
