import { mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EngineEvent, LocalWorkspace, type Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listPrices } from "../../contracts/cost/prices.ts";
import { type TestWorkspace, testWorkspace } from "../../engine/tests/automation/test-workspace.ts";
import { CostCollector, readPrices } from "../../ops/cost.ts";
import { main } from "../../ops/main.ts";
import { root } from "../../ops/paths.ts";
import { previewStack } from "../../ops/plan.ts";
import { choosePolicyPack } from "../../ops/policy-pack.ts";
import { renderCost } from "../../ops/report/cost.ts";
import { captureOutput } from "./output.ts";

const folder = mkdtempSync(join(realpathSync(tmpdir()), "ops-policy-"));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

describe("the policy pack of a stack", () => {
  it("is the project's own for cloud, with the stack's configuration, and none for dev and test", () => {
    expect(choosePolicyPack("cloud", undefined, root)).toEqual({
      policyPacks: [join(root, "policy")],
      policyPackConfigs: [join(root, "policy/config/cloud.json")],
    });
    expect(choosePolicyPack("dev", undefined, root)).toEqual({});
    expect(choosePolicyPack("test", undefined, root)).toEqual({});
  });

  it("is another, or none, where the flag says so", () => {
    expect(choosePolicyPack("dev", join(root, "policy"), root)).toEqual({
      policyPacks: [join(root, "policy")],
    });
    expect(choosePolicyPack("cloud", "none", root)).toEqual({});
  });

  it("is refused before anything is done where the folder is none", async () => {
    const output = captureOutput();
    expect(await main(["preview", "dev", "--policy-pack", folder], output)).toBe(1);
    expect(output.err()).toContain(`${folder} is no policy pack: it has no PulumiPolicy.yaml`);
    expect(output.err()).toContain("--policy-pack");
  });
});

describe("prices of a preview", () => {
  it("are the list prices, or those with a file on top", () => {
    expect(readPrices(undefined)).toBe(listPrices);
    expect(readPrices(write("none.json", "{}"))).toEqual(listPrices);
  });

  it("that are no prices are one clear error", async () => {
    const output = captureOutput();
    expect(await main(["preview", "dev", "--prices", join(folder, "nowhere.json")], output)).toBe(1);
    expect(output.err()).toContain("there is no file of prices");
    expect(await main(["preview", "dev", "--prices", write("bad.json", '{"gold":1}')], output)).toBe(1);
    expect(output.err()).toContain("bad.json is no file of prices");
  });
});

describe("the cost of a change", () => {
  const flex = "mongodbatlas:index/flexCluster:FlexCluster";
  const step = (op: string, name: string, states: readonly ("old" | "new")[], type = flex): EngineEvent => {
    const state = {
      type,
      urn: name,
      custom: true,
      id: "",
      parent: "",
      inputs: {},
      outputs: {},
      provider: "",
    };
    const given = Object.fromEntries(states.map((one) => [one, state]));
    return {
      sequence: 0,
      timestamp: 0,
      resourcePreEvent: { metadata: { op, urn: name, type, provider: "", ...given } },
    } as unknown as EngineEvent;
  };
  const reportOf = (...events: readonly EngineEvent[]) => {
    const collector = new CostCollector();
    for (const event of events) collector.accept(event);
    return collector.report(listPrices);
  };

  it("is what the stack will have less what it has", () => {
    const report = reportOf(
      step("same", "a", ["old", "new"]),
      step("create", "b", ["new"]),
      step("create", "c", ["new"]),
      step("delete", "d", ["old"]),
      step("read", "e", ["new"]),
    );
    expect(report).toMatchObject({ monthly: 24, change: 8, unknown: [] });
    expect(renderCost(report)).toBe(
      "Cost: about $24.00 a month, +$8.00 with this change (estimate, list prices of 2026-11-23, ±30 %)",
    );
  });

  it("counts a replaced resource once", () => {
    const report = reportOf(
      step("create-replacement", "a", ["old", "new"]),
      step("replace", "a", ["old", "new"]),
      step("delete-replaced", "a", ["old"]),
    );
    expect(report).toMatchObject({ monthly: 8, change: 0 });
    expect(renderCost(report)).toContain("about $8.00 a month, unchanged");
  });

  it("says what has no price on file, what is not verified, and what gets cheaper", () => {
    const gone = renderCost(
      reportOf(step("delete", "a", ["old"]), step("same", "b", ["old", "new"], "aws:s3/bucket:Bucket")),
    );
    expect(gone).toBe(
      "Cost: about $0.00 a month, −$8.00 with this change (estimate, list prices of 2026-11-23, ±30 %)\n" +
        "  no price on file: aws:s3/bucket:Bucket",
    );
    const unverified = { item: "Atlas M20", urn: "", monthly: 146, verified: false, note: "" };
    expect(renderCost({ ...reportOf(), monthly: 146, rows: [unverified] })).toContain(
      "price not verified: Atlas M20",
    );
  });

  it("is not mentioned where nothing has a price", () => {
    expect(renderCost(reportOf(step("create", "a", ["new"], "docker:index/container:Container")))).toBe(
      undefined,
    );
  });
});

/** Renders to files instead of talking to a cluster. */
const PROGRAM = `
const k8s = require("@pulumi/kubernetes");
const provider = new k8s.Provider("files", { renderYamlToDirectory: "rendered" });
const labels = Object.fromEntries(["name", "instance", "part-of", "managed-by"].map((l) => ["app.kubernetes.io/" + l, "x"]));
new k8s.apps.v1.Deployment("backend", {
  metadata: { name: "backend", labels },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } },
        containers: [{
          name: "backend",
          image: "backend:latest",
          resources: { requests: { cpu: "500m", memory: "1Gi" } },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
        }],
      },
    },
  },
}, { provider });
`;

describe("a preview through the Automation API", () => {
  let workspace: TestWorkspace;
  let stack: Stack;
  beforeAll(async () => {
    workspace = await testWorkspace();
    const options = workspace.program(PROGRAM);
    stack = await LocalWorkspace.createStack({ stackName: "cloud", workDir: options.workDir }, options);
  });
  afterAll(() => workspace.remove());

  it("fails with the rules that forbid the change", async () => {
    const policy = choosePolicyPack("staging", undefined, root);
    await expect(previewStack(stack, captureOutput(), { policy })).rejects.toThrow(
      'policy image-by-digest: backend spec.template.spec.containers[0].image is "backend:latest", which is no digest',
    );
  });

  it("tells what rules advise, and what is known of the cost", async () => {
    const config = write("advice.json", '{"image-by-digest":"advisory"}');
    const policy = { policyPacks: [join(root, "policy")], policyPackConfigs: [config] };
    const plan = await previewStack(stack, captureOutput(), { policy });
    expect(plan.advice).toEqual([
      'policy image-by-digest: backend spec.template.spec.containers[0].image is "backend:latest", which is no digest',
    ]);
    expect(plan.cost).toMatchObject({
      monthly: 0,
      unknown: ["memory requested", "vCPU requested"],
      rows: [{ note: "1 pod: 0.5 vCPU" }, { note: "1 pod: 1 GiB" }],
    });
  });
});
