import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../../paths.ts";
import type { AtlasAccess } from "./atlas-organisation.ts";
import { type Background, startBackground } from "./background-process.ts";

/** What a stage's process needs to know. */
export interface StageContext {
  /** Folder for its state and its log. */
  readonly folder: string;
  readonly signal: AbortSignal;
}

/** A cluster to deploy to. */
export interface ClusterAccess {
  readonly kubeconfig: string;
  /** @default the kubeconfig's current one */
  readonly context?: string;
}

const URL_LINE = /^http:\/\/127\.0\.0\.1:\d+$/;

/** Each look at a cluster finds it ten minutes further: about what Atlas takes to make one. */
const VIRTUAL_SECONDS_A_LOOK = 600;

/** An organisation of the simulated Atlas. */
export type SimulatedAtlas = AtlasAccess & { readonly organisation: string };

/** Starts the simulator of the Atlas Admin API; its clusters hold their documents in real store containers. */
export async function startAtlasSimulator(context: StageContext): Promise<Background<SimulatedAtlas>> {
  const running = await startBackground({
    what: "the Atlas simulator",
    command: process.execPath,
    args: [
      script("atlas-admin"),
      "--state",
      join(context.folder, "atlas.json"),
      "--poll-step",
      String(VIRTUAL_SECONDS_A_LOOK),
      "--data-plane",
      "docker",
      "--json",
    ],
    log: join(context.folder, "atlas.log"),
    ready: readPlace,
    patience: 60_000,
    signal: context.signal,
  });
  const { url, organisationId, credentialsFile } = running.value;
  const { clientId, clientSecret } = credentialsSchema.parse(
    JSON.parse(readFileSync(credentialsFile, "utf8")),
  );
  return { value: { url, organisation: organisationId, clientId, clientSecret }, stop: running.stop };
}

const placeSchema = z.object({ url: z.url(), organisationId: z.string(), credentialsFile: z.string() });
const credentialsSchema = z.object({ clientId: z.string(), clientSecret: z.string() });

function readPlace(line: string): z.infer<typeof placeSchema> | undefined {
  return line.startsWith("{") ? placeSchema.parse(JSON.parse(line)) : undefined;
}

/** The account that the Aura simulator begins with. */
export interface SimulatedAura {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly tenant: string;
}

const AURA_ACCOUNT = {
  clientId: "aura-client",
  clientSecret: "aura-secret",
  tenant: "6981ace7-efe5-4f5c-b7c5-267b5162ce91",
};

/** Starts the simulator of the Aura API. */
export function startAuraSimulator({ folder, signal }: StageContext): Promise<Background<SimulatedAura>> {
  return startBackground({
    what: "the Aura simulator",
    command: process.execPath,
    args: [script("aura"), "--state", join(folder, "aura.json")],
    log: join(folder, "aura.log"),
    ready: (line) => (URL_LINE.test(line) ? { url: line, ...AURA_ACCOUNT } : undefined),
    patience: 30_000,
    signal,
  });
}

function script(simulator: string): string {
  return join(root, "simulators", simulator, "main.ts");
}

/** Starts a Kubernetes control plane of this machine: real API server and controllers, pods played by KWOK. */
export function startControlPlane({ folder, signal }: StageContext): Promise<Background<ClusterAccess>> {
  return startBackground({
    what: "the Kubernetes control plane",
    command: process.execPath,
    args: [script("kubernetes"), "--folder", join(folder, "kubernetes")],
    log: join(folder, "kubernetes.log"),
    ready: (line) => {
      const kubeconfig = /(\/\S*kubeconfig\S*)/.exec(line)?.[1];
      return kubeconfig === undefined ? undefined : { kubeconfig };
    },
    patience: 45 * 60_000,
    signal,
  });
}
