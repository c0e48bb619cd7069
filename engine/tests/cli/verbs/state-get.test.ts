import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import type { ResourceState } from "../../../src/state/resource.ts";
import * as recorded from "./stack-line.ts";
import { failed, line, ok, provider, root, save, useStackLine } from "./stack-line.ts";

useStackLine();

const urn = (name: string) => recorded.urn("fake:index:Thing", name);
const thing = (name: string, fields: Partial<ResourceState> = {}): ResourceState => ({
  ...recorded.thing,
  ...{ urn: urn(name), id: name },
  ...fields,
});

const inputs = { __defaults: [], size: 1, token: new Secret("hush") };

describe("state get", () => {
  it("shows one resource by its URN, its name or its short reference", async () => {
    await save(root, provider, thing("a-b", { inputs, outputs: { ...inputs, none: null } }));
    const text =
      `Type: fake:index:Thing\nURN:  ${urn("a-b")}\nID:   a-b\n` +
      "Inputs:\n    size      : 1\n    token     : [secret]\n\n" +
      "Outputs:\n    none      : <null>\n    size      : 1\n    token     : [secret]\n\n";
    const hash = createHash("sha256").update(urn("a-b")).digest("hex").slice(0, 6);
    for (const given of [urn("a-b"), "a-b", `a_b_${hash}`]) {
      expect(await line.run(`state get ${given}`)).toEqual(ok(text));
    }
    expect((await line.run("state get a-b --show-secrets")).stdout).toContain('token     : "hush"');
  });

  it("tells it as JSON", async () => {
    await save(root, provider, thing("a", { inputs }), thing("old", { delete: true }));
    const told = JSON.parse((await line.run("state get a --output json")).stdout);
    expect(told).toEqual({
      ...{ urn: urn("a"), id: "a", type: "fake:index:Thing" },
      ...{ inputs: { size: 1, token: "[secret]" }, outputs: {} },
    });
    const shown = JSON.parse((await line.run("state get a --json --show-secrets")).stdout);
    expect(shown.inputs.token).toBe("hush");
    expect(JSON.parse((await line.run("state get old --json")).stdout).pendingDeletion).toBe(true);
    expect((await line.run("state get old")).stdout).toContain("Pending deletion: yes\n");
  });

  it("prefers the live resource to copies that wait for their deletion", async () => {
    await save(root, provider, thing("a"), thing("a", { id: "older", delete: true }));
    const { stdout, stderr } = await line.run(`state get ${urn("a")}`);
    expect(stdout).toContain("ID:   a\n");
    expect(stderr).toContain("warning: 1 copy(ies) of this resource are pending deletion");
  });

  it("says what it does not find, and what it finds twice", async () => {
    const other = "urn:pulumi:dev::corpus::fake:index:Other::a";
    await save(root, provider, thing("a"), thing("a", { urn: other, type: "fake:index:Other" }));
    expect((await line.run("state get a")).stderr).toContain(
      `error: 2 resources in the stack are named "a":\n    ${urn("a")}\n    ${other}\nspecify one by URN`,
    );
    expect((await line.run("state get b")).stderr).toContain('no resource identified by "b" found');
    expect((await line.run("state get urn:b")).stderr).toContain('"urn:b" is not a valid resource URN');
    expect((await line.run(`state get ${urn("b")}`)).stderr).toContain("No such resource");
    expect(await line.run("state get")).toEqual(
      failed("Must supply <resource> unless pulumi is run interactively"),
    );
  });
});

describe("stack get", () => {
  it("shows what stack shows, and tells it as JSON", async () => {
    await save({ ...root, outputs: { url: "u" } }, provider, thing("a"));
    expect(await line.run("stack get --show-name")).toEqual(ok("dev\n"));
    const told = JSON.parse((await line.run("stack get --output json")).stdout);
    expect(told).toMatchObject({ project: "corpus", stack: "dev", tags: {}, outputs: { url: "u" } });
    expect(told.resources.at(-1)).toMatchObject({ urn: urn("a"), name: "a", id: "a" });
    expect(JSON.parse((await line.run("stack --output json")).stdout)).toEqual(told);
  });
});
