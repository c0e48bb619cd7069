import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import { ensureDockerPlatform } from "../bootstrap/docker-platform.ts";
import { ensureGo } from "../bootstrap/go.ts";
import { thisMachine } from "../bootstrap/machine.ts";
import { startStores } from "../bootstrap/test-stores.ts";
import type { Environment } from "../data/cloud/credentials.ts";
import type { EngineChoice } from "../engine-choice.ts";
import { LiveCluster } from "../health/live-cluster.ts";
import { root } from "../paths.ts";
import type { OpenStack } from "../stack.ts";
import type { Output } from "../verb.ts";
import { prepareWorkspace } from "../workspace.ts";
import { type Endpoints, pointAtStage } from "./rehearsal-settings.ts";
import { AtlasOrganisation } from "./stage/atlas-organisation.ts";
import { pushImages, removeRehearsalContainers } from "./stage/push-images.ts";
import { startRegistry } from "./stage/registry.ts";
import {
  type ClusterAccess,
  type SimulatedAtlas,
  type SimulatedAura,
  startAtlasSimulator,
  startAuraSimulator,
  startControlPlane,
} from "./stage/simulators.ts";
import type { World } from "./world.ts";

export interface StageOptions {
  readonly output: Output;
  readonly engine: EngineChoice;
  /** Folder of this rehearsal: state, logs, registry. */
  readonly folder: string;
  /** A cluster of the user's. @default one is started */
  readonly cluster?: ClusterAccess;
}

/** A stage that is set. */
export interface Stage {
  readonly world: World;
  /** Takes everything down, also what is only half up. */
  close(): Promise<void>;
}

/** Images that the cloud stack runs; the rehearsal runs some of them itself. */
const IMAGES = [
  "backend-node",
  "backend-python",
  "cache",
  "knowledge-graph",
  "migration",
  "notebooks",
  "parity",
  "planet",
  "schema",
  "seed",
];

/** Sets the stage: stores, registry with our images, simulators, cluster, and the cloud stack pointed at them. */
export async function openStage(options: StageOptions): Promise<Stage> {
  const { output, folder } = options;
  const context = { folder, signal: output.signal };
  const stops: (() => Promise<void>)[] = [];
  const started = async <T>(starting: Promise<{ value: T; stop(): Promise<void> }>): Promise<T> => {
    const { value, stop } = await starting;
    stops.unshift(stop);
    return value;
  };
  const close = async () => {
    for (const stop of stops.splice(0)) await stop();
    await removeRehearsalContainers();
    clearFolder(folder);
  };
  try {
    mkdirSync(folder, { recursive: true });
    await ensureDockerPlatform("rehearsal", output);
    await ensureGo(thisMachine(), output);
    await removeRehearsalContainers();
    const cluster = options.cluster ?? (await started(startControlPlane(context)));
    const atlas = await started(startAtlasSimulator(context));
    const aura = await started(startAuraSimulator(context));
    const folders = { packages: join(cacheFolder(), "packages"), data: folder };
    const registry = await started(startRegistry(thisMachine(), folders, output.signal));
    const repository = `${registry}/trials`;
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const images = { repository, digests: await pushImages(IMAGES, repository, say) };
    const stores = await startStores(output);
    stops.unshift(() => stores.stop());
    const opened = await openRehearsedStack(options, { cluster, atlas, aura, images });
    const world: World = {
      output,
      opened,
      vendors: credentialsOf(atlas, aura),
      cluster: new LiveCluster(cluster),
      atlas: new AtlasOrganisation(atlas),
      source: stores.variables,
      images,
      folder,
    };
    return { world, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Only the logs are kept: they are small, and tell why something failed. */
function clearFolder(folder: string): void {
  for (const entry of readdirSync(folder).filter((name) => !name.endsWith(".log"))) {
    rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

/** The cloud stack with a state of its own below the rehearsal's folder. */
async function openRehearsedStack(options: StageOptions, endpoints: Endpoints): Promise<OpenStack> {
  const local = join(options.folder, "stack");
  const env = { ...process.env, PULUMI_BACKEND_URL: undefined };
  const workspace = prepareWorkspace({ root, local, stack: "cloud", env });
  pointAtStage(join(workspace.directory, "Pulumi.cloud.yaml"), endpoints);
  const stack = await LocalWorkspace.createOrSelectStack(
    { stackName: "cloud", workDir: workspace.directory },
    {
      pulumiCommand: options.engine.command,
      envVars: { ...workspace.env },
    },
  );
  const { atlas, aura } = endpoints;
  await stack.setConfig("trials:atlasClientSecret", { value: atlas.clientSecret, secret: true });
  await stack.setConfig("trials:auraClientSecret", { value: aura.clientSecret, secret: true });
  const checkout = { root, local };
  return { name: "cloud", project: "trials", stack, engine: options.engine, checkout };
}

function credentialsOf(atlas: SimulatedAtlas, aura: SimulatedAura): Environment {
  return {
    MONGODB_ATLAS_BASE_URL: atlas.url,
    MONGODB_ATLAS_CLIENT_ID: atlas.clientId,
    MONGODB_ATLAS_CLIENT_SECRET: atlas.clientSecret,
    AURA_BASE_URL: aura.url,
    AURA_CLIENT_ID: aura.clientId,
    AURA_CLIENT_SECRET: aura.clientSecret,
  };
}

/** What is kept between rehearsals and checkouts. */
function cacheFolder(): string {
  return join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "trials-infrastructure");
}
