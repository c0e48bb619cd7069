import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { computed, type PropertyValue, Secret } from "../../engine/src/protocol/property-value.ts";
import { rules } from "../rules.ts";
import { toPolicy } from "../to-policy.ts";
import { dataCases } from "./data-cases.ts";
import { cluster, schedule } from "./examples.ts";
import type { Case, Example } from "./judge.ts";
import { workloadCases } from "./workload-cases.ts";

/** Inputs as the SDK hands them to a policy: secrets opened, and whoever reads an unknown is thrown at. */
function asHandedOver(value: PropertyValue): unknown {
  if (value instanceof Secret) return asHandedOver(value.value);
  if (Array.isArray(value)) return value.map(asHandedOver);
  if (typeof value !== "object" || value === null) return value;
  const map = {};
  for (const [key, child] of Object.entries(value) as [string, PropertyValue][]) {
    const get = () => {
      if (child === computed) throw new Error(`${key} can't be known during preview`);
      return asHandedOver(child);
    };
    Object.defineProperty(map, key, { get, enumerable: true });
  }
  return map;
}

const resourceOf = ({ type, name, inputs = {}, options = {} }: Example) => ({
  type,
  name,
  urn: `urn:pulumi:test::proj::${type}::${name}`,
  props: asHandedOver(inputs),
  opts: { protect: options.protect ?? false },
});

const ruleNamed = (name: string) => {
  const rule = rules.find((one) => one.name === name);
  if (rule === undefined) throw new Error(`there is no rule ${name}`);
  return toPolicy(rule);
};

/** What a rule says of a resource, called as the SDK calls it. */
async function judgeResource(name: string, example: Example): Promise<string[]> {
  const policy = ruleNamed(name);
  if (!("validateResource" in policy) || typeof policy.validateResource !== "function") return [];
  const said: string[] = [];
  const args = { ...resourceOf(example), getConfig: () => ({}) } as unknown as ResourceValidationArgs;
  await policy.validateResource(args, (message) => said.push(String(message)));
  return said;
}

async function judgeStack(name: string, examples: readonly Example[], config: object): Promise<string[]> {
  const policy = ruleNamed(name);
  if (!("validateStack" in policy)) return [];
  const said: string[] = [];
  const args = { resources: examples.map(resourceOf), getConfig: () => config };
  await policy.validateStack(args as unknown as StackValidationArgs, (message, urn) => {
    said.push(`${urn?.split("::").at(-1) ?? "stack"}: ${String(message)}`);
  });
  return said;
}

describe.each<Case>([...workloadCases, ...dataCases])("$rule, called as the SDK calls it", (one) => {
  it("says of each example what it says through the engine", async () => {
    for (const example of one.passes) expect(await judgeResource(one.rule, example)).toEqual([]);
    for (const [example, ...said] of Object.values(one.fails)) {
      const expected = said.flatMap((line) => line.split("; "));
      expect(await judgeResource(one.rule, example)).toEqual(expected);
    }
  });
});

