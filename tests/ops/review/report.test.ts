import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { listPrices } from "../../../contracts/cost/prices.ts";
import { classifyUndo } from "../../../ops/change-class/classify-change.ts";
import type { ClassableStep } from "../../../ops/change-class/step-rules.ts";
import { CostCollector } from "../../../ops/cost.ts";
import { main } from "../../../ops/main.ts";
import { LONGEST_COMMENT, renderComment } from "../../../ops/report/review-comment.ts";
import { renderReviewPage } from "../../../ops/report/review-page.ts";
import { readApproval, refuseOtherPlan, withApproval } from "../../../ops/review/approved-plan.ts";
import { dependenciesOf, findCauses, renderChain } from "../../../ops/review/causes.ts";
import { hashPlan, hashSteps } from "../../../ops/review/plan-hash.ts";
import type { PlannedStep } from "../../../ops/review/planned-step.ts";
import { readRecordedState, sealSecrets } from "../../../ops/review/recorded-state.ts";
import { toJson } from "../../../ops/review/report-json.ts";
import { type ReviewedPlans, reviewStack } from "../../../ops/review/stack-review.ts";
import { changedSecrets, sealSettings } from "../../../ops/review/stand-in-settings.ts";
import { captureOutput } from "../output.ts";
import { changeOf } from "./changes.ts";

