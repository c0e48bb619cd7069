import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { followProgress } from "../bootstrap/docker-images.ts";
import { UserError } from "../errors.ts";
import { root } from "../paths.ts";
import type { SuiteContext } from "./suite.ts";

const execute = promisify(execFile);
const SCRIPT = join(root, "services", "test-stores.sh");
const STORES = ["document-store", "graph-store", "cache"];

/** Variables that tell the tests of the services where their stores are. */
export type StoreVariables = { readonly [name: string]: string };

/** Runs `work` with real stores in containers of their own, which are removed afterwards. */
export async function withStores<T>(
  context: SuiteContext,
  work: (env: StoreVariables) => Promise<T>,
): Promise<T> {
  context.output.stderr.write("stores: building their images …\n");
  const images: string[] = [];
  for (const store of STORES) images.push(await buildImage(store));
  context.output.stderr.write("stores: starting …\n");
  const { stdout } = await execute(SCRIPT, ["start", ...images]).catch(
    (error: Error & { stderr?: string }) => {
      throw new UserError("stores-not-started", `the stores do not start:\n${error.stderr ?? error.message}`);
    },
  );
  const env = parseExports(stdout);
  try {
    return await work(env);
  } finally {
    await execute(SCRIPT, ["stop"], { env: { ...process.env, ...env } });
  }
}

/** `export NAME=value` lines of a shell script's output. */
export function parseExports(text: string): StoreVariables {
  const lines = [...text.matchAll(/^export ([A-Z0-9_]+)='?(.*?)'?$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}

/** Builds a store's image with BuildKit; the layers are those that the environments use. Gives the image's id. */
async function buildImage(store: string): Promise<string> {
  const docker = new Docker();
  const tag = `trials-test/${store}`;
  const stream = await docker.buildImage(
    { context: join(root, "services", store), src: ["."] },
    {
      t: tag,
      version: "2",
      buildargs: { BUILD_SETTINGS: "trials/build-settings:local" },
      labels: { "trials.test-stores": "" },
    },
  );
  const errors: string[] = [];
  await followProgress(docker, stream, ({ error }) => {
    if (error !== undefined) errors.push(error);
  }).catch((error: Error) => errors.push(error.message));
  if (errors[0] !== undefined) {
    throw new UserError("image-build", `the image of services/${store} does not build: ${errors[0]}`, {
      help: `build it by hand to see its log: docker build services/${store}`,
    });
  }
  return (await docker.getImage(tag).inspect()).Id;
}
