import { backendNode } from "../catalogue/backend-node.ts";
import { backendPython } from "../catalogue/backend-python.ts";
import { parity } from "../catalogue/parity.ts";
import type { ServiceDefinition } from "../catalogue/service-definition.ts";
import { ParityService } from "../components/parity-service.ts";
import type { KubernetesPlatform } from "../platforms/kubernetes/kubernetes-platform.ts";
import type { CloudSettings } from "../settings/cloud-settings.ts";
import type { EnvironmentOutputs } from "./environment.ts";

export interface CloudShiftArgs {
  readonly platform: KubernetesPlatform;
  readonly settings: CloudSettings;
}

/** What moves traffic from Node to Python: the comparator. */
export function cloudShift({ platform, settings }: CloudShiftArgs) {
  const { enabled, share, memory } = settings.parity;
  const comparator = enabled ? compare(platform, memory) : undefined;
  const outputs: EnvironmentOutputs["services"] = comparator ? { [parity.name]: comparator.outputs } : {};
  return {
    /** Where the gateway sends copies of reads. */
    copied: comparator && share > 0 ? { definition: parity, share } : undefined,
    after: comparator ? [comparator.workload.resource] : [],
    outputs,
  };
}

function compare(platform: KubernetesPlatform, memory: number) {
  const compared = (definition: ServiceDefinition) => ({ definition, host: definition.name });
  return new ParityService("parity", {
    platform,
    definition: parity,
    node: compared(backendNode),
    python: compared(backendPython),
    memory,
  }).service;
}
