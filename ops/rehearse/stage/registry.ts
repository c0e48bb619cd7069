import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { stringify } from "yaml";
import type { Machine } from "../../bootstrap/machine.ts";
import { unpackProgram } from "../../bootstrap/unpacked-package.ts";
import { type Background, startBackground } from "./background-process.ts";

const REGISTRY = "docker-registry";

/**
 * Starts an image registry on a free port of 127.0.0.1 (Docker takes loopback registries without TLS): Debian's
 * docker-registry, its data below `folders.data`. Gives its address, `127.0.0.1:PORT`.
 *
 * @throws UserError `package-missing`, `stage-not-started`.
 */
export async function startRegistry(
  machine: Machine,
  folders: { readonly packages: string; readonly data: string },
  signal: AbortSignal,
): Promise<Background<string>> {
  const wanted = { package: REGISTRY, program: REGISTRY, folder: folders.packages };
  const program = await unpackProgram(machine, wanted, { signal });
  const address = `127.0.0.1:${await findFreePort()}`;
  const settings = join(folders.data, "registry.yml");
  writeFileSync(
    settings,
    stringify({
      version: 0.1,
      log: { level: "info" },
      storage: { filesystem: { rootdirectory: join(folders.data, "registry") }, delete: { enabled: true } },
      http: { addr: address },
    }),
  );
  return await startBackground({
    what: "the image registry",
    command: program,
    args: ["serve", settings],
    log: join(folders.data, "registry.log"),
    ready: (line) => (line.includes("listening on") ? address : undefined),
    patience: 30_000,
    signal,
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
