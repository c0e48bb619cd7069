import { UserError } from "../errors.ts";
import { isProviderType, parseUrn } from "../plan/urn.ts";
import type { CommandArguments } from "./command.ts";
import { textFlag } from "./operation-options.ts";

/** A recorded resource, and what the program calls it. */
interface NamedUrn {
  readonly name: string;
  readonly urn: string;
}

interface InlineReferences {
  readonly parent: NamedUrn | undefined;
  readonly provider: NamedUrn | undefined;
}

/** What --parent and --provider name. @throws UserError where that makes no sense. */
export function readReferences(
  args: CommandArguments,
  resource: { readonly type: string; readonly name: string },
): InlineReferences {
  const { parent, provider } = inlineReferences(args);
  if (parent !== undefined && parseUrn(parent.urn) === undefined) {
    throw new UserError("bad-usage", `invalid parent URN: '${parent.urn}'`);
  }
  if (provider === undefined) return { parent, provider };
  if (provider.name === parent?.name) {
    const message = `provider and parent must have distinct names, both were '${provider.name}'`;
    throw new UserError("bad-usage", message);
  }
  if (isProviderType(parseUrn(provider.urn)?.type ?? "")) return { parent, provider };
  const what = `resource '${resource.name}' of type '${resource.type}'`;
  throw new UserError("bad-usage", `the provider '${provider.name}' for ${what} is not a provider`);
}

/** How generated code calls what --parent and --provider name, by URN. */
export function referenceNames(args: CommandArguments): ReadonlyMap<string, string> {
  const { parent, provider } = inlineReferences(args);
  return new Map(
    [parent, provider].flatMap((named) => (named === undefined ? [] : [[named.urn, named.name]])),
  );
}

function inlineReferences(args: CommandArguments): InlineReferences {
  return { parent: namedUrn(args, "parent"), provider: namedUrn(args, "provider") };
}

/** `name=URN`, or a URN alone, which the flag gives its name. */
function namedUrn(args: CommandArguments, flag: "parent" | "provider"): NamedUrn | undefined {
  const text = textFlag(args, flag);
  if (text === undefined || text === "") return undefined;
  const at = text.indexOf("=");
  const urn = text.slice(at + 1);
  return at > 0 && parseUrn(urn) !== undefined ? { name: text.slice(0, at), urn } : { name: flag, urn: text };
}
