import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { dev } from "../src/environments/dev.ts";
import { test } from "../src/environments/test.ts";
import { readDockerSettings } from "../src/settings/read.ts";
import { variableFor } from "./variable.ts";

/** A resource that the program registered: its inputs, and the resources that have to be there before. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: { readonly [property: string]: unknown };
  readonly dependsOn: readonly string[];
}

const ENVIRONMENTS = { dev, test } as const;

/** The stacks that run on Docker. */
export type ComposeStack = keyof typeof ENVIRONMENTS;
export const composeStacks = Object.keys(ENVIRONMENTS) as readonly ComposeStack[];

/**
 * Runs the program for a stack with nothing behind it: neither an engine nor Docker. Secrets and image ids, which only
 * a real update knows, are names that stand for them.
 */
export async function recordStack(root: string, stack: ComposeStack): Promise<readonly Registration[]> {
  const project = readYaml<{ name: string }>(join(root, "Pulumi.yaml")).name;
  const { config } = readYaml<{ config: Settings }>(join(root, `Pulumi.${stack}.yaml`));
  const registered: Omit<Registration, "dependsOn">[] = [];
  const dependencies = new Map<string, readonly string[]>();
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        registered.push({ type, name, inputs: plain(inputs) as Registration["inputs"] });
        return { id: `${name}-id`, state: { ...inputs, ...standIns(type, name) } };
      },
      call: () => ({}),
    },
    project,
    stack,
    false,
  );
  pulumi.runtime.setAllConfig(toConfig(config));
  await pulumi.runtime.runInPulumiStack(async () => {
    pulumi.runtime.registerStackTransformation(({ name, opts }) => {
      dependencies.set(name, [opts.dependsOn ?? []].flat().map(logicalName));
      return undefined;
    });
    ENVIRONMENTS[stack](readDockerSettings());
    return {};
  });
  await pulumi.runtime.disconnect();
  return registered
    .map((one) => ({ ...one, dependsOn: dependencies.get(one.name) ?? [] }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

interface Settings {
  readonly [key: string]: unknown;
}

function readYaml<T>(file: string): T {
  return parse(readFileSync(file, "utf8")) as T;
}

/** Structured values are JSON text, an encrypted one is a variable. */
function toConfig(settings: Settings): { [key: string]: string } {
  const text = (key: string, value: unknown) => {
    if (typeof value === "string") return value;
    const isSecret = typeof value === "object" && value !== null && "secure" in value;
    return isSecret ? variableFor(key.slice(key.indexOf(":") + 1)) : JSON.stringify(value);
  };
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, text(key, value)]));
}

/** The resource's name is the end of its URN, which is there before anything else of it is. */
function logicalName(resource: unknown): string {
  return (resource as { __name: string }).__name;
}

function standIns(type: string, name: string): { [property: string]: unknown } {
  switch (type) {
    case "random:index/randomPassword:RandomPassword":
      return { result: variableFor(name) };
    case "random:index/randomId:RandomId":
      return { hex: variableFor(name) };
    case "docker:index/remoteImage:RemoteImage":
      return { imageId: name };
    case "docker:index/container:Container":
      return { exitCode: 0, containerLogs: "" };
    default:
      return {};
  }
}

function plain(value: unknown): unknown {
  if (pulumi.runtime.isRpcSecret(value)) return plain(pulumi.runtime.unwrapRpcSecret(value));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}
