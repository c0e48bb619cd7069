import type { Deployment } from "@pulumi/pulumi/automation/index.js";
import { z } from "zod";
import { cloudOutputsSchema, serviceOutputsSchema } from "../../contracts/stack-outputs.ts";
import { nameOf } from "../urn.ts";
import type { EnvironmentPart } from "./parts.ts";

/** What the dashboard takes of an exported state. Inputs and outputs of resources stay out: secrets are among them. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly custom: boolean;
  readonly parent?: string;
  readonly dependencies: readonly string[];
  /** The operation that an interrupted update left open. */
  readonly pending?: string;
}

const resourceSchema = z.object({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean().default(false),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  outputs: z.record(z.string(), z.unknown()).nullish(),
});

const stateSchema = z.object({
  resources: z.array(resourceSchema).nullish(),
  pending_operations: z.array(z.object({ resource: resourceSchema, type: z.string() })).nullish(),
});

/** Outputs that the page shows; all others, secrets among them, are never looked at. */
const shownOutputs = z.object({
  gatewayUrl: z.string(),
  pythonWeight: z.number(),
  services: z.record(z.string(), serviceOutputsSchema),
  cloud: cloudOutputsSchema.optional(),
});

type RawState = z.infer<typeof stateSchema>;

/** Reads an exported deployment. */
export function readState(deployment: Deployment): {
  readonly resources: readonly StateResource[];
  readonly environment: EnvironmentPart;
  /** Of a cloud stack that is up: where its services are. */
  readonly namespace: string | undefined;
} {
  const state = stateSchema.parse(deployment.deployment ?? {});
  const outputs = outputsOf(state);
  return {
    resources: resourcesOf(state),
    environment: environmentOf(state, outputs),
    namespace: outputs?.cloud?.namespace,
  };
}

function outputsOf({ resources }: RawState): z.infer<typeof shownOutputs> | undefined {
  const stack = (resources ?? []).find(({ type }) => type === "pulumi:pulumi:Stack");
  return shownOutputs.safeParse(stack?.outputs).data;
}

function resourcesOf({ resources, pending_operations }: RawState): StateResource[] {
  const pending = new Map((pending_operations ?? []).map(({ resource, type }) => [resource.urn, type]));
  const begun = (pending_operations ?? []).map(({ resource }) => resource);
  const known = new Map([...begun, ...(resources ?? [])].map((resource) => [resource.urn, resource]));
  return [...known.values()].map(({ urn, type, custom, parent, dependencies }) => {
    const operation = pending.get(urn);
    return {
      urn,
      type,
      custom,
      dependencies: dependencies ?? [],
      ...(parent !== undefined && { parent }),
      ...(operation !== undefined && { pending: operation }),
    };
  });
}

function environmentOf(
  { pending_operations }: RawState,
  outputs: z.infer<typeof shownOutputs> | undefined,
): EnvironmentPart {
  const unfinished = (pending_operations ?? []).map(
    ({ resource, type }) => `${type} ${nameOf(resource.urn)}`,
  );
  if (outputs === undefined) return { state: "absent", services: [], unfinished };
  const { gatewayUrl, pythonWeight } = outputs;
  const services = Object.entries(outputs.services).map(([name, { name: workload, url, ...rest }]) => ({
    name,
    workload,
    ...(url !== undefined && { url }),
    ...rest,
  }));
  return { state: "up", gatewayUrl, pythonWeight, services, unfinished };
}
