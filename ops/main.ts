import { parseArgs } from "node:util";
import { UserError } from "./errors.ts";
import { renderHelp, renderVerbHelp } from "./help.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

/** Verbs load what they need only when they run: `--help` stays quick. */
const verbs: { readonly [name: string]: () => Promise<Verb> } = {
  up: async () => (await import("./up.ts")).upVerb,
  preview: async () => (await import("./preview.ts")).previewVerb,
  refresh: async () => (await import("./refresh.ts")).refreshVerb,
  outputs: async () => (await import("./outputs.ts")).outputsVerb,
  destroy: async () => (await import("./destroy.ts")).destroyVerb,
  cancel: async () => (await import("./cancel.ts")).cancelVerb,
  test: async () => (await import("./test.ts")).testVerb,
  rehearse: async () => (await import("./rehearse.ts")).rehearseVerb,
  doctor: async () => (await import("./doctor.ts")).doctorVerb,
};

/** Runs one command line. Gives the exit code: 0 done, 1 failed, 2 wrong usage, 130 interrupted. */
export async function main(argv: readonly string[], output: Output): Promise<number> {
  const [name = "help", ...rest] = argv;
  try {
    if (["help", "--help", "-h"].includes(name)) {
      output.stdout.write(renderHelp(await Promise.all(Object.values(verbs).map((load) => load()))));
      return 0;
    }
    const load = Object.hasOwn(verbs, name) ? verbs[name] : undefined;
    if (load === undefined) {
      throw new UserError("usage", `there is no command called ${name}`, {
        help: "./infra --help lists them",
      });
    }
    const verb = await load();
    const args = parseVerbArguments(verb, rest);
    if (args.flags["help"] === true) {
      output.stdout.write(renderVerbHelp(verb));
      return 0;
    }
    return await verb.run(args, output);
  } catch (error) {
    return reportError(error, output);
  }
}

function parseVerbArguments(verb: Verb, argv: readonly string[]): VerbArguments {
  const usage = `./infra ${verb.name} --help shows what it takes`;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { ...verb.flags, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
    });
    const wanted = verb.usage.split(" ").filter((word) => /^[A-Z]+$/.test(word)).length;
    if (values["help"] !== true && positionals.length < wanted) {
      throw new UserError("usage", `${verb.name} needs ${verb.usage}`, { help: usage });
    }
    return { positionals, flags: values };
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw new UserError("usage", error instanceof Error ? error.message : String(error), { help: usage });
  }
}

function reportError(error: unknown, output: Output): number {
  if (!(error instanceof UserError)) throw error;
  output.stderr.write(`error: ${error.message}\n`);
  if (error.help !== undefined) output.stderr.write(`  help: ${error.help}\n`);
  if (output.signal.aborted) return 130;
  return error.code === "usage" ? 2 : 1;
}
