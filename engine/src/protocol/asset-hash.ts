import { createHash } from "node:crypto";
import { isArchiveName, openSource, readEntries } from "./archive-entries.ts";
import { canonicalTar } from "./canonical-tar.ts";
import { Archive, type ArchiveSource, Asset } from "./property-value.ts";

/**
 * Fills in an asset's hash: the hex SHA-256 of its bytes. One that has a hash is returned as it is.
 * Relative paths start at `baseDir`.
 * @throws UserError `asset-unreadable`
 */
export async function hashAsset(asset: Asset, baseDir: string): Promise<Asset> {
  if (asset.hash !== "") return asset;
  const { chunks } = await openSource(asset.source, baseDir);
  return new Asset(asset.source, await sha256(chunks));
}

/**
 * Fills in the hashes of an archive and of everything in it. An archive file is hashed as it is, everything else as
 * the tar that the official engine makes of it (https://github.com/pulumi/pulumi/blob/v3.260.0/sdk/go/common/resource/archive/archive.go):
 * hashes in existing checkpoints stay valid.
 * @throws UserError `asset-unreadable`
 */
export async function hashArchive(archive: Archive, baseDir: string): Promise<Archive> {
  const source = await hashParts(archive.source, baseDir);
  if (archive.hash !== "") return new Archive(source, archive.hash);
  return new Archive(source, await sha256(await archiveBytes(source, baseDir)));
}

async function archiveBytes(source: ArchiveSource, baseDir: string): Promise<AsyncIterable<Uint8Array>> {
  if (isArchiveName(source)) return (await openSource(source, baseDir)).chunks;
  return canonicalTar(readEntries(source, baseDir));
}

async function hashParts(source: ArchiveSource, baseDir: string): Promise<ArchiveSource> {
  if (!("assets" in source)) return source;
  const assets: [string, Asset | Archive][] = [];
  for (const [name, part] of Object.entries(source.assets)) {
    assets.push([
      name,
      part instanceof Asset ? await hashAsset(part, baseDir) : await hashArchive(part, baseDir),
    ]);
  }
  return { assets: Object.fromEntries(assets) };
}

async function sha256(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest("hex");
}
