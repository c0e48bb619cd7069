import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { walkContext } from "./build-context.ts";
import type { IgnoreRules } from "./ignore-patterns.ts";

/**
 * The official plugin's hash of a build context, so that an image that it built is not built again: for the Dockerfile
 * and each file that is not ignored, its name, its mode as Go prints it, the hash of its content, and a zero.
 */
export async function contextDigest(folder: string, dockerfile: string, rules: IgnoreRules): Promise<string> {
  const sum = createHash("sha256");
  const add = (name: string, mode: string, content: Buffer): void => {
    sum.update(name).update(mode).update(content).update(Buffer.of(0));
  };
  add("Dockerfile", "----------", await fileHash(dockerfile));
  for await (const entry of walkContext(folder, rules)) {
    if (entry.kind === "folder") continue;
    const { mode } = await lstat(entry.absolute);
    if (entry.kind === "file") add(entry.path, goMode("-", mode), await fileHash(entry.absolute));
    else add(entry.path, goMode("L", mode), textHash(await realpath(entry.absolute)));
  }
  return sum.digest("hex");
}

function goMode(kind: string, mode: number): string {
  const special = `${mode & 0o4000 ? "u" : ""}${mode & 0o2000 ? "g" : ""}${mode & 0o1000 ? "t" : ""}`;
  const first = kind === "-" ? special || "-" : kind + special;
  return (
    first + [...(mode & 0o777).toString(8).padStart(3, "0")].map((digit) => RIGHTS[Number(digit)]).join("")
  );
}

const RIGHTS = ["---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"];

async function fileHash(file: string): Promise<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Uint8Array);
  return hash.digest();
}

function textHash(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
