import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import type { ProviderRegistry } from "../../src/execute/goal.ts";
import { FakeDeployment } from "./fake-deployment.ts";
import { type MonitorClient, registerMessage, resource, structOf } from "./monitor-client.ts";
import { program, thing } from "./monitored-program.ts";

const TOY = "urn:pulumi:dev::shop::pulumi:providers:toy";

const invoke = (client: MonitorClient, provider = "") =>
  client.ask(
    "invoke",
    new resource.ResourceInvokeRequest().setTok("toy:index:look").setArgs(structOf({})).setProvider(provider),
  );

const call = (client: MonitorClient, provider = "") =>
  client.ask(
    "call",
    new resource.ResourceCallRequest()
      .setTok("toy:index:T/knock")
      .setArgs(structOf({}))
      .setProvider(provider),
  );

const house = () => registerMessage("toy:index:House", "h").setCustom(false).setRemote(true);

describe("a reference that is malformed", () => {
  it.each([
    [`${TOY}::p`, `${TOY} is not a valid URN`],
    ["hello world", "expected '::' in provider reference 'hello world'"],
    [
      "urn:pulumi:dev::shop::toy:index:Thing::p::1",
      "invalid module in type: expected 'pulumi:providers', got 'toy:index'",
    ],
  ])("is told to the program, which may go on: %s", async (reference, problem) => {
    const details = `could not parse provider reference: ${problem}`;
    const { goals } = await program(async (client) => {
      await expect(client.register(thing("a").setProvider(reference))).rejects.toMatchObject({ details });
      await expect(client.register(house().setProvider(reference))).rejects.toMatchObject({ details });
      await expect(invoke(client, reference)).rejects.toMatchObject({
        details: `Invoke: getProviderFromSource: ${details}`,
      });
      await expect(call(client, reference)).rejects.toMatchObject({
        details: `getProviderFromSource: ${details}`,
      });
      await client.register(registerMessage("shop:index:Group", "g").setCustom(false));
    });
    expect(goals.map(({ name }) => name)).toEqual(["g"]);
  });

  it("is found among the providers for other packages, too", async () => {
    const request = thing("a");
    request.getProvidersMap().set("zoo", "nobody");
    await program(async (client) => {
      await expect(client.register(request)).rejects.toMatchObject({
        details: "could not parse provider reference: expected '::' in provider reference 'nobody'",
      });
    });
  });
});

it("tells a function and a method of a provider that nobody registered", async () => {
  const registry: Partial<ProviderRegistry> = {
    get: (reference) => {
      throw new UserError("provider-unknown", `unknown provider '${reference}'`);
    },
  };
  const other = `${TOY}::p::1`;
  await program(
    async (client) => {
      const details = `unknown provider '${other}' -> '${other}'`;
      await expect(invoke(client, other)).rejects.toMatchObject({ details: `Invoke: ${details}` });
      await expect(call(client, other)).rejects.toMatchObject({ details });
    },
    { deployment: new FakeDeployment(), registry },
  );
});
