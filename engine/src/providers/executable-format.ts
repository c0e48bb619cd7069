import { open } from "node:fs/promises";
import { UserError } from "../errors.ts";

/** Where an ELF file says for which processor it is. */
const MACHINE_AT = 18;
const HEADER_BYTES = 20;
const ELF = "\u007fELF";

/**
 * Looks at a file's first bytes before it is started: what the system cannot execute, Node hands to a shell, whose
 * complaints tell nobody what is wrong.
 * @throws UserError `plugin-failed`
 */
export async function checkExecutableFormat(path: string): Promise<void> {
  if (process.platform !== "linux") return;
  const [header, own] = await Promise.all([readHeader(path), readHeader(process.execPath)]);
  // What cannot be read is for the system to judge.
  if (header === undefined || own === undefined) return;
  const isScript = header.toString("latin1", 0, 2) === "#!";
  const isElf = header.length === HEADER_BYTES && header.toString("latin1", 0, ELF.length) === ELF;
  if (isScript || (isElf && header.readUInt16LE(MACHINE_AT) === own.readUInt16LE(MACHINE_AT))) return;
  throw new UserError("plugin-failed", `failed to load plugin ${path}: exec format error`, {
    help: isElf
      ? `It is a program for another processor than this machine's (${process.arch}).`
      : "It is no program: it is damaged, or made for another system.",
  });
}

async function readHeader(path: string): Promise<Buffer | undefined> {
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
