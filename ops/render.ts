import { execFile } from "node:child_process";
import { join } from "node:path";
import { UserError } from "./errors.ts";
import type { Verb } from "./verb.ts";

/** The stacks that run on Docker: those that have a Compose file. */
const COMPOSE_STACKS = ["dev", "test"];

/** Lines of what the program says that are shown. */
const LONGEST_REASON = 12;

interface RenderedFile {
  readonly path: string;
  /** It was as it should be already. */
  readonly isSame: boolean;
}

export const renderVerb: Verb = {
  name: "render",
  usage: "WHAT [STACK…]",
  summary: "write the files that follow from the stacks: `compose`, those of Docker Compose",
  flags: {
    check: { type: "boolean", default: false, summary: "write nothing; fail where a file is out of step" },
    json: { type: "boolean", default: false, summary: "machine-readable output" },
  },
  examples: ["./infra render compose", "./infra render compose dev", "./infra render compose --check --json"],
  exitCodes: { 1: "failed, or with --check a file is out of step" },
  async run(args, output) {
    const [what, ...words] = args.positionals;
    if (what !== "compose")
      throw new UserError("usage", `there is nothing called ${what} to render`, {
        help: "there is: compose",
      });
    const stacks = chooseStacks(words);
    const check = args.flags["check"] === true;
    const files = await renderFiles({ root: args.checkout.root, stacks, check, signal: output.signal });
    output.stdout.write(
      `${args.flags["json"] === true ? JSON.stringify(files, null, 2) : renderOutcome(files, check)}\n`,
    );
    return check && files.some(({ isSame }) => !isSame) ? 1 : 0;
  },
};

function chooseStacks(words: readonly string[]): readonly string[] {
  const unknown = words.find((word) => !COMPOSE_STACKS.includes(word));
  if (unknown !== undefined)
    throw new UserError("usage", `${unknown} does not run on Docker: it has no Compose file`, {
      help: `there are: ${COMPOSE_STACKS.join(", ")}`,
    });
  return words.length === 0 ? COMPOSE_STACKS : words;
}

/** A file a line, for people. */
export function renderOutcome(files: readonly RenderedFile[], check: boolean): string {
  const changed = check ? "out of step" : "written";
  return files.map(({ path, isSame }) => `${path}  ${isSame ? "unchanged" : changed}`).join("\n");
}

interface Rendering {
  /** Folder of the checkout. */
  readonly root: string;
  readonly stacks: readonly string[];
  readonly check: boolean;
  readonly signal: AbortSignal;
}

/** The renderer knows the program, which operations do not: it is a process of its own. */
async function renderFiles({ root, stacks, check, signal }: Rendering): Promise<readonly RenderedFile[]> {
  const argv = [join(root, "compose", "render.ts"), ...stacks, ...(check ? ["--check"] : [])];
  const { stdout, stderr } = await new Promise<{ stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, argv, { cwd: root, signal }, (_error, out, err) =>
      resolve({ stdout: out, stderr: err }),
    );
  });
  const files = stdout.split("\n").filter((line) => line.startsWith("{"));
  if (files.length < stacks.length)
    throw new UserError("render-failed", `the Compose files could not be rendered:\n${reasonIn(stderr)}`, {
      help: "mend what it names; ./infra preview dev tells more of the program",
    });
  return files.map((line) => JSON.parse(line) as RenderedFile);
}

/** What the program says of wrong settings: neither the line that threw it before, nor the trace after it. */
function reasonIn(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line !== "");
  const said = lines.slice(
    Math.max(
      lines.findIndex((line) => /^\w*Error: /.test(line)),
      0,
    ),
  );
  const trace = said.findIndex((line) => /^\s+at /.test(line));
  return said.slice(0, trace === -1 ? LONGEST_REASON : Math.min(trace, LONGEST_REASON)).join("\n");
}
