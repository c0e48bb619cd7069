import type { PropertyMap } from "../../protocol/property-value.ts";
import { daemonText, failure } from "./daemon-error.ts";
import type { CallContext, RegistryLogin } from "./kind.ts";
import { registryOf } from "./logins.ts";
import { readMessages } from "./messages.ts";
import { textAt } from "./values.ts";

/** Pushes an image and answers with the name by which the registry now knows it: `repository@sha256:…`. */
export async function pushImage(context: CallContext, name: string, registry: PropertyMap): Promise<string> {
  const login = loginFor(context, name, registry);
  try {
    const [, repository = name, tag = "latest"] = /^(.*?)(?::([^:/]+))?$/.exec(name) ?? [];
    const stream = await context.docker.getImage(repository).push({
      tag,
      ...(login === undefined ? {} : { authconfig: login }),
      abortSignal: context.signal,
    });
    let digest = "";
    for await (const message of readMessages(stream)) {
      if (message.error !== undefined) throw new Error(message.error);
      if (message.status !== undefined && message.progress === undefined) context.progress(message.status);
      digest = pushedDigest(message.aux) ?? digest;
    }
    return `${repository}@${digest}`;
  } catch (error) {
    throw failure(`error pushing image ${name}: ${daemonText(error)}`);
  }
}

function pushedDigest(aux: unknown): string | undefined {
  return typeof aux === "object" && aux !== null && "Digest" in aux ? String(aux.Digest) : undefined;
}

function loginFor(context: CallContext, name: string, registry: PropertyMap): RegistryLogin | undefined {
  const username = textAt(registry, "username");
  const password = textAt(registry, "password");
  if (username === "" || password === "") return context.logins.get(registryOf(name));
  return { username, password, serveraddress: textAt(registry, "server") || registryOf(name) };
}
