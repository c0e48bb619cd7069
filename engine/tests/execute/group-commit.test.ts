import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { GroupCommit } from "../../src/execute/group-commit.ts";

/** A disk whose writes end when the test says so. */
function slowDisk() {
  const writes: { readonly content: number; end: () => void; fail: (error: Error) => void }[] = [];
  let content = 0;
  const commits = new GroupCommit(() => {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    writes.push({ content, end: resolve, fail: reject });
    return promise;
  });
  const change = (): Promise<void> => {
    content += 1;
    return commits.commit();
  };
  return { writes, change };
}

/** A turn of the event loop for what waits for one, and one for what follows from it. */
const settled = async (): Promise<void> => {
  await turn();
  await turn();
};

describe("group commit", () => {
  it("gathers what changes while a write runs into the next one, which contains all of it", async () => {
    const { writes, change } = slowDisk();
    const done: string[] = [];
    void change().then(() => done.push("a"));
    await settled();
    void change().then(() => done.push("b"));
    void change().then(() => done.push("c"));
    expect(writes.map((write) => write.content)).toEqual([1]);
    writes[0]?.end();
    await settled();
    expect(done).toEqual(["a"]);
    expect(writes.map((write) => write.content)).toEqual([1, 3]);
    writes[1]?.end();
    await settled();
    expect(done).toEqual(["a", "b", "c"]);
  });

  it("tells everyone who waited for a write that failed, and goes on with the next", async () => {
    const { writes, change } = slowDisk();
    const first = [change(), change()];
    const failed = Promise.allSettled(first);
    await settled();
    writes[0]?.fail(new Error("disk full"));
    expect((await failed).map((outcome) => outcome.status)).toEqual(["rejected", "rejected"]);
    const next = change();
    await settled();
    writes[1]?.end();
    await expect(next).resolves.toBeUndefined();
  });

  it("takes into one write what follows, in the same turn, from what the one before has settled", async () => {
    const { writes, change } = slowDisk();
    const answered = Array.from({ length: 3 }, () => change().then(turn).then(change));
    await settled();
    writes[0]?.end();
    await settled();
    await settled();
    expect(writes.map((write) => write.content)).toEqual([3, 6]);
    writes[1]?.end();
    await Promise.all(answered);
  });

  it("writes a thousand changes in a few writes", async () => {
    const { writes, change } = slowDisk();
    const all = Promise.all(Array.from({ length: 1000 }, change));
    await settled();
    for (let i = 0; i < writes.length; i++) {
      writes[i]?.end();
      await settled();
    }
    await all;
    expect(writes.length).toBeLessThan(3);
  });
});
