import { promisify } from "node:util";
import { gunzip, gzip, zstdCompress, zstdDecompress } from "node:zlib";
import { UserError } from "../errors.ts";
import { isTruthy } from "../is-truthy.ts";
import { corrupt } from "./json-reader.ts";

/** How the files of a backend are compressed: the ending of their names. */
export type Compression = "" | ".gz" | ".zst";

export const COMPRESSIONS: readonly Compression[] = ["", ".gz", ".zst"];

/** What PULUMI_DIY_BACKEND_GZIP and _ZSTD (or the older names) ask for. @throws UserError `bad-environment`. */
export function compressionFor(env: { readonly [name: string]: string | undefined }): Compression {
  const gz = isBackendSetting(env, "GZIP");
  const zst = isBackendSetting(env, "ZSTD");
  if (gz && zst) {
    throw new UserError("bad-environment", "DIY_BACKEND_GZIP and DIY_BACKEND_ZSTD cannot both be enabled");
  }
  if (gz) return ".gz";
  return zst ? ".zst" : "";
}

/** A setting of folders as backends; its older name counts where the newer is not set. */
export function isBackendSetting(
  env: { readonly [name: string]: string | undefined },
  name: "GZIP" | "ZSTD" | "LEGACY_LAYOUT" | "NO_LEGACY_WARNING",
): boolean {
  return isTruthy(env[`PULUMI_DIY_BACKEND_${name}`] ?? env[`PULUMI_SELF_MANAGED_STATE_${name}`]);
}

const compressors = {
  "": async (content: Buffer) => content,
  ".gz": promisify<Buffer, Buffer>(gzip),
  ".zst": promisify<Buffer, Buffer>(zstdCompress),
};

/** Compresses the content of a file. */
export function compress(content: string | Buffer, compression: Compression): Promise<Buffer> {
  return compressors[compression](typeof content === "string" ? Buffer.from(content) : content);
}

/** A state is a few megabytes; this keeps a hostile file from filling the memory. */
const MAX_BYTES = 2 ** 29;

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ZSTD_MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** The text of a file, whatever its name says about compression. @throws UserError `state-corrupt`. */
export async function decompress(content: Buffer): Promise<string> {
  try {
    const plain = await inflate(content);
    return UTF8.decode(plain);
  } catch {
    throw corrupt("the file", "is damaged: it can be neither decompressed nor read as text");
  }
}

async function inflate(content: Buffer): Promise<Buffer> {
  if (content[0] === 0x1f && content[1] === 0x8b) {
    return promisify(gunzip)(content, { maxOutputLength: MAX_BYTES });
  }
  if (content[0] === ZSTD_MAGIC[0] && content.subarray(0, 4).equals(ZSTD_MAGIC)) {
    return promisify(zstdDecompress)(content, { maxOutputLength: MAX_BYTES });
  }
  return content;
}
