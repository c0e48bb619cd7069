import { beforeAll, describe, expect, it } from "vitest";
import { stackOutputsSchema } from "../contracts/stack-outputs.ts";
import { EmbeddedStack, type ProgramRun } from "./embedded.ts";
import { plain } from "./plain.ts";

const changesOf = (run: ProgramRun) =>
  Object.fromEntries(Object.entries(run.changes).filter(([, count]) => count > 0));
const errorsOf = (run: ProgramRun) =>
  run.events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );

type Inputs = { readonly [property: string]: unknown };

/** Types that hold data. */
const STATEFUL = [
  "docker:index/volume:Volume",
  "mongodbatlas:index/project:Project",
  "mongodbatlas:index/advancedCluster:AdvancedCluster",
  "mongodbatlas:index/cloudBackupSchedule:CloudBackupSchedule",
  "aura:index:Instance",
];

/** Where each provider's objects have their labels; undefined where a type has none. */
const labelsIn: { readonly [pkg: string]: (inputs: Inputs) => object | undefined } = {
  docker: ({ labels }) =>
    labels === undefined
      ? undefined
      : Object.fromEntries((labels as { label: string; value: string }[]).map((it) => [it.label, it.value])),
  kubernetes: ({ metadata }) => (metadata as { labels?: object }).labels ?? {},
  mongodbatlas: ({ tags }) => tags as object | undefined,
};

describe.each(["dev", "test", "cloud"])("the %s stack through the embedded engine", (name) => {
  const stack = new EmbeddedStack(name);
  let preview: ProgramRun;
  let first: ProgramRun;
  let second: ProgramRun;

  beforeAll(async () => {
    preview = await stack.update({ preview: true });
    first = await stack.update();
    second = await stack.update({ preview: true });
  });

  it("comes up, does what its preview said, and then has nothing to do", () => {
    expect(errorsOf(first)).toEqual([]);
    expect(first.result).toBe("succeeded");
    expect(changesOf(first)).toEqual(changesOf(preview));
    expect(Object.keys(changesOf(second))).toEqual(["same"]);
  });

  it("puts every resource below a component whose name its own name starts with", () => {
    const roots = ["pulumi:pulumi:Stack", "pulumi:providers:"];
    const ours = first.snapshot.resources.filter(
      ({ type, parent }) => !roots.some((prefix) => type.startsWith(prefix)) && parent !== stackOf(first),
    );
    expect(ours.length).toBeGreaterThan(35);
    for (const { urn, parent } of ours) {
      expect(parent).toMatch(/trials:(components|platforms):/);
      expect(nameOf(urn).startsWith(`${nameOf(parent)}-`), urn).toBe(true);
    }
    const atTop = first.snapshot.resources.filter(({ parent }) => parent === stackOf(first));
    for (const { type } of atTop) expect(type).toMatch(/^trials:(components|platforms):/);
  });

  it("labels whatever can be labelled with whose it is", () => {
    const labelled = first.snapshot.resources.filter(({ type }) => labelsIn[type.split(":")[0] ?? ""]);
    expect(labelled.length).toBeGreaterThan(15);
    for (const { type, urn, inputs } of labelled) {
      const labels = labelsIn[type.split(":")[0] ?? ""]?.(plain(inputs) as Inputs);
      if (labels !== undefined)
        expect(labels, urn).toMatchObject({ "trials.project": "trials", "trials.stack": name });
    }
  });

  it("keeps what holds data when the stack goes", () => {
    const stateful = first.snapshot.resources.filter(({ type }) => STATEFUL.includes(type));
    expect(stateful).toHaveLength(name === "cloud" ? 3 : 9);
    for (const { protect, retainOnDelete, urn } of stateful)
      expect(protect || retainOnDelete, urn).toBe(true);
  });

  it("answers the contract of the stack outputs", () => {
    const outputs = stackOutputsSchema.parse(plain(first.outputs));
    expect(outputs.environment).toBe(name);
    expect(outputs.administrator.password).toBe("canary-credentials-administrator-password");
  });

  it("writes no secret in clear", () => {
    expect(first.snapshot.resources.filter(({ type }) => type.startsWith("random:")).length).toBeGreaterThan(
      8,
    );
    expect(first.stateText).not.toContain("canary-");
  });
});

describe("a program that refuses its settings", () => {
  it("fails with every problem and no stack trace, and changes nothing", async () => {
    const run = await new EmbeddedStack("dev", {
      "trials:gateway": '{"port": 0}',
      "trials:colour": "red",
    }).update();
    const told = errorsOf(run).join("\n");
    expect(run.result).toBe("failed");
    expect(told).toContain("Pulumi.dev.yaml  trials:gateway.port");
    expect(told).toContain("trials:colour");
    expect(told).not.toMatch(/\n\s+at /);
    expect(run.snapshot.resources.map(({ type }) => type)).toEqual(["pulumi:pulumi:Stack"]);
  });
});

function stackOf({ snapshot }: ProgramRun): string | undefined {
  return snapshot.resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.urn;
}

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}
