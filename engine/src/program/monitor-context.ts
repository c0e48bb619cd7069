import type { Deployment, ProviderRegistry } from "../execute/goal.ts";
import type { InvokeTransform, Transform } from "../protocol/monitor.ts";
import type { RunInfo } from "../providers/provider.ts";
import type { CallerTraces } from "./caller-traces.ts";
import type { ProviderSources } from "./select-provider.ts";
import type { SettledResources } from "./settled-resources.ts";
import type { TransformChain } from "./transform-chain.ts";

/** What the answers to a program's calls are made of. */
export interface MonitorContext extends ProviderSources {
  readonly deployment: Deployment;
  readonly registry: ProviderRegistry;
  readonly settled: SettledResources;
  readonly traces: CallerTraces;
  readonly transforms: TransformChain<Transform>;
  /** The stack's, in the order of their registration. */
  readonly invokeTransforms: InvokeTransform[];
  /** Complete once the server listens. */
  readonly info: () => RunInfo;
  /** The project's and the program's directories, absolute. */
  readonly root: string;
  readonly directory: string;
  /** Tells people that a resource cannot be registered, and ends the run. */
  readonly fail: (urn: string, message: string) => void;
  /** Called when the program signals; settles when it may end. */
  readonly waitForShutdown: () => Promise<void>;
}
