import { UserError } from "../../engine/src/errors.ts";
import { startGrpcServer } from "../../engine/src/grpc/server.ts";
import { heapFlags } from "../../engine/src/program/heap-flags.ts";
import { nodeCommand } from "../../engine/src/program/node-command.ts";
import { CallbackClients } from "../../engine/src/protocol/callback-clients.ts";
import { engineService } from "../../engine/src/protocol/engine-service.ts";
import type { Monitor } from "../../engine/src/protocol/monitor.ts";
import { monitorService } from "../../engine/src/protocol/monitor-service.ts";
import { createRemoteCallbacks } from "../../engine/src/protocol/remote-callbacks.ts";
import { type Measured, measure } from "./measure.ts";
import type { BenchProject } from "./project.ts";

const refuse = async (): Promise<never> => {
  throw new UserError("bench", "not part of this measurement");
};

/** Answers every registration at once with its inputs. */
const instantMonitor: Monitor = {
  register: async ({ type, name, inputs }) => ({
    urn: `urn:pulumi:dev::bench::${type}::${name}`,
    id: `${name}-id`,
    outputs: { ...inputs, out: name, serial: 1 },
    stableKeys: [],
    propertyDependencies: {},
    result: "success",
    unknown: false,
  }),
  registerOutputs: async () => undefined,
  waitForShutdown: async () => undefined,
  read: refuse,
  exists: refuse,
  invoke: refuse,
  call: refuse,
  registerPackage: refuse,
  registerStackTransform: refuse,
  registerStackInvokeTransform: refuse,
  registerResourceHook: refuse,
  registerErrorHook: refuse,
};

export interface ProgramStart {
  /** Without what the engine preloads: as the official CLI starts it. */
  readonly bare: boolean;
  /** Another Node than this one. */
  readonly node?: string;
  /** Loaded before the SDK is. */
  readonly require?: string;
}

/** The program against a monitor that answers at once. */
export async function measureProgramAlone(project: BenchProject, start: ProgramStart): Promise<Measured> {
  const { folder, env } = project;
  const info = {
    organization: "organization",
    project: "bench",
    stack: "dev",
    config: {},
    configSecretKeys: [],
    dryRun: false,
    parallel: 16,
    debugMessages: false,
    monitorEndpoint: "",
  };
  const server = await startGrpcServer([
    monitorService(instantMonitor, () => info, createRemoteCallbacks(new CallbackClients())),
    engineService({ log: () => undefined, version: "3.260.0" }),
  ]);
  const program = {
    ...{ root: folder, directory: folder, entry: ".", env },
    runtimeOptions: { typescript: false },
  };
  const { monitorEndpoint, ...told } = info;
  const command = nodeCommand(program, {
    ...told,
    monitorAddress: server.address,
    engineAddress: server.address,
  });
  try {
    const { bare, node = command.executable, require: file } = start;
    const before = file === undefined ? [] : ["--require", file];
    const args = bare ? withoutPreload(command.args) : command.args;
    return await measure({ ...command, executable: node, args: [...before, ...args] });
  } finally {
    server.close();
  }
}

function withoutPreload(args: readonly string[]): readonly string[] {
  const at = args.findIndex(
    (arg, index) => arg === "--require" && args[index + 1]?.endsWith("preload/index.cjs"),
  );
  return args.toSpliced(at, 2 + heapFlags([], undefined).length);
}
