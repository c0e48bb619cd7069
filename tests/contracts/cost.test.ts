import { describe, expect, it } from "vitest";
import type { CostRow } from "../../contracts/cost/cost-row.ts";
import { estimateCost } from "../../contracts/cost/estimate.ts";
import { withPrices } from "../../contracts/cost/price-table.ts";
import { listPrices } from "../../contracts/cost/prices.ts";

interface Priced {
  readonly type: string;
  readonly inputs?: object;
}

const estimate = (resources: readonly Priced[], prices = listPrices) =>
  estimateCost(
    resources.map(({ type, inputs = {} }, index) => ({ urn: `urn-${index}`, type, inputs })),
    prices,
  );
const rowsOf = (resources: readonly Priced[], prices = listPrices) =>
  estimate(resources, prices).rows.map(({ item, monthly, note }) => [item, monthly, note]);

const region = (changes: object = {}, specs: object = {}) => ({
  providerName: "AWS",
  regionName: "US_EAST_1",
  electableSpecs: { instanceSize: "M30", nodeCount: 3, diskSizeGb: 40, ...specs },
  ...changes,
});
const cluster = (regions: readonly object[], changes: object = {}): Priced => ({
  type: "mongodbatlas:index/advancedCluster:AdvancedCluster",
  inputs: { replicationSpecs: [{ regionConfigs: regions }], ...changes },
});

describe("an Atlas cluster", () => {
  it("costs its size by the hour, three nodes at a time", () => {
    expect(rowsOf([cluster([region()])])).toEqual([["Atlas M30, 3 nodes, AWS US_EAST_1", 394.2, ""]]);
    expect(rowsOf([cluster([region({}, { nodeCount: 5 })])])[0]?.[1]).toBe(657);
  });

  it("costs its disk beyond the size's own, and every kind of node", () => {
    const wide = region({ analyticsSpecs: { instanceSize: "M10", nodeCount: 1 } }, { diskSizeGb: 200 });
    expect(rowsOf([cluster([wide])])).toEqual([
      ["Atlas M30, 3 nodes, AWS US_EAST_1", 394.2, ""],
      ["Atlas disk beyond the size's own, AWS", 80.3, "160 GB"],
      ["Atlas M10, 1 node, AWS US_EAST_1", 19.47, ""],
    ]);
  });

  it("is as dear as its region, and says where a region is not on file", () => {
    expect(rowsOf([cluster([region({ regionName: "SA_EAST_1" })])])[0]?.[1]).toBe(715.4);
    const [row] = estimate([cluster([region({ regionName: "EU_WEST_1" })])]).rows;
    expect(row).toMatchObject({ monthly: 394.2, verified: false, note: "priced as AWS US_EAST_1" });
  });

  it("says up to which size it may grow by itself", () => {
    const scaling = region({ autoScaling: { computeMaxInstanceSize: "M50" } });
    expect(rowsOf([cluster([scaling])])[0]?.[2]).toBe("may scale itself up to M50");
  });

  it.each<[string, Priced, readonly CostRow["item"][]]>([
    [
      "of a size not on file",
      cluster([region({}, { instanceSize: "M700" })]),
      ["M700, 3 nodes", "disk beyond"],
    ],
    [
      "of a size not known yet",
      cluster([region({}, { instanceSize: undefined })]),
      ["of unknown size", "disk"],
    ],
    ["whose regions are not known yet", cluster([], { replicationSpecs: "unknown" }), ["Atlas cluster"]],
    ["that is paused", cluster([region()], { paused: true }), ["Atlas cluster, paused"]],
  ])("%s has no price on file, which is not nothing", (_what, resource, items) => {
    const { monthly, unknown, rows } = estimate([resource]);
    expect(monthly).toBe(0);
    expect(rows.map(({ monthly: price }) => price)).toEqual(items.map(() => null));
    for (const item of items) expect(unknown.join("; ")).toContain(item);
  });

  it("has costs beside the servers that no price is on file for", () => {
    const shards = [{ regionConfigs: [region()] }, { regionConfigs: [region()] }];
    const { monthly, unknown } = estimate([cluster([], { replicationSpecs: shards, backupEnabled: true })]);
    expect(monthly).toBe(788.4);
    expect(unknown).toEqual(["Atlas backup storage", "Atlas config servers"]);
  });

  it("that is flex costs little, and more by use", () => {
    const flex = { type: "mongodbatlas:index/flexCluster:FlexCluster" };
    expect(rowsOf([flex])).toEqual([["Atlas flex", 8, "up to $30 by use"]]);
    expect(rowsOf([cluster([{ providerName: "FLEX", regionName: "EU_WEST_1" }])])[0]?.[0]).toBe("Atlas flex");
  });
});

describe("other things at Atlas", () => {
  it("cost nothing where they are accounts and settings, else are said to be unknown", () => {
    expect(rowsOf([{ type: "mongodbatlas:index/databaseUser:DatabaseUser" }])).toEqual([]);
    expect(estimate([{ type: "mongodbatlas:index/searchDeployment:SearchDeployment" }]).unknown).toEqual([
      "Atlas SearchDeployment",
    ]);
  });
});

