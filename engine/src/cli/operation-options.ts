import { availableParallelism } from "node:os";
import { UserError } from "../errors.ts";
import { isTruthy } from "../is-truthy.ts";
import type { ImportSpec, OperationOptions } from "../operation.ts";
import { isOffline } from "../providers/offline.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";

const stepsPerProcessor = 4;
const unlimited = 2 ** 31 - 1;

/** A flag's text; undefined where it was not given. */
export function textFlag(args: CommandArguments, name: string): string | undefined {
  const value = args.flags[name];
  return typeof value === "string" ? value : undefined;
}

/** All values of a repeatable flag. */
export function listFlag(args: CommandArguments, name: string): readonly string[] {
  const value = args.flags[name];
  return typeof value === "object" ? value : [];
}

/** Whether a switch is on. */
export function switchFlag(args: CommandArguments, name: string): boolean {
  return args.flags[name] === true;
}

/** Whether the program is to wait for a debugger; plugins never do. */
export function debugsProgram(args: CommandArguments): boolean {
  return listFlag(args, "attach-debugger").some((what) => what === "program" || what === "all");
}

/** @throws UserError `bad-usage` where flags exclude each other. */
export function refuseContradictions(args: CommandArguments): void {
  if (listFlag(args, "target").length > 0 && listFlag(args, "exclude").length > 0) {
    throw contradiction("target", "exclude");
  }
  if (switchFlag(args, "exclude-protected") && switchFlag(args, "ignore-protect")) {
    throw contradiction("exclude-protected", "ignore-protect");
  }
  for (const flag of ["skip-preview", "yes"]) {
    if (switchFlag(args, "preview-only") && switchFlag(args, flag)) {
      throw new UserError("bad-usage", `--${flag} and --preview-only cannot be used together`);
    }
  }
  const unknown = listFlag(args, "attach-debugger").find(
    (what) => !/^(program|plugins|all|plugin:.*)$/s.test(what),
  );
  if (unknown !== undefined) {
    throw new UserError("bad-usage", `invalid --attach-debugger flag value: ${unknown}`);
  }
  const output = textFlag(args, "output");
  if (output === undefined) return;
  if (args.flags["json"] !== undefined) throw contradiction("json", "output");
  if (isOutput(output)) return;
  throw new UserError(
    "bad-usage",
    `invalid --output value ${JSON.stringify(output)} (expected "default" or "json")`,
  );
}

function isOutput(text: string): boolean {
  return text === "default" || text === "json";
}

function contradiction(...flags: readonly string[]): UserError {
  const [group, given] = [flags.join(" "), flags.toSorted().join(" ")];
  const message = `if any flags in the group [${group}] are set none of the others can be; [${given}] were all set`;
  return new UserError("bad-usage", message);
}

/** Whether what a command tells is JSON. @throws UserError `bad-usage` where it is to be something else than that or text */
export function wantsJson(args: CommandArguments): boolean {
  const output = textFlag(args, "output") ?? "default";
  if (!isOutput(output)) {
    const shown = JSON.stringify(output);
    throw new UserError(
      "bad-usage",
      `invalid argument ${shown} for "--output" flag: output ${shown} not supported, valid values are: default or json`,
    );
  }
  return switchFlag(args, "json") || output === "json";
}

/** Whoever asks for them gets debug messages, and streams of events hold them. */
export function readsDebugMessages(args: CommandArguments): boolean {
  return textFlag(args, "event-log") !== undefined || switchFlag(args, "json") || switchFlag(args, "debug");
}

function readParallel(args: CommandArguments, env: CommandProcess["env"]): number {
  const text = textFlag(args, "parallel");
  if (text === undefined) return parallelOf(env) ?? availableParallelism() * stepsPerProcessor;
  const parallel = Number(text);
  if (!Number.isInteger(parallel)) {
    throw new UserError("bad-usage", `invalid argument "${text}" for "--parallel": it is a whole number`);
  }
  return Math.max(1, parallel);
}

/** What the environment says, unless it is no number of steps. */
function parallelOf(env: CommandProcess["env"]): number | undefined {
  const parallel = Number(env["PULUMI_PARALLEL"]);
  return Number.isInteger(parallel) && parallel > 0 ? Math.min(parallel, unlimited) : undefined;
}

/** Whether a refresh or a destroy runs the program. */
export function runsProgram(args: CommandArguments, env: CommandProcess["env"]): boolean {
  return (
    switchFlag(args, "run-program") ||
    (args.flags["run-program"] === undefined && isTruthy(env["PULUMI_RUN_PROGRAM"]))
  );
}

/** What the flags of a verb ask of the operation. */
export function operationOptions(
  args: CommandArguments,
  env: CommandProcess["env"],
  given: { readonly preview: boolean; readonly imports?: readonly ImportSpec[]; readonly refresh?: boolean },
): OperationOptions {
  const replaceTargets = listFlag(args, "target-replace");
  return {
    preview: given.preview,
    parallel: readParallel(args, env),
    continueOnError:
      switchFlag(args, "continue-on-error") ||
      (args.flags["continue-on-error"] === undefined && isTruthy(env["PULUMI_CONTINUE_ON_ERROR"])),
    refresh: given.refresh ?? switchFlag(args, "refresh"),
    runProgram: runsProgram(args, env),
    targets: [...listFlag(args, "target"), ...replaceTargets],
    excludes: listFlag(args, "exclude"),
    replaces: [...listFlag(args, "replace"), ...replaceTargets],
    targetDependents: switchFlag(args, "target-dependents"),
    excludeDependents: switchFlag(args, "exclude-dependents"),
    excludeProtected: switchFlag(args, "exclude-protected"),
    ignoreProtect: switchFlag(args, "ignore-protect"),
    expectNoChanges: switchFlag(args, "expect-no-changes"),
    clearPendingCreates: switchFlag(args, "clear-pending-creates"),
    importPendingCreates: readPairs(listFlag(args, "import-pending-creates")),
    imports: given.imports ?? [],
    message: textFlag(args, "message") ?? "",
    ...(isOffline(env) && { offline: true }),
    withheldFeatures: [
      ...(isTruthy(env["PULUMI_DISABLE_RESOURCE_REFERENCES"]) ? (["resourceReferences"] as const) : []),
      ...(isTruthy(env["PULUMI_DISABLE_OUTPUT_VALUES"]) ? (["outputValues"] as const) : []),
    ],
    ...(isTruthy(env["PULUMI_ENABLE_LEGACY_DIFF"]) && { legacyDiff: true }),
    ...(isTruthy(env["PULUMI_ENABLE_LEGACY_REFRESH_DIFF"]) && { legacyRefreshDiff: true }),
  };
}

/** URNs and ids by turns, as the official CLI takes them. @throws UserError `bad-usage` */
function readPairs(entries: readonly string[]): { readonly [urn: string]: string } {
  if (entries.length % 2 !== 0) {
    throw new UserError("bad-usage", "each URN must be followed by an ID: found an odd number of entries", {
      help: "Give --import-pending-creates twice for each: with the URN, then with the id.",
    });
  }
  const urns = entries.filter((_, index) => index % 2 === 0);
  return Object.fromEntries(urns.map((urn, index) => [urn, entries[2 * index + 1] ?? ""]));
}
