import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ok } from "../../../ops/bootstrap/doctor/check.ts";
import { historyCheck } from "../../../ops/doctor/history.ts";
import { programCheck } from "../../../ops/doctor/program.ts";
import { runCheck, type StackContext } from "../../../ops/doctor/stack-check.ts";
import { stackContext } from "../../../ops/doctor/stack-context.ts";
import { unfinishedCheck } from "../../../ops/doctor/state.ts";
import { captureOutput } from "../output.ts";
import { type SmallCheckout, smallCheckout } from "../small-checkout.ts";

const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
new pulumi.ComponentResource("test:index:Group", "group");
`;

let small: SmallCheckout;
beforeEach(() => {
  small = smallCheckout(PROGRAM);
});
afterEach(() => small.remove());

function context(): StackContext {
  const { checkout } = small;
  return stackContext({ positionals: ["dev"], flags: { engine: "embedded" }, checkout }, captureOutput());
}

describe("the checks of a stack, on an engine", () => {
  it("tell whether an update would do something, or cannot be planned", async () => {
    const { stack } = await small.open();
    await stack.up();
    expect(await programCheck.run(context())).toEqual(ok("a preview finds nothing to do"));
    small.write(PROGRAM.replace('"group"', '"another"'));
    expect(await programCheck.run(context())).toEqual({
      state: "warning",
      detail: expect.stringMatching(/^a preview finds .*1 to create/),
      mend: "./infra preview dev",
    });
    small.write('throw new Error("a block is missing");');
    expect(await programCheck.run(context())).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("a block is missing"),
    });
    small.write('throw new Error("the stack is locked");');
    expect(await programCheck.run(context())).toMatchObject({
      state: "warning",
      detail: "not previewed: the stack is locked",
    });
  });

  it("look up once what several of them need, and make no stack that is not there", async () => {
    const absent = context();
    expect([await absent.open(), await absent.state(), await absent.settings()]).toEqual([
      undefined,
      undefined,
      {},
    ]);
    const settings = "config:\n  local:atlas:\n    clientId: x\n  local:logLevel: info\n";
    writeFileSync(join(small.checkout.root, "Pulumi.dev.yaml"), settings);
    await small.open();
    const present = context();
    expect(await present.settings()).toEqual({ atlas: { clientId: "x" }, logLevel: "info" });
    expect(await present.open()).toBe(await present.open());
    expect(await present.state()).toBe(await present.state());
    expect(await historyCheck.run(present)).toEqual(ok("0 hold, with 0 checkpoints"));
  });

  it("say what the engine said where the state is damaged", async () => {
    await small.open();
    writeFileSync(join(small.checkout.local, "state", ".pulumi", "stacks", "local", "dev.json"), "{");
    const { detail } = await runCheck(programCheck, context());
    expect(detail).toMatch(/dev\.json: the file is not valid JSON/);
    expect(await unfinishedCheck.run(context())).toEqual(ok("none"));
  });
});

describe("a check", () => {
  it("is given up where it takes too long, and names what it breaks off with", async () => {
    const never = { name: "slow", patience: 1, run: () => new Promise<never>(() => undefined) };
    expect(await runCheck(never, context())).toEqual({
      name: "slow",
      state: "failed",
      detail: "no answer within 0.001 s",
      mend: "./infra doctor dev",
    });
    const breaks = { name: "odd", run: () => Promise.reject(new Error("no such file\n at x")) };
    expect(await runCheck(breaks, context())).toMatchObject({ name: "odd", detail: "no such file" });
  });
});
