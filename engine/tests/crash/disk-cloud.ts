import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ProviderError } from "../../src/errors.ts";
import { diffObjects } from "../../src/plan/property-diff.ts";
import type { PropertyMap } from "../../src/protocol/property-value.ts";
import type { DiffRequest, DiffResult, Provider } from "../../src/providers/provider.ts";
import { fakeProvider } from "../../src/testing/index.ts";
import type { Reaper } from "./boundaries.ts";

/** An object as the cloud keeps it: one file each, so that it outlives whoever made it. */
interface CloudObject {
  /** The name of the resource that asked for it. */
  readonly owner: string;
  readonly inputs: PropertyMap;
}

/** A cloud on disk. Every create makes another object: one that is asked for twice is there twice. */
export class DiskCloud {
  private readonly folder: string;

  constructor(root: string) {
    this.folder = join(root, "cloud");
    mkdirSync(this.folder, { recursive: true });
  }

  /** Objects by id. */
  objects(): ReadonlyMap<string, CloudObject> {
    const names = readdirSync(this.folder).sort();
    return new Map(names.map((name) => [name, JSON.parse(readFileSync(join(this.folder, name), "utf8"))]));
  }

  put(id: string, object: CloudObject): void {
    writeFileSync(join(this.folder, id), JSON.stringify(object));
  }

  remove(id: string): void {
    rmSync(join(this.folder, id), { force: true });
  }

  private get(id: string): CloudObject | undefined {
    const path = join(this.folder, id);
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  }

  private freeId(owner: string): string {
    for (let count = 1; ; count++)
      if (!existsSync(join(this.folder, `${owner}-${count}`))) return `${owner}-${count}`;
  }

  /** A provider in front. `tells`: it can find out what became of an interrupted create. */
  provider(reaper: Reaper, tells: boolean): Provider {
    const call = async <T>(work: () => T): Promise<T> => {
      await reaper.at("before a provider call");
      const answer = work();
      await reaper.at("after a provider call, unanswered");
      return answer;
    };
    return fakeProvider({
      diff: async (request) => diff(request),
      create: async ({ name, inputs, preview }) => {
        if (preview) return { id: "", outputs: inputs };
        return call(() => {
          if (inputs["refuse"] === true) throw new ProviderError("refused");
          const id = this.freeId(name);
          this.put(id, { owner: name, inputs });
          return { id, outputs: inputs };
        });
      },
      update: async ({ name, id, newInputs, preview }) => {
        if (preview) return { outputs: newInputs };
        return call(() => {
          this.put(id, { owner: name, inputs: newInputs });
          return { outputs: newInputs };
        });
      },
      delete: ({ id }) => call(() => this.remove(id)),
      read: ({ id }) =>
        call(() => {
          const found = this.get(id);
          return found && { id, inputs: found.inputs, outputs: found.inputs };
        }),
      ...(tells ? { findInterrupted: async ({ name, inputs }) => this.find(name, inputs) } : {}),
    });
  }

  private find(
    name: string,
    inputs: PropertyMap,
  ): Awaited<ReturnType<NonNullable<Provider["findInterrupted"]>>> {
    const found = [...this.objects()].filter(
      ([, object]) => object.owner === name && diffObjects(object.inputs, inputs) === undefined,
    );
    const [newest] = found.toReversed();
    return newest === undefined ? { kind: "absent" } : { kind: "found", id: newest[0], outputs: inputs };
  }
}

/** `zone` cannot be changed; `deleteFirst` says in which order such an object is replaced. */
function diff({ oldInputs, newInputs }: DiffRequest): DiffResult {
  const changedKeys = diffObjects(oldInputs, newInputs)?.changedKeys ?? [];
  return {
    changes: changedKeys.length > 0 ? "some" : "none",
    changedKeys,
    replaceKeys: changedKeys.filter((key) => key === "zone"),
    stableKeys: [],
    detailedDiff: undefined,
    deleteBeforeReplace: newInputs["deleteFirst"] === true,
  };
}
