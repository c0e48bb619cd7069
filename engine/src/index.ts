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
export type { ResourceState, Snapshot } from "./state/resource.ts";
export type { SecretsManager } from "./state/secrets.ts";
export type { StackLock, StackReference, StackStore } from "./state/store.ts";
