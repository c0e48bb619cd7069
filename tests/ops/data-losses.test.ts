import { describe, expect, it } from "vitest";
import { readConsent } from "../../ops/agree-to-loss.ts";
import { dataLosses } from "../../ops/change-class/data-losses.ts";

const side = (more: object = {}) => ({ protect: false, retainOnDelete: false, inputs: {}, ...more });

function step(op: string, type: string, more: object = {}) {
  const urn = `urn:pulumi:dev::trials::${type}::it`;
  return { op, type, urn, differences: [], replaceKeys: [], old: side(), new: side(), ...more };
}

const VOLUME = "docker:index/volume:Volume";

describe("what an update would lose", () => {
  it.each([
    ["a volume that goes", step("delete", VOLUME), /gone with it: the files of the volume/],
    ["a volume that is made anew", step("replace", VOLUME, { replaceKeys: ["driver"] }), /driver cannot be/],
    ["a graph that goes", step("delete", "aura:index:Instance"), /the graph of the instance/],
    [
      "what was backed up",
      step("update", "mongodbatlas:index/advancedCluster:AdvancedCluster", {
        differences: [{ path: "backupEnabled" }],
      }),
      /what was backed up until now/,
    ],
  ])("is %s", (_, planned, why) => {
    expect(dataLosses([planned])).toEqual([
      { op: planned.op, name: "it", why: expect.stringMatching(why) as string },
    ]);
  });

  it.each([
    ["a volume that stays on the machine", step("delete", VOLUME, { old: side({ retainOnDelete: true }) })],
    ["what is protected, which the engine refuses", step("delete", VOLUME, { old: side({ protect: true }) })],
    ["a password, which can be drawn again", step("delete", "random:index/randomPassword:RandomPassword")],
    ["a container", step("replace", "docker:index/container:Container")],
    [
      "a volume whose content the program makes again",
      step("delete", "kubernetes:core/v1:PersistentVolumeClaim", {
        old: side({ inputs: { metadata: { annotations: { "trials.content": "reproducible" } } } }),
      }),
    ],
    ["what is made", step("create", VOLUME)],
    ["what stays", step("same", VOLUME)],
  ])("is not %s", (_, planned) => {
    expect(dataLosses([planned])).toEqual([]);
  });
});

it("is agreed to by flags", () => {
  expect(readConsent({})).toEqual({ yes: false });
  expect(readConsent({ yes: true, "accept-loss": "cloud" })).toEqual({ yes: true, acceptLoss: "cloud" });
});
