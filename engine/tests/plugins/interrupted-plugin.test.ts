import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { rude } from "./plugin-bench.ts";
import { PluginWorkspace } from "./plugin-workspace.ts";

const EXPECTED_WAIT_MS = 30_000;

describe("Ctrl-C while a plugin hangs in Create", () => {
  const workspace = new PluginWorkspace();
  beforeAll(async () => {
    workspace.installScript("fake", "1.0.0", rude("freeze-in-create"));
    workspace.env["PULUMI_ENGINE_PLUGIN_SHUTDOWN_SECONDS"] = "1";
    workspace.program('$res("fake:index:Thing", "a", {}, { version: "1.0.0" });');
    await workspace.run("stack init dev");
  });
  afterAll(() => workspace.remove());

  it("ends the plugin and the update, gives the lock back, and leaves the question open", async () => {
    let isSent = false;
    const started = Date.now();
    const { exitCode, stdout } = await workspace.runProcess(
      "up --yes --skip-preview --non-interactive",
      (text, signal) => {
        if (isSent || !text.includes("fake:index:Thing a creating")) return;
        isSent = true;
        signal("SIGINT");
      },
    );
    expect(exitCode).toBe(1);
    expect(Date.now() - started).toBeLessThan(EXPECTED_WAIT_MS);
    expect(stdout).toContain("nobody knows whether this took effect");
    expect(stdout).toMatch(/did not answer within 1 s and was ended/);
    expect(workspace.hasLock()).toBe(false);
    const { pending_operations } = workspace.deployment();
    expect(pending_operations?.map(({ type }) => type)).toEqual(["creating"]);
  });

  it("is followed by a run that works, once the plugin does", async () => {
    workspace.installScript("fake", "1.0.0", rude(""));
    expect((await workspace.up()).stdout).toContain("+ 1 created");
  });
});
