import type { GetMappingResponse } from "@pulumi/pulumi/proto/provider_pb.js";
import protocol from "@pulumi/pulumi/proto/provider_pb.js";
import { ProviderError } from "../errors.ts";
import type { PluginClient } from "./plugin-client.ts";
import { orUnimplemented } from "./plugin-session.ts";
import type { MappingRequest } from "./provider.ts";

/** Asks a plugin what it calls the things of another tool's provider; one that lists no providers is asked what it has. */
export async function askForMapping(
  client: PluginClient,
  { key, source }: MappingRequest,
): Promise<Uint8Array | undefined> {
  const listing = new protocol.GetMappingsRequest().setKey(key);
  const listed = await orUnimplemented(client.call((each) => each.getMappings, listing));
  const isListed = listed?.getProvidersList().includes(source) ?? false;
  const asked = new protocol.GetMappingRequest().setKey(key).setProvider(isListed ? source : "");
  const answer = await orUnimplemented(client.call((each) => each.getMapping, asked));
  if (answer?.getProvider() === source) return answer.getData_asU8();
  if (isListed) throw unexpected(answer, { key, source });
  return undefined;
}

function unexpected(answer: GetMappingResponse | undefined, { key, source }: MappingRequest): ProviderError {
  const got = answer?.getProvider() ?? "";
  const message = `unexpected provider in ${key} mapping response for provider ${source}: ${got}`;
  return new ProviderError(message, { status: "ok" });
}
