import { ProviderError } from "../../src/errors.ts";
import { diffObjects, unwrapMap } from "../../src/plan/property-diff.ts";
import { computed, type PropertyMap, type PropertyValue } from "../../src/protocol/property-value.ts";
import {
  type DiffRequest,
  type DiffResult,
  PartialFailure,
  type Provider,
} from "../../src/providers/provider.ts";
import {
  fakeHost,
  fakeProvider,
  functionProgram,
  type ProgramApi,
  TestStack,
  type TestStackOptions,
} from "../../src/testing/index.ts";

export const THING = "fake:index:Thing";
export const GROUP = "test:index:Group";

/** The URN of a thing at the top of a test's program. */
export const urnOf = (name: string): string => `urn:pulumi:test::proj::${THING}::${name}`;

/**
 * A cloud in memory with a provider in front. Inputs with a meaning: `replaceOn` (keys whose change replaces),
 * `deleteFirst` (such a replacement deletes first), `initError` (made, but not ready).
 */
export class Cloud {
  readonly objects = new Map<string, PropertyMap>();
  /** `<call> <name>` of everything that changed the cloud, in order. */
  readonly calls: string[] = [];
  /** `<call> <name>` -> message: these calls fail. */
  readonly failures = new Map<string, string>();
  /** Runs in the middle of a call. */
  during: (call: string) => Promise<void> | void = () => undefined;
  private made: number;

  /** `made`: how many ids were given out before. */
  constructor(made = 0) {
    this.made = made;
  }

  provider(functions: Partial<Provider> = {}): Provider {
    return fakeProvider({
      diff: async (request) => this.diff(request),
      diffConfig: async (request) => this.diff({ ...request, name: "", type: "", id: "" }),
      create: async ({ name, inputs, preview }) => {
        if (preview) return { id: "", outputs: { ...inputs, serial: computed } };
        await this.enter(`create ${name}`);
        const id = `${name}-${++this.made}`;
        this.objects.set(id, inputs);
        const outputs = { ...inputs, serial: this.made };
        this.refuseUnready(id, inputs, outputs);
        return { id, outputs };
      },
      update: async ({ name, id, newInputs, preview }) => {
        if (preview) return { outputs: { ...newInputs, serial: computed } };
        await this.enter(`update ${name}`);
        this.objects.set(id, newInputs);
        const outputs = { ...newInputs, serial: ++this.made };
        this.refuseUnready(id, newInputs, outputs);
        return { outputs };
      },
      delete: async ({ name, id }) => {
        await this.enter(`delete ${name}`);
        this.objects.delete(id);
      },
      read: async ({ name, id, state }) => {
        await this.enter(`read ${name}`);
        const inputs = this.objects.get(id);
        return inputs === undefined ? undefined : { id, inputs, outputs: { ...state, ...inputs } };
      },
      ...functions,
    });
  }

  private async enter(call: string): Promise<void> {
    await this.during(call);
    const message = this.failures.get(call);
    if (message !== undefined) throw new ProviderError(message);
    if (!call.startsWith("read")) this.calls.push(call);
  }

  private refuseUnready(id: string, inputs: PropertyMap, outputs: PropertyMap): void {
    const reason = inputs["initError"];
    if (typeof reason !== "string") return;
    throw new PartialFailure("not ready", { id, outputs, inputs, reasons: [reason] });
  }

  private diff({ oldInputs, newInputs, ignoreChanges }: DiffRequest): DiffResult {
    const found = diffObjects(unwrapMap(oldInputs), unwrapMap(newInputs));
    const changedKeys = (found?.changedKeys ?? []).filter((key) => !ignoreChanges.includes(key));
    const replaceOn = [newInputs["replaceOn"]].flat() as readonly PropertyValue[];
    const replaceKeys = changedKeys.filter((key) => replaceOn.includes(key) || key === "region");
    return {
      ...{ changedKeys, replaceKeys, stableKeys: [], detailedDiff: undefined },
      changes: changedKeys.length > 0 ? "some" : "none",
      deleteBeforeReplace: newInputs["deleteFirst"] === true,
    };
  }

  stack(options: Partial<TestStackOptions> & { functions?: Partial<Provider> } = {}): TestStack {
    const providers = fakeHost({ fake: () => this.provider(options.functions) });
    return new TestStack({ providers, ...options });
  }

  /** What has been called since the last time. */
  takeCalls(): readonly string[] {
    return this.calls.splice(0);
  }
}

/** A program; what it returns does not matter. */
export function program(body: (p: ProgramApi) => Promise<unknown>): ReturnType<typeof functionProgram> {
  return functionProgram(async (p) => {
    await body(p);
  });
}
