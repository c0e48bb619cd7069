import { parse } from "yaml";
import { credentialIn, isCredentialName } from "../credential.ts";
import { type FoundText, mapAt, textsBelow } from "../property.ts";
import type { StackRule } from "../rule.ts";

/** The file is in the history for ever; what was plain there once has to be changed, not encrypted. */
export const noSecretsInSettings: StackRule = {
  name: "no-secrets-in-settings",
  judges: "stack",
  description: "The stack's settings file holds no secret in clear, by its name or by what it looks like.",
  remedy: "Set it with `pulumi config set --secret`, and change the secret: it was readable.",
  level: "mandatory",
  severity: "critical",
  settings: {
    file: {
      description: "The settings file, relative to the pack; `{stack}` stands for the stack's name.",
      type: "string",
      default: "../Pulumi.{stack}.yaml",
    },
  },
  check(_resources, settings, { stack, findFile }) {
    const text = findFile(String(settings["file"]).replaceAll("{stack}", stack));
    const config = text === undefined ? {} : mapAt(parse(text), "config");
    return Object.entries(config).flatMap(([key, value]) =>
      textsBelow(value, key).flatMap((found) => {
        const problem = problemOf(found);
        return problem === undefined ? [] : [{ message: `${found.path} ${problem}` }];
      }),
    );
  },
};

/** `secure:` is how the file holds an encrypted value. */
function problemOf({ path, text }: FoundText): string | undefined {
  if (/(^|\.)secure$/.test(path) || text === "") return undefined;
  const looks = credentialIn(text);
  if (looks !== undefined) return `is ${looks}, in clear`;
  const name =
    path
      .replace(/\[\d+\]/g, "")
      .split(/[.:]/)
      .at(-1) ?? "";
  return isCredentialName(name) ? "is named like a secret and not encrypted" : undefined;
}
