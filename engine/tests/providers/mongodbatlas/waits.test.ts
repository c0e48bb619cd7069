import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import type { Recorded } from "./atlas-stack.ts";
import { CUSTOM_DB_ROLE } from "./kinds/access-kinds.ts";
import { settingOf } from "./kinds/all-kinds.ts";
import { CLOUD_BACKUP_SNAPSHOT, SEARCH_DEPLOYMENT, SEARCH_INDEX } from "./kinds/data-kinds.ts";
import type { KindCase } from "./kinds/kind-case.ts";
import {
  NETWORK_CONTAINER,
  NETWORK_PEERING,
  PRIVATE_LINK_ENDPOINT,
  PRIVATE_LINK_ENDPOINT_SERVICE,
} from "./kinds/network-kinds.ts";
import { ENCRYPTION_AT_REST } from "./kinds/project-kinds.ts";
import { outputAt, simulatedAtlas, typeOf } from "./simulated-atlas.ts";

async function sceneOf(kind: KindCase) {
  const world = await simulatedAtlas();
  const setting = await settingOf(kind, world);
  const news = kind.news(setting);
  const type = typeOf(kind.name);
  /** What is left of a create that failed. */
  const failed = async (): Promise<PartialFailure> => {
    const failure: unknown = await world.stack.create(type, news, { timeout: 120 }).catch((error) => error);
    if (!(failure instanceof PartialFailure)) throw failure;
    return failure;
  };
  const recorded = ({ id, outputs }: PartialFailure): Recorded => ({ type, id, inputs: news, outputs });
  return { ...world, ...setting, news, type, failed, recorded };
}

describe("a data snapshot", () => {
  it("that fails is deleted and told; the next one is another", async () => {
    const { atlas, stack, type, news, projectId } = await sceneOf(CLOUD_BACKUP_SNAPSHOT);
    atlas.faults.add({ kind: "divert", machine: "snapshots", from: "inProgress", to: "failed", times: 1 });
    await expect(stack.create(type, news)).rejects.toThrow(
      "status was: failed. It is deleted, and the next update takes another",
    );
    await stack.create(type, news);
    const list = await stack.findInterrupted(type, { ...news, projectId });
    expect(list?.kind).toBe("found");
  });

  it("that takes too long is deleted, or stays and is waited for again", async () => {
    const { atlas, stack, type, news, failed, recorded } = await sceneOf(CLOUD_BACKUP_SNAPSHOT);
    atlas.faults.add({ kind: "stuck", machine: "snapshots", state: "queued" });
    await expect(stack.create(type, news, { timeout: 120 })).rejects.toThrow("last state: 'queued'");
    expect(await stack.findInterrupted(type, news)).toEqual({ kind: "absent" });
    Object.assign(news, { deleteOnCreateTimeout: false });
    const left = await failed();
    atlas.faults.clear();
    expect((await stack.update(recorded(left), news)).outputs["status"]).toBe("completed");
  });

  it("is one of two alike: a person has to say which", async () => {
    const { stack, type, news } = await sceneOf(CLOUD_BACKUP_SNAPSHOT);
    await stack.create(type, news);
    await stack.create(type, news);
    await expect(stack.findInterrupted(type, news)).rejects.toThrow(/2 objects .*`pulumi import`/);
  });
});

