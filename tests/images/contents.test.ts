import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import Docker from "dockerode";
import { extract, pack } from "tar-stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectBuildSettings } from "../../ops/bootstrap/build-settings/collect.ts";
import { importImage } from "../../ops/bootstrap/docker-images.ts";
import { thisHost } from "../../ops/bootstrap/host.ts";
import { buildImage, exportImage } from "./docker.ts";

const docker = new Docker();
const mark = `build-settings-mark-${randomBytes(8).toString("hex")}`;
const settingsImage = `trials-test-images/build-settings:${mark}`;
const settingsHashes = new Set<string>();

/** This machine's settings, so that the build works, with a mark in every text that it can be found by. */
beforeAll(async () => {
  const comments: { [name: string]: string } = { npmrc: ";", "apt.conf": "//", "ca-certificates.crt": "" };
  const own = collectBuildSettings(thisHost());
  const missing = ["pip.conf", "npmrc"].filter((name) => !own.some((file) => file.name === name));
  const tar = pack();
  for (const { name, content } of [...own, ...missing.map((name) => ({ name, content: "" }))]) {
    const marked =
      typeof content === "string" && name !== "settings.xml"
        ? Buffer.from(`${comments[name] ?? "#"} ${mark}\n${content}`)
        : Buffer.from(content);
    settingsHashes.add(sha256(marked));
    tar.entry({ name }, marked);
  }
  tar.finalize();
  await importImage(docker, Readable.from(tar), { name: settingsImage, changes: [] });
});
afterAll(() => docker.getImage(settingsImage).remove({ force: true }));

const sha256 = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/** Where package clients of this machine keep their settings. */
const SETTINGS_PATHS = [
  /^run\/build-settings\/./,
  /^etc\/(pip\.conf|npmrc)$/,
  /^(root|home\/[^/]+)\/(\.npmrc|\.m2|\.pip|\.config\/pip)(\/|$)/,
  /^usr\/local\/share\/ca-certificates\/./,
];

interface Leaks {
  readonly files: number;
  readonly paths: string[];
  readonly marked: string[];
  readonly copies: string[];
}

async function findLeaks(image: string): Promise<Leaks> {
  const leaks = { files: 0, paths: [] as string[], marked: [] as string[], copies: [] as string[] };
  const entries = (await exportImage(image)).pipe(extract() as unknown as NodeJS.WritableStream);
  for await (const entry of entries as unknown as AsyncIterable<Readable & { header: { name: string } }>) {
    const { name } = entry.header;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    const content = Buffer.concat(chunks);
    leaks.files += 1;
    if (SETTINGS_PATHS.some((pattern) => pattern.test(name))) leaks.paths.push(name);
    if (content.includes(mark)) leaks.marked.push(name);
    if (content.length > 0 && settingsHashes.has(sha256(content))) leaks.copies.push(name);
  }
  return leaks;
}

describe("the search", () => {
  it("finds the settings where they are", async () => {
    const { marked, copies } = await findLeaks(settingsImage);
    expect(marked).toEqual(expect.arrayContaining(["env", "pip.conf", "npmrc"]));
    expect(copies.length).toBe(settingsHashes.size);
  });
});

describe("an image built with this machine's settings", () => {
  // One of each package client: apt, Maven, pip, npm. That the others are built alike is tested in ../dockerfiles.test.ts.
  it.each(["cache", "document-store", "backend-python", "backend-node"])(
    "holds nothing of them: %s",
    async (service) => {
      const image = await buildImage(service, settingsImage);
      const leaks = await findLeaks(image);
      expect(leaks).toEqual({ files: expect.any(Number), paths: [], marked: [], copies: [] });
      expect(leaks.files).toBeGreaterThan(1_000);
      const { Config } = await docker.getImage(image).inspect();
      expect(Config.Env?.join("\n")).not.toMatch(/CERT|CA_|cafile|PIP_|APT_|MAVEN|proxy/i);
    },
  );
});
