import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";
import type { CollectionCopy, DataPlane, DataPlanePlace } from "./data-plane.ts";
import { dumpStore, namespacesIn, restoreDump, restoreNamespaces } from "./dump.ts";
import { StoreContainers } from "./store-containers.ts";
import type { WireClient } from "./wire-client.ts";

/** Clusters whose documents lie in real stores, a container each; data snapshots are folders of files. */
export function dockerDataPlane(place: DataPlanePlace): DataPlane {
  return new DockerDataPlane(place);
}

class DockerDataPlane implements DataPlane {
  private readonly docker = new Docker();
  private readonly stores: StoreContainers;
  private readonly folder: string;
  /** Documents are wanted again by the next run. */
  private readonly isKept: boolean;

  constructor({ organisationId, folder }: DataPlanePlace) {
    this.stores = new StoreContainers(this.docker, organisationId);
    this.isKept = folder !== undefined;
    this.folder = folder ?? mkdtempSync(join(tmpdir(), "atlas-admin-"));
  }

  async check(): Promise<void> {
    await this.docker.ping().catch(async (cause: Error) => {
      if (!this.isKept) await rm(this.folder, { recursive: true, force: true });
      throw new Error(`Docker does not answer (${cause.message}): start it, or leave the data plane out`, {
        cause,
      });
    });
  }

  async start(cluster: string): Promise<void> {
    const { isNew } = await this.stores.start(cluster);
    const kept = this.keptOf(cluster);
    if (isNew && existsSync(kept)) await this.with(cluster, (client) => restoreDump(client, kept));
  }

  async stop(cluster: string): Promise<void> {
    await this.stores.stop(cluster);
  }

  async remove(cluster: string): Promise<void> {
    await this.stores.remove(cluster);
    await rm(this.keptOf(cluster), { recursive: true, force: true });
  }

  async takeSnapshot(cluster: string, snapshot: string): Promise<number> {
    return await this.with(cluster, (client) => dumpStore(client, this.snapshotOf(snapshot)));
  }

  async collectionsOf(snapshot: string): Promise<readonly string[]> {
    return await namespacesIn(this.snapshotOf(snapshot));
  }

  async removeSnapshot(snapshot: string): Promise<void> {
    await rm(this.snapshotOf(snapshot), { recursive: true, force: true });
  }

  async restore(snapshot: string, cluster: string): Promise<void> {
    await this.with(cluster, (client) => restoreDump(client, this.snapshotOf(snapshot)));
  }

  async restoreCollections(
    snapshot: string,
    cluster: string,
    copies: readonly CollectionCopy[],
  ): Promise<void> {
    await this.with(cluster, (client) => restoreNamespaces(client, this.snapshotOf(snapshot), copies));
  }

  async addressOf(cluster: string): Promise<string | undefined> {
    return await this.stores.addressOf(cluster);
  }

  /** Leaves no container; the documents go into files where another run may follow. */
  async close(): Promise<void> {
    for (const cluster of await this.stores.clusters()) {
      if (this.isKept) {
        await this.stores.start(cluster);
        await this.with(cluster, (client) => dumpStore(client, this.keptOf(cluster)));
      }
      await this.stores.remove(cluster);
    }
    if (!this.isKept) await rm(this.folder, { recursive: true, force: true });
  }

  private snapshotOf(id: string): string {
    return join(this.folder, "snapshots", id);
  }

  private keptOf(cluster: string): string {
    return join(this.folder, "clusters", cluster);
  }

  private async with<Result>(
    cluster: string,
    work: (client: WireClient) => Promise<Result>,
  ): Promise<Result> {
    const client = await this.stores.connect(cluster);
    try {
      return await work(client);
    } finally {
      client.close();
    }
  }
}