describe("a search index", () => {
  it("whose build fails goes again, and a changed one stays and is told", async () => {
    const { atlas, stack, type, news } = await sceneOf(SEARCH_INDEX);
    const fails = {
      kind: "divert",
      machine: "searchIndexes",
      from: "BUILDING",
      to: "FAILED",
      times: 1,
    } as const;
    atlas.faults.add(fails);
    await expect(stack.create(type, news)).rejects.toThrow("its build FAILED: mend the definition");
    await atlas.clock.settle();
    const created = await stack.create(type, news);
    atlas.faults.clear();
    atlas.faults.add(fails);
    await expect(stack.update(created, { ...news, analyzer: "lucene.french" })).rejects.toThrow(
      "the index stays as it is",
    );
  });

  it("is the same index in another spelling of its JSON, and refuses what is none", async () => {
    const { stack, type, news } = await sceneOf(SEARCH_INDEX);
    const created = await stack.create(type, news);
    const spelled = { ...news, mappingsFields: '{ "title": { "type": "string", "analyzer": "short" } }' };
    expect((await stack.diff(created, spelled)).changes).toBe("none");
    await expect(stack.diff(created, { ...news, mappingsFields: "{" })).rejects.toThrow(
      /"mappingsFields" is not valid JSON: give JSON.stringify/,
    );
    await expect(stack.diff(created, { ...news, collectionName: "other" })).rejects.toThrow(
      "collectionName cannot be updated",
    );
  });

  it("for vectors has fields, and a mapping may be a configuration", async () => {
    const { stack, type, projectId } = await sceneOf(SEARCH_INDEX);
    const common = { projectId, clusterName: "main", database: "db", collectionName: "c" };
    const fields = JSON.stringify([{ numDimensions: 3, path: "v", similarity: "cosine", type: "vector" }]);
    const vector = await stack.create(type, { ...common, type: "vectorSearch", fields });
    expect(vector.outputs).toMatchObject({ type: "vectorSearch", fields });
    expect(vector.outputs["name"]).toMatch(/^thing-[0-9a-f]{7}$/);
    const config = JSON.stringify({ typeSet: "t" });
    const dynamic = await stack.create(type, { ...common, name: "d", mappingsDynamicConfig: config });
    expect(dynamic.outputs["mappingsDynamicConfig"]).toBe(config);
    const plain = await stack.update(dynamic, { ...common, name: "d", mappingsDynamic: true });
    expect(plain.outputs).toMatchObject({ mappingsDynamic: true });
  });
});

describe("search nodes", () => {
  it("are waited for but where the program does not want it", async () => {
    const { stack, type, news } = await sceneOf(SEARCH_DEPLOYMENT);
    const created = await stack.create(type, news);
    const specs = [{ instanceSize: "S20_HIGHCPU_NVME", nodeCount: 3 }];
    const updated = await stack.update(created, { ...news, specs, skipWaitOnUpdate: true });
    expect(updated.outputs["stateName"]).toBe("UPDATING");
    await expect(stack.create(type, { ...news, specs: [...specs, ...specs] })).rejects.toThrow(
      "list must contain exactly 1 element, got: 2",
    );
  });
});

describe("a peering", () => {
  it("that fails stays recorded with the reason, and the next update tries again", async () => {
    const { atlas, stack, news, failed, recorded } = await sceneOf(NETWORK_PEERING);
    atlas.faults.add({ kind: "divert", machine: "peers", from: "INITIATING", to: "FAILED", times: 1 });
    const left = await failed();
    expect(left.message).toContain("peer networking is in a failed state");
    const mended = await stack.update(recorded(left), news);
    expect(mended.outputs["statusName"]).toBe("PENDING_ACCEPTANCE");
  });

  it("of another cloud says so in its own words", async () => {
    const { world, stack, type, projectId } = await sceneOf(NETWORK_PEERING);
    const container = await stack.create(typeOf("NetworkContainer"), {
      projectId,
      atlasCidrBlock: "10.40.0.0/18",
      providerName: "GCP",
    });
    await world.atlas.edit({
      table: "containers",
      key: world.key(projectId, outputAt(container, "containerId")),
      path: ["provisioned"],
      value: true,
    });
    const created = await stack.create(type, {
      projectId,
      // The resource's id does as well as the container's.
      containerId: container.id,
      providerName: "GCP",
      gcpProjectId: "p",
      networkName: "n",
    });
    expect(created.outputs).toMatchObject({ status: "WAITING_FOR_USER", containerId: container.id });
    expect(created.outputs).toHaveProperty("atlasGcpProjectId");
  });
});