describe("an instance of Aura", () => {
  const aura = (inputs: object): Priced => ({ type: "aura:index:Instance", inputs });

  it("costs its memory, secondaries too, and a fifth while paused", () => {
    expect(rowsOf([aura({ type: "professional-db", memory: "4GB" })])).toEqual([
      ["Aura professional-db 4GB", 260, ""],
    ]);
    const paused = { type: "business-critical", memory: "4GB", secondariesCount: 1, desiredState: "paused" };
    expect(rowsOf([aura(paused)])).toEqual([
      ["Aura business-critical 4GB and 1 secondaries", 233.6, "paused: 20 %"],
    ]);
  });

  it("has no price on file for more storage, other types and what is not known yet", () => {
    const large = aura({ type: "professional-db", memory: "2GB", storage: "8GB" });
    const other = aura({ type: "enterprise-db", memory: "2GB" });
    expect(estimate([large, other, aura({ type: "professional-db" })]).unknown).toEqual([
      "Aura enterprise-db 2GB",
      "Aura instance",
      "Aura storage beyond twice the memory",
    ]);
    expect(rowsOf([{ type: "aura:index:Snapshot" }])).toEqual([]);
  });
});

describe("a cluster of Kubernetes", () => {
  const deployment = (requests: object | undefined, replicas?: number): Priced => ({
    type: "kubernetes:apps/v1:Deployment",
    inputs: {
      metadata: { name: "backend" },
      spec: { replicas, template: { spec: { containers: [{ resources: requests && { requests } }] } } },
    },
  });
  const scaler: Priced = {
    type: "kubernetes:autoscaling/v2:HorizontalPodAutoscaler",
    inputs: { spec: { minReplicas: 3, scaleTargetRef: { name: "backend" } } },
  };
  const price = { usd: 0.01, source: "contract", date: "2026-11-01", verified: true };
  const prices = {
    ...listPrices,
    kubernetes: { cpuHour: price, gigabyteHour: price, storageMonth: price, loadBalancerMonth: price },
  };
  const claim = (storage: unknown): Priced => ({
    type: "kubernetes:core/v1:PersistentVolumeClaim",
    inputs: { spec: { resources: { requests: { storage } } } },
  });

  it("has no price unless one is given, and says what is requested", () => {
    expect(rowsOf([deployment({ cpu: "250m", memory: "512Mi" }, 2)])).toEqual([
      ["vCPU requested", null, "2 pods: 0.5 vCPU"],
      ["memory requested", null, "2 pods: 1 GiB"],
    ]);
  });

  it("costs what pods request, as many as the autoscaler keeps", () => {
    expect(rowsOf([deployment({ cpu: "1", memory: "1Gi" }), scaler], prices)).toEqual([
      ["vCPU requested", 21.9, "3 pods: 3 vCPU"],
      ["memory requested", 21.9, "3 pods: 3 GiB"],
    ]);
  });

  it("costs claimed storage and load balancers", () => {
    const balancers = [
      { type: "kubernetes:core/v1:Service", inputs: { spec: { type: "LoadBalancer" } } },
      { type: "kubernetes:gateway.networking.k8s.io/v1:Gateway" },
      { type: "kubernetes:core/v1:Service", inputs: { spec: { type: "ClusterIP" } } },
    ];
    expect(rowsOf([claim("10Gi"), ...balancers], prices)).toEqual([
      ["storage claimed", 0.1, "10 GiB"],
      ["load balancer", 0.01, ""],
      ["load balancer", 0.01, ""],
    ]);
  });

  it("leaves out what ends: jobs, and the cluster of a Ray job", () => {
    const ending = ["batch/v1:Job", "ray.io/v1:RayJob"].map((kind) => ({ type: `kubernetes:${kind}` }));
    expect(rowsOf(ending, prices)).toEqual([]);
  });

  it("does not take what is not said for nothing", () => {
    const odd = { type: "kubernetes:apps/v1:StatefulSet", inputs: { spec: "unknown" } };
    const { rows } = estimate(
      [deployment(undefined), deployment({ cpu: "much" }), odd, claim({}), claim("large")],
      prices,
    );
    expect(rows.map(({ monthly }) => monthly)).toEqual(rows.map(() => null));
    expect(rows).toHaveLength(7);
  });
});

describe("everything else", () => {
  it("costs nothing on Docker, with the reason, and nothing where nobody is paid", () => {
    expect(
      rowsOf([
        { type: "docker:index/container:Container" },
        { type: "docker:index/network:Network" },
        { type: "random:index/randomPassword:RandomPassword" },
        { type: "pulumi:pulumi:Stack" },
      ]),
    ).toEqual([["Docker container", 0, "runs on a machine of your own"]]);
  });

  it("of other clouds has no price on file", () => {
    expect(estimate([{ type: "aws:s3/bucket:Bucket" }]).unknown).toEqual(["aws:s3/bucket:Bucket"]);
  });
});

describe("a file of prices", () => {
  it("wins over the list prices, item by item", () => {
    const price = { usd: 1, source: "contract", date: "2026-11-01", verified: true };
    const text = JSON.stringify({ atlas: { clusterHour: { M30: price } }, kubernetes: { cpuHour: price } });
    const table = withPrices(listPrices, text, "prices.json");
    expect(table.atlas.clusterHour["M30"]).toEqual(price);
    expect(table.atlas.clusterHour["M10"]).toEqual(listPrices.atlas.clusterHour["M10"]);
    expect(table.kubernetes.cpuHour).toEqual(price);
    expect(table.aura).toEqual(listPrices.aura);
  });

  it.each([
    ["{", "prices.json is no JSON"],
    ['{"atlas":{"clusterHour":{"M30":{"usd":-1}}}}', "atlas.clusterHour.M30.usd"],
    ['{"gold": 1}', "Unrecognized key"],
  ])("is refused with the place of each problem: %s", (text, message) => {
    expect(() => withPrices(listPrices, text, "prices.json")).toThrow(message);
  });
});
