import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkConfiguration,
  type Environment,
  readConfiguration,
  SECRET_CONFIGURATION,
} from "./configuration.ts";
import { instanceHandler } from "./instance/instance-handler.ts";
import { CallFailure } from "./protocol/failures.ts";
import type { ProviderHandler, ResourceHandler } from "./protocol/resource-handler.ts";
import { Session } from "./session.ts";
import { snapshotHandler } from "./snapshot/snapshot-handler.ts";

const root = join(import.meta.dirname, "..");

/** The provider. What is not configured comes from the environment. */
export function auraProvider(environment: Environment): ProviderHandler {
  let handlers: ReadonlyMap<string, ResourceHandler> = new Map();
  return {
    version: versionOf(),
    schema: () => readFileSync(join(root, "schema.json"), "utf8"),
    secretConfiguration: SECRET_CONFIGURATION,
    checkConfiguration: (news) => ({ inputs: news, problems: checkConfiguration(news) }),
    configure: (inputs) => {
      handlers = handlersOf(new Session(readConfiguration(inputs, environment)));
    },
    resource: (type) => {
      const handler = handlers.get(type);
      if (handler !== undefined) return handler;
      if (handlers.size === 0) throw new CallFailure("the aura provider is not configured yet");
      const known = [...handlers.keys()].join(", ");
      throw new CallFailure(`the aura provider has no resource type ${type}; there are: ${known}`);
    },
  };
}

function handlersOf(session: Session): ReadonlyMap<string, ResourceHandler> {
  return new Map([
    ["aura:index:Instance", instanceHandler(session)],
    ["aura:index:Snapshot", snapshotHandler(session)],
  ]);
}

function versionOf(): string {
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string };
  return version;
}
