import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";

const source = resolve(import.meta.dirname, "providers/go-provider");
const builds = resolve(import.meta.dirname, "../../../.infra/go-provider");

/**
 * Builds the provider that is written with the public Go SDK, once for each state of its source, and gives its path.
 * Go and the module proxy must be there: a machine without them fails the tests rather than passing them over.
 */
export async function goProvider(): Promise<string> {
  const digest = createHash("sha256");
  for (const name of readdirSync(source).sort()) digest.update(name).update(readFileSync(join(source, name)));
  const built = join(builds, digest.digest("hex").slice(0, 16), "pulumi-resource-gofake");
  if (existsSync(built)) return built;
  mkdirSync(dirname(built), { recursive: true });
  const half = `${built}.${process.pid}`;
  await build(half);
  renameSync(half, built);
  return built;
}

async function build(target: string): Promise<void> {
  const args = ["build", "-mod=readonly", "-trimpath", "-ldflags=-s -w", "-o", target, "."];
  try {
    await promisify(execFile)("go", args, { cwd: source });
  } catch (cause) {
    const { code, stderr = "" } = cause as { code?: string | number; stderr?: string };
    const reason = code === "ENOENT" ? "Go is missing: apt-get install golang-go" : stderr.trim();
    throw new Error(`the Go provider of the tests cannot be built: ${reason}`, { cause });
  }
}
