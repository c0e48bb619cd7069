import language, { type RunResponse } from "@pulumi/pulumi/proto/language_pb.js";
import { GrpcClient } from "../grpc/client.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import { CallError } from "../grpc/status.ts";
import type { ProgramOutcome, ProgramRun, ProgramSource } from "./program-source.ts";

const LANGUAGE_METHODS = methodsOf("pulumirpc.LanguageRuntime", {
  run: [language.RunRequest, language.RunResponse],
});

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
      const client = new GrpcClient(program.address);
      try {
        const response = await client.call(LANGUAGE_METHODS.run, runRequest(program, run), {
          signal: run.signal,
        });
        return run.signal.aborted ? { kind: "failed-silently" } : outcomeOf(response);
      } catch (error) {
        return run.signal.aborted
          ? { kind: "failed-silently" }
          : { kind: "failed", message: reasonOf(error) };
      } finally {
        client.close();
      }
    },
  };
}

function outcomeOf(response: RunResponse): ProgramOutcome {
  if (response.getBail()) return { kind: "failed-silently" };
  const message = response.getError();
  if (message === "") return { kind: "succeeded" };
  return { kind: "failed", message: `an unhandled error occurred: ${message}` };
}

function reasonOf(error: unknown): string {
  return (error instanceof CallError && error.details) || (error as Error).message;
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
