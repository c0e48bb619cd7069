import { randomInt } from "node:crypto";
import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import type { ImportSpec } from "../../operation.ts";
import { writeTextFile } from "../../project/text-file.ts";
import { performChange } from "../change-stack.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { type ImportText, importsOf, nameTableOf, readImportFile } from "../import-file.ts";
import { readReferences, referenceNames } from "../inline-import.ts";
import { changeFlags, displayFlags, operationFlags, unsupportedFlags } from "../operation-flags.ts";
import { listFlag, switchFlag, textFlag } from "../operation-options.ts";
import { type OperationSession, openOperationSession } from "../operation-session.ts";
import { makeCodeFile, writeImportCode } from "../write-import-code.ts";

function usage(message: string): UserError {
  return new UserError("bad-usage", message, {
    help: "pulumi import TYPE NAME ID, or pulumi import --file FILE",
  });
}

/** Flags that say more of an inline resource. */
const INLINE_FLAGS = ["parent", "provider", "properties"];

/** The import file that the command is about: one that is named, or what a converter finds; undefined for an inline resource. */
async function importTextOf(
  args: CommandArguments,
  process: CommandProcess,
  session: OperationSession,
): Promise<ImportText | undefined> {
  const file = textFlag(args, "file");
  const converter = textFlag(args, "from");
  if (file !== undefined) {
    if (args.positionals.length > 0 || INLINE_FLAGS.some((flag) => args.flags[flag] !== undefined)) {
      throw usage("an inline resource may not be specified in conjunction with an import file");
    }
    if (converter !== undefined) {
      throw usage("a converter may not be specified in conjunction with an import file");
    }
    return readImportFile(resolve(process.cwd, file));
  }
  if (converter === undefined) return undefined;
  const { convertToImportFile } = await import("../convert-state.ts");
  const text = await convertToImportFile(converter, args.positionals, { session, process });
  return { text, source: `what the converter ${converter} found` };
}

function inlineSpec(args: CommandArguments, protect: boolean): ImportSpec {
  const [type, name, id, ...rest] = args.positionals;
  if (type === undefined || name === undefined || id === undefined) {
    const missing = ["type, name, and id", "name and id", "id"][args.positionals.length];
    throw usage(
      `an inline resource must be specified if no converter or import file is used, missing ${missing}`,
    );
  }
  if (rest.length > 0) throw usage("only expected at most three arguments");
  const { parent, provider } = readReferences(args, { type, name });
  const properties = listFlag(args, "properties").flatMap((list) => list.split(","));
  return {
    ...{ type, name, id, protect },
    parent: parent?.urn,
    provider: provider?.urn,
    version: "",
    pluginDownloadURL: "",
    properties: properties.length > 0 ? properties : undefined,
    component: false,
    remote: false,
  };
}

export const importCommands: readonly Command[] = [
  {
    words: ["import"],
    summary: "Take existing resources into a stack",
    positionals: "[TYPE NAME ID | CONVERTER ARGUMENTS]",
    flags: {
      ...displayFlags,
      parallel: operationFlags["parallel"] ?? { summary: "" },
      message: operationFlags["message"] ?? { summary: "" },
      ...changeFlags,
      "skip-preview": { summary: "Do not preview first" },
      "preview-only": { summary: "Show what would be imported, and record nothing" },
      from: {
        value: "CONVERTER",
        summary: "A converter plugin that finds the resources in another tool's state",
      },
      "generate-resources": { value: "FILE", summary: "With --from: write what was found as an import file" },
      file: { short: "f", value: "FILE", summary: "A JSON file that lists the resources" },
      parent: { value: "NAME=URN", summary: "The parent of the resource" },
      provider: { value: "NAME=URN", summary: "The provider of the resource" },
      properties: {
        value: "NAMES",
        multiple: true,
        summary: "Input properties to take; default: those the provider asks for",
      },
      protect: { summary: "Protect what is imported; default: true" },
      "generate-code": { summary: "Write the declarations of what is imported; default: true" },
      out: { short: "o", value: "FILE", summary: "Write them here instead of on the standard output" },
    },
    unsupported: unsupportedFlags,
    examples: [
      "pulumi import docker:index/volume:Volume data my-volume --generate-code=false",
      "pulumi import --file resources.json --protect=false --yes",
      "pulumi import --from terraform ./terraform.tfstate",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process, { validates: true });
      const file = await importTextOf(args, process, session);
      const found = textFlag(args, "from") === undefined ? undefined : file;
      try {
        const exitCode = await importInto(session, file, { args, process });
        if (found !== undefined) await keepFound(found, exitCode === 0, { args, process });
        return exitCode;
      } catch (error) {
        if (found !== undefined) await keepFound(found, false, { args, process });
        throw error;
      }
    },
  },
];

interface Invocation {
  readonly args: CommandArguments;
  readonly process: CommandProcess;
}

async function importInto(
  session: OperationSession,
  file: ImportText | undefined,
  { args, process }: Invocation,
): Promise<number> {
  const { project, stack } = session.store.reference;
  const protect = args.flags["protect"] !== false;
  const { secrets } = session;
  const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
  const imports =
    file === undefined
      ? [inlineSpec(args, protect)]
      : await importsOf(file, { project, stack, protect, secrets, warn });
  await makeCodeFile(args, process);
  const outcome = await performChange({ kind: "import", session, args, process, imports });
  if (outcome.result !== undefined && !switchFlag(args, "preview-only")) {
    const names = file === undefined ? referenceNames(args) : nameTableOf(file);
    await writeImportCode({ session, imports, protect, names }, args, process);
  }
  return outcome.exitCode;
}

/** What a converter found is written where that is asked for, and where it is to be mended by hand. */
async function keepFound(
  { text }: ImportText,
  isImported: boolean,
  { args, process }: Invocation,
): Promise<void> {
  const wanted = textFlag(args, "generate-resources");
  if (wanted === undefined && isImported) return;
  const path = resolve(process.cwd, wanted ?? `pulumi-import-${randomInt(2 ** 31)}.json`);
  await writeTextFile(path, text, 0o666);
  const note = isImported
    ? `Generated import file written out to ${path}`
    : `Generated import file written out, edit and rerun import with --file ${path}`;
  process.stderr.write(`${note}\n`);
}
