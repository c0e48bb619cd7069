import { setImmediate } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { ProviderError } from "../../src/errors.ts";
import type { OperationOptions } from "../../src/operation.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { CheckRequest, Provider } from "../../src/providers/provider.ts";
import { fakeHost, type ProgramApi, TestStack } from "../../src/testing/index.ts";
import { Cloud, program, THING, urnOf } from "./cloud.ts";

const NAMES = Array.from("abcdefghijkl");

/** Things that all register at once, after one that makes sure that their provider is there. */
const wide = (inputsOf: (name: string) => PropertyMap, more?: (p: ProgramApi) => Promise<unknown>) =>
  program(async (p) => {
    await p.resource(THING, "first");
    await Promise.all([...NAMES.map((name) => p.resource(THING, name, inputsOf(name))), more?.(p)]);
  });

/** A cloud whose provider takes its time to answer, and what it was asked. */
class SlowCloud extends Cloud {
  readonly asked: string[] = [];
  readonly checks: CheckRequest[] = [];
  most = 0;
  private readonly asking = new Set<string>();
  /** Question -> the others that waited for an answer when it was asked, or answered. */
  private readonly together = new Map<string, readonly string[]>();

  override provider(functions: Partial<Provider> = {}): Provider {
    const cloud = super.provider(functions);
    return {
      ...cloud,
      check: (request) => {
        this.checks.push(request);
        return this.answer(`check ${request.name}`, () => cloud.check(request));
      },
      diff: (request) => this.answer(`diff ${request.name}`, () => cloud.diff(request)),
    };
  }

  private async answer<T>(question: string, ask: () => Promise<T>): Promise<T> {
    this.asked.push(question);
    const others = [...this.asking];
    this.asking.add(question);
    this.most = Math.max(this.most, this.asking.size);
    await setImmediate();
    this.asking.delete(question);
    this.together.set(question, [...others, ...this.asking]);
    return ask();
  }

  /** What was asked since the last time, and how much of it at once. */
  take(): {
    readonly asked: readonly string[];
    readonly most: number;
    readonly together: ReadonlyMap<string, readonly string[]>;
  } {
    const taken = { asked: this.asked.splice(0), most: this.most, together: new Map(this.together) };
    this.most = 0;
    return taken;
  }
}

const questions = (kind: string, of: readonly string[]) =>
  of.filter((question) => question.startsWith(kind)).map((question) => question.split(" ")[1]);

