import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import Docker from "dockerode";
import { afterAll, beforeAll } from "vitest";
import { findImage } from "../../../src/providers/docker/images.ts";

const run = promisify(execFile);

/** Every object that these tests make carries this label. */
export const LABEL = "trials-engine-docker-test";

/** A small image with a shell, made here: no registry is asked. */
export const BASE_IMAGE = "trials-engine-test-base:1";

/** The tests' own way to the daemon, to look at and to disturb what the provider made. */
export const daemon = new Docker({ socketPath: "/var/run/docker.sock" });

const APPLETS = [
  "sh",
  "sleep",
  "echo",
  "cat",
  "ls",
  "touch",
  "false",
  "true",
  "id",
  "test",
  "stat",
  "nc",
  "rm",
];

/** Makes the base image before a file's tests and removes what they left afterwards. */
export function useDaemon(): {
  readonly prefix: string;
  readonly labels: { label: string; value: string }[];
} {
  const prefix = `trials-engine-test-${process.pid}-${Math.trunc(performance.timeOrigin) % 100000}`;
  beforeAll(makeBaseImage);
  afterAll(() => removeLabelled(prefix));
  return { prefix, labels: [{ label: LABEL, value: prefix }] };
}

async function makeBaseImage(): Promise<void> {
  const host = "";
  if ((await findImage({ docker: daemon, host, logins: new Map() }, BASE_IMAGE)) !== undefined) return;
  const folder = await mkdtemp(join(tmpdir(), "trials-engine-base-"));
  try {
    const bin = join(folder, "root", "bin");
    await mkdir(bin, { recursive: true });
    await cp(await staticBusybox(folder), join(bin, "busybox"));
    for (const name of APPLETS) await symlink("busybox", join(bin, name));
    await mkdir(join(folder, "root", "tmp"));
    const archive = join(folder, "root.tar");
    await run("tar", ["-C", join(folder, "root"), "-cf", archive, "."]);
    const [repo, tag] = BASE_IMAGE.split(":");
    const stream = await daemon.importImage(archive, {
      repo,
      tag,
      changes: ["ENV PATH=/bin", `LABEL ${LABEL}=base`],
    });
    for await (const _ of stream);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Of the machine, else of its package mirror. */
async function staticBusybox(folder: string): Promise<string> {
  for (const path of ["/bin/busybox", "/usr/bin/busybox"]) {
    const isStatic = await run("sh", ["-c", `test -x ${path} && ! ldd ${path} >/dev/null 2>&1`]).then(
      () => true,
      () => false,
    );
    if (isStatic) return path;
  }
  const unpack =
    "apt-get download busybox-static && dpkg -x busybox-static_*.deb unpacked && ls unpacked/*bin/busybox unpacked/usr/*bin/busybox 2>/dev/null";
  const { stdout } = await run("sh", ["-c", `${unpack} || true`], { cwd: folder });
  const found = stdout.split("\n").find((line) => line.endsWith("/busybox"));
  if (found === undefined) throw new Error("no static busybox here and apt-get cannot fetch busybox-static");
  return join(folder, found);
}

async function removeLabelled(prefix: string): Promise<void> {
  const filters = { label: [`${LABEL}=${prefix}`] };
  for (const container of await daemon.listContainers({ all: true, filters })) {
    await daemon.getContainer(container.Id).remove({ force: true, v: true });
  }
  for (const network of await daemon.listNetworks({ filters })) await daemon.getNetwork(network.Id).remove();
  for (const volume of (await daemon.listVolumes({ filters })).Volumes)
    await daemon.getVolume(volume.Name).remove();
  for (const image of await daemon.listImages({ filters }))
    await daemon.getImage(image.Id).remove({ force: true });
}
