import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MACHINES, type Machine, mayMove } from "../machines.ts";
import { type AtlasAdmin, startAtlasAdmin } from "../start-atlas-admin.ts";
import { callerOf, clusterNamed, region } from "./atlas-caller.ts";

/** What somebody may do: a call on one of two clusters, time that passes, a fault, a restart of nothing. */
const NAMES = ["a", "b"];
const action = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant("create" as const), name: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      name: fc.constantFrom(...NAMES),
      size: fc.constantFrom("M10", "M20"),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("pause" as const),
      name: fc.constantFrom(...NAMES),
      paused: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("remove" as const),
      name: fc.constantFrom(...NAMES),
      keep: fc.boolean(),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("snapshot" as const), name: fc.constantFrom(...NAMES) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("flex" as const), name: fc.constantFrom(...NAMES) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("endpoint" as const) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("stuck" as const),
      state: fc.constantFrom("CREATING", "UPDATING", "DELETING"),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: "clear" as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("advance" as const),
      seconds: fc.integer({ min: 1, max: 4000 }),
    }),
  },
);
type Action = typeof action extends fc.Arbitrary<infer Value> ? Value : never;

interface Player {
  readonly atlas: AtlasAdmin;
  readonly groupId: string;
  readonly seenIds: string[];
}

async function play({ atlas, groupId, seenIds }: Player, step: Action): Promise<void> {
  const call = callerOf(atlas.url, `Bearer ${atlas.accessToken}`);
  const clusters = `/groups/${groupId}/clusters`;
  const made = async (path: string, version: string, body: unknown) => {
    const { status, body: answer } = await call("POST", path, version, body);
    expect(status).toBeLessThan(500);
    if (status < 300) seenIds.push(String(answer["id"]));
  };
  switch (step.kind) {
    case "create":
      return await made(clusters, "2024-10-23", clusterNamed(step.name, { backupEnabled: true }));
    case "flex":
      return await made(`/groups/${groupId}/flexClusters`, "2024-11-13", {
        name: step.name,
        providerSettings: { backingProviderName: "AWS", regionName: "EU_WEST_1" },
      });
    case "snapshot":
      return await made(`${clusters}/${step.name}/backup/snapshots`, "2023-01-01", {});
    case "endpoint":
      return await made(`/groups/${groupId}/privateEndpoint/endpointService`, "2023-01-01", {
        providerName: "AWS",
        region: "EU_WEST_1",
      });
    case "update": {
      const regionConfigs = [region({ electableSpecs: { instanceSize: step.size, nodeCount: 3 } })];
      await call("PATCH", `${clusters}/${step.name}`, "2024-10-23", {
        replicationSpecs: [{ regionConfigs }],
      });
      return;
    }
    case "pause":
      await call("PATCH", `${clusters}/${step.name}`, "2024-10-23", { paused: step.paused });
      return;
    case "remove":
      await call("DELETE", `${clusters}/${step.name}?retainBackups=${step.keep}`, "2023-02-01");
      await call("DELETE", `/groups/${groupId}/flexClusters/${step.name}`, "2024-11-13");
      return;
    case "stuck":
      atlas.faults.add({ kind: "stuck", machine: "clusters", state: step.state, times: 3 });
      return;
    case "clear":
      return atlas.faults.clear();
    case "advance":
      return await atlas.clock.advance(step.seconds * 1000);
  }
}

/** Every row came to its state along its machine, one move after the other. */
function expectLawfulMoves({ moves }: AtlasAdmin): void {
  const states = new Map<string, string>();
  for (const { machine, key, from, to } of moves) {
    const row = `${machine} ${key}`;
    const { initial }: Machine = MACHINES[machine];
    if (from === undefined) expect(initial).toContain(to);
    else expect([states.get(row), mayMove(machine, from, to)]).toEqual([from, true]);
    if (to === "gone") states.delete(row);
    else states.set(row, to);
  }
}

describe("whatever is done in whatever order", () => {
  it("ids are unique, names are not shared, states are reached along their machines, and all comes to rest", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (steps) => {
        const atlas = await startAtlasAdmin({ pollStep: 0 });
        try {
          const call = callerOf(atlas.url, `Bearer ${atlas.accessToken}`);
          const project = await call("POST", "/groups", "2023-01-01", {
            name: "p",
            orgId: atlas.organisationId,
          });
          const player = { atlas, groupId: String(project.body["id"]), seenIds: [] };
          for (const step of steps) await play(player, step);
          atlas.faults.clear();
          await atlas.clock.settle();
          expect(new Set(player.seenIds).size).toBe(player.seenIds.length);
          expectLawfulMoves(atlas);
          const lists = [
            await call("GET", `/groups/${player.groupId}/clusters`, "2024-08-05"),
            await call("GET", `/groups/${player.groupId}/flexClusters`, "2024-11-13"),
          ];
          const rows = lists.flatMap(({ body }) => body["results"] as { name: string; stateName: string }[]);
          expect(rows.map(({ stateName }) => stateName).filter((state) => state !== "IDLE")).toEqual([]);
          expect(new Set(rows.map(({ name }) => name)).size).toBe(rows.length);
          expect(atlas.unknownRoutes).toEqual([]);
        } finally {
          await atlas.close();
        }
      }),
      { numRuns: 40 },
    );
  });
});
