import { expect, it } from "vitest";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const PROVIDER = "urn:pulumi:test::proj::pulumi:providers:fake::p";

/** Registers a provider and one thing that uses it; gives the reference. */
async function deployed(cloud: Cloud) {
  const stack = cloud.stack();
  let reference = "";
  await stack.up(
    program(async (p) => {
      reference = await p.provider("fake", "p");
      await p.resource(THING, "a", { value: 1 }, { provider: reference });
    }),
  );
  return { stack, reference };
}

it("keeps a recorded provider that the program names and does not register, before what uses it", async () => {
  const cloud = new Cloud();
  const { stack, reference } = await deployed(cloud);
  const run = await stack.up(
    program(async (p) => {
      await p.resource(THING, "b", { value: 1 }, { provider: reference });
      await p.resource(THING, "a", { value: 2 }, { provider: reference });
    }),
  );
  expect(run.steps).toEqual(["same proj-test", "same p", "create b", "update a"]);
  expect(run.snapshot.resources.slice(1).map(({ urn }) => urn)).toEqual([PROVIDER, urnOf("b"), urnOf("a")]);
  await stack.up(program(async () => undefined));
  expect(cloud.calls.slice(-2).sort()).toEqual(["delete a", "delete b"]);
  expect((await stack.store.load()).resources.map(({ urn }) => urn)).not.toContain(PROVIDER);
});

it("tells which resource names a provider that there is not", async () => {
  const { stack, reference } = await deployed(new Cloud());
  const other = `${reference}-other`;
  const run = await stack.up(
    program(async (p) => void (await p.resource(THING, "a", { value: 2 }, { provider: other }))),
  );
  expect(run.told).toEqual([`unknown provider '${other}' for resource '${urnOf("a")}'`]);
});

it("neither reads nor imports a provider", async () => {
  const told = ["provider resources may not be read"];
  const type = "pulumi:providers:fake";
  const stack = new Cloud().stack();
  const imported = await stack.up(
    program((p) => p.register({ type, name: "p", custom: true, importId: "id", parent: p.stack })),
  );
  expect(imported.told).toEqual(expect.arrayContaining(told));
  expect(imported.snapshot.resources.map(({ urn }) => urn)).not.toContain(PROVIDER);
  const read = await stack.up(program((p) => p.read(type, "p", "id")));
  expect(read.told).toEqual(expect.arrayContaining(told));
});

it.each([
  [
    "nobody",
    `bad provider reference 'nobody' for resource ${urnOf("a")}: expected '::' in provider reference 'nobody'`,
  ],
  [`${PROVIDER}::id`, `unknown provider '${PROVIDER}::id' for resource ${urnOf("a")}`],
])("tells which object cannot be read with the provider %s", async (provider, message) => {
  const stack = new Cloud().stack();
  const run = await stack.up(program((p) => p.read(THING, "a", "id", {}, provider)));
  expect(run.told).toEqual(expect.arrayContaining([message]));
});
