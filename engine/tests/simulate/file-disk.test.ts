import { describe, expect, it } from "vitest";
import { FaultPlan } from "../../simulate/fault-plan.ts";
import { FileDisk } from "../../simulate/file-disk.ts";
import { Random } from "../../simulate/random.ts";
import { Inode, VolatileFiles } from "../../simulate/volatile-files.ts";

const seeds = Array.from({ length: 40 }, (_, seed) => new Random(seed, 1));

function fileOf(text: string, synced: number): Inode {
  const inode = new Inode();
  inode.content = Buffer.from(text.slice(0, synced));
  inode.sync();
  inode.content = Buffer.from(text);
  return inode;
}

describe("a simulated disk without power", () => {
  it("keeps what was synced, and any part of what was not", () => {
    const left = seeds.map((random) => {
      const inode = fileOf("abcdef", 3);
      inode.lose(random);
      return inode.content.toString();
    });
    expect(left.every((text) => text.startsWith("abc"))).toBe(true);
    expect(new Set(left).size).toBeGreaterThan(3);
  });

  it("keeps names that were synced, and may keep later ones in their order", () => {
    const left = seeds.map((random) => {
      const files = new VolatileFiles();
      files.makeFolder("/a");
      files.rename("/a", new Map([["old", fileOf("1", 1)]]));
      files.syncFolder("/a");
      files.rename("/a", new Map([["new", fileOf("2", 1)]]));
      files.rename("/a", new Map([["old", undefined]]));
      files.lose(random);
      return (files.namesIn("/a") ?? []).toSorted().join();
    });
    expect(new Set(left)).toEqual(new Set(["old", "new,old", "new"]));
  });

  it("has every file that the engine wrote durably", async () => {
    for (const random of seeds) {
      const disk = new FileDisk({ faults: new FaultPlan(), random, seen: () => undefined });
      const blobs = disk.mount(undefined);
      await blobs.write("/s/state", Buffer.from("first"));
      await blobs.write("/s/state", Buffer.from("second"), () => blobs.copy("/s/state", "/s/state.bak"));
      const log = await blobs.log("/s/journal", 0);
      await log.append(Buffer.from("record"));
      disk.crash();
      expect((await blobs.read("/s/state"))?.toString()).toBe("second");
      expect((await blobs.read("/s/journal"))?.toString()).toBe("record");
    }
  });
});
