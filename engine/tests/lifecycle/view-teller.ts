import type { StepOp } from "../../src/events.ts";
import { noStepDiff } from "../../src/plan/step.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { Provider } from "../../src/providers/provider.ts";
import type { OwnedViews, View, ViewStep } from "../../src/providers/views.ts";
import { verifyIntegrity } from "../../src/state/integrity.ts";
import type { TestStack } from "../../src/testing/index.ts";
import { type Cloud, THING } from "./cloud.ts";

export const OWNER = `urn:pulumi:test::proj::${THING}::a`;
export const PART = "fake:index:Part";
export const PART_URN = `urn:pulumi:test::proj::${THING}$${PART}::a-part`;

export type Call = "create" | "update" | "delete" | "read";

/** What a provider tells of views in a call; `views` are those that it was shown. */
export type Tell = (
  call: Call,
  views: readonly View[],
  request: { readonly name: string; readonly inputs: PropertyMap },
) => readonly ViewStep[];

export function part(value: string, name = "a-part"): View {
  return { type: PART, name, inputs: { input: value }, outputs: { result: value } };
}

export function step(
  op: StepOp,
  states: Partial<Pick<ViewStep, "old" | "new">>,
  more: Partial<ViewStep> = {},
) {
  return {
    op,
    status: "ok",
    error: "",
    old: undefined,
    new: undefined,
    diff: noStepDiff,
    ...states,
    ...more,
  } as const;
}

/** A cloud's provider that tells of views before it does what it is asked. */
export function teller(cloud: Cloud, tell: Tell): Partial<Provider> {
  const plain = cloud.provider();
  const publish = async (
    call: Call,
    request: { readonly name: string; readonly views?: OwnedViews | undefined },
    inputs: PropertyMap,
  ): Promise<void> => {
    await request.views?.publish(tell(call, request.views.recorded, { name: request.name, inputs }));
  };
  return {
    create: async (request) => {
      await publish("create", request, request.inputs);
      return plain.create(request);
    },
    update: async (request) => {
      await publish("update", request, request.newInputs);
      return plain.update(request);
    },
    delete: async (request) => {
      await publish("delete", request, request.oldInputs);
      return plain.delete(request);
    },
    read: async (request) => {
      await publish("read", request, request.inputs);
      return plain.read(request);
    },
  };
}

/** The recorded views as `name: outputs`, after a look at whether the state is sound. */
export async function partsOf(stack: TestStack): Promise<{ readonly [name: string]: PropertyMap }> {
  const snapshot = await stack.store.load();
  verifyIntegrity(snapshot);
  const views = snapshot.resources.filter(({ viewOf }) => viewOf !== "");
  return Object.fromEntries(
    views.map(({ urn, outputs, delete: isCopy }) => [
      `${isCopy ? "old " : ""}${urn.split("::").at(-1)}`,
      outputs,
    ]),
  );
}
