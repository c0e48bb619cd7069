export { Engine, type EngineOptions, type RunOptions } from "./engine.ts";
export {
  EngineError,
  type FailureStatus,
  ProviderError,
  UserError,
  type UserErrorOptions,
} from "./errors.ts";
export type { Diagnostic, EngineEvent, EventListener, Severity, StepMetadata, StepOp } from "./events.ts";
export { runOperation } from "./execute/run-operation.ts";
export type {
  ImportSpec,
  OperationContext,
  OperationKind,
  OperationOptions,
  OperationResult,
  RunConfig,
} from "./operation.ts";
export {
  type ExplainedStep,
  explainReplacements,
  type ReasonLink,
  type ReplacementReason,
} from "./plan/replacement-reasons.ts";
export type { NodeProgram } from "./program/node-command.ts";
export { nodeProgram } from "./program/node-program.ts";
export type { ProgramOutcome, ProgramRun, ProgramSource } from "./program/program-source.ts";
export {
  Archive,
  Asset,
  Computed,
  computed,
  OutputValue,
  type PropertyMap,
  type PropertyValue,
  ResourceReference,
  Secret,
} from "./protocol/property-value.ts";
export { PartialFailure, type Provider, type ProviderHost, type ProviderSpec } from "./providers/provider.ts";
export {
  type FileStateOptions,
  memoryState,
  openFileState,
  type StackName,
  type StackState,
} from "./stack-state.ts";
export type { LockPolicy } from "./state/await-lock.ts";
export type { ResourceState, Snapshot } from "./state/resource.ts";
export type { SecretsManager } from "./state/secrets.ts";
export type { StackLock, StackReference, StackStore } from "./state/store.ts";
