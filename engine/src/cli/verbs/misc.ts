import { hostname } from "node:os";
import { UserError } from "../../errors.ts";
import { findBackend, logIn, logOut, logOutOfAll, parseBackendUrl } from "../../project/backend-url.ts";
import { findProjectFile, readProject } from "../../project/workspace.ts";
import { openFileBackend } from "../../state/file-backend.ts";
import { JsonRecord } from "../../state/go-json.ts";
import { currentUser } from "../../state/stack-lock.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { confirmByTyping, isInteractive } from "../confirm.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, textFlag, wantsJson } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { openStackSession, openWorkspace, stackArgument } from "../stack-session.ts";

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
    throw new UserError("bad-usage", "only one of --cloud-url, --local or argument URL may be specified");
  }
  return given[0];
}

/** The environment has the last word: whoever logs in elsewhere should know. */
function warnOfOtherUrl(given: string | undefined, { env, stderr }: CommandProcess): void {
  const url = env["PULUMI_BACKEND_URL"];
  if (given === undefined || !url || url === given) return;
  stderr.write(
    `Warning: The PULUMI_BACKEND_URL environment variable is set to '${url}', ` +
      `which conflicts with the login URL '${given}'.\n`,
  );
}

const loginFlags = {
  "cloud-url": { short: "c", value: "URL", summary: "The backend: `file://<folder>`" },
  local: { short: "l", summary: "The folder ~, as `file://~`" },
};

const loginCommand: Command = {
  words: ["login"],
  summary: "Choose the folder that holds the state of all stacks",
  positionals: "[URL]",
  flags: {
    ...loginFlags,
    "default-org": { value: "NAME", summary: "Not possible here: a folder has no organizations" },
    insecure: { summary: "Accepted and without effect" },
    interactive: { summary: "Accepted and without effect" },
  },
  examples: ["pulumi login file://~/state", "pulumi login --local"],
  async run(args, process) {
    const { env, cwd } = process;
    const project = findProjectFile(cwd) === undefined ? undefined : await readProject(cwd);
    const given = givenUrl(args);
    warnOfOtherUrl(given, process);
    const { url, root } =
      given === undefined ? await findBackend({ env, cwd, project }) : parseBackendUrl(given, { env, cwd });
    // Opening it tells whether it can be used.
    await openFileBackend({ root, env });
    await logIn(url.startsWith("file://~") ? url : `file://${root}`, env);
    if (textFlag(args, "default-org") !== undefined) {
      throw new UserError("bad-usage", "unable to set default org for this type of backend");
    }
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
    if (asks && !(await confirmByTyping(name, question, process))) return 1;
    await store.breakLocks();
    printLine(`The currently running update for '${name}' has been canceled!`, process);
    return 0;
  },
};

export const miscCommands: readonly Command[] = [whoamiCommand, loginCommand, logoutCommand, cancelCommand];
