import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import { onTestFinished } from "vitest";
import { DockerKeeper } from "../../../../ops/data/docker/docker-keeper.ts";

const BASE = "debian:trixie-slim";
const ROLES = ["graph-store", "one-documents"];

/** A stack of two stores that hold files and do nothing else. */
export class SmallStores {
  readonly docker = new Docker();
  readonly name = { project: `data-test-${randomBytes(4).toString("hex")}`, stack: "dev" };
  readonly folder = mkdtempSync(join(tmpdir(), "data-keeper-"));
  readonly keeper = new DockerKeeper({ docker: this.docker, name: this.name, folder: this.folder });
  private readonly containers = new Map<string, Docker.Container>();

  /** Starts them; they go when the test has finished. */
  static async start(): Promise<SmallStores> {
    const stores = new SmallStores();
    onTestFinished(() => stores.remove());
    for (const role of ROLES) await stores.startStore(role);
    return stores;
  }

  container(role: string): Docker.Container {
    const found = this.containers.get(role);
    if (found === undefined) throw new Error(`no store ${role}`);
    return found;
  }

  /** Runs a script in a store's container; gives what it printed. */
  async run(role: string, script: string): Promise<string> {
    const exec = await this.container(role).exec({
      Cmd: ["bash", "-ec", script],
      AttachStdout: true,
      AttachStderr: true,
      Tty: true,
    });
    const stream = await exec.start({ Tty: true });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const { ExitCode } = await exec.inspect();
    const text = Buffer.concat(chunks).toString("utf8").replaceAll("\r", "");
    if (ExitCode !== 0) throw new Error(text);
    return text;
  }

  /** Every file with its mode, owner and content. */
  content(role: string): Promise<string> {
    return this.run(
      role,
      "cd /data; find . -mindepth 1 -printf '%p %M %U\\n' | sort; find . -type f | sort | xargs -d '\\n' sha256sum",
    );
  }

  async states(): Promise<string[]> {
    const all = [...this.containers].map(async ([role, container]) => {
      const { State } = await container.inspect();
      return `${role} ${State.Paused ? "paused" : State.Status}`;
    });
    return (await Promise.all(all)).sort();
  }

  private async startStore(role: string): Promise<void> {
    const volume = `${this.name.project}-${role}`;
    const container = await this.docker.createContainer({
      Image: BASE,
      Entrypoint: ["bash", "-c", "trap 'exit 0' TERM; while :; do sleep 3600 & wait; done"],
      User: "0:0",
      Labels: { "trials.project": this.name.project, "trials.stack": "dev", "trials.role": role },
      HostConfig: {
        NetworkMode: "none",
        ReadonlyRootfs: true,
        Mounts: [{ Type: "volume", Source: volume, Target: "/data" }],
      },
    });
    this.containers.set(role, container);
    await container.start();
    await this.run(
      role,
      `mkdir -p /data/deep/er; echo ${role} >/data/deep/er/name; head -c 300000 /dev/urandom >'/data/a file'; touch /data/.hidden; chmod 600 /data/.hidden`,
    );
  }

  private async remove(): Promise<void> {
    const label = [`trials.project=${this.name.project}`];
    const found = await this.docker.listContainers({ all: true, filters: JSON.stringify({ label }) });
    for (const { Id } of found) await this.docker.getContainer(Id).remove({ force: true });
    for (const role of ROLES) await this.docker.getVolume(`${this.name.project}-${role}`).remove();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
