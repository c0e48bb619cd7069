import { spawn } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureBundle, folder, freshBundle, manifestFile } from "../../build/bundle.ts";

const engine = dirname(dirname(import.meta.dirname));

/** Stands for the command line: says whether it is in a bundle, then loads another part when it is told to. */
const start = `
import { once } from "node:events";
import { parse } from "yaml";
export async function start(): Promise<void> {
  const place = new Error().stack?.includes("bundle-") ? "bundle" : "sources";
  console.log(JSON.stringify({ place, url: import.meta.url, ...parse("yaml: read") }));
  await once(process.stdin.resume(), "end");
  const { late } = await import("./late.ts");
  console.log(late);
}
`;

interface Started {
  readonly place: string;
  readonly url: string;
  readonly yaml: string;
}

describe("a bundle of the engine", () => {
  let root: string;
  let source: string;
  const bundles = () => readdirSync(join(root, folder)).filter((name) => name.startsWith("bundle-"));

  beforeEach(() => {
    root = mkdtempSync(join(realpathSync(tmpdir()), "engine-"));
    source = join(root, "engine/src/cli");
    mkdirSync(source, { recursive: true });
    cpSync(join(engine, "bin"), join(root, "engine/bin"), { recursive: true });
    symlinkSync(join(dirname(engine), "node_modules"), join(root, "node_modules"));
    writeFileSync(join(root, "package.json"), '{"type":"module"}');
    writeFileSync(join(source, "start.ts"), start);
    writeFileSync(join(source, "late.ts"), 'export const late = "first";\n');
  });
  afterEach(() => rmSync(root, { recursive: true }));

  function run(env: NodeJS.ProcessEnv = {}) {
    const child = spawn(process.execPath, [join(root, "engine/bin/pulumi")], {
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "inherit"],
    });
    return { child, output: text(child.stdout) };
  }

  /** What a whole run says. */
  async function said(env: NodeJS.ProcessEnv = {}): Promise<Started & { late: string | undefined }> {
    const { child, output } = run(env);
    child.stdin.end();
    const [first, late] = (await output).split("\n");
    return { ...(JSON.parse(first ?? "") as Started), late };
  }

  function place(env?: NodeJS.ProcessEnv): Promise<string> {
    return said(env).then((started) => started.place);
  }

  it("is run in the place of the sources, and says the same", async () => {
    const url = pathToFileURL(join(source, "start.ts")).href;
    expect(await said()).toEqual({ place: "sources", url, yaml: "read", late: "first" });
    await ensureBundle(root);
    expect(await said()).toEqual({ place: "bundle", url, yaml: "read", late: "first" });
    expect(await place({ PULUMI_ENGINE_BUNDLE: "false" })).toBe("sources");
    await ensureBundle(root);
    expect(bundles()).toHaveLength(1);
  });

  it("is left alone as soon as a source has changed, and is then replaced", async () => {
    await ensureBundle(root);
    writeFileSync(join(source, "late.ts"), 'export const late = "other";\n');
    expect(await said()).toMatchObject({ place: "sources", late: "other" });
    await ensureBundle(root);
    expect(await said()).toMatchObject({ place: "bundle", late: "other" });
    rmSync(join(source, "late.ts"));
    expect(freshBundle(root)).toBeUndefined();
  });

  it("is no bundle where it is damaged, or made for another place or Node", async () => {
    await ensureBundle(root);
    const entry = freshBundle(root) ?? "";
    const manifest = readFileSync(join(root, manifestFile), "utf8");
    for (const other of [
      manifest.slice(0, -9),
      "null",
      manifest.replace(process.version, "v24.0.0"),
      manifest.replace(root, "/elsewhere"),
    ]) {
      writeFileSync(join(root, manifestFile), other);
      expect(freshBundle(root)).toBeUndefined();
    }
    writeFileSync(join(root, manifestFile), manifest);
    expect(freshBundle(root)).toBe(entry);
    const { size, atime, mtime } = statSync(entry);
    writeFileSync(entry, "}".repeat(size));
    utimesSync(entry, atime, mtime);
    expect(await place()).toBe("sources");
    writeFileSync(entry, "");
    expect(await place()).toBe("sources");
  });

  it("may be replaced while it runs", async () => {
    await ensureBundle(root);
    const { child, output } = run();
    await new Promise((settle) => child.stdout.once("data", settle));
    writeFileSync(join(source, "late.ts"), 'export const late = "other";\n');
    await ensureBundle(root);
    child.stdin.end();
    expect((await output).split("\n")[1]).toBe("first");
    expect(bundles()).toHaveLength(2);
  });

  it("may be made by several at once; old ones go after a day", async () => {
    await Promise.all([ensureBundle(root), ensureBundle(root), ensureBundle(root)]);
    expect(await said()).toMatchObject({ place: "bundle", late: "first" });
    expect(bundles()).toHaveLength(3);
    const longAgo = new Date(Date.now() - 25 * 60 * 60 * 1000);
    for (const name of bundles().slice(0, 2)) utimesSync(join(root, folder, name), longAgo, longAgo);
    writeFileSync(join(source, "late.ts"), 'export const late = "other";\n');
    await ensureBundle(root);
    expect(bundles()).toHaveLength(2);
  });

  it("that cannot be made without a doubt is not made", async () => {
    writeFileSync(join(source, "late.ts"), "export const late = import.meta.resolve('yaml');\n");
    await expect(ensureBundle(root)).rejects.toThrow("import.meta");
    expect(freshBundle(root)).toBeUndefined();
  });
});
