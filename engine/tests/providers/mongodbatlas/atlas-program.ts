import type { AtlasAdmin } from "../../../../simulators/atlas-admin/start-atlas-admin.ts";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { createAtlasProvider } from "../../../src/providers/mongodbatlas/provider.ts";
import type { CustomTimeouts } from "../../../src/state/resource.ts";
import { fakeHost, functionProgram, type TestRun, TestStack } from "../../../src/testing/index.ts";
import { typeOf } from "./simulated-atlas.ts";

/** One resource of a program: its kind, its inputs, and how long it may take. */
export interface Wish {
  readonly kind: string;
  readonly inputs: PropertyMap;
  readonly customTimeouts?: Partial<CustomTimeouts>;
}

export type Wishes = { readonly [name: string]: Wish };

/** A stack that the engine runs with the adapter. Waits take no time. */
export function engineStack(atlas: AtlasAdmin) {
  let now = 0;
  const clock = {
    now: () => now,
    sleep: async (milliseconds: number) => {
      now += milliseconds;
    },
  };
  const providers = fakeHost({
    mongodbatlas: () => createAtlasProvider({ environment: {}, clock, drawNonce: () => "0a1b" }),
  });
  const stack = new TestStack({ providers });
  const program = (wishes: Wishes, login: PropertyMap) =>
    functionProgram(async (api) => {
      const provider = await api.provider("mongodbatlas", "atlas", { baseUrl: atlas.url, ...login });
      for (const [name, { kind, inputs, customTimeouts = {} }] of Object.entries(wishes)) {
        const timeouts = { create: 0, update: 0, delete: 0, ...customTimeouts };
        await api.resource(typeOf(kind), name, inputs, { provider, customTimeouts: timeouts });
      }
    });
  return {
    up: (wishes: Wishes, login: PropertyMap = { accessToken: atlas.accessToken }) =>
      stack.up(program(wishes, login)),
    destroy: () => stack.destroy(),
  };
}

/** `kind` of the operations that a run left open. */
export const openOf = ({ snapshot }: TestRun): readonly string[] =>
  snapshot.pendingOperations.map(({ type, resource }) => `${type} ${resource.type.split(":").at(-1)}`);

/** The resources that are recorded, but for the stack and the provider. */
export const recordedOf = ({ snapshot }: TestRun) =>
  snapshot.resources.filter(({ type }) => type.startsWith("mongodbatlas:"));
