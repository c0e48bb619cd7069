import type { Diagnostic as DiagnosticMessage } from "@pulumi/pulumi/proto/codegen/hcl_pb.js";
import hcl from "@pulumi/pulumi/proto/codegen/hcl_pb.js";
import type { ResourceImport } from "@pulumi/pulumi/proto/converter_pb.js";
import protocol from "@pulumi/pulumi/proto/converter_pb.js";
import { UserError } from "../errors.ts";
import { GrpcClient } from "../grpc/client.ts";
import { methodsOf } from "../grpc/methods-of.ts";
import { CallError } from "../grpc/status.ts";
import type { PluginDeadlines } from "./plugin-deadlines.ts";
import { type OutputListener, type PluginCommand, spawnPlugin } from "./plugin-process.ts";

const CONVERTER_METHODS = methodsOf("pulumirpc.Converter", {
  convertState: [protocol.ConvertStateRequest, protocol.ConvertStateResponse],
});

export interface ConverterLaunch extends PluginCommand {
  readonly deadlines: PluginDeadlines;
  readonly onOutput: OutputListener;
}

export interface ConversionRequest {
  /** `host:port` of the Mapper service. */
  readonly mapper: string;
  /** What the converter is to convert, in its own words. */
  readonly args: readonly string[];
}

export interface ConversionProblem {
  readonly severity: "error" | "warning";
  readonly message: string;
}

export interface Conversion {
  readonly resources: readonly ResourceImport[];
  readonly problems: readonly ConversionProblem[];
}

/**
 * Has a converter plugin turn another tool's state into resources to import. The plugin lives only for this.
 * @throws UserError `plugin-failed`, `conversion-failed`
 */
export async function convertState(launch: ConverterLaunch, request: ConversionRequest): Promise<Conversion> {
  const { deadlines, onOutput, pkg } = launch;
  const process = await spawnPlugin(launch, deadlines, onOutput);
  const client = new GrpcClient(`127.0.0.1:${process.port}`);
  try {
    const message = new protocol.ConvertStateRequest()
      .setMapperTarget(request.mapper)
      .setArgsList([...request.args]);
    const response = await client.call(CONVERTER_METHODS.convertState, message);
    const problems = response.getDiagnosticsList().map(decodeProblem);
    return { resources: response.getResourcesList(), problems };
  } catch (error) {
    const reason = (error instanceof CallError && error.details.trim()) || (error as Error).message;
    throw new UserError("conversion-failed", `converter ${JSON.stringify(pkg)} failed: ${reason}`, {
      cause: error,
    });
  } finally {
    client.close();
    await process.stop();
  }
}

const { DIAG_ERROR } = hcl.DiagnosticSeverity;

function decodeProblem(diagnostic: DiagnosticMessage): ConversionProblem {
  const place = placeOf(diagnostic);
  const parts = [diagnostic.getSummary(), diagnostic.getDetail()].filter((part) => part !== "");
  return {
    severity: diagnostic.getSeverity() === DIAG_ERROR ? "error" : "warning",
    message: (place === "" ? "" : `${place}: `) + parts.join("; "),
  };
}

/** `file:line,column-column`, or with the last line before the last column where that is another. */
function placeOf(diagnostic: DiagnosticMessage): string {
  const subject = diagnostic.getSubject();
  const [start, end] = [subject?.getStart(), subject?.getEnd()];
  if (subject === undefined || start === undefined || end === undefined) return "";
  const last = start.getLine() === end.getLine() ? "" : `${end.getLine()},`;
  return `${subject.getFilename()}:${start.getLine()},${start.getColumn()}-${last}${end.getColumn()}`;
}
