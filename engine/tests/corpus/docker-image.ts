import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const image = "corpus-busybox:1";

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: "ignore" }).status === 0;
}

/**
 * Makes the local image that the docker cases run: a static busybox with `sh` and `sleep`.
 * Gives undefined when it is there, else why the docker cases cannot run.
 */
export function ensureDockerImage(): string | undefined {
  if (!succeeds("docker", "version")) return "no docker daemon answers";
  if (succeeds("docker", "image", "inspect", image)) return undefined;
  const busybox = ["/bin/busybox", "/usr/bin/busybox"].find((path) => succeeds(path, "true"));
  const folder = mkdtempSync(join(tmpdir(), "corpus-busybox-"));
  try {
    mkdirSync(join(folder, "root/bin"), { recursive: true });
    const source = busybox ?? unpackBusybox(folder);
    if (source === undefined) return "no static busybox: apt-get install busybox-static";
    cpSync(source, join(folder, "root/bin/busybox"));
    for (const name of ["sh", "sleep"]) symlinkSync("busybox", join(folder, "root/bin", name));
    const made = `tar -C '${folder}/root' -c . | docker import --change 'CMD ["sh"]' - ${image}`;
    return succeeds("sh", "-c", made) ? undefined : "docker import of the image failed";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function unpackBusybox(folder: string): string | undefined {
  const fetched = `cd '${folder}' && apt-get download busybox-static && dpkg -x busybox-static_*.deb unpacked`;
  if (!succeeds("sh", "-c", fetched)) return undefined;
  return ["bin/busybox", "usr/bin/busybox"]
    .map((path) => join(folder, "unpacked", path))
    .find((path) => succeeds(path, "true"));
}
