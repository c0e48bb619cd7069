import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Readable } from "node:stream";
import { extract } from "tar-stream";
import { afterAll, describe, expect, it } from "vitest";
import {
  archiveContext,
  locateContext,
  readIgnoreRules,
} from "../../../src/providers/docker/build-context.ts";
import { contextDigest } from "../../../src/providers/docker/context-digest.ts";
import { ignoreRules, parseIgnoreRules } from "../../../src/providers/docker/ignore-patterns.ts";

const root = mkdtempSync(join(tmpdir(), "trials-engine-context-"));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
function folderOf(files: { readonly [path: string]: string }): string {
  const folder = join(root, String(++count));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

async function archived(folder: string, dockerfile = "Dockerfile") {
  const found: { [name: string]: { type: string; mode: number; content: string } } = {};
  const reader = extract();
  reader.on("entry", (header, stream, next) => {
    const chunks: Buffer[] = [];
    stream.on("data", (chunk) => chunks.push(Buffer.from(chunk as Uint8Array)));
    stream.on("end", () => {
      const content = header.linkname ?? Buffer.concat(chunks).toString();
      found[header.name] = { type: String(header.type), mode: header.mode ?? 0, content };
      next();
    });
  });
  await new Promise<void>((resolve, reject) => {
    reader.on("finish", resolve);
    archiveContext(locateContext(folder, dockerfile, root))
      .on("error", reject)
      .pipe(reader);
  });
  return found;
}

describe("ignore patterns", () => {
  it.each([
    ["node_modules", "node_modules/a/b.js", true],
    ["node_modules", "src/node_modules/a", false],
    ["**/node_modules", "src/node_modules/a", true],
    ["*.log", "a.log", true],
    ["*.log", "deep/a.log", false],
    ["**/*.log", "deep/er/a.log", true],
    ["docs/**", "docs/a/b", true],
    ["docs/**/x", "docs/a/b/x", true],
    ["docs/**/x", "docs/x", true],
    ["/root.txt", "root.txt", true],
    ["./a/../b/", "b/c", true],
    ["?at", "cat", true],
    ["?at", "at", false],
    ["[a-c]x", "bx", true],
    ["[a-c]x", "dx", false],
    ["a[b", "a[b", true],
    ["\\*.txt", "*.txt", true],
    ["\\*.txt", "a.txt", false],
    ["a.b", "axb", false],
    ["*", ".hidden", true],
    ["", "a", false],
    [".", "a", false],
  ])("%j leaves %j out: %s", (pattern, path, expected) =>
    expect(ignoreRules([pattern]).isIgnored(path)).toBe(expected),
  );

  it("bring back what a later line keeps, and the last match wins", () => {
    const rules = parseIgnoreRules(
      "\uFEFFmodules\r\n# a comment\n!modules/kept\nmodules/kept/not\n! other \n",
    );
    expect(["modules/a", "modules/kept/a", "modules/kept/not", "other"].map(rules.isIgnored)).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect(rules.mayHoldKept("modules")).toBe(true);
    expect(rules.mayHoldKept("elsewhere")).toBe(false);
    expect(ignoreRules(["*", "!**/kept"]).mayHoldKept("any/where")).toBe(true);
    expect(ignoreRules(["*", "!a"]).mayHoldKept("a/b")).toBe(true);
  });
});

describe("a build context", () => {
  it("is sent as root's files with modes and links, without what is ignored", async () => {
    const folder = folderOf({
      Dockerfile: "FROM a",
      "bin/run": "#!",
      "dropped/x": "",
      ".dockerignore": "dropped\n",
    });
    chmodSync(join(folder, "bin/run"), 0o755);
    symlinkSync("bin/run", join(folder, "link"));
    const server = createServer().listen(join(folder, "socket"));
    await new Promise((resolve) => server.on("listening", resolve));
    expect(await archived(folder)).toMatchObject({
      Dockerfile: { type: "file", content: "FROM a" },
      bin: { type: "directory" },
      "bin/run": { type: "file", mode: 0o755 },
      link: { type: "symlink", content: "bin/run" },
    });
    expect(Object.keys(await archived(folder)).sort()).toEqual([
      ".dockerignore",
      "Dockerfile",
      "bin",
      "bin/run",
      "link",
    ]);
    server.close();
  });

  it("has the Dockerfile even where it is ignored or lies elsewhere", async () => {
    const folder = folderOf({ "docker/Mine": "FROM a", ".dockerignore": "docker" });
    expect(await archived(folder, "docker/Mine")).toHaveProperty(["docker/Mine"]);
    const outside = folderOf({ Dockerfile: "FROM b" });
    expect(await archived(folder, join(outside, "Dockerfile"))).toMatchObject({
      ".dockerfile.outside-context": { content: "FROM b" },
    });
    expect(locateContext(relative(root, folder), "docker/Mine", root)).toMatchObject({
      isDockerfileOutside: false,
      archivedDockerfile: "docker/Mine",
    });
  });

  it("prefers the ignore file of its Dockerfile", () => {
    const folder = folderOf({ Dockerfile: "", "Dockerfile.dockerignore": "a", ".dockerignore": "b" });
    const rules = readIgnoreRules(join(folder, "Dockerfile"), folder);
    expect([rules.isIgnored("a"), rules.isIgnored("b")]).toEqual([true, false]);
  });

  it("that changes while it is sent ends the stream with the reason", async () => {
    const folder = folderOf({ Dockerfile: "", file: "x" });
    const context = locateContext(folder, "Dockerfile", root);
    rmSync(folder, { recursive: true });
    await expect(Readable.from(archiveContext(context)).toArray()).rejects.toThrow("ENOENT");
  });
});

describe("the digest of a context", () => {
  const digestOf = (folder: string, dockerfile = join(folder, "Dockerfile")) =>
    contextDigest(folder, dockerfile, readIgnoreRules(dockerfile, folder));

  it("follows the official plugin's rule", async () => {
    const folder = folderOf({ Dockerfile: "FROM scratch\n", "sub/a": "hello" });
    chmodSync(join(folder, "Dockerfile"), 0o644);
    chmodSync(join(folder, "sub/a"), 0o755);
    expect(await digestOf(folder)).toBe("8c78465ad4c92f95dcc1666cc08c41ee8480ca0e388bc6accbf1c4a878a644f9");
  });

  it("changes with content, name, mode and link, not with what is ignored", async () => {
    const folder = folderOf({ Dockerfile: "", a: "1", ".dockerignore": "ignored" });
    const seen = [await digestOf(folder)];
    writeFileSync(join(folder, "ignored"), "x");
    expect(await digestOf(folder)).toBe(seen[0]);
    writeFileSync(join(folder, "a"), "2");
    seen.push(await digestOf(folder));
    chmodSync(join(folder, "a"), 0o4750);
    seen.push(await digestOf(folder));
    symlinkSync("a", join(folder, "b"));
    seen.push(await digestOf(folder));
    expect(new Set(seen).size).toBe(4);
  });
});
