import type { OperationOptions } from "./operation.ts";

/** Options of an operation where nothing is said. */
export const defaultOptions: OperationOptions = {
  preview: false,
  parallel: 16,
  continueOnError: false,
  refresh: false,
  runProgram: false,
  targets: [],
  excludes: [],
  replaces: [],
  targetDependents: false,
  excludeDependents: false,
  excludeProtected: false,
  ignoreProtect: false,
  expectNoChanges: false,
  clearPendingCreates: false,
  importPendingCreates: {},
  imports: [],
  message: "",
};
