import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { findGo } from "./go-toolchain.ts";
import { goVersion } from "./versions.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "go-toolchain-test-"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** Puts a `go` before the machine's on PATH. */
function putGo(script: string): void {
  writeFileSync(join(folder, "go"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}${delimiter}${process.env["PATH"]}`);
}

describe("the Go that builds the control plane", { timeout: 300_000 }, () => {
  it("is the machine's where that is new enough", async () => {
    putGo(`echo go${goVersion}`);
    expect(await findGo()).toBe("go");
  });

  it("is fetched by the machine's where that is too old", async () => {
    const real = execFileSync("sh", ["-c", "command -v go"], { encoding: "utf8" }).trim();
    putGo(`if [ "$1 $2" = "env GOVERSION" ]; then echo go1.19.8; else exec ${real} "$@"; fi`);
    const go = await findGo();
    const version = execFileSync(go, ["version"], { env: { ...process.env, GOTOOLCHAIN: "local" } });
    expect(version.toString()).toContain(`go${goVersion} `);
    execFileSync(go, ["vet", "fmt"], { cwd: folder });
  });

  it("is asked for where there is none", async () => {
    vi.stubEnv("PATH", folder);
    await expect(findGo()).rejects.toThrow(
      `Go ${goVersion} or newer is needed to build the Kubernetes control plane: go does not run`,
    );
  });
});
