import { hostname } from "node:os";
import { UserError } from "../../errors.ts";
import { findBackend, logIn, logOut, logOutOfAll, parseBackendUrl } from "../../project/backend-url.ts";
import { findProjectFile, readProject } from "../../project/workspace.ts";
import { openFileBackend } from "../../state/file-backend.ts";
import { JsonRecord } from "../../state/go-json.ts";
import { currentUser } from "../../state/stack-lock.ts";
import { PULUMI_VERSION } from "../../version.ts";
import type { Command, CommandArguments } from "../command.ts";
import { confirm, isInteractive } from "../confirm.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, textFlag, wantsJson } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { openStackSession, openWorkspace, stackArgument } from "../stack-session.ts";

const versionCommand: Command = {
  words: ["version"],
  summary: "Print the version of the Pulumi CLI that this engine stands in for",
  flags: {},
  async run(_args, process) {
    printLine(PULUMI_VERSION, process);
    return 0;
  },
};

const whoamiCommand: Command = {
  words: ["whoami"],
  summary: "Print the user and the backend in use",
  flags: { ...outputFlag, verbose: { short: "v", summary: "Print the backend too" } },
  async run(args, process) {
    const { backendUrl } = await openWorkspace(args, process);
    if (wantsJson(args)) {
      const who = new JsonRecord([
        ["user", currentUser()],
        ["url", backendUrl],
      ]);
      printJson(who, process);
    } else if (switchFlag(args, "verbose")) {
      printLine(
        `User: ${currentUser()}\nOrganizations: \nBackend URL: ${backendUrl}\nToken type: personal`,
        process,
      );
    } else printLine(currentUser(), process);
    return 0;
  },
};

function givenUrl(args: CommandArguments): string | undefined {
  const [positional] = args.positionals;
  const flag = textFlag(args, "cloud-url");
  const given = [positional, flag, switchFlag(args, "local") ? "file://~" : undefined].filter(Boolean);
  if (given.length > 1) {
    throw new UserError("bad-usage", "only one of --cloud-url, --local or argument URL may be specified", {
      exitCode: 2,
    });
  }
  return given[0];
}

const loginFlags = {
  "cloud-url": { short: "c", value: "URL", summary: "The backend: `file://<folder>`" },
  local: { short: "l", summary: "The folder ~, as `file://~`" },
};

const loginCommand: Command = {
  words: ["login"],
  summary: "Choose the folder that holds the state of all stacks",
  positionals: "[URL]",
  flags: loginFlags,
  examples: ["pulumi login file://~/state", "pulumi login --local"],
  async run(args, process) {
    const { env, cwd } = process;
    const project = findProjectFile(cwd) === undefined ? undefined : await readProject(cwd);
    const given = givenUrl(args);
    const { url, root } =
      given === undefined ? await findBackend({ env, cwd, project }) : parseBackendUrl(given, { env, cwd });
    // Opening it tells whether it can be used.
    await openFileBackend({ root, env });
    await logIn(url.startsWith("file://~") ? url : `file://${root}`, env);
    printLine(`Logged in to ${hostname()} as ${currentUser()} (${url})`, process);
    return 0;
  },
};

const logoutCommand: Command = {
  words: ["logout"],
  summary: "Forget the folder that holds the state",
  positionals: "[URL]",
  flags: { ...loginFlags, all: { summary: "Forget every backend that was ever chosen" } },
  async run(args, process) {
    const { env, cwd } = process;
    if (switchFlag(args, "all")) {
      if (givenUrl(args) !== undefined) {
        throw new UserError(
          "bad-usage",
          "only one of --all, --cloud-url or argument URL may be specified, not both",
        );
      }
      await logOutOfAll(env);
      printLine("Logged out of everything", process);
      return 0;
    }
    const url = givenUrl(args) ?? (await findBackend({ env, cwd, project: undefined })).url;
    await logOut(url, env);
    printLine(`Logged out of ${url}`, process);
    return 0;
  },
};

const cancelCommand: Command = {
  words: ["cancel"],
  summary: "Break the lock of a stack whose update was killed",
  positionals: "[STACK]",
  flags: {},
  examples: ["pulumi cancel --yes --stack dev"],
  async run(args, process) {
    const { store, name } = await openStackSession(args, process, stackArgument(args));
    const question = `This will irreversibly cancel the currently running update for '${name}'!`;
    const asks = !switchFlag(args, "yes") && isInteractive(process, switchFlag(args, "non-interactive"));
    if (asks && !(await confirm(question, process))) {
      process.stderr.write("error: confirmation declined\n");
      return 1;
    }
    await store.breakLocks();
    printLine(`The currently running update for '${name}' has been canceled!`, process);
    return 0;
  },
};

export const miscCommands: readonly Command[] = [
  versionCommand,
  whoamiCommand,
  loginCommand,
  logoutCommand,
  cancelCommand,
];
