import { resolve } from "node:path";
import type { ImportSpec } from "../operation.ts";
import { createUrn } from "../plan/urn.ts";
import { writeTextFile } from "../project/text-file.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { renderImportCode } from "./import-code.ts";
import { textFlag, wantsJson } from "./operation-options.ts";
import type { OperationSession } from "./operation-session.ts";

const COPY_NOTE =
  "Please copy the following code into your Pulumi application. Not doing so\n" +
  "will cause Pulumi to report that an update will happen on the next update command.\n\n";
const PROTECT_NOTE =
  "Please note that the imported resources are marked as protected. To destroy them\n" +
  "you will need to remove the `protect` option and run `pulumi update` *before*\n" +
  "the destroy will take effect.\n\n";

interface Imported {
  readonly session: OperationSession;
  readonly imports: readonly ImportSpec[];
  readonly protect: boolean;
  /** Of parents and providers, by URN. */
  readonly names: ReadonlyMap<string, string>;
}

/** Makes the file for the declarations, where one is asked for: whoever reads it afterwards finds it, whatever is imported. */
export async function makeCodeFile(args: CommandArguments, process: CommandProcess): Promise<void> {
  const file = textFlag(args, "out");
  if (file === undefined) return;
  if (args.flags["generate-code"] === false) {
    process.stderr.write("Output file will not be used as --generate-code is false.\n");
  } else await writeTextFile(resolve(process.cwd, file), "", 0o666);
}

/** Writes the declarations of what was imported to a file, or shows them, unless that is not wanted. */
export async function writeImportCode(
  imported: Imported,
  args: CommandArguments,
  process: CommandProcess,
): Promise<void> {
  if (args.flags["generate-code"] === false) return;
  const file = textFlag(args, "out");
  const text = await declarations(imported, process);
  if (file !== undefined) await writeTextFile(resolve(process.cwd, file), text, 0o666);
  else if (text !== "" && !wantsJson(args)) {
    process.stdout.write(COPY_NOTE + (imported.protect ? PROTECT_NOTE : "") + text);
  }
}

async function declarations(imported: Imported, { stderr }: CommandProcess): Promise<string> {
  const { session, protect, names } = imported;
  if (session.runtime !== "nodejs") {
    stderr.write(`warning: no code is written for the runtime ${session.runtime}: only for nodejs\n`);
    return "";
  }
  const resources = await importedResources(imported);
  if (resources.length === 0) return "";
  const { text, secretKeys } = renderImportCode({ resources, names, protect });
  stderr.write(
    "warning: the code is written from what was recorded, without the package's schema: compare names and modules\n",
  );
  for (const key of secretKeys) {
    stderr.write(`warning: a secret is left out: set it with \`pulumi config set --secret ${key}\`\n`);
  }
  return text;
}

async function importedResources({ session, imports }: Imported) {
  const { stack, project } = session.store.reference;
  const { resources } = await session.store.load();
  const live = new Map(
    resources.filter((resource) => !resource.delete).map((resource) => [resource.urn, resource]),
  );
  return imports.flatMap(({ type, name, parent = "" }) => {
    const found = live.get(createUrn({ stack, project, parent, type, name }));
    return found === undefined ? [] : [found];
  });
}
