import type { OperationContext } from "../operation.ts";
import type { Evaluation } from "../program/evaluation.ts";
import type { ProgramSource } from "../program/program-source.ts";
import type { Deployment } from "./goal.ts";

/** A program that is code of this process: it talks to the deployment itself, without servers in between. */
export interface InProcessProgram extends ProgramSource {
  evaluate(deployment: Deployment, context: OperationContext): Evaluation;
}

/** True for programs that need no servers. */
export function isInProcess(program: ProgramSource): program is InProcessProgram {
  return "evaluate" in program && typeof program.evaluate === "function";
}
