import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { UserError } from "../errors.ts";
import { root } from "../paths.ts";
import type { Output } from "../verb.ts";
import { buildServiceImage } from "./service-image.ts";

const execute = promisify(execFile);
const SCRIPT = join(root, "services", "test-stores.sh");
const STORES = ["document-store", "graph-store", "cache"];

/** Variables that tell where the stores are: `TEST_MONGODB_URL`, `TEST_NEO4J_URL`, … */
export type StoreVariables = { readonly [name: string]: string };

export interface Stores {
  readonly variables: StoreVariables;
  /** Removes their containers and data. */
  stop(): Promise<void>;
}

/** Starts real stores in containers of their own, on free ports of this machine. @throws UserError */
export async function startStores(output: Output): Promise<Stores> {
  output.stderr.write("stores: building their images …\n");
  const images: string[] = [];
  for (const store of STORES) {
    const tag = `trials-test/${store}`;
    images.push(await buildServiceImage(store, { tag, labels: { "trials.test-stores": "" } }));
  }
  output.stderr.write("stores: starting …\n");
  const { stdout } = await execute(SCRIPT, ["start", ...images]).catch(
    (error: Error & { stderr?: string }) => {
      throw new UserError("stores-not-started", `the stores do not start:\n${error.stderr ?? error.message}`);
    },
  );
  const variables = parseExports(stdout);
  return {
    variables,
    async stop() {
      await execute(SCRIPT, ["stop"], { env: { ...process.env, ...variables } });
    },
  };
}

/** Runs `work` with real stores, which are removed afterwards. */
export async function withStores<T>(output: Output, work: (env: StoreVariables) => Promise<T>): Promise<T> {
  const stores = await startStores(output);
  try {
    return await work({ ...stores.variables, ...givenStores(process.env) });
  } finally {
    await stores.stop();
  }
}

/** A document store that somebody names is tested instead of the embedded one: official MongoDB in CI. */
export function givenStores(env: { readonly [name: string]: string | undefined }): StoreVariables {
  const url = env["TEST_MONGODB_URL"];
  return url === undefined || url === "" ? {} : { TEST_MONGODB_URL: url };
}

/** `export NAME=value` lines of a shell script's output. */
export function parseExports(text: string): StoreVariables {
  const lines = [...text.matchAll(/^export ([A-Z0-9_]+)='?(.*?)'?$/gm)];
  return Object.fromEntries(lines.map(([, name = "", value = ""]) => [name, value]));
}
