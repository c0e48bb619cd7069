import * as pulumi from "@pulumi/pulumi";
import type { EnvironmentOutputs } from "../../src/environments/environment.ts";
import { dockerSettingsSchema } from "../../src/settings/docker-settings.ts";
import { type Recording, type Registered, recordRegistrations, settled } from "../registrations.ts";

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";

export const settings = dockerSettingsSchema.parse({
  gateway: { port: 8080, pythonWeight: 25 },
  backendNode: { port: 8081 },
  backendPython: { port: 8082 },
  documentStore: { nodePort: 27017, pythonPort: 27018 },
  graphStore: { boltPort: 7687, httpPort: 7474 },
});

export interface Run {
  readonly recording: Recording;
  readonly outputs: unknown;
}

export async function run(
  stack: string,
  make: (values: typeof settings) => EnvironmentOutputs,
): Promise<Run> {
  const recording = await recordRegistrations(stack);
  const outputs = await settled(pulumi.output(make(settings)));
  return { recording, outputs };
}

export const ofType = (recording: Recording, type: string) =>
  recording.resources.filter((resource) => resource.type === type);
export const networksOf = (container: Registered) =>
  (container.inputs["networksAdvanced"] as { name: string }[]).map((network) => network.name).sort();
