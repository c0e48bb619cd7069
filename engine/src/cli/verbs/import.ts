import { resolve } from "node:path";
import { UserError } from "../../errors.ts";
import type { ImportSpec } from "../../operation.ts";
import { performChange } from "../change-stack.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { type ImportContext, readImportFile, readNameTable } from "../import-file.ts";
import { changeFlags, displayFlags, operationFlags, unsupportedFlags } from "../operation-flags.ts";
import { listFlag, switchFlag, textFlag } from "../operation-options.ts";
import { openOperationSession } from "../operation-session.ts";
import { writeImportCode } from "../write-import-code.ts";

function usage(message: string): UserError {
  return new UserError("bad-usage", message, {
    help: "pulumi import TYPE NAME ID, or pulumi import --file FILE",
  });
}

/** `name=URN`, as --parent and --provider take it. */
function urnOf(args: CommandArguments, flag: string): string | undefined {
  const text = textFlag(args, flag);
  return text?.slice(text.indexOf("=") + 1);
}

/** Flags that say more of an inline resource. */
const INLINE_FLAGS = ["parent", "provider", "properties"];

async function readSpecs(
  args: CommandArguments,
  process: CommandProcess,
  context: ImportContext,
): Promise<ImportSpec[]> {
  const file = textFlag(args, "file");
  if (file !== undefined) {
    if (args.positionals.length > 0 || INLINE_FLAGS.some((flag) => args.flags[flag] !== undefined)) {
      throw usage("an inline resource may not be specified in conjunction with an import file");
    }
    return readImportFile(resolve(process.cwd, file), context);
  }
  const [type, name, id, ...rest] = args.positionals;
  if (type === undefined || name === undefined || id === undefined) {
    const missing = ["type, name, and id", "name and id", "id"][args.positionals.length];
    throw usage(
      `an inline resource must be specified if no converter or import file is used, missing ${missing}`,
    );
  }
  if (rest.length > 0) throw usage("only expected at most three arguments");
  const properties = listFlag(args, "properties").flatMap((list) => list.split(","));
  return [
    {
      type,
      name,
      id,
      parent: urnOf(args, "parent"),
      provider: urnOf(args, "provider"),
      version: "",
      pluginDownloadURL: "",
      properties: properties.length > 0 ? properties : undefined,
      component: false,
      remote: false,
      protect: context.protect,
    },
  ];
}

export const importCommands: readonly Command[] = [
  {
    words: ["import"],
    summary: "Take existing resources into a stack",
    positionals: "[TYPE NAME ID]",
    flags: {
      ...displayFlags,
      parallel: operationFlags["parallel"] ?? { summary: "" },
      message: operationFlags["message"] ?? { summary: "" },
      ...changeFlags,
      "skip-preview": { summary: "Do not preview first" },
      "preview-only": { summary: "Show what would be imported, and record nothing" },
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
    unsupported: { ...unsupportedFlags, from: "this engine converts no other tool's state" },
    examples: [
      "pulumi import docker:index/volume:Volume data my-volume --generate-code=false",
      "pulumi import --file resources.json --protect=false --yes",
    ],
    async run(args, process) {
      const session = await openOperationSession(args, process);
      const { project, stack } = session.store.reference;
      const protect = args.flags["protect"] !== false;
      const { secrets } = session;
      const warn = (message: string) => void process.stderr.write(`warning: ${message}\n`);
      const imports = await readSpecs(args, process, { project, stack, protect, secrets, warn });
      const outcome = await performChange({ kind: "import", session, args, process, imports });
      if (outcome.result !== undefined && !switchFlag(args, "preview-only")) {
        await writeImportCode({ session, imports, protect, names: knownNames(args, process) }, args, process);
      }
      return outcome.exitCode;
    },
  },
];

/** How the program calls the parents and providers that are named. */
function knownNames(args: CommandArguments, process: CommandProcess): ReadonlyMap<string, string> {
  const file = textFlag(args, "file");
  if (file !== undefined) return readNameTable(resolve(process.cwd, file));
  const given = [textFlag(args, "parent"), textFlag(args, "provider")].flatMap((text) => {
    const at = text?.indexOf("=") ?? -1;
    return text === undefined || at < 0 ? [] : [[text.slice(at + 1), text.slice(0, at)] as const];
  });
  return new Map(given);
}
