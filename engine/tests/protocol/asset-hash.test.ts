import { createHash } from "node:crypto";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { deflateRawSync, gzipSync } from "node:zlib";
import tar from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashArchive, hashAsset } from "../../src/protocol/asset-hash.ts";
import { Archive, type ArchiveSource, Asset, type AssetSource } from "../../src/protocol/property-value.ts";

const EMPTY_TAR = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "asset-hash-"));
  await mkdir(join(dir, "data/sub"), { recursive: true });
  await writeFile(join(dir, "data/f.txt"), "file contents\n");
  await writeFile(join(dir, "data/sub/g.txt"), "more\n");
});
afterAll(() => rm(dir, { recursive: true }));

async function assetHash(source: AssetSource): Promise<string> {
  return (await hashAsset(new Asset(source, ""), dir)).hash;
}

async function archiveHash(source: ArchiveSource): Promise<string> {
  return (await hashArchive(new Archive(source, ""), dir)).hash;
}

const text = (content: string) => new Asset({ text: content }, "");
const folder = (path: string) => new Archive({ path }, "");
const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

async function tarOf(files: Record<string, string>): Promise<Buffer> {
  const pack = tar.pack();
  pack.entry({ name: "folder", type: "directory" });
  for (const [name, content] of Object.entries(files)) pack.entry({ name }, content);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A ZIP with one folder, one stored and one deflated file: just the fields that a reader needs. */
function zipOf(stored: [string, string], deflated: [string, string], method = 8): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  const add = (name: string, bytes: Buffer, how: number) => {
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(name.length, 26);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(how, 10);
    entry.writeUInt32LE(bytes.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    parts.push(local, Buffer.from(name), bytes);
    central.push(entry, Buffer.from(name));
    offset += 30 + name.length + bytes.length;
  };
  add("folder/", Buffer.alloc(0), 0);
  add(stored[0], Buffer.from(stored[1]), 0);
  add(deflated[0], deflateRawSync(deflated[1]), method);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(3, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, ...central, end, Buffer.from("comment")]);
}

