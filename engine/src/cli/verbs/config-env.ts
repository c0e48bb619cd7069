import { hostname } from "node:os";
import { UserError } from "../../errors.ts";
import type { Command } from "../command.ts";

/** Environments of Pulumi's cloud: a folder has none, so every command about them says so. */
export const configEnvCommands: readonly Command[] = [[], ["init"], ["add"], ["rm"], ["ls"]].map((words) => ({
  words: ["config", "env", ...words],
  aliases: words[0] === "rm" ? ["remove"] : words[0] === "ls" ? ["list"] : [],
  summary: "Not possible here: environments need Pulumi Cloud",
  positionals: "[ENVIRONMENT...]",
  flags: {
    env: { value: "NAME", summary: "The environment" },
    "keep-config": { summary: "Keep the stack's configuration" },
    "show-secrets": { summary: "Show secrets in clear" },
  },
  run() {
    return Promise.reject(
      new UserError(
        "environments-unsupported",
        `backend ${hostname()} does not support environments; Pulumi ESC environments require the Pulumi Cloud backend`,
        { help: "Keep the values in the stack's settings: pulumi config set KEY VALUE." },
      ),
    );
  },
}));
