import { setTimeout as wait } from "node:timers/promises";
import type Docker from "dockerode";
import { findStoreImage } from "./store-image.ts";
import { WireClient } from "./wire-client.ts";

const LABEL = "trials.simulator";
const ORGANISATION = "trials.simulator.organisation";
const CLUSTER = "trials.simulator.cluster";
const PORT = "27017/tcp";
const MEMORY_BYTES = 384 * 1024 * 1024;
const PATIENCE_MS = 120_000;
const LOOK_MS = 200;

/** Containers of the document store, one a cluster, known by their labels: those of an earlier run are found again. */
export class StoreContainers {
  private readonly docker: Docker;
  private readonly organisation: string;
  private image: string | undefined;

  constructor(docker: Docker, organisation: string) {
    this.docker = docker;
    this.organisation = organisation;
  }

  /** Ids of the clusters that have a container, running or not. */
  async clusters(): Promise<string[]> {
    const found = await this.list([`${ORGANISATION}=${this.organisation}`]);
    return found.map(({ Labels }) => Labels[CLUSTER] ?? "");
  }

  async find(cluster: string): Promise<Docker.Container | undefined> {
    const [found] = await this.list([`${ORGANISATION}=${this.organisation}`, `${CLUSTER}=${cluster}`]);
    return found === undefined ? undefined : this.docker.getContainer(found.Id);
  }

  /** Starts the cluster's container, and makes it first where there is none; then `isNew`. */
  async start(cluster: string): Promise<{ readonly isNew: boolean }> {
    const old = await this.find(cluster);
    const container = old ?? (await this.create(cluster));
    const { State } = await container.inspect();
    if (!State.Running) await container.start();
    await this.untilAnswers(cluster);
    return { isNew: old === undefined };
  }

  async stop(cluster: string): Promise<void> {
    const container = await this.find(cluster);
    if (container !== undefined && (await container.inspect()).State.Running) await container.stop();
  }

  async remove(cluster: string): Promise<void> {
    await (await this.find(cluster))?.remove({ force: true, v: true });
  }

  /** `127.0.0.1:port`; undefined where it does not run. */
  async addressOf(cluster: string): Promise<string | undefined> {
    const container = await this.find(cluster);
    const { NetworkSettings } = (await container?.inspect()) ?? {};
    const port = NetworkSettings?.Ports[PORT]?.[0]?.HostPort;
    return port === undefined ? undefined : `127.0.0.1:${port}`;
  }

  async connect(cluster: string): Promise<WireClient> {
    const address = await this.addressOf(cluster);
    if (address === undefined) throw new Error(`the store of cluster ${cluster} does not run`);
    return await WireClient.connect(address);
  }

  private async list(label: string[]): Promise<Docker.ContainerInfo[]> {
    return await this.docker.listContainers({ all: true, filters: { label } });
  }

  private async create(cluster: string): Promise<Docker.Container> {
    this.image ??= await findStoreImage(this.docker);
    return await this.docker.createContainer({
      name: `trials-atlas-${cluster}`,
      Image: this.image,
      Labels: { [LABEL]: "atlas-admin", [ORGANISATION]: this.organisation, [CLUSTER]: cluster },
      ExposedPorts: { [PORT]: {} },
      HostConfig: {
        PortBindings: { [PORT]: [{ HostIp: "127.0.0.1", HostPort: "" }] },
        Memory: MEMORY_BYTES,
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        Tmpfs: { "/tmp": "" },
      },
    });
  }

  private async untilAnswers(cluster: string): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      try {
        const client = await this.connect(cluster);
        await client.run("admin", { ping: 1 }).finally(() => client.close());
        return;
      } catch (cause) {
        if (Date.now() > deadline) {
          throw new Error(
            `the store of cluster ${cluster} does not answer: docker logs trials-atlas-${cluster}`,
            { cause },
          );
        }
        await wait(LOOK_MS);
      }
    }
  }
}