describe("a private endpoint", () => {
  it("that fails on either side stays recorded with the reason", async () => {
    for (const kind of [PRIVATE_LINK_ENDPOINT, PRIVATE_LINK_ENDPOINT_SERVICE]) {
      const { atlas, failed } = await sceneOf(kind);
      const machine = kind === PRIVATE_LINK_ENDPOINT ? "endpointServices" : "privateEndpoints";
      atlas.faults.add({ kind: "divert", machine, from: "INITIATING", to: "FAILED", times: 1 });
      const left = await failed();
      expect(left.message).toContain("is in a failed state");
    }
  });

  it("of Azure and Google is told in their words", async () => {
    const { stack, projectId } = await sceneOf(PRIVATE_LINK_ENDPOINT);
    const link = (providerName: string, region: string) =>
      stack.create(typeOf("PrivateLinkEndpoint"), { projectId, providerName, region });
    const service = { projectId, endpointServiceId: "/subscriptions/s/endpoint" };
    const azure = await stack.create(typeOf("PrivateLinkEndpointService"), {
      ...service,
      providerName: "AZURE",
      privateLinkId: outputAt(await link("AZURE", "EUROPE_NORTH"), "privateLinkId"),
      privateEndpointIpAddress: "10.0.0.4",
    });
    expect(azure.outputs).toMatchObject({ azureStatus: "AVAILABLE", privateEndpointIpAddress: "10.0.0.4" });
    const google = await stack.create(typeOf("PrivateLinkEndpointService"), {
      ...service,
      endpointServiceId: "group",
      providerName: "GCP",
      privateLinkId: outputAt(await link("GCP", "WESTERN_EUROPE"), "privateLinkId"),
      gcpProjectId: "p",
      endpoints: [{ endpointName: "e", ipAddress: "10.0.0.5" }],
    });
    expect(google.outputs).toMatchObject({ gcpStatus: "AVAILABLE", endpoints: [{ endpointName: "e" }] });
  });
});

describe("a network container", () => {
  it("that is in use is waited for, and told with what holds it", async () => {
    const { stack, type, news, world, projectId } = await sceneOf(NETWORK_CONTAINER);
    const created = await stack.create(type, news);
    await world.cluster(projectId);
    await expect(stack.delete(created)).rejects.toThrow(/CONTAINERS_IN_USE.*delete what is in it/);
    expect(stack.slept()).toBeGreaterThanOrEqual(3_600_000);
  });
});

describe("a custom role", () => {
  it("is asked for again where Atlas stumbles over another change, and roles are made one at a time", async () => {
    const { atlas, stack, type, news } = await sceneOf(CUSTOM_DB_ROLE);
    atlas.faults.add({ kind: "answer", method: "POST", errorCode: "UNEXPECTED_ERROR", times: 2 });
    const names = ["a", "b", "c"];
    const roles = await Promise.all(names.map((roleName) => stack.create(type, { ...news, roleName })));
    expect(roles.map(({ outputs }) => outputs["roleName"])).toEqual(names);
  });
});

describe("keys of ours", () => {
  it("go in and never come out, and stay secret in the state", async () => {
    const { atlas, stack, type, news } = await sceneOf(ENCRYPTION_AT_REST);
    const created = await stack.create(type, news);
    expect(created.outputs).toMatchObject({
      awsKmsConfig: { secretAccessKey: new Secret("aws-secret"), region: "eu-west-1", valid: true },
      googleCloudKmsConfig: { serviceAccountKey: new Secret("{}") },
    });
    const { azureKeyVaultConfig: _, ...rest } = news;
    const fewer = await stack.update(created, rest);
    expect(fewer.outputs).not.toHaveProperty("azureKeyVaultConfig");
    expect(atlas.calls.at(-2)?.body).toMatchObject({ azureKeyVault: { enabled: false } });
  });
});
