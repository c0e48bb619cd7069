import * as pulumi from "@pulumi/pulumi";
import type { BoundValue, Reference } from "./bind.ts";
import type { LiveResources } from "./live-resources.ts";
import { decode, type RecordedObject, type RecordedValue } from "./recorded-value.ts";

/** A bound value as a program gives it to a resource. */
export function realise(value: BoundValue, live: LiveResources, inSecret = false): pulumi.Input<unknown> {
  switch (value.kind) {
    case "literal":
      return value.value;
    case "reference":
      return outputOf(value.to, live, inSecret);
    case "text":
      return pulumi.concat(
        ...value.parts.map((part) =>
          typeof part === "string" ? part : (outputOf(part, live, inSecret) as pulumi.Output<string>),
        ),
      );
    case "list":
      return value.items.map((item) => realise(item, live, inSecret));
    case "object":
      return realiseMembers(value.members, live, inSecret);
    case "secret":
      return pulumi.secret(realise(value.value, live, true));
    case "dependent":
      return after(live.all(value.on), realise(value.value, live, inSecret));
    case "resource":
      return live.find(value.urn);
    case "asset":
      return toAsset(value.members);
    case "archive":
      return toArchive(value.members);
    case "unreadable":
      throw new Error(`a value with the signature ${value.signature} cannot be said by a program`);
  }
}

export function realiseMembers(
  members: { readonly [key: string]: BoundValue },
  live: LiveResources,
  inSecret = false,
): { [key: string]: pulumi.Input<unknown> } {
  return Object.fromEntries(
    Object.entries(members).map(([key, member]) => [key, realise(member, live, inSecret)]),
  );
}

/** What was recorded in clear stays in clear, also where it comes out of a secret. */
function outputOf(to: Reference, live: LiveResources, inSecret: boolean): pulumi.Output<unknown> {
  const output = live.output(to);
  return inSecret ? output : pulumi.unsecret(output);
}

/** URNs are known also of what is only planned, so waiting for one makes nothing unknown. */
function after(resources: readonly pulumi.Resource[], value: pulumi.Input<unknown>): pulumi.Output<unknown> {
  return pulumi.all([value, ...resources.map(({ urn }) => urn)]).apply(([first]) => first);
}

function toAsset({ text, path, uri }: RecordedObject): pulumi.asset.Asset {
  if (typeof path === "string" && path !== "") return new pulumi.asset.FileAsset(path);
  if (typeof uri === "string" && uri !== "") return new pulumi.asset.RemoteAsset(uri);
  // The SDK gives up on an empty text without a word.
  if (typeof text === "string" && text !== "") return new pulumi.asset.StringAsset(text);
  throw new Error("an empty file cannot be said by a program");
}

function toArchive({ path, uri, assets = {} }: RecordedObject): pulumi.asset.Archive {
  if (typeof path === "string" && path !== "") return new pulumi.asset.FileArchive(path);
  if (typeof uri === "string" && uri !== "") return new pulumi.asset.RemoteArchive(uri);
  const entries = Object.entries(assets as { readonly [name: string]: RecordedValue });
  return new pulumi.asset.AssetArchive(
    Object.fromEntries(
      entries.map(([name, entry]) => {
        const decoded = decode(entry);
        if (decoded.kind === "asset") return [name, toAsset(decoded.members)];
        if (decoded.kind === "archive") return [name, toArchive(decoded.members)];
        throw new Error(`${name} is no part of an archive`);
      }),
    ),
  );
}
