import { describe, expect, it } from "vitest";
import { auraReader } from "../../../ops/drift/platforms/aura.ts";
import { readPlatforms } from "../../../ops/drift/platforms/read-platforms.ts";
import type { ManagedResource } from "../../../ops/drift/recorded.ts";
import { judge } from "../../../ops/drift/severity.ts";
import { start, TENANT } from "../../../simulators/aura/tests/test-client.ts";

const stack = { project: "trials", stack: "cloud" };
const INSTANCE = "aura:index:Instance";
const UNTOLD = { what: "changed at Aura, which tells neither who nor when", who: null, when: null };

/** An instance as a stack made and recorded it. */
async function stage(status = "running") {
  const { aura, client } = await start();
  const id = await client.running({ name: "trials-cloud-graph" });
  const recorded: ManagedResource = {
    urn: `urn:pulumi:cloud::trials::${INSTANCE}::graph-instance`,
    name: "graph-instance",
    type: INSTANCE,
    id,
    component: "graph",
    inputs: { name: "trials-cloud-graph", tenantId: TENANT },
    outputs: { status },
    secrets: new Set(["password"]),
    provider: { baseUrl: aura.url, clientId: "aura-client", clientSecret: "aura-secret" },
    created: undefined,
  };
  const read = async (resources: readonly ManagedResource[] = [recorded]) => {
    const [platform] = await readPlatforms(resources, stack, undefined, [auraReader({})]);
    if (platform === undefined) throw new Error("nothing was read");
    return platform.reading;
  };
  return { aura, client, id, recorded, read };
}

describe("Aura's reader", () => {
  it("finds nothing on a clean stack", async () => {
    const { read } = await stage();
    const { sightings, unmanaged } = await read();
    expect([sightings, unmanaged]).toEqual([[], []]);
  });

  it("says honestly that Aura does not tell who changed something", async () => {
    const { read, recorded } = await stage();
    const snapshot = { ...recorded, type: "aura:index:Snapshot", urn: "urn:snapshot" };
    const { traces } = await read([recorded, snapshot]);
    expect(traces.get(recorded.urn)?.("memory")).toEqual(UNTOLD);
    expect(traces.get(snapshot.urn)?.("")).toEqual(UNTOLD);
  });

  it.each([
    ["running", "paused", "desiredState", "running", "paused", "critical"],
    ["running", "pausing", "desiredState", "running", "paused", "critical"],
    ["paused", "running", "desiredState", "paused", "running", "warning"],
    ["paused", "resuming", "desiredState", "paused", "running", "warning"],
    ["running", "suspended", "status", "running", "suspended", "critical"],
    ["paused", "suspended", "status", "paused", "suspended", "critical"],
    ["running", "loading failed", "status", "running", "loading failed", "critical"],
    ["running", "restoring", "status", "running", "restoring", "warning"],
  ] as const)(
    "of an instance recorded as %s finds that it is %s",
    async (was, is, property, from, to, severity) => {
      const { aura, id, read, recorded } = await stage(was);
      aura.simulation.edit(id, { status: is });
      const { sightings } = await read();
      expect(sightings).toEqual([
        { kind: "changed", resource: recorded.urn, property, recorded: from, live: to, trace: UNTOLD },
      ]);
      expect(judge({ kind: "changed", type: INSTANCE, property, recorded: from, live: to }).severity).toBe(
        severity,
      );
    },
  );

  it.each([
    ["paused", "paused"],
    ["paused", "pausing"],
    ["creating", "running"],
    ["running", "destroying"],
    ["paused", "destroying"],
  ] as const)("of an instance recorded as %s takes %s for no drift of its own", async (was, is) => {
    const { aura, id, read } = await stage(was);
    aura.simulation.edit(id, { status: is });
    expect((await read()).sightings).toEqual([]);
  });

  it("leaves what is gone to the engine, and the status to itself", async () => {
    const { read, recorded } = await stage();
    expect((await read([{ ...recorded, id: "00000000" }])).sightings).toEqual([]);
    const { isPlatformsOwn, reads } = auraReader();
    expect(isPlatformsOwn(INSTANCE, "status")).toBe(true);
    expect(isPlatformsOwn(INSTANCE, "memory")).toBe(false);
    expect(isPlatformsOwn("aura:index:Snapshot", "status")).toBe(false);
    expect([reads(recorded), reads({ ...recorded, type: "docker:x" })]).toEqual([true, false]);
  });

  it("finds instances that have the stack's name and are recorded nowhere", async () => {
    const { client, read, recorded } = await stage();
    const id = await client.create({ name: "trials-cloud-copy" });
    await client.create({ name: "somebody-else" });
    const byOutputs = { ...recorded, inputs: {}, outputs: { ...recorded.outputs, tenantId: TENANT } };
    const { unmanaged } = await read([byOutputs]);
    expect(unmanaged).toEqual([
      {
        resource: `aura:instance/${id}`,
        name: "trials-cloud-copy",
        type: INSTANCE,
        component: "copy",
        trace: {
          what: "made outside of the program; Aura does not tell by whom",
          who: null,
          when: expect.stringMatching(/Z$/),
        },
      },
    ]);
  });

  it("says that the credentials are refused", async () => {
    const { read, recorded } = await stage();
    const provider = { ...recorded.provider, clientSecret: "wrong" };
    await expect(read([{ ...recorded, provider }])).rejects.toMatchObject({ code: "vendor" });
  });
});
