import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language, { type RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { CHANNEL_OPTIONS } from "../protocol/grpc-server.ts";
import type { ProgramOutcome, ProgramRun, ProgramSource } from "./program-source.ts";

export interface InlineProgram {
  /** `host:port` of the LanguageRuntime that the Automation API serves (`--client`). */
  readonly address: string;
  readonly root: string;
  readonly directory: string;
}

/** A program inside the process that called the Automation API: it is run through `LanguageRuntime.Run`. */
export function inlineProgram(program: InlineProgram): ProgramSource {
  return {
    async run(run) {
      if (run.signal.aborted) return { kind: "failed-silently" };
      const credentials = grpc.credentials.createInsecure();
      const client = new services.LanguageRuntimeClient(program.address, credentials, CHANNEL_OPTIONS);
      try {
        return await callRun(client, { program, run });
      } finally {
        client.close();
      }
    },
  };
}

function callRun(
  client: InstanceType<typeof services.LanguageRuntimeClient>,
  { program, run }: { program: InlineProgram; run: ProgramRun },
): Promise<ProgramOutcome> {
  return new Promise((resolve) => {
    const call = client.run(runRequest(program, run), (error, response) => {
      run.signal.removeEventListener("abort", cancel);
      resolve(run.signal.aborted ? { kind: "failed-silently" } : outcomeOf(error, response));
    });
    const cancel = () => call.cancel();
    run.signal.addEventListener("abort", cancel, { once: true });
  });
}

function outcomeOf(error: grpc.ServiceError | null, response: RunResponse | undefined): ProgramOutcome {
  if (error !== null) return { kind: "failed", message: error.details || error.message };
  if (response?.getBail()) return { kind: "failed-silently" };
  const message = response?.getError() ?? "";
  if (message === "") return { kind: "succeeded" };
  return { kind: "failed", message: `an unhandled error occurred: ${message}` };
}

function runRequest(program: InlineProgram, run: ProgramRun) {
  const info = new language.ProgramInfo()
    .setRootDirectory(program.root)
    .setProgramDirectory(program.directory)
    .setEntryPoint(".");
  const request = new language.RunRequest()
    .setProject(run.project)
    .setStack(run.stack)
    .setOrganization(run.organization)
    .setPwd(program.directory)
    .setProgram(".")
    .setArgsList([run.engineAddress])
    .setConfigsecretkeysList([...run.configSecretKeys])
    .setDryrun(run.dryRun)
    .setParallel(run.parallel)
    .setMonitorAddress(run.monitorAddress)
    .setInfo(info);
  for (const [key, value] of Object.entries(run.config)) request.getConfigMap().set(key, value);
  return request;
}
