import { resolve } from "node:path";
import { UserError } from "../errors.ts";
import { startGrpcServer } from "../grpc/server.ts";
import { pulumiHome } from "../project/workspace.ts";
import { engineService } from "../protocol/engine-service.ts";
import { type Conversion, convertState } from "../providers/converter.ts";
import { findPlugin, pluginNotFound } from "../providers/find-plugin.ts";
import { createProviderHost } from "../providers/host.ts";
import { markUsed } from "../providers/installed-plugins.ts";
import { mapperService } from "../providers/mapper.ts";
import { readDeadlines } from "../providers/plugin-deadlines.ts";
import { listPlugins } from "../providers/plugin-folder.ts";
import { toExecutable } from "../providers/plugin-project.ts";
import type { PluginOutput } from "../providers/start-plugin.ts";
import { PULUMI_VERSION } from "../version.ts";
import type { CommandProcess } from "./command.ts";
import { renderConvertedFile } from "./converted-import-file.ts";
import type { OperationSession } from "./operation-session.ts";

/**
 * Has a converter plugin find what another tool manages, and gives that as an import file.
 * @throws UserError `plugin-not-found`, `plugin-failed`, `conversion-failed`
 */
export async function convertToImportFile(
  converter: string,
  args: readonly string[],
  { session, process }: { readonly session: OperationSession; readonly process: CommandProcess },
): Promise<string> {
  const tell = ({ severity, message }: Pick<PluginOutput, "severity" | "message">): void => {
    if (severity === "debug") return;
    const prefix = severity.startsWith("info") ? "" : `${severity}: `;
    process.stderr.write(`${prefix}${message.trimEnd()}\n`);
  };
  const { resources, problems } = await convert(converter, args, { session, process, tell });
  for (const problem of problems) tell(problem);
  if (problems.some(({ severity }) => severity === "error")) {
    throw new UserError("conversion-failed", "conversion failed");
  }
  return renderConvertedFile(resources, session.secrets);
}

interface ConversionContext {
  readonly session: OperationSession;
  readonly process: CommandProcess;
  readonly tell: (output: Pick<PluginOutput, "severity" | "message">) => void;
}

async function convert(
  converter: string,
  args: readonly string[],
  context: ConversionContext,
): Promise<Conversion> {
  const { env, cwd } = context.process;
  const wanted = { kind: "converter", pkg: converter, version: "", pluginDownloadURL: "" } as const;
  const search = { ...placeOf(context), env };
  const plugin = await findPlugin(wanted, search);
  if (plugin === undefined) throw pluginNotFound(wanted, search);
  if (plugin.source === "installed") await markUsed(plugin);
  const host = createProviderHost({ ...providerArgs(context), engineAddress: () => server.address });
  const packages = async () => {
    const installed = await listPlugins(search.pulumiHome);
    return installed.filter(({ kind }) => kind === "resource").map(({ name }) => name);
  };
  const server = await startGrpcServer([
    engineService({ version: PULUMI_VERSION.replace(/^v/, ""), log: context.tell }),
    mapperService({ key: converter, packages, host }),
  ]);
  try {
    const executable = await toExecutable(plugin.path, env);
    return await convertState(
      {
        ...{ ...executable, pkg: converter, path: plugin.path, cwd },
        deadlines: readDeadlines(env),
        onOutput: (stream, message) =>
          context.tell({ severity: stream === "stderr" ? "info" : "debug", message }),
      },
      { mapper: server.address, args },
    );
  } finally {
    await host.close();
    server.close();
  }
}

function placeOf({ session, process }: ConversionContext) {
  return {
    projectRoot: session.project.root,
    pulumiHome: resolve(process.cwd, pulumiHome(process.env)),
    localPlugins: session.localPlugins,
  };
}

/** Plugins that only map names run as those of an operation do. */
function providerArgs(context: ConversionContext) {
  const { session, process, tell } = context;
  const { project, config } = session;
  return {
    ...{ ...placeOf(context), config, env: process.env },
    programDirectory: project.directory,
    projectName: project.name,
    onPluginOutput: tell,
    runtimeOptions: project.runtimeOptions,
  };
}
