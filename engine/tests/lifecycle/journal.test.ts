import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "../../src/protocol/property-value.ts";
import { parseEnvelope } from "../../src/state/checkpoint.ts";
import { serializeCheckpoint } from "../../src/state/checkpoint-write.ts";
import { judgeJournal } from "../../src/state/judge-journal.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import type { Snapshot } from "../../src/state/resource.ts";
import { type MemoryStore, memoryStore, type TestRun, type TestStack } from "../../src/testing/index.ts";
import { aroundWrites } from "./around-writes.ts";
import { Cloud, GROUP, program, THING } from "./cloud.ts";
import { run } from "./random-runs.ts";
import { programOf, wishes } from "./random-wishes.ts";

interface Deployment {
  readonly pending_operations?: readonly { readonly resource: { readonly urn: string } }[];
  readonly resources?: readonly { readonly urn: string }[];
}

const reference = { organization: "organization", project: "proj", stack: "test" };

/** Runs with a store that does not fold: what its journal makes of the state must be what a fold would have written. */
async function compared(stack: TestStack, work: (store: MemoryStore) => Promise<TestRun>): Promise<TestRun> {
  let folded: Snapshot | undefined;
  const store = aroundWrites(stack.store, (write) => write());
  const openJournal = store.openJournal.bind(store);
  const unfolding = Object.assign(Object.create(store) as MemoryStore, {
    openJournal: (start: Parameters<typeof openJournal>[0]) => ({
      ...openJournal(start),
      fold: async (snapshot: Snapshot) => {
        folded = snapshot;
        throw new Error("not now");
      },
    }),
  });
  const done = await work(unfolding);
  if (folded === undefined) throw new Error("every run folds");
  expect(stack.store.text).toBe(await serializeCheckpoint(folded, reference, base64Secrets));
  await stack.store.save(folded);
  return done;
}

