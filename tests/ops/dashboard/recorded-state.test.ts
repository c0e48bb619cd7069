import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { watchState } from "../../../ops/dashboard/sources/recorded-state.ts";

describe("watchState", () => {
  it("reads at once and again when something in the folder changes", async () => {
    const folder = mkdtempSync(join(tmpdir(), "state-"));
    const controller = new AbortController();
    let readings = 0;
    const read = async () => {
      readings += 1;
      if (readings === 3) controller.abort();
      else writeFileSync(join(folder, "dev.json"), String(readings));
    };
    await watchState({ backend: pathToFileURL(folder).href, read, signal: controller.signal, breath: 1 });
    expect(readings).toBe(3);
  });

  it.each(["s3://states", pathToFileURL("/nowhere/state").href])(
    "reads %s without watching it",
    async (backend) => {
      const controller = new AbortController();
      let readings = 0;
      const read = async () => {
        readings += 1;
        setImmediate(() => controller.abort());
      };
      await watchState({ backend, read, signal: controller.signal });
      expect(readings).toBe(1);
    },
  );
});
