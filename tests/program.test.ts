import { beforeAll, describe, expect, it } from "vitest";
import { stackOutputsSchema } from "../contracts/stack-outputs.ts";
import { EmbeddedStack, type ProgramRun } from "./embedded.ts";

const changesOf = (run: ProgramRun) =>
  Object.fromEntries(Object.entries(run.changes).filter(([, count]) => count > 0));
const errorsOf = (run: ProgramRun) =>
  run.events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );

describe.each(["dev", "test"])("the %s stack through the embedded engine", (name) => {
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
    const ours = first.snapshot.resources.filter(({ type }) => /^(docker|random):/.test(type));
    expect(ours.length).toBeGreaterThan(35);
    for (const { urn, parent } of ours) {
      expect(parent).toContain("trials:components:");
      expect(nameOf(urn).startsWith(`${nameOf(parent)}-`), urn).toBe(true);
    }
  });

  it("keeps data volumes when the stack goes", () => {
    const volumes = first.snapshot.resources.filter(({ type }) => type === "docker:index/volume:Volume");
    expect(volumes.map(({ retainOnDelete }) => retainOnDelete)).toEqual([true, true, true]);
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

function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2);
}

/** Property values as plain data, secrets opened. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  if (value.constructor.name === "Secret") return plain(Reflect.get(value, "value"));
  return Object.fromEntries(Object.entries(value).map(([key, below]) => [key, plain(below)]));
}
