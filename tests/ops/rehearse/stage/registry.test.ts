import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { thisMachine } from "../../../../ops/bootstrap/machine.ts";
import { startRegistry } from "../../../../ops/rehearse/stage/registry.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-registry-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe("startRegistry", () => {
  it("answers as an image registry until it is stopped", async () => {
    const folders = { packages: join(folder, "packages"), data: folder };
    const registry = await startRegistry(thisMachine(), folders, new AbortController().signal);
    const address = `http://${registry.value}/v2/`;
    try {
      expect((await fetch(address)).status).toBe(200);
      expect((await fetch(`${address}absent/manifests/latest`)).status).toBe(404);
    } finally {
      await registry.stop();
    }
    await expect(fetch(address)).rejects.toThrow();
  });
});
