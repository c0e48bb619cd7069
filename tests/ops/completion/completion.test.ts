import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { thisMachine } from "../../../ops/bootstrap/machine.ts";
import { listReleaseNumbers } from "../../../ops/completion/release-numbers.ts";
import { completionScripts } from "../../../ops/completion/scripts.ts";
import { main } from "../../../ops/main.ts";
import { root } from "../../../ops/paths.ts";
import { captureOutput } from "../output.ts";

async function suggestions(...words: string[]): Promise<string[]> {
  const output = captureOutput();
  expect(await main(["completion", "suggest", "--json", "--", ...words], output)).toBe(0);
  return JSON.parse(output.out()) as string[];
}

describe("completion", () => {
  it("knows commands", async () => {
    expect(await suggestions("de")).toEqual(["destroy"]);
    expect(await suggestions()).toEqual(expect.arrayContaining(["up", "preview", "--help"]));
  });

  it("knows stacks, shells and suites", async () => {
    expect(await suggestions("up", "")).toEqual(["cloud", "dev", "test"]);
    expect(await suggestions("up", "--engine", "embedded", "d")).toEqual(["dev"]);
    expect(await suggestions("completion", "f")).toEqual(["fish"]);
    expect(await suggestions("test", "checks", "un")).toEqual(["unit"]);
  });

  it("knows flags and their values", async () => {
    expect(await suggestions("destroy", "dev", "--w")).toEqual(["--with-data"]);
    expect(await suggestions("up", "dev", "--engine", "e")).toEqual(["embedded"]);
    expect(await suggestions("preview", "dev", "--prices", "")).toEqual([]);
  });

  it("knows the releases of the stack that is named, newest first", async () => {
    const folder = mkdtempSync(join(tmpdir(), "completion-releases-"));
    mkdirSync(join(folder, "trials/dev"), { recursive: true });
    for (const number of ["000001", "000002"])
      writeFileSync(join(folder, "trials/dev", `${number}.json`), "{}");
    const env = { TRIALS_RELEASES: folder };
    expect(await listReleaseNumbers("dev", env)).toEqual(["2", "1"]);
    expect(await listReleaseNumbers("test", env)).toEqual([]);
    expect(await listReleaseNumbers(undefined, env)).toEqual([]);
    expect(await listReleaseNumbers("dev", { PULUMI_BACKEND_URL: "s3://states" })).toEqual([]);
    expect(await suggestions("history", "cloud", "9")).toEqual([]);
  });

  it("knows nothing where nothing can follow", async () => {
    expect(await suggestions("nothing", "d")).toEqual([]);
    expect(await suggestions("up", "dev", "d")).toEqual([]);
  });

  it("prints a script for each shell", async () => {
    const plain = captureOutput();
    await main(["completion", "bash"], plain);
    expect(plain.out()).toBe(completionScripts.bash);
    const json = captureOutput();
    await main(["completion", "fish", "--json"], json);
    expect(JSON.parse(json.out())).toEqual({ shell: "fish", script: completionScripts.fish });
    const unknown = captureOutput();
    expect(await main(["completion", "tcsh"], unknown)).toBe(2);
    expect(unknown.err()).toContain("bash, zsh, fish");
  });
});

/** `infra` as shells find it: what the wrapper ends in. */
const bin = mkdtempSync(join(tmpdir(), "completion-"));
const infra = join(bin, "infra");
writeFileSync(infra, `#!/bin/sh\nexec ${process.execPath} ${join(root, "ops/start.ts")} "$@"\n`, {
  mode: 0o755,
});
const has = (shell: string) => thisMachine().find(shell) !== undefined;
const ask = (shell: string, ...args: string[]) =>
  execFileSync(shell, args, { encoding: "utf8" }).trim().split("\n");

describe("completion in the shells themselves", () => {
  it.skipIf(!has("bash"))("is done by bash", () => {
    const script = `${completionScripts.bash}
      complete -p infra
      COMP_WORDS=(${infra} destroy dev --) COMP_CWORD=3
      _infra ${infra} && printf '%s\\n' "\${COMPREPLY[@]}"`;
    const [registered, ...found] = ask("bash", "-c", script);
    expect(registered).toBe("complete -o default -F _infra infra");
    expect(found).toEqual(["--engine", "--json", "--with-data", "--yes", "--help"]);
  });

  it.skipIf(!has("zsh"))("is done by zsh", () => {
    const script = `compdef() { : }; compadd() { shift; print -l -- "$@" }
      ${completionScripts.zsh}
      words=(${infra} outputs t) CURRENT=3; _infra`;
    expect(ask("zsh", "-f", "-c", script)).toEqual(["test"]);
  });

  it.skipIf(!has("fish"))("is done by fish", () => {
    const script = `${completionScripts.fish}\ncomplete -C '${infra} refresh d'`;
    expect(ask("fish", "--no-config", "-c", script)).toEqual(["dev"]);
  });
});
