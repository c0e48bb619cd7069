import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import type { UpdatePlan } from "../plan/update-plan.ts";
import { parsePlan, serializePlan } from "../state/plan-file.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { switchFlag, textFlag } from "./operation-options.ts";
import type { OperationSession } from "./operation-session.ts";

/** Reads the file of `--plan`. @throws UserError `plan-unreadable`. */
export async function readPlan(
  session: OperationSession,
  args: CommandArguments,
  process: CommandProcess,
): Promise<UpdatePlan | undefined> {
  const file = textFlag(args, "plan");
  if (file === undefined) return undefined;
  const text = await readFile(resolve(process.cwd, file), "utf8").catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "ENOENT" ? "no such file or directory" : cause.message;
    throw new UserError("plan-unreadable", `open ${file}: ${reason}`, { cause });
  });
  try {
    return await parsePlan(text, session.secrets);
  } catch (cause) {
    if (!(cause instanceof UserError)) throw cause;
    throw new UserError("plan-unreadable", `${file}: ${cause.message}`, {
      help: "Write the plan again: pulumi preview --save-plan FILE",
      cause,
    });
  }
}

/** Without a preview there is nothing to be strict about. */
export function refuseStrictWithoutPreview(args: CommandArguments): void {
  if (!switchFlag(args, "strict") || !switchFlag(args, "skip-preview")) return;
  throw new UserError("bad-usage", "--strict cannot be used with --skip-preview; strict requires a preview");
}

/** Writes the plan that `--save-plan` asks for, and says how to use it. */
export async function savePlan(
  plan: UpdatePlan | undefined,
  session: OperationSession,
  args: CommandArguments,
  process: CommandProcess,
): Promise<void> {
  const file = textFlag(args, "save-plan");
  if (file === undefined || plan === undefined) return;
  const manager = switchFlag(args, "show-secrets") ? undefined : session.secrets;
  await writeFile(resolve(process.cwd, file), await serializePlan(plan, manager));
  if (switchFlag(args, "json")) return;
  process.stderr.write(
    `Update plan written to '${file}'\n` +
      `Run \`pulumi up --plan='${file}'\` to constrain the update to the operations planned by this preview\n`,
  );
}
