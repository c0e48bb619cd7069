import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { listStacks, prepareWorkspace } from "../../ops/workspace.ts";

let root = "";
let local = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "workspace-"));
  local = join(root, ".infra");
  mkdirSync(local);
  writeFileSync(join(root, "Pulumi.yaml"), "name: trials\nruntime: nodejs\n");
  writeFileSync(join(root, "Pulumi.dev.yaml"), "config:\n  trials:gateway:\n    port: 8080\n");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const prepare = (stack: string, env: { [name: string]: string } = {}) =>
  prepareWorkspace({ root, local, stack, env });
const read = (...path: string[]) => readFileSync(join(...path), "utf8");

describe("prepareWorkspace", () => {
  it("points the project back to the checkout", () => {
    const { directory } = prepare("dev");
    expect(parse(read(directory, "Pulumi.yaml"))).toEqual({
      name: "trials",
      runtime: "nodejs",
      main: "../..",
    });
  });

  it("names plugins of the checkout by their paths from where it is", () => {
    const plugins = "plugins:\n  providers:\n    - name: aura\n      path: ./providers/aura\n";
    writeFileSync(join(root, "Pulumi.yaml"), `name: trials\nruntime: nodejs\n${plugins}`);
    expect(parse(read(prepare("dev").directory, "Pulumi.yaml"))).toMatchObject({
      plugins: { providers: [{ name: "aura", path: "../../providers/aura" }] },
    });
  });

  it("keeps the salt that the engine wrote, and never writes to the committed file", () => {
    const committed = read(root, "Pulumi.dev.yaml");
    const copy = join(prepare("dev").directory, "Pulumi.dev.yaml");
    writeFileSync(copy, `encryptionsalt: v1:abc=\n${read(copy)}`);
    writeFileSync(join(root, "Pulumi.dev.yaml"), committed.replace("8080", "9090"));
    prepare("dev");
    expect(parse(read(copy))).toEqual({
      config: { "trials:gateway": { port: 9090 } },
      encryptionsalt: "v1:abc=",
    });
    expect(read(root, "Pulumi.dev.yaml")).not.toContain("encryptionsalt");
  });

  it("copies a settings file with a secrets provider of its own as it is", () => {
    const team = "encryptionsalt: v1:team=\nconfig: {}\n";
    const copy = join(prepare("dev").directory, "Pulumi.dev.yaml");
    writeFileSync(copy, "encryptionsalt: v1:mine=\n");
    writeFileSync(join(root, "Pulumi.dev.yaml"), team);
    prepare("dev");
    expect(read(copy)).toBe(team);
  });

  it("hands a settings file that is no YAML on to the engine, which says where it is wrong", () => {
    writeFileSync(join(root, "Pulumi.dev.yaml"), "config: [\n");
    expect(read(prepare("dev").directory, "Pulumi.dev.yaml")).toBe("config: [\n");
  });

  it("makes a passphrase once that only its owner can read", () => {
    const first = prepare("dev").env["PULUMI_CONFIG_PASSPHRASE_FILE"] ?? "";
    const passphrase = read(first);
    expect(passphrase.trim().length).toBeGreaterThan(30);
    expect(statSync(first).mode & 0o777).toBe(0o600);
    prepare("dev");
    expect(read(first)).toBe(passphrase);
  });

  it("leaves backend and passphrase to the environment where it names them", () => {
    const env = { PULUMI_BACKEND_URL: "s3://states", PULUMI_CONFIG_PASSPHRASE: "" };
    expect(prepare("dev", env).env).toEqual({ PULUMI_SKIP_UPDATE_CHECK: "true" });
  });

  it("refuses a stack without settings and names those that there are", () => {
    writeFileSync(join(root, "Pulumi.test.yaml"), "");
    expect(listStacks(root)).toEqual(["dev", "test"]);
    expect(() => prepare("prod")).toThrow("there is no stack called prod; there are: dev, test");
  });
});
