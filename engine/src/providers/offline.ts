import { ProviderError } from "../errors.ts";
import type { Provider } from "./provider.ts";

/** True where the environment forbids to contact anybody: previews from what is recorded, and nothing else. */
export function isOffline(env: { readonly [name: string]: string | undefined }): boolean {
  return ["true", "1"].includes(env["PULUMI_ENGINE_OFFLINE"] ?? "");
}

/** A provider that plans and does nothing else: what would have to ask or change something live is refused. */
export function offlineProvider(provider: Provider): Provider {
  const { construct, call, parameterize, ...rest } = provider;
  return {
    ...rest,
    checkConfig: (request) => provider.checkConfig(request),
    diffConfig: (request) => provider.diffConfig(request),
    configure: (request) => provider.configure(request),
    check: (request) => provider.check(request),
    diff: (request) => provider.diff(request),
    create: async (request) => (request.preview ? provider.create(request) : refuse(request.urn)),
    update: async (request) => (request.preview ? provider.update(request) : refuse(request.urn)),
    delete: ({ urn }) => refuse(urn),
    read: async ({ urn, id, inputs, state }) =>
      Object.keys(state).length > 0 ? { id, inputs, outputs: state } : refuse(urn),
    findInterrupted: async () => ({ kind: "unknown" }),
    invoke: (request) => provider.invoke(request),
    ...(parameterize && { parameterize: (extension) => parameterize.call(provider, extension) }),
    ...(construct && { construct: (request) => construct.call(provider, request) }),
    ...(call && { call: (request) => call.call(provider, request) }),
    cancel: () => provider.cancel(),
    close: () => provider.close(),
  };
}

async function refuse(what: string): Promise<never> {
  throw offlineRefusal(what);
}

/** @param what a URN or a function's token. */
export function offlineRefusal(what: string): ProviderError {
  return new ProviderError(
    `${what} cannot be asked for: PULUMI_ENGINE_OFFLINE is set, so nothing is contacted`,
    {
      status: "ok",
    },
  );
}