describe("a rule", () => {
  const foreign: readonly Example[] = [
    { type: "random:index/randomPassword:RandomPassword", name: "password" },
    { type: "docker:index/remoteImage:RemoteImage", name: "image", inputs: { name: "x" } },
    { type: "mongodbatlas:index/databaseUser:DatabaseUser", name: "user", inputs: { password: "canary" } },
  ];
  it.each(rules.map(({ name }) => name))("%s says nothing of what is none of its business", async (name) => {
    for (const example of foreign) expect(await judgeResource(name, example)).toEqual([]);
  });

  it("leaves alone what is shared, exempt or not known yet", async () => {
    const shared = { replicationSpecs: [{ regionConfigs: [{ providerName: "TENANT" }] }] };
    const named = (type: string, inputs: Example["inputs"] = {}): Example => ({ type, name: "a", inputs });
    expect(await judgeResource("backups-enabled", cluster("a", shared))).toEqual([]);
    expect(await judgeResource("backups-enabled", cluster("a", { pitEnabled: computed }))).toEqual([]);
    const labels = { labels: computed };
    expect(await judgeResource("required-labels", named("docker:index/volume:Volume", labels))).toEqual([]);
    const map = named("kubernetes:core/v1:ConfigMap", { metadata: labels });
    expect(await judgeResource("required-labels", map)).toEqual([]);
    const container = named("docker:index/container:Container", {
      ports: [{ internal: 27017, ip: computed }],
      user: "10001",
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      mounts: [{ type: "volume" }, { type: "bind" }],
      volumes: [{ volumeName: "data" }],
    });
    expect(await judgeResource("no-public-database", container)).toEqual([]);
    expect(await judgeResource("docker-container-restricted", container)).toEqual(["mounts ? of the host"]);
    const service = named("kubernetes:core/v1:Service", {
      spec: { externalIPs: ["203.0.113.1"], ports: [{ port: 6379 }] },
    });
    expect(await judgeResource("no-public-database", service)).toEqual([
      "spec.ports[0] of a Service of type ClusterIP opens a database",
    ]);
    const account = named("kubernetes:core/v1:ServiceAccount");
    expect(await judgeResource("service-account-token", account)).toHaveLength(1);
    const pod = named("kubernetes:core/v1:Pod", { spec: { containers: [{}] } });
    expect(await judgeResource("image-by-digest", pod)).toEqual([]);
    expect(await judgeResource("required-labels", pod)).toHaveLength(1);
    const bare = named("kubernetes:core/v1:Pod", { containers: [{}] });
    expect(await judgeResource("service-account-token", bare)).toHaveLength(1);
  });
});

describe("stack rules, called as the SDK calls them", () => {
  it("find clusters without a schedule", async () => {
    const flex = cluster("flex", { replicationSpecs: [{ regionConfigs: [{ providerName: "FLEX" }] }] });
    const resources = [cluster("main"), cluster("other"), flex, schedule("main")];
    expect(await judgeStack("backup-schedule-present", resources, {})).toEqual([
      "other: the cluster has no CloudBackupSchedule",
    ]);
    expect(await judgeStack("backup-schedule-present", [schedule(computed)], {})).toEqual([]);
  });

  it("read files relative to the pack", async () => {
    expect(await judgeStack("no-secrets-in-settings", [], { file: "../Pulumi.dev.yaml" })).toEqual([]);
    expect(await judgeStack("no-secrets-in-settings", [], { file: "nowhere.yaml" })).toEqual([]);
    const file = join(mkdtempSync(join(tmpdir(), "policy-")), "settings.yaml");
    writeFileSync(
      file,
      "config: {a:token: {secure: x}, b:token: canary, c:token: '', d: [1, 'x://u:canary@h']}",
    );
    expect(await judgeStack("no-secrets-in-settings", [], { file })).toEqual([
      "stack: b:token is named like a secret and not encrypted",
      "stack: d[1] is a connection string with a password, in clear",
    ]);
  });

  it("estimate where a ceiling is set", async () => {
    const resources = [cluster("main")];
    expect(await judgeStack("cost-below-ceiling", resources, {})).toEqual([]);
    expect(await judgeStack("cost-below-ceiling", resources, { monthlyUsd: 400 })).toEqual([]);
    expect(await judgeStack("cost-below-ceiling", resources, { monthlyUsd: 300 })).toEqual([
      "stack: about $394 a month, and no price on file for Atlas backup storage; the ceiling is $300",
    ]);
    const missing = { monthlyUsd: 300, prices: "nowhere.json" };
    await expect(judgeStack("cost-below-ceiling", resources, missing)).rejects.toThrow("nowhere.json");
    const given = { monthlyUsd: 300, prices: "config/cloud.json" };
    await expect(judgeStack("cost-below-ceiling", resources, given)).rejects.toThrow("no file of prices");
  });
});
