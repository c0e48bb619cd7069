import { existsSync, readFileSync } from "node:fs";
import { watch } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { functionProgram } from "../../src/testing/index.ts";
import { isAlive } from "../is-alive.ts";
import { one, type PluginBench, pluginBench, rude } from "./plugin-bench.ts";

/** A plugin that leaves its process id beside itself before it does anything else. */
const leavingPid = (content: string) =>
  content.replace("\n", () => '\ncd "$(dirname "$0")" && echo $$ > pid.new && mv pid.new pid\n');

async function pidOf({ file }: PluginBench): Promise<number> {
  const folder = dirname(file);
  const pid = join(folder, "pid");
  const changes = watch(folder)[Symbol.asyncIterator]();
  while (!existsSync(pid)) await changes.next();
  await changes.return?.();
  return Number(readFileSync(pid, "utf8"));
}

describe("a plugin that the state names", () => {
  it("starts while the program is still busy, and serves what it registers then", async () => {
    const bench = pluginBench(rude(""));
    await bench.stack.up(one);
    bench.replace(leavingPid(rude("")));
    const started: number[] = [];
    const late = functionProgram(async (program) => {
      started.push(await pidOf(bench));
      await program.resource("fake:index:Thing", "b", { v: 2 }, { version: "1.0.0" });
    });
    const { told, snapshot } = await bench.stack.up(late);
    expect(told).toEqual([]);
    expect(snapshot.resources.map(({ urn }) => urn.split("::").at(-1))).toContain("b");
    expect(readFileSync(join(dirname(bench.file), "pid"), "utf8")).toBe(`${started[0]}\n`);
  });

  it.each([
    ["cannot start", "#!/bin/sh\necho no libfoo >&2\nexit 3\n"],
    ["never gets ready", "#!/bin/sh\necho busy >&2\nexec sleep 60\n"],
  ])("and that %s is not heard of where nobody asks for it, and is ended", async (_, content) => {
    const bench = pluginBench(rude(""));
    await bench.stack.up(one);
    bench.replace(leavingPid(content));
    const told = bench.outputs.length;
    const pids: number[] = [];
    const failing = functionProgram(async () => {
      pids.push(await pidOf(bench));
      throw new Error("no such region");
    });
    const { result, told: errors } = await bench.stack.up(failing);
    expect(result).toBe("failed");
    expect(errors.join()).toContain("no such region");
    expect(bench.outputs.slice(told)).toEqual([]);
    expect(pids.map(isAlive)).toEqual([false]);
  });

  it("and that cannot start fails what asks for it, once", async () => {
    const bench = pluginBench(rude(""));
    await bench.stack.up(one);
    bench.replace("#!/bin/sh\necho no libfoo >&2\nexit 3\n");
    const { result, told } = await bench.stack.up(one);
    expect(result).toBe("failed");
    expect(told).toEqual([expect.stringMatching(/exit status 3[\s\S]*no libfoo/)]);
  });
});
