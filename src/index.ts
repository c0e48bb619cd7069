import * as pulumi from "@pulumi/pulumi";
import { cloud as cloudEnvironment } from "./environments/cloud.ts";
import { dev } from "./environments/dev.ts";
import type { EnvironmentOutputs } from "./environments/environment.ts";
import { test } from "./environments/test.ts";
import { readCloudSettings, readDockerSettings } from "./settings/read.ts";

const environments: { readonly [stack: string]: () => EnvironmentOutputs } = {
  dev: () => dev(readDockerSettings()),
  test: () => test(readDockerSettings()),
  cloud: () => cloudEnvironment(readCloudSettings()),
};

function makeEnvironment(stack: string): EnvironmentOutputs {
  const make = environments[stack];
  if (make === undefined) {
    const known = Object.keys(environments).join(", ");
    throw new pulumi.RunError(`there is no environment for a stack called ${stack}; there are: ${known}`);
  }
  return make();
}

const outputs = makeEnvironment(pulumi.getStack());

export const environment = outputs.environment;
export const gatewayUrl = outputs.gatewayUrl;
export const pythonWeight = outputs.pythonWeight;
export const traffic = outputs.traffic;
export const services = outputs.services;
export const administrator = outputs.administrator;
export const notebooks = outputs.notebooks;
export const cloud = outputs.cloud;
