import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { builtImages, findImageFacts, useImages } from "../../../ops/rollback/images.ts";
import { readCheckpoint } from "../../../ops/rollback/replay/checkpoint.ts";
import { restageSources } from "../../../ops/rollback/restage.ts";

const image = (name: string, rest: object = {}) => ({
  urn: `urn:pulumi:dev::trials::docker:index/remoteImage:RemoteImage::${name}`,
  type: "docker:index/remoteImage:RemoteImage",
  custom: true,
  inputs: { name: `trials/${name}:0a1b`, build: { context: `.images/${name}/0a1b` } },
  ...rest,
});
const checkpoint = readCheckpoint({
  resources: [
    image("gateway"),
    image("cache"),
    image("old", { delete: true }),
    image("pulled", { inputs: { name: "mongo:8" } }),
  ],
});
const images = builtImages(checkpoint);
const release = { number: 5, stack: "dev", commit: "0123456789abcdef0123456789abcdef01234567" };
const facts = (isImageThere: boolean, isContextThere: boolean) =>
  images.map((one) => ({ image: one, isImageThere, isContextThere }));

describe("images of a release", () => {
  it("are those that were built here", () => {
    expect(images.map(({ name }) => name)).toEqual(["trials/gateway:0a1b", "trials/cache:0a1b"]);
  });

  it("are built from their staged sources where these are there, pruned or not", () => {
    expect(useImages(checkpoint, facts(true, true), release)).toEqual(checkpoint);
    expect(useImages(checkpoint, facts(false, true), release)).toEqual(checkpoint);
  });

  it("are used as they are where only the sources are gone", () => {
    const [first] = useImages(checkpoint, facts(true, false), release).resources;
    expect(first?.inputs).toEqual({ name: "trials/gateway:0a1b" });
  });

  it("that are gone with their sources are named, and building them from the commit is offered", () => {
    expect(() => useImages(checkpoint, facts(false, false), release)).toThrow(
      "images of release 5 are gone, and so are their staged sources: trials/gateway:0a1b (.images/gateway/0a1b)",
    );
    const { commit: _, ...uncommitted } = release;
    for (const [given, help] of [
      [release, /--to 5 --rebuild builds them from commit 0123456789ab/],
      [uncommitted, /no commit holds/],
    ] as const) {
      try {
        useImages(checkpoint, facts(false, false), given);
      } catch (error) {
        expect((error as { help: string }).help).toMatch(help);
      }
    }
    expect.assertions(3);
  });
});

describe("staged sources", () => {
  let folder: string;
  let commit: string;
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@trials.example", ...args], {
      cwd: folder,
      encoding: "utf8",
    }).trim();
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "restage-"));
    mkdirSync(join(folder, "services/gateway/conf"), { recursive: true });
    writeFileSync(join(folder, "services/gateway/Dockerfile"), "FROM scratch\n");
    writeFileSync(join(folder, "services/gateway/conf/run"), "old\n", { mode: 0o755 });
    git("init", "--quiet");
    git("add", "--all");
    git("commit", "--quiet", "--message", "first");
    commit = git("rev-parse", "HEAD");
    writeFileSync(join(folder, "services/gateway/conf/run"), "new\n");
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const gateway = images.filter(({ name }) => name.includes("gateway"));

  it("come back out of git as they were, modes included", async () => {
    await restageSources(gateway, commit, folder);
    const staged = join(folder, ".images/gateway/0a1b");
    expect(readFileSync(join(staged, "conf/run"), "utf8")).toBe("old\n");
    expect(statSync(join(staged, "conf/run")).mode & 0o777).toBe(0o755);
    expect(statSync(join(staged, "Dockerfile")).mode & 0o777).toBe(0o644);
    const [found] = await findImageFacts(gateway, folder);
    expect(found).toMatchObject({ isImageThere: false, isContextThere: true });
  });

  it("that git does not have are an error that names them, and leave nothing behind", async () => {
    const cache = images.filter(({ name }) => name.includes("cache"));
    await expect(restageSources(cache, commit, folder)).rejects.toMatchObject({
      code: "sources-gone",
      message: expect.stringMatching(/the sources of cache at commit/),
    });
    expect((await findImageFacts(cache, folder))[0]?.isContextThere).toBe(false);
    expect(execFileSync("ls", [join(folder, ".images/cache")], { encoding: "utf8" })).toBe("");
  });
});
