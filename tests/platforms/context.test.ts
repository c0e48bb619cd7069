import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { stageContext } from "../../src/platforms/context.ts";

let root = "";
let source = "";
let store = "";

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "context-"));
  source = join(root, "service");
  store = join(root, "images");
  mkdirSync(join(source, "app"), { recursive: true });
  writeFileSync(join(source, "Dockerfile"), "FROM scratch\n");
  writeFileSync(join(source, "app", "main.py"), "print('hello')\n");
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

const stage = () => stageContext(source, store, "service");

describe("stageContext", () => {
  it("copies the sources under a name made from their content", () => {
    const { hash, directory } = stage();
    expect(directory).toBe(`${store}/service/${hash}`);
    expect(readFileSync(join(directory, "app/main.py"), "utf8")).toBe("print('hello')\n");
    expect(stage()).toEqual({ hash, directory });
  });

  it("gives another hash when a content, a name or an executable bit changes", () => {
    const hashes = new Set([stage().hash]);
    writeFileSync(join(source, "app", "main.py"), "print('hello!')\n");
    hashes.add(stage().hash);
    writeFileSync(join(source, "app", "other.py"), "");
    hashes.add(stage().hash);
    chmodSync(join(source, "app", "other.py"), 0o755);
    hashes.add(stage().hash);
    expect(hashes.size).toBe(4);
  });

  it("keeps the copy as it was when the sources change later", () => {
    const before = stage();
    writeFileSync(join(source, "app", "main.py"), "changed\n");
    stage();
    expect(readFileSync(join(before.directory, "app/main.py"), "utf8")).toBe("print('hello')\n");
  });

  it("honours .dockerignore, so that what is ignored neither counts nor is copied", () => {
    writeFileSync(join(source, ".dockerignore"), "node_modules\n*.log\n");
    const { hash, directory } = stage();
    mkdirSync(join(source, "node_modules"));
    writeFileSync(join(source, "node_modules", "x.js"), "");
    writeFileSync(join(source, "run.log"), "");
    expect(stage().hash).toBe(hash);
    expect(existsSync(join(directory, "node_modules"))).toBe(false);
  });

  it("leaves nothing half-made behind", () => {
    stage();
    expect(readdirSync(join(store, "service")).filter((name) => name.includes("partial"))).toEqual([]);
  });

  it("says which service has no Dockerfile", () => {
    rmSync(join(source, "Dockerfile"));
    expect(stage).toThrow(/has no Dockerfile/);
  });
});