const folder = mkdtempSync(join(tmpdir(), "review-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const write = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

const cost = new CostCollector().report(listPrices);
const plansOf = (steps: readonly PlannedStep[], more: Partial<ReviewedPlans> = {}): ReviewedPlans => ({
  stack: "cloud",
  head: { steps, cost, forbidden: [], advice: [] },
  dependencies: new Map(),
  changedSecrets: [],
  notes: [],
  ...more,
});
const volume = (name: string) =>
  changeOf({
    op: "replace",
    type: "docker:index/volume:Volume",
    name,
    replaceKeys: ["name"],
    old: {},
    new: {},
  });

describe("the comment", () => {
  it("has 25 lines at most, however large the change, and is the same each time", () => {
    const steps = Array.from({ length: 300 }, (_, index) => volume(`volume-${index}`));
    const reviews = Array.from({ length: 9 }, (_, index) =>
      reviewStack(plansOf(steps, { stack: `stack-${index}`, notes: ["one", "two", "three", "four"] })),
    );
    const comment = renderComment(reviews);
    expect(comment.trimEnd().split("\n").length).toBeLessThanOrEqual(LONGEST_COMMENT);
    expect(comment).toContain("| and 4 more stacks |");
    expect(renderComment(reviews)).toBe(comment);
  });

  it("shows what strangers wrote as code, on the page too", () => {
    const review = reviewStack(plansOf([volume("a|b`<script>@all")]));
    expect(renderComment([review])).toContain("`a\\|b'<script>@all`");
    expect(renderReviewPage([review])).toContain("a|b`&lt;script&gt;@all");
    expect(renderReviewPage([review])).not.toContain("<script>");
  });

  it("says what a policy forbids and advises, and whether the base has it already", () => {
    const head = { steps: [], cost, forbidden: ["policy a: x", "policy b: y"], advice: ["policy c: z"] };
    const base = { ...head, forbidden: ["policy a: x"], advice: [] };
    const review = reviewStack(plansOf([], { head, base }));
    expect(review).toMatchObject({ verdict: "DANGER", forbidden: ["policy b: y"], advice: ["policy c: z"] });
    expect(renderComment([review])).toContain("1 forbidden, 1 advised");
    expect(renderReviewPage([review])).toContain("policy b: y");
  });
});

describe("the hash of a plan", () => {
  const step = (name: string, inputs: object): PlannedStep =>
    changeOf({ op: "create", type: "x:y:Z", name, new: inputs as never });
  const steps = hashSteps([step("a", { size: 1 }), step("b", { size: 2 })]);

  it("is the same in any order, and another where an input is", () => {
    const turned = hashSteps([step("b", { size: 2 }), step("a", { size: 1 })]);
    expect(hashPlan(turned)).toBe(hashPlan(steps));
    expect(hashPlan(hashSteps([step("a", { size: 1 }), step("b", { size: 3 })]))).not.toBe(hashPlan(steps));
  });

  it("binds an update: by itself, or with the review's file, which tells the steps that differ", () => {
    const review = reviewStack(plansOf([step("a", { size: 1 }), step("b", { size: 2 })]));
    const file = write("review.json", toJson([review]));
    const approval = readApproval(file, "cloud");
    if (approval === undefined) throw new Error("no approval");
    expect(() => refuseOtherPlan(approval, steps)).not.toThrow();
    const other = hashSteps([step("a", { size: 9 }), step("c", {})]);
    expect(() => refuseOtherPlan(approval, other)).toThrow(
      /another than the one that was approved.*nothing was changed\n {2}a: create with other inputs than approved\n {2}b: the approved create is not planned any more\n {2}c: create was not approved/s,
    );
    const byHash = readApproval(review.planHash.slice(0, 12), "cloud");
    if (byHash === undefined) throw new Error("no approval");
    expect(() => refuseOtherPlan(byHash, steps)).not.toThrow();
    expect(() => refuseOtherPlan(byHash, other)).toThrow("nothing was changed");
    const turned = steps.map((one) => ({ ...one, op: "delete" }));
    expect(() => refuseOtherPlan(approval, turned)).toThrow("a: create was approved, delete is planned");
  });

  it("is refused where it is none, before anything is done", async () => {
    expect(readApproval(undefined, "dev")).toBeUndefined();
    expect(() => readApproval("xyz", "dev")).toThrow("neither a file nor a hash");
    expect(() => readApproval(write("none.json", "{}"), "dev")).toThrow("none.json is no review");
    expect(() => readApproval(write("other.json", '{"stacks":[]}'), "dev")).toThrow("has no review of dev");
    expect(await withApproval(undefined, async (approved) => approved)).toBeUndefined();
    const output = captureOutput();
    expect(await main(["up", "dev", "--plan", "xyz"], output)).toBe(1);
    expect(output.err()).toContain("neither a file nor a hash");
  });
});

describe("causes", () => {
  it("lead from the root to the resource, property by property, and end where they go round", () => {
    const image = { ...volume("image"), replaceKeys: ["triggers"], type: "x:y:Image" };
    const backend = { ...volume("backend"), replaceKeys: ["image"], type: "x:y:Backend" };
    const job = { ...volume("job"), replaceKeys: [], type: "x:y:Job" };
    const dependencies = dependenciesOf([
      { urn: backend.urn, propertyDependencies: { image: [image.urn], other: null } },
      { urn: job.urn, dependencies: [backend.urn] },
      { urn: image.urn, propertyDependencies: { triggers: [image.urn] } },
    ]);
    const chains = findCauses([image, backend, job], dependencies).map(renderChain);
    expect(chains).toEqual([
      "image (triggers)",
      "image (triggers) → backend (image)",
      "image (triggers) → backend (image) → job",
    ]);
    expect(findCauses([job], new Map()).map(renderChain)).toEqual(["job"]);
  });
});

describe("the class of a change", () => {
  const side = (inputs: { readonly [name: string]: string } = {}) => ({
    protect: false,
    retainOnDelete: false,
    inputs,
  });
  const classOf = (op: string, type: string, rest: Partial<ClassableStep> = {}) =>
    classifyUndo({ op, type, differences: [], replaceKeys: [], ...rest }).class;
  const versions = (before: string, after: string) => ({
    old: side({ mongoDbMajorVersion: before }),
    new: side({ mongoDbMajorVersion: after }),
  });

  it("is safe, lossy or impossible to undo", () => {
    expect(classOf("create", "docker:index/volume:Volume")).toBe("lossy");
    expect(classOf("replace", "docker:index/volume:Volume")).toBe("lossy");
    expect(classOf("delete", "mongodbatlas:index/project:Project")).toBe("impossible");
    expect(classOf("delete-replaced", "random:index/randomPassword:RandomPassword")).toBe("lossy");
    expect(classOf("replace", "docker:index/container:Container")).toBe("safe");
    expect(classOf("create", "docker:index/container:Container")).toBe("safe");
    expect(classOf("same", "docker:index/container:Container")).toBe("safe");
    const cluster = "mongodbatlas:index/advancedCluster:AdvancedCluster";
    expect(classOf("update", cluster, versions("7.0", "8.0"))).toBe("impossible");
    expect(classOf("update", cluster, { differences: [{ path: "backupEnabled" }] })).toBe("lossy");
    expect(classOf("update", cluster, { differences: [{ path: "tags" }] })).toBe("safe");
  });

  it("says what the way back costs where that is the worst of it", () => {
    const created = { op: "create", type: "docker:index/volume:Volume", differences: [], replaceKeys: [] };
    expect(classifyUndo(created).why).toBe("on the way back: gone with it: the files of the volume");
  });
});

describe("what nobody can decrypt", () => {
  const SIG = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

  it("is sealed in a state of either form; what is in clear stays", () => {
    const resources = [
      { urn: "a", inputs: { list: [{ ...SIG, ciphertext: "x" }], open: { ...SIG, plaintext: '"y"' } } },
    ];
    const stored = write(
      "state.json",
      JSON.stringify({ version: 3, checkpoint: { latest: { resources, secrets_providers: {} } } }),
    );
    const { state, sealed } = sealSecrets(readRecordedState(stored));
    expect(sealed).toBe(1);
    expect(JSON.stringify(state)).not.toContain("ciphertext");
    expect(state.deployment).not.toHaveProperty("secrets_providers");
    expect(readRecordedState(write("export.json", '{"version":3,"deployment":{}}')).version).toBe(3);
    expect(() => readRecordedState(write("no.json", "[]"))).toThrow("neither a deployment nor a checkpoint");
    expect(() => readRecordedState(join(folder, "nowhere"))).toThrow("is no state");
  });

  it("is stood in for in settings, and told where it was set anew", () => {
    const text = (secure: string) =>
      `encryptionsalt: v1\nconfig:\n  t:graphCredentials:\n    secure: ${secure}\n  t:other:\n    secure: z\n  t:a: 1\n`;
    const { text: sealed, keys } = sealSettings(text("x"));
    expect(keys).toEqual(["t:graphCredentials", "t:other"]);
    expect(sealed).toContain("NEO4J_URI=neo4j+s://00000000.databases.neo4j.io");
    expect(sealed).not.toMatch(/secure|encryptionsalt/);
    expect(changedSecrets(text("x"), text("y"))).toEqual(["t:graphCredentials"]);
    expect(changedSecrets("config: {}\n", "{}\n")).toEqual([]);
  });
});

describe("./infra review", () => {
  const told = async (...args: string[]) => {
    const output = captureOutput();
    const code = await main(["review", ...args], output);
    return { code, err: output.err(), out: output.out() };
  };

  it("refuses wrong input before it does anything", async () => {
    expect(await told("nowhere")).toMatchObject({
      code: 2,
      err: expect.stringContaining("no stack called nowhere") as string,
    });
    expect(await told("dev", "--state", "dev")).toMatchObject({
      code: 2,
      err: expect.stringContaining("is not STACK=FILE") as string,
    });
    expect(await told("dev", "--base", "no-such-revision")).toMatchObject({
      code: 1,
      err: expect.stringContaining("no revision no-such-revision") as string,
    });
    expect(await told("dev", "--state", `dev=${join(folder, "nowhere")}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining("is no state") as string,
    });
  });
});