describe("a journal that is not folded", () => {
  it("leads to the state that its fold would have written, for random programs with failures", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(run, { minLength: 1, maxLength: 3 }), wishes, async (runs, last) => {
        const cloud = new Cloud();
        const stack = cloud.stack();
        for (const { wishes: all, failures, continueOnError } of runs) {
          for (const name of failures) cloud.failures.set(name, "refused");
          await compared(stack, (store) => stack.up(programOf(all), { continueOnError }, { store }));
          cloud.failures.clear();
        }
        await compared(stack, (store) => stack.up(programOf(last), { refresh: true }, { store }));
        await compared(stack, (store) => stack.destroy({}, { store }));
      }),
      { numRuns: 60 },
    );
  });

  it("does so where providers are extended", async () => {
    const stack = new Cloud().stack({ functions: { parameterize: async () => undefined } });
    const used = (ref: string) => ({
      extension: { ref, extension: { name: ref, version: "1.0.0", value: "AQI=" } },
    });
    const both = program(async (p) => {
      await p.resource(THING, "a", {}, used("one"));
      await p.resource(THING, "b", {}, used("two"));
    });
    const recorded = async () => Object.keys((await stack.store.load()).unknownFields["extensions"] ?? {});
    await compared(stack, (store) => stack.up(both, {}, { store }));
    expect(await recorded()).toEqual(["one", "two"]);
    const less = program((p) => p.resource(THING, "b", {}, used("two")));
    await compared(stack, (store) => stack.up(less, {}, { store }));
    expect(await recorded()).toEqual(["two"]);
    await compared(stack, (store) =>
      stack.up(
        program((p) => p.resource(THING, "b")),
        {},
        { store },
      ),
    );
    expect(await recorded()).toEqual([]);
  });

  it("does so where resources are renamed, read, refreshed, imported, targeted and secret", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack();
    const tree = (name: string, alias: string | undefined, value: number) =>
      program(async (p) => {
        const urn = (type: string, old: string) => `urn:pulumi:test::proj::${type}::${old}`;
        const aliases = alias === undefined ? [] : [{ kind: "urn" as const, urn: urn(GROUP, alias) }];
        const group = await p.component(GROUP, name, { aliases });
        const a = await p.resource(
          THING,
          "a",
          { value, key: new Secret(`k${value}`) },
          { parent: group.urn },
        );
        await p.outputs(group.urn, { value });
        await p.resource(THING, "b", { of: a.id, value }, { dependencies: [a.urn] });
        await p.read(THING, "r", a.id);
      });
    await compared(stack, (store) => stack.up(tree("g", undefined, 1), {}, { store }));
    const a = [...cloud.objects.keys()][0] ?? "";
    cloud.objects.set(a, { value: 7 });
    await compared(stack, (store) => stack.refresh({}, { store }));
    await compared(stack, (store) => stack.up(tree("h", "g", 2), {}, { store }));
    cloud.objects.delete(a);
    await compared(stack, (store) => stack.up(tree("h", undefined, 3), { refresh: true }, { store }));
    await compared(stack, (store) => stack.up(tree("h", undefined, 4), { targets: ["**::b"] }, { store }));
    await compared(stack, (store) =>
      stack.up(tree("h", undefined, 5), { refresh: true, runProgram: true }, { store }),
    );
    await compared(stack, (store) => stack.destroy({}, { store }));
  });

  it("keeps what was under way in earlier runs", async () => {
    const stack = new Cloud().stack();
    const one = program((p) => p.resource(THING, "a"));
    const { snapshot } = await stack.up(one);
    const resource = snapshot.resources.at(-1);
    if (resource === undefined) throw new Error("a is recorded");
    const pendingOperations = [
      { resource, type: "updating" as const },
      { resource, type: "creating" as const },
    ];
    await stack.store.save({ ...snapshot, pendingOperations });
    await compared(stack, (store) =>
      stack.up(
        program((p) => p.resource(THING, "b")),
        {},
        { store },
      ),
    );
    expect((await stack.store.load()).pendingOperations.map(({ type }) => type)).toEqual(["creating"]);
  });

  it("loses nothing of what is under way, wherever the first write after it was folded is cut off", async () => {
    const { store } = new Cloud().stack({ store: memoryStore(reference) });
    let base = store.text;
    let cuts = 0;
    const underWay = (journal: string): readonly string[] => {
      const judged = judgeJournal(Buffer.from(journal), base, reference);
      const { deployment } = parseEnvelope(judged.kind === "unfolded" ? judged.text : base);
      const { pending_operations: pending = [], resources = [] } = (deployment ?? {}) as Deployment;
      return [...pending.map(({ resource }) => resource.urn), ...resources.map(({ urn }) => urn)];
    };
    const foldedAfterEachWrite = Object.assign(Object.create(store) as MemoryStore, {
      openJournal(start: Parameters<MemoryStore["openJournal"]>[0]) {
        const journal = store.openJournal(start);
        return {
          ...{ isLarge: true, idleMilliseconds: undefined, discard: journal.discard },
          append: async (changes: Parameters<typeof journal.append>[0]) => {
            await journal.append(changes);
            const written = store.journal;
            for (let end = written.indexOf("\n"); end >= 0; end = written.indexOf("\n", end + 1)) {
              expect(underWay(written.slice(0, end + 1))).toEqual(expect.arrayContaining([...underWay("")]));
              cuts += 1;
            }
          },
          fold: async (snapshot: Snapshot) => {
            const verify = await journal.fold(snapshot);
            base = store.text;
            return verify;
          },
        } satisfies typeof journal;
      },
    });
    const stack = new Cloud().stack({ store: foldedAfterEachWrite });
    const together = program((p) =>
      Promise.all(Array.from({ length: 6 }, (_, index) => p.resource(THING, `r${index}`))),
    );
    await stack.up(together, { parallel: 6 });
    expect(cuts).toBeGreaterThan(6);
  });

  it("is folded and begun again in the middle of a run when it has grown large", async () => {
    const cloud = new Cloud();
    const stack = cloud.stack({ store: memoryStore(reference) });
    const folds: boolean[] = [];
    const small = Object.assign(Object.create(stack.store) as MemoryStore, {
      openJournal(start: Parameters<MemoryStore["openJournal"]>[0]) {
        const journal = stack.store.openJournal(start);
        return {
          get isLarge() {
            return stack.store.journal.length > 1500;
          },
          idleMilliseconds: undefined,
          append: journal.append,
          discard: journal.discard,
          fold: async (snapshot: Snapshot) => {
            const text = await serializeCheckpoint(snapshot, reference, base64Secrets);
            folds.push(stack.store.text === text);
            return journal.fold(snapshot);
          },
        } satisfies typeof journal;
      },
    });
    const many = (value: number) =>
      program(async (p) => {
        for (let i = 0; i < 6; i++) await p.resource(THING, `r${i}`, { value });
      });
    await stack.up(many(1), {}, { store: small });
    expect(folds.length).toBeGreaterThan(3);
    expect(folds.slice(0, -1)).not.toContain(false);
    await stack.up(many(2), {}, { store: small });
    const { snapshot } = await stack.up(many(2));
    expect(snapshot.resources.map(({ id }) => id)).toEqual(["", expect.any(String), ...cloud.objects.keys()]);
    expect(new Set(snapshot.resources.map(({ outputs }) => outputs["value"]))).toEqual(
      new Set([undefined, 2]),
    );
  });
});
