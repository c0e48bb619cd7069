import { join, relative } from "node:path";
import { findNearest, parseVerbArguments } from "./arguments.ts";
import { messageOf, UserError } from "./errors.ts";
import { renderHelp, renderVerbHelp } from "./help.ts";
import { type Checkout, thisCheckout } from "./paths.ts";
import { secretsOf } from "./trail/redact.ts";
import { Trail } from "./trail/trail.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

/** Verbs load what they need only when they run: `--help` stays quick. */
export const verbs: { readonly [name: string]: () => Promise<Verb> } = {
  up: async () => (await import("./up.ts")).upVerb,
  preview: async () => (await import("./preview.ts")).previewVerb,
  review: async () => (await import("./review.ts")).reviewVerb,
  rollback: async () => (await import("./rollback.ts")).rollbackVerb,
  shift: async () => (await import("./shift.ts")).shiftVerb,
  "cut-over": async () => (await import("./cut-over.ts")).cutOverVerb,
  refresh: async () => (await import("./refresh.ts")).refreshVerb,
  outputs: async () => (await import("./outputs.ts")).outputsVerb,
  history: async () => (await import("./history.ts")).historyVerb,
  destroy: async () => (await import("./destroy.ts")).destroyVerb,
  logs: async () => (await import("./logs.ts")).logsVerb,
  render: async () => (await import("./render.ts")).renderVerb,
  data: async () => (await import("./data.ts")).dataVerb,
  schema: async () => (await import("./schema.ts")).schemaVerb,
  cancel: async () => (await import("./cancel.ts")).cancelVerb,
  test: async () => (await import("./test.ts")).testVerb,
  rehearse: async () => (await import("./rehearse.ts")).rehearseVerb,
  doctor: async () => (await import("./doctor.ts")).doctorVerb,
  dashboard: async () => (await import("./dashboard.ts")).dashboardVerb,
  drift: async () => (await import("./drift.ts")).driftVerb,
  completion: async () => (await import("./completion.ts")).completionVerb(verbs),
};

/** Runs one command line. Gives the exit code; docs/commands.md says what each tells. */
export async function main(
  argv: readonly string[],
  output: Output,
  checkout: Checkout = thisCheckout,
): Promise<number> {
  const [name = "help", ...rest] = argv;
  try {
    if (["help", "--help", "-h"].includes(name)) {
      output.stdout.write(renderHelp(await Promise.all(Object.values(verbs).map((load) => load()))));
      return 0;
    }
    const verb = await loadVerb(name);
    const args = { ...parseVerbArguments(verb, rest), checkout };
    if (args.flags["help"] !== true) return await runVerb({ verb, args, argv: rest }, output);
    output.stdout.write(renderVerbHelp(verb));
    return 0;
  } catch (error) {
    return reportError(error, output);
  }
}

async function loadVerb(name: string): Promise<Verb> {
  const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
  if (load !== undefined) return load();
  const nearest = findNearest(name, Object.keys(verbs));
  throw new UserError("usage", `there is no command called ${name}`, {
    help: nearest === undefined ? "./infra --help lists them" : `did you mean ./infra ${nearest}?`,
  });
}

interface CommandLine {
  readonly verb: Verb;
  readonly args: VerbArguments;
  readonly argv: readonly string[];
}

/** Runs a verb and keeps its trail: what fails says where that is. */
async function runVerb({ verb, args, argv }: CommandLine, output: Output): Promise<number> {
  const secrets = secretsOf(process.env);
  const trail = new Trail({ folder: join(args.checkout.local, "trail"), verb: verb.name, argv, secrets });
  try {
    const code = await verb.run(args, { ...output, trail });
    trail.end(code);
    return code;
  } catch (error) {
    const code = exitCodeOf(error, output);
    const file = code === 2 ? undefined : trail.end(code, messageOf(error));
    return reportError(error, output, file && relative(args.checkout.root, file));
  }
}

function exitCodeOf(error: unknown, output: Output): number {
  if (output.signal.aborted) return 130;
  return error instanceof UserError && error.code === "usage" ? 2 : 1;
}

function reportError(error: unknown, output: Output, trail?: string): number {
  const isExpected = error instanceof UserError;
  if (isExpected) output.stderr.write(`error: ${error.message}\n`);
  if (isExpected && error.help !== undefined) output.stderr.write(`  help: ${error.help}\n`);
  if (trail !== undefined) output.stderr.write(`  what was done and what was not: ${trail}\n`);
  if (!isExpected) throw error;
  return exitCodeOf(error, output);
}
