export { defaultOptions } from "../default-options.ts";
export type { ErrorHookCall, HookCall } from "../execute/hook-registry.ts";
export { createMemoryStore as memoryStore, type MemoryStore } from "../state/memory-store.ts";
export { fakeHost, fakeProvider } from "./fake-provider.ts";
export { functionProgram, type ProgramApi, type ResourceOptions } from "./function-program.ts";
export type { ResourceTransform, TransformedResource } from "./resource-transform.ts";
export {
  type RunExtras,
  type TestRun,
  TestStack,
  type TestStackOptions,
} from "./test-stack.ts";
