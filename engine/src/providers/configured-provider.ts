import { withoutPluginNotes } from "./plugin-inputs.ts";
import type { Provider } from "./provider.ts";

/** A provider whose Configure runs beside everything else: each call waits for it, and fails as it failed. */
export function whenConfigured(provider: Provider, configured: Promise<unknown>): Provider {
  // Told by the first call, not when it happens.
  configured.catch(() => undefined);
  function after<Request, Result>(call: (request: Request) => Promise<Result>) {
    return async (request: Request): Promise<Result> => {
      await configured;
      return call(request);
    };
  }
  const { construct, call, parameterize, findInterrupted } = provider;
  return {
    pkg: provider.pkg,
    checkConfig: (request) => provider.checkConfig(request),
    diffConfig: (request) =>
      provider.diffConfig({
        ...request,
        oldInputs: withoutPluginNotes(request.oldInputs),
        oldOutputs: withoutPluginNotes(request.oldOutputs),
        newInputs: withoutPluginNotes(request.newInputs),
      }),
    configure: (request) => provider.configure(request),
    check: after((request) => provider.check(request)),
    diff: after((request) => provider.diff(request)),
    create: after((request) => provider.create(request)),
    update: after((request) => provider.update(request)),
    delete: after((request) => provider.delete(request)),
    read: after((request) => provider.read(request)),
    invoke: after((request) => provider.invoke(request)),
    ...(findInterrupted && {
      findInterrupted: after((request) => findInterrupted.call(provider, request)),
    }),
    ...(parameterize && { parameterize: after((request) => parameterize.call(provider, request)) }),
    ...(construct && { construct: after((request) => construct.call(provider, request)) }),
    ...(call && { call: after((request) => call.call(provider, request)) }),
    cancel: () => provider.cancel(),
    close: () => provider.close(),
  };
}