describe("registrations that wait for their turn", () => {
  it("are asked about meanwhile, once each and in their order, where more wait than steps may run", async () => {
    const cloud = new SlowCloud();
    const stack = cloud.stack();
    const first = await stack.up(
      wide((name) => ({ text: name })),
      { parallel: 4 },
    );
    expect(first.changes).toEqual({ create: 14 });
    const made = cloud.take();
    expect(made.asked).toEqual(["first", ...NAMES].map((name) => `check ${name}`));
    expect(made.most).toBe(5);

    const changed = (name: string) => ({ text: name < "d" ? "new" : name });
    const second = await stack.up(wide(changed), { parallel: 4 });
    expect(second.changes).toEqual({ same: 11, update: 3 });
    const { asked } = cloud.take();
    expect(questions("check", asked)).toEqual(["first", ...NAMES]);
    expect(questions("diff", asked)).toEqual(["first", ...NAMES]);
    const recorded = second.snapshot.resources.slice(3).map(({ urn, outputs }) => [urn, outputs["text"]]);
    expect(new Map(recorded as [string, string][])).toEqual(
      new Map(NAMES.map((name) => [urnOf(name), changed(name).text])),
    );
  });

  it.each<[string, Partial<OperationOptions>]>([
    ["few wait", { parallel: 20 }],
    ["steps run one after the other", { parallel: 1 }],
    ["nobody is to look ahead", { parallel: 4, lookAheadFrom: Number.POSITIVE_INFINITY }],
    ["targets decide who takes part", { parallel: 4, targets: ["**"] }],
  ])("are asked about in their turn where %s", async (_, options) => {
    const cloud = new SlowCloud();
    const run = await cloud.stack().up(
      wide((name) => ({ text: name })),
      options,
    );
    expect(run.result).toBe("succeeded");
    expect(cloud.take().most).toBe(1);
  });

  it("are asked about in their turn where options of theirs come before what their provider says", async () => {
    const cloud = new SlowCloud();
    const stack = cloud.stack();
    const careful = program(async (p) => {
      await p.resource(THING, "first");
      const ignoring = { ignoreChanges: ["text"] };
      await Promise.all(NAMES.map((name) => p.resource(THING, name, { text: name }, ignoring)));
    });
    await stack.up(careful, { parallel: 4 });
    expect(cloud.take().most).toBe(1);
  });

  it("are asked about only once the definition before them was", async () => {
    const cloud = new SlowCloud();
    const provider = { kubernetes: () => cloud.provider() };
    const stack = new TestStack({ providers: fakeHost(provider) });
    const definition = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    const object = "kubernetes:example.com/v1:Widget";
    const run = await stack.up(
      program(async (p) => {
        await p.resource(object, "first");
        await Promise.all([
          ...NAMES.slice(0, 6).map((name) => p.resource(object, name)),
          p.resource(definition, "widgets"),
          ...NAMES.slice(6).map((name) => p.resource(object, name)),
        ]);
      }),
      { parallel: 4, lookAheadFrom: 0 },
    );
    expect(run.result).toBe("succeeded");
    const { together } = cloud.take();
    expect(together.get("check widgets")).toEqual([]);
    expect(together.get("check a")).not.toEqual([]);
  });

  it("are asked about again where an earlier one changes what becomes of them", async () => {
    const cloud = new SlowCloud();
    const stack = cloud.stack();
    const zoned = (zone: string) =>
      program(async (p) => {
        await p.resource(THING, "first");
        const part = { of: zone, replaceOn: ["of"] };
        const needs = { dependencies: [urnOf("group")], propertyDependencies: { of: [urnOf("group")] } };
        const group = p.resource(THING, "group", { zone, replaceOn: ["zone"], deleteFirst: true });
        await Promise.all([group, p.resource(THING, "part", part, needs)]);
      });
    await stack.up(zoned("east"), { parallel: 4 });
    cloud.take();
    cloud.checks.length = 0;
    const run = await stack.up(zoned("west"), { parallel: 4, lookAheadFrom: 0 });
    expect(run.result).toBe("succeeded");
    const ofPart = cloud.checks.filter(({ name }) => name === "part");
    expect(ofPart.map(({ olds }) => olds)).toEqual([{ of: "east", replaceOn: ["of"] }, {}]);
    const [first, second, ...made] = cloud.takeCalls().slice(-4);
    expect([first, second]).toEqual(["delete part", "delete group"]);
    expect(new Set(made)).toEqual(new Set(["create group", "create part"]));
  });

  it("fail in their turn: what is told is told once, and what comes after is left out", async () => {
    const cloud = new SlowCloud();
    const check: Provider["check"] = async ({ name, news }) => {
      if (name === "c" || name === "e") throw new ProviderError(`nobody knows ${name}`);
      return { inputs: news, failures: [] };
    };
    const stack = cloud.stack({ functions: { check } });
    const run = await stack.up(
      wide((name) => ({ text: name })),
      { parallel: 4 },
    );
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["nobody knows c"]);
    const before = ["create first", "create a", "create b"];
    expect(before).toEqual(expect.arrayContaining([...cloud.takeCalls()]));
  });

  it("are told of inputs that are not valid in their turn", async () => {
    const cloud = new SlowCloud();
    const failures = [{ property: "text", reason: "too short" }];
    const check: Provider["check"] = async ({ name, news }) => ({
      inputs: news,
      failures: name === "c" ? failures : [],
    });
    const stack = cloud.stack({ functions: { check } });
    const run = await stack.up(
      wide((name) => ({ text: name })),
      { parallel: 4 },
    );
    expect(run.result).toBe("failed");
    expect(run.told).toEqual([expect.stringContaining("too short")]);
  });
});
