import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { computed } from "../../engine/src/protocol/property-value.ts";
import { cluster, schedule } from "./examples.ts";
import { judge } from "./judge.ts";

function write(name: string, text: string): string {
  const file = join(mkdtempSync(join(realpathSync(tmpdir()), "policy-")), name);
  writeFileSync(file, text);
  return file;
}

describe("backup-schedule-present", () => {
  it("lets a cluster with a schedule pass, also where a preview does not know the cluster's name yet", async () => {
    expect((await judge([cluster("main"), schedule("main")])).violations).toEqual([]);
    expect((await judge([cluster("main"), schedule(computed)])).violations).toEqual([]);
  });

  it("reports a cluster that is left to Atlas's own schedule, and a schedule without a rhythm", async () => {
    const shared = { replicationSpecs: [{ regionConfigs: [{ providerName: "TENANT" }] }] };
    const judged = await judge(
      [
        cluster("main"),
        cluster("other"),
        cluster("shared", shared),
        schedule("other", { policyItemDaily: null }),
      ],
      { preview: false },
    );
    expect(judged.result).toBe("failed");
    expect(judged.violations).toEqual([
      "mandatory backup-schedule-present main: the cluster has no CloudBackupSchedule",
      "mandatory backup-schedule-present schedule-of-other: the schedule says no rhythm in which to take snapshots",
    ]);
  });
});

describe("no-secrets-in-settings", () => {
  const judgeSettings = (text: string) => {
    const file = join(write("Pulumi.test.yaml", text), "..", "Pulumi.{stack}.yaml");
    return judge([], { config: { "no-secrets-in-settings": { file } } });
  };

  it("lets encrypted values and names of secrets pass", async () => {
    const judged = await judgeSettings(`
encryptionsalt: v1:abc
config:
  trials:atlasClientSecret: {secure: v1:abc}
  trials:externalSecrets: {kind: none, secretName: backend}
  trials:database: {url: mongodb://db.example/trials, password: {secure: v1:def}}
`);
    expect(judged.violations).toEqual([]);
  });

  it("reports values that are named like secrets or look like them, and does not repeat them", async () => {
    const judged = await judgeSettings(`
config:
  trials:atlasClientSecret: canary
  trials:database: {url: "mongodb://app:canary@db.example/trials", tokens: [{token: canary}]}
`);
    expect(judged.result).toBe("failed");
    expect(judged.violations).toEqual([
      "mandatory no-secrets-in-settings proj-test: trials:atlasClientSecret is named like a secret and not encrypted",
      "mandatory no-secrets-in-settings proj-test: trials:database.tokens[0].token is named like a secret and not encrypted",
      "mandatory no-secrets-in-settings proj-test: trials:database.url is a connection string with a password, in clear",
    ]);
    expect(judged.violations.join()).not.toContain("canary");
  });

  it("has nothing to say of a stack without a settings file", async () => {
    expect((await judge([], { stack: "nowhere" })).violations).toEqual([]);
  });
});

describe("cost-below-ceiling", () => {
  const judgeCost = (settings: object) =>
    judge([cluster("main"), schedule("main")], { config: { "cost-below-ceiling": settings } });

  it("lets a stack below its ceiling pass", async () => {
    expect((await judgeCost({ monthlyUsd: 500 })).violations).toEqual([]);
  });

  it("advises where the estimate is above, and says what is not in it", async () => {
    const judged = await judgeCost({ monthlyUsd: 300 });
    expect(judged.result).toBe("succeeded");
    expect(judged.violations).toEqual([
      "advisory cost-below-ceiling proj-test: about $394 a month, and no price on file for Atlas backup storage; the ceiling is $300",
    ]);
  });

  it("takes other prices from a file, and refuses a file that is none", async () => {
    const price = { usd: 0.1, source: "contract", date: "2026-11-01", verified: true };
    const prices = write("prices.json", JSON.stringify({ atlas: { clusterHour: { M30: price } } }));
    expect((await judgeCost({ monthlyUsd: 300, prices })).violations).toEqual([]);
    const judged = await judgeCost({ monthlyUsd: 300, prices: write("prices.json", '{"atlas":1}') });
    expect(judged.result).toBe("failed");
    expect(judged.diagnostics.join()).toContain("is no file of prices: atlas: Invalid input");
    const missing = await judgeCost({ monthlyUsd: 300, prices: "nowhere.json" });
    expect(missing.diagnostics.join()).toContain("there is no file of prices nowhere.json");
  });
});

describe("the pack's configuration", () => {
  it("sets a rule's level and settings for a stack", async () => {
    const off = { "backups-enabled": { pointInTime: false } };
    const flex = {
      type: "mongodbatlas:index/flexCluster:FlexCluster",
      name: "flex",
      inputs: {},
      options: { protect: true },
    };
    const judged = await judge([flex], { config: { "termination-protection": "advisory", ...off } });
    expect(judged.result).toBe("succeeded");
    expect(judged.violations).toEqual([
      "advisory termination-protection flex: terminationProtectionEnabled is not true",
    ]);
    const disabled = await judge([flex], { config: { "termination-protection": "disabled", ...off } });
    expect(disabled.violations).toEqual([]);
  });

  it("exempts from the rule on tokens, and asks for volumes to be protected, where it says so", async () => {
    const config = {
      all: "mandatory",
      "service-account-token": { exempt: ["operator"] },
      "stateful-resources-protected": { dockerVolumes: "protected" },
      "required-labels": "disabled",
    };
    const account = {
      type: "kubernetes:core/v1:ServiceAccount",
      name: "a",
      inputs: { metadata: { name: "operator" } },
    };
    const judged = await judge([account, { type: "docker:index/volume:Volume", name: "data" }], { config });
    expect(judged.violations).toEqual([
      "mandatory stateful-resources-protected data: holds data and is not protected",
    ]);
  });
});
