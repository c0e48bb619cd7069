import { coerceText, parseConfigKey, parseKeyPath } from "../project/config-value.ts";
import type { CommandArguments } from "./command.ts";
import { listFlag, switchFlag } from "./operation-options.ts";
import type { ConfigSession } from "./stack-session.ts";

/** Sets the configuration that `--config` gives, in the stack's settings file too. */
export async function saveConfigFlags(
  { settings, project }: Pick<ConfigSession, "settings" | "project">,
  args: CommandArguments,
): Promise<void> {
  const pairs = listFlag(args, "config");
  if (pairs.length === 0) return;
  for (const pair of pairs) {
    const [name = "", ...rest] = pair.split("=");
    const text = rest.join("=");
    if (switchFlag(args, "config-path")) {
      const { key, path } = parseKeyPath(name, project.name);
      settings.set(key, path, path.length > 0 ? coerceText(text) : text);
    } else {
      settings.set(parseConfigKey(name, project.name), [], text);
    }
  }
  await settings.save();
}