describe("hashAsset", () => {
  it("hashes text and files as the official engine recorded them", async () => {
    expect(await assetHash({ text: "some text 1" })).toBe(
      "39a283d4e6d780e79c0373194b49c4bc6c71e6245f2df35f0a72ca43da51a2b1",
    );
    expect(await assetHash({ path: "./data/f.txt" })).toBe(
      "3bf6b30277bde416a4de3058ad97f1d794f00cdc834ad15cb62e8018a45c1f91",
    );
  });

  it("leaves a hash that is already there alone", async () => {
    const known = new Asset({ path: "nowhere" }, "abc");
    expect(await hashAsset(known, dir)).toBe(known);
  });

  it("reads file:// addresses", async () => {
    const uri = pathToFileURL(join(dir, "data/f.txt")).href;
    expect(await assetHash({ uri })).toBe(await assetHash({ path: "data/f.txt" }));
  });

  it.each([
    [{ path: "missing.txt" }, /failed to open asset file '.*missing\.txt': ENOENT/],
    [{ path: "data" }, /is a directory; try using an archive/],
    [{ uri: "ftp://host/x" }, /unsupported URI scheme in 'ftp:/],
    [{ uri: "not a uri" }, /unsupported URI scheme/],
    [{ uri: "file://elsewhere/x" }, /file:\/\/ host 'elsewhere' not supported/],
    [{ uri: "http://127.0.0.1:1/x" }, /failed to fetch 'http:/],
  ])("says what is wrong with %j", async (source, message) => {
    await expect(assetHash(source)).rejects.toMatchObject({
      code: "asset-unreadable",
      message: expect.stringMatching(message),
    });
  });

  describe("on the web", () => {
    let server: Server;
    let base: string;
    beforeAll(async () => {
      server = createServer((request, response) => {
        response.statusCode = request.url === "/found" ? 200 : 404;
        response.end("body");
      });
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    });
    afterAll(() => server.close());

    it("downloads and hashes the body", async () => {
      expect(await assetHash({ uri: `${base}/found` })).toBe(sha256("body"));
    });

    it("reports the status of a refused download", async () => {
      await expect(assetHash({ uri: `${base}/gone` })).rejects.toThrow(/404 Not Found/);
    });
  });
});

describe("hashArchive", () => {
  it("hashes folders and maps as the official engine recorded them", async () => {
    expect(await archiveHash({ assets: {} })).toBe(EMPTY_TAR);
    expect(await archiveHash({ path: "./data" })).toBe(
      "c3a8cf77fd3bd4e688a5ed8c86180b1bb511757df6573d8d7e7d5da9ebec879e",
    );
    expect(await archiveHash({ assets: { "a.txt": text("A"), d: folder("./data") } })).toBe(
      "d48b9cd53fdd768ec86f6112d9ce29f725df9be9da1dfa602cbf7b18485de7cb",
    );
  });

  const a = "a";
  it.each([
    ["é.txt", "d5ae09f091a193a7fec2ee699a914a8fc79c0775b70a694855f109991c4e3ab8"],
    [a.repeat(101), "5bf526f3df544d0e21915fde11d84a93d89c78da2dc6332552c5d0b27e15ed2b"],
    [`${a.repeat(60)}/${"b".repeat(60)}`, "9e7dd20a283b921112080da000b5d4aa05770cdbd37d99b6f6887418e6386307"],
    [
      `${a.repeat(120)}/${"b".repeat(120)}/c`,
      "12fa67a1d344edb3852d082113cbf0b69ffad41e77b502ffc237bcf16a15eed2",
    ],
    [`d/${"x".repeat(99)}é/漢.txt`, "8e846a82a60e6dadfafb9fb477a210cdaea062b51ae8eb179baa39687cf762ed"],
    [`${"d/".repeat(130)}f`, "9c927d4f4fcd05b2f85dc05c9d32a88040b667c27216c076ddf6f0cc3250ab2a"],
  ])("writes the name %s as Go's tar does", async (name, expected) => {
    expect(await archiveHash({ assets: { [name]: text("hi") } })).toBe(expected);
  });

  it("fills in the hashes of what is inside", async () => {
    const { source } = await hashArchive(
      new Archive({ assets: { t: text("A"), d: folder("data") } }, ""),
      dir,
    );
    expect(source).toEqual({
      assets: {
        t: new Asset({ text: "A" }, "559aead08264d5795d3909718cdd05abd49572e84fe55590eef31a88a08fdffd"),
        d: new Archive({ path: "data" }, "c3a8cf77fd3bd4e688a5ed8c86180b1bb511757df6573d8d7e7d5da9ebec879e"),
      },
    });
  });

  it("keeps a hash that is already there", async () => {
    expect((await hashArchive(new Archive({ path: "nowhere" }, "abc"), dir)).hash).toBe("abc");
  });

  it("orders names by their bytes and keeps the first of two equal names", async () => {
    const byBytes = await archiveHash({ assets: { "\u{1F99C}": text("x"), "\uFF5E": text("y") } });
    const other = await archiveHash({ assets: { "\uFF5E": text("y"), "\u{1F99C}": text("x") } });
    expect(byBytes).toBe(other);
    const twice = { data: folder("data"), "data/f.txt": text("other") };
    expect(await archiveHash({ assets: twice })).toBe(
      await archiveHash({ assets: { data: folder("data") } }),
    );
  });

  it("follows links to files, skips links to folders and Pulumi's own folder", async () => {
    const linked = join(dir, "linked");
    await mkdir(join(linked, ".pulumi"), { recursive: true });
    await writeFile(join(linked, ".pulumi/state"), "x");
    await symlink(join(dir, "data/f.txt"), join(linked, "f.txt"));
    await symlink(join(dir, "data"), join(linked, "loop"));
    const plain = { assets: { "f.txt": new Asset({ path: "data/f.txt" }, "") } };
    expect(await archiveHash({ path: "linked" })).toBe(await archiveHash(plain));
    await symlink(join(dir, "nowhere"), join(linked, "broken"));
    await expect(archiveHash({ path: "linked" })).rejects.toMatchObject({ code: "asset-unreadable" });
  });

  it("hashes an archive file as it is, and unpacks it inside another archive", async () => {
    const packed = await tarOf({ "./f.txt": "file contents\n", "sub/g.txt": "more\n" });
    const zip = zipOf(["f.txt", "file contents\n"], ["sub/g.txt", "more\n"]);
    const files = { "p.tar": packed, "p.tar.gz": gzipSync(packed), "p.tgz": gzipSync(packed), "p.zip": zip };
    const unpacked = await archiveHash({ assets: { in: folder("data") } });
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(join(dir, name), bytes);
      expect(await archiveHash({ path: name })).toBe(sha256(bytes));
      expect(await archiveHash({ uri: pathToFileURL(join(dir, name)).href })).toBe(sha256(bytes));
      expect(await archiveHash({ assets: { in: folder(name) } })).toBe(unpacked);
    }
  });

  it.each([
    ["bad.zip", Buffer.from("no zip"), /failed to read ZIP/],
    ["method.zip", zipOf(["a", "1"], ["b", "2"], 99), /compression method 99/],
    ["entry.zip", zipOf(["a", "1"], ["b", "2"]).fill(0, 80, 100), /failed to read ZIP/],
    ["bad.tgz", Buffer.from("no gzip"), /failed to read an archive file/],
    ["bad.tar", Buffer.alloc(700, "x"), /failed to read an archive file/],
  ])("says that %s is damaged", async (name, bytes, message) => {
    await writeFile(join(dir, name), bytes);
    await expect(archiveHash({ assets: { in: folder(name) } })).rejects.toMatchObject({
      code: "asset-unreadable",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ path: "missing" }, /couldn't read archive path '.*missing'/],
    [{ path: "data/f.txt" }, /is neither a recognized archive type nor a directory/],
    [{ uri: "file:///x/y.txt" }, /is not a recognized archive format/],
    [{ uri: "nonsense" }, /is not a recognized archive format/],
  ])("says what is wrong with %j", async (source, message) => {
    await expect(archiveHash(source)).rejects.toThrow(message);
  });
});
