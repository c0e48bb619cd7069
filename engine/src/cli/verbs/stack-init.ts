import { doing, UserError } from "../../errors.ts";
import { hasSecure, mapSecure } from "../../project/config-value.ts";
import { openStackSecrets, refuseOtherProvider } from "../../project/stack-secrets.ts";
import { fullStackName } from "../../state/checkpoint-write.ts";
import { newManifest } from "../../state/integrity.ts";
import { emptySnapshot } from "../../state/resource.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import {
  type ConfigSession,
  openStackSession,
  openWorkspace,
  type StackSession,
  stackArgument,
  stackOf,
  withSettings,
} from "../stack-session.ts";

export const secretsProviderFlag = {
  "secrets-provider": { value: "PROVIDER", summary: "How secrets are encrypted. Only: passphrase" },
};

export const stackInitCommand: Command = {
  words: ["stack", "init"],
  aliases: ["new", "create", "setup"],
  summary: "Make an empty stack and select it",
  positionals: "[NAME]",
  flags: {
    ...secretsProviderFlag,
    "copy-config-from": { value: "STACK", summary: "Copy the configuration of another stack" },
    "no-select": { summary: "Do not select the stack" },
  },
  unsupported: {
    teams: "teams exist only in Pulumi's cloud",
    "remote-config": "configuration is kept in Pulumi.<stack>.yaml",
  },
  examples: ["pulumi stack init dev", "pulumi stack init test --copy-config-from dev"],
  async run(args, process) {
    const name = stackArgument(args);
    if (name === undefined) throw new UserError("bad-usage", "missing stack name");
    const workspace = await openWorkspace(args, process);
    await initStack(stackOf(workspace, name), args);
    const source = textFlag(args, "copy-config-from");
    if (source !== undefined) {
      const from = await withSettings(await openStackSession(args, process, source));
      await copyConfig(from, await withSettings(stackOf(workspace, name)));
    }
    return 0;
  },
};

/** Makes a stack: its salt, its state and, unless told not to, its being selected. */
export async function initStack(session: StackSession, args: CommandArguments): Promise<void> {
  refuseOtherProvider(textFlag(args, "secrets-provider") ?? "");
  if (session.project !== undefined && session.reference.project !== session.project.name) {
    throw new UserError(
      "bad-stack-name",
      `could not create stack: provided project name "${session.reference.project}" doesn't match Pulumi.yaml`,
    );
  }
  if (await session.store.exists()) {
    throw new UserError("stack-exists", `stack '${fullStackName(session.reference)}' already exists`);
  }
  const { settings } = await withSettings(session, textFlag(args, "config-file"));
  const { record } = await doing("could not create secrets manager for new stack", () =>
    openStackSecrets(settings, session.passphrase),
  );
  const store = await session.backend.create(session.reference, session.passphrase);
  await store.save({ ...emptySnapshot(record), manifest: newManifest(new Date()) });
  announce(session.name, session.process);
  if (!switchFlag(args, "no-select")) await session.selection?.write(fullStackName(session.reference));
}

function announce(name: string, { stderr }: CommandProcess): void {
  stderr.write(`Created stack '${name}'\n`);
}

/** Copies every value from one stack's settings to another's; secrets are encrypted anew. */
export async function copyConfig(from: ConfigSession, to: ConfigSession): Promise<void> {
  for (const [key, value] of Object.entries(from.settings.config)) {
    to.settings.set(key, [], hasSecure(value) ? await reencrypt(value, from, to) : value);
  }
  await to.settings.save();
}

/** A value's secrets, encrypted for another stack. */
export async function reencrypt(
  value: Parameters<typeof mapSecure>[0],
  from: ConfigSession,
  to: ConfigSession,
): Promise<Parameters<typeof mapSecure>[0]> {
  const [old, present] = [await from.secrets(), await to.secrets()];
  return mapSecure(value, async (text) => ({ secure: await present.encrypt(await old.decrypt(text)) }));
}
