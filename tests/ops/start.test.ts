import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../ops/paths.ts";

const start = join(root, "ops/start.ts");

describe("the process", () => {
  it("ends quietly when its reader has gone", () => {
    const ran = spawnSync("bash", ["-c", `set -o pipefail; ${process.execPath} ${start} --help | head -1`], {
      encoding: "utf8",
    });
    expect(ran).toMatchObject({ stdout: "One entry for everything.\n", stderr: "", status: 0 });
  });

  it("prints no colour off a terminal", () => {
    const ran = spawnSync(process.execPath, [start, "doctor"], { encoding: "utf8" });
    expect(ran.stdout + ran.stderr).not.toContain("\u001b");
  });

  it("loads the SDK's npm client only when something of it is used", () => {
    const code = `
      const { runtime } = require("@pulumi/pulumi");
      const isLoaded = () => Object.keys(require.cache).some((file) => file.endsWith("/@npmcli/arborist/lib/node.js"));
      const before = isLoaded();
      runtime.computeCodePaths().then((paths) => console.log(before, isLoaded(), paths instanceof Map));`;
    const quick = join(root, "ops/quick-start.cjs");
    const ran = spawnSync(process.execPath, ["--require", quick, "-e", code], {
      cwd: root,
      encoding: "utf8",
    });
    expect(ran).toMatchObject({ stdout: "false true true\n", stderr: "", status: 0 });
  });

  it("ends at once on the second Ctrl-C", async () => {
    const child = spawn(process.execPath, [start, "completion", "suggest", "--", "up", ""], {
      env: { ...process.env, NODE_OPTIONS: `--import=${join(import.meta.dirname, "never-ending.ts")}` },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("interrupted:")) child.kill("SIGINT");
    });
    child.stdout.once("data", () => child.kill("SIGINT"));
    const [code] = (await once(child, "close")) as [number];
    expect(said).toContain("once more to end at once");
    expect(code).toBe(130);
  });
});
