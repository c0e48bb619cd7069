import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import {
  Computed,
  nodeProgram,
  type PropertyMap,
  type PropertyValue,
  type Provider,
  runOperation,
  Secret,
} from "../../../engine/src/index.ts";
import { createDockerProvider } from "../../../engine/src/providers/docker/provider.ts";
import { createKubernetesProvider } from "../../../engine/src/providers/kubernetes/provider.ts";
import { createAtlasProvider } from "../../../engine/src/providers/mongodbatlas/provider.ts";
import { createRandomProvider } from "../../../engine/src/providers/random/provider.ts";
import { defaultOptions, fakeHost, memoryStore } from "../../../engine/src/testing/index.ts";

interface RecordedStack {
  /** Checkout whose program runs, called `project`. */
  readonly folder: string;
  readonly project: string;
  readonly stack: string;
  /** Secret settings in clear, in place of those of the settings file. */
  readonly secrets?: { readonly [key: string]: string };
}

/** Writes the state that a stack has once it is up, as its backend would; gives the file. */
export async function recordStack({ folder, project, stack, secrets = {} }: RecordedStack): Promise<string> {
  const store = memoryStore({ organization: "organization", project, stack });
  const place = {
    name: project,
    root: folder,
    directory: folder,
    entry: ".",
    runtimeOptions: { typescript: false },
  };
  const { config } = parse(await readText(join(folder, `Pulumi.${stack}.yaml`))) as { config: Settings };
  const plain = Object.entries(config).map(([key, value]) => [
    key,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const hidden = Object.entries(secrets).map(([key, value]) => [`${project}:${key}`, value]);
  const told: string[] = [];
  const result = await runOperation("update", defaultOptions, {
    project: place,
    store,
    secrets: {
      record: undefined,
      encrypt: async (text) => encode(text),
      decrypt: async (text) => decode(text),
    },
    config: {
      values: Object.fromEntries([...plain, ...hidden]) as { [key: string]: string },
      secretKeys: Object.keys(secrets).map((key) => `${project}:${key}`),
    },
    providers: fakeHost({
      docker: made(createDockerProvider({ offline: true, directory: folder })),
      random: createRandomProvider(),
      kubernetes: onCluster(createKubernetesProvider({ offline: true })),
      mongodbatlas: made(createAtlasProvider()),
    }),
    program: nodeProgram({ ...place, env: process.env }),
    listener: (event) => {
      if (event.kind === "diagnostic" && event.diagnostic.severity === "error")
        told.push(event.diagnostic.message);
    },
    signal: new AbortController().signal,
    clock: { now: () => new Date(0) },
    random: { bytes: (count) => new Uint8Array(count), uuid: () => "00000000-0000-4000-8000-000000000000" },
  });
  if (result.result !== "succeeded") throw new Error(`the stack does not come up: ${told.join("\n")}`);
  const file = join(folder, `${stack}-state.json`);
  writeFileSync(file, store.text);
  return file;
}

type Settings = { readonly [key: string]: unknown };

async function readText(file: string): Promise<string> {
  return (await import("node:fs/promises")).readFile(file, "utf8");
}

const encode = (text: string) => Buffer.from(text).toString("base64");
const decode = (text: string) => Buffer.from(text, "base64").toString();

/** An adapter that has made what its preview promised; what that does not know is invented. */
function made(provider: Provider): Provider {
  return {
    ...provider,
    create: async (request) => {
      const { outputs } = await provider.create({ ...request, preview: true });
      return {
        id: `${request.name}-id`,
        outputs: { ...invent(request.name, outputs), ...known(request.type) },
      };
    },
  };
}

const DIGEST = `sha256:${"1".repeat(64)}`;

function known(type: string): PropertyMap {
  if (type === "docker:index/remoteImage:RemoteImage") return { imageId: DIGEST };
  if (type === "docker:index/container:Container") return { exitCode: 0, containerLogs: "" };
  if (!type.endsWith("AdvancedCluster")) return {};
  return {
    connectionStrings: {
      standardSrv: "mongodb+srv://documents.abcde.mongodb.net",
      privateSrv: "",
      privateEndpoints: [],
    },
  };
}

function invent(name: string, map: PropertyMap): PropertyMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [key, inventOne(`${name}-${key}`, value)]),
  );
}

function inventOne(name: string, value: PropertyValue): PropertyValue {
  if (value instanceof Computed) return name;
  return value instanceof Secret ? new Secret(inventOne(name, value.value)) : value;
}

/** A cluster that takes every object as it is. */
function onCluster(provider: Provider): Provider {
  return {
    ...provider,
    create: async ({ inputs }) => {
      const { namespace = "default", name = "" } = (inputs["metadata"] ?? {}) as { [key: string]: string };
      const outputs = { ...inputs, __inputs: inputs, __initialApiVersion: inputs["apiVersion"] ?? "" };
      return { id: `${namespace}/${name}`, outputs };
    },
  };
}
