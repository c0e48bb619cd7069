import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runtimeNotes } from "../../src/cli/runtime-notes.ts";

function program(files: { readonly [path: string]: string }): string {
  const directory = mkdtempSync(join(tmpdir(), "runtime-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(directory, path, ".."), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

it("names the Node that runs the program, and what its packages are installed with", () => {
  const directory = program({ "package.json": "{}", "pnpm-lock.yaml": "" });
  expect(runtimeNotes({ directory, runtimeOptions: {}, env: {} })).toEqual({
    "runtime.name": "nodejs",
    "runtime.executable": process.execPath,
    "runtime.version": process.version,
    "runtime.metadata.packagemanager": "pnpm",
  });
});

it("goes by the project's options, and finds the program's TypeScript", () => {
  const directory = program({ "node_modules/typescript/package.json": '{"version": "5.9.9"}' });
  const runtimeOptions = { node: "/opt/node", packagemanager: "yarn" };
  expect(runtimeNotes({ directory, runtimeOptions, env: {} })).toEqual({
    "runtime.name": "nodejs",
    "runtime.executable": "/opt/node",
    "runtime.metadata.packagemanager": "yarn",
    "runtime.metadata.typescriptVersion": "5.9.9",
  });
});
