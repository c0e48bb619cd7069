import { doing, UserError } from "../../errors.ts";
import type { ConfigValue } from "../../project/config-value.ts";
import { compareUtf8, JsonRecord, type JsonValue } from "../../state/go-json.ts";
import type { UpdateRecord } from "../../state/history.ts";
import type { SecretsManager } from "../../state/secrets.ts";
import type { Command, CommandArguments } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, textFlag, wantsJson } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { openStackSession, withSettings } from "../stack-session.ts";
import { durationText, isoTime, localTime, relativeTime } from "../time-text.ts";
import { configValueJson } from "./config-json.ts";

export const stackHistoryCommand: Command = {
  words: ["stack", "history"],
  aliases: ["hist"],
  summary: "List what was done to a stack, newest first",
  flags: {
    ...outputFlag,
    "show-secrets": { summary: "Show secret configuration in clear" },
    "full-dates": { summary: "Show dates in full" },
    "page-size": { value: "N", summary: "How many entries make a page. Default: 10" },
    page: { value: "N", summary: "Which page. Default: 1" },
  },
  examples: ["pulumi stack history", "pulumi stack history --json --page-size 1"],
  async run(args, process) {
    const session = await openStackSession(args, process);
    const page = wholeNumber(args, "page", 1);
    const updates = await session.store.history({ size: wholeNumber(args, "page-size", 10), page });
    const secrets = switchFlag(args, "show-secrets")
      ? await withSettings(session).then(({ secrets: open }) => doing("decrypting secrets", open))
      : undefined;
    if (wantsJson(args)) {
      printJson(await Promise.all(updates.map((update) => updateJson(update, secrets))), process);
      return 0;
    }
    const dates = switchFlag(args, "full-dates") ? localTime : (time: Date) => relativeTime(time, new Date());
    process.stdout.write(
      updates.length === 0 ? noUpdates(page) : updates.map((update) => updateText(update, dates)).join(""),
    );
    return 0;
  },
};

function wholeNumber(args: CommandArguments, flag: string, fallback: number): number {
  const text = textFlag(args, flag);
  if (text === undefined) return fallback;
  if (/^\d+$/.test(text)) return Number(text);
  throw new UserError("bad-usage", `invalid argument "${text}" for "--${flag}": it is a whole number`);
}

function noUpdates(page: number): string {
  return page > 1 ? `No stack updates found on page '${page}'\n` : "Stack has never been updated\n";
}

function updateText(update: UpdateRecord, dates: (time: Date) => string): string {
  const count = (op: string) => update.resourceChanges[op] ?? 0;
  const environment = Object.entries(update.environment)
    .filter(([, value]) => value.trim() !== "")
    .sort(([a], [b]) => compareUtf8(a, b))
    .map(([name, value]) => `    ${name}: ${value}`);
  const took = durationText(update.endTime - update.startTime);
  return [
    `Version: ${update.version}`,
    `UpdateKind: ${update.kind}`,
    `Status: ${update.result}`,
    `Message: ${update.message}`,
    `+${count("create")}-${count("delete")}~${count("update")} ${count("same")} ` +
      `Updated ${dates(new Date(update.startTime * 1000))} took ${took}`,
    ...environment,
    "\n",
  ].join("\n");
}

async function updateJson(update: UpdateRecord, secrets: SecretsManager | undefined): Promise<JsonValue> {
  const finished = update.result !== "in-progress";
  const config = await Promise.all(
    Object.entries(update.config).map(
      async ([key, value]) => [key, await configJson(value as ConfigValue, secrets)] as const,
    ),
  );
  return new JsonRecord([
    ["version", update.version],
    ["kind", update.kind],
    ["startTime", isoTime(update.startTime)],
    ["message", update.message],
    ["environment", update.environment],
    ["config", Object.fromEntries(config)],
    ["result", update.result],
    ["endTime", finished ? isoTime(update.endTime) : undefined],
    ["resourceChanges", finished ? update.resourceChanges : undefined],
  ]);
}

/** A value whose passphrase is no longer known is marked as such. */
async function configJson(value: ConfigValue, secrets: SecretsManager | undefined): Promise<JsonValue> {
  try {
    return await configValueJson(value, secrets);
  } catch {
    return new JsonRecord([
      ["value", "ERROR_UNABLE_TO_DECRYPT"],
      ["secret", true],
    ]);
  }
}
