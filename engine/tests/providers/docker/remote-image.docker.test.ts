import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { computed, type PropertyMap } from "../../../src/protocol/property-value.ts";
import { BASE_IMAGE, daemon, LABEL, useDaemon } from "./daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix } = useDaemon();
const progress: string[] = [];
const docker = await configured({
  onProgress: (urn, line) => progress.push(`${urn.split("::").at(-1)}: ${line}`),
});
const root = mkdtempSync(join(tmpdir(), "trials-engine-image-"));
afterAll(() => rmSync(root, { recursive: true }));

let count = 0;
/** A build context with these files. */
function contextOf(files: { readonly [path: string]: string }): string {
  const folder = join(root, String(++count));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}
const imageInputs = (context: string, build: PropertyMap = {}, more: PropertyMap = {}): PropertyMap => ({
  name: `${prefix}:${count}`,
  build: { context, labels: { [LABEL]: prefix }, ...build },
  ...more,
});
const image = (name?: string): Managed => new Managed(docker, "remoteImage", name);

/** What a command prints in a container of the image. */
async function output(name: string, ...command: string[]): Promise<string> {
  const container = await daemon.createContainer({
    Image: name,
    Cmd: command,
    Tty: true,
    Labels: { [LABEL]: prefix },
  });
  await container.start();
  await container.wait();
  const log = await container.logs({ stdout: true, stderr: true, follow: false });
  await container.remove();
  return log.toString().trim().replaceAll("\r", "");
}

describe("an image built from a local base", () => {
  it("uses stages, cache mounts, build arguments and a target, and asks no registry", async () => {
    const context = contextOf({
      Dockerfile: `ARG BASE=nowhere.invalid/missing
FROM \${BASE} AS maker
RUN echo made > /made && echo making
FROM \${BASE} AS wanted
ARG GREETING
RUN --mount=type=cache,target=/cache --mount=type=bind,from=maker,source=/made,target=/given cat /given > /result && echo "$GREETING" >> /result && touch /cache/used
FROM wanted AS unwanted
RUN false
`,
    });
    const inputs = imageInputs(context, {
      buildArgs: { BASE: BASE_IMAGE, GREETING: "hello" },
      target: "wanted",
      noCache: true,
      extraHosts: ["elsewhere:10.0.0.7"],
    });
    const built = await image("built").create(inputs);
    const live = await daemon.getImage(String(inputs["name"])).inspect();
    expect(built.outputs).toMatchObject({
      id: `${live.Id}${String(inputs["name"])}`,
      imageId: live.Id,
      repoDigest: "",
    });
    expect(live.Config.Labels).toMatchObject({ [LABEL]: prefix });
    expect(await output(live.Id, "cat", "/result")).toBe("made\nhello");
    expect(progress).toContain("built: making");
    expect(progress.every((line) => !line.includes("/context"))).toBe(true);
    expect(progress.some((line) => line.startsWith("built: [maker 2/2] RUN echo made"))).toBe(true);
    expect((await built.diff(inputs)).changes).toBe("none");
    await built.refresh();
    expect((await built.diff(inputs)).changes).toBe("none");
    await built.destroy();
    await expect(daemon.getImage(String(inputs["name"])).inspect()).rejects.toThrow("No such image");
  });

  it("may start from scratch", async () => {
    const context = contextOf({ Dockerfile: "FROM scratch\nCOPY file /file\n", file: "content" });
    const built = await image().create(imageInputs(context));
    expect(built.outputs["imageId"]).toMatch(/^sha256:/);
    await built.destroy();
  });

  it("is built by the classic builder where that is asked for", async () => {
    const context = contextOf({ Dockerfile: `FROM ${BASE_IMAGE}\nRUN echo classic && touch /classic\n` });
    const built = await image("classic").create(imageInputs(context, { version: "1", noCache: true }));
    expect(progress).toContain("classic: classic");
    expect(progress.some((line) => line.startsWith("classic: Step 2/"))).toBe(true);
    await built.destroy();
  });

  it("gets the files that .dockerignore leaves, links and modes included", async () => {
    const context = contextOf({
      Dockerfile: `FROM ${BASE_IMAGE}\nCOPY . /all\n`,
      ".dockerignore": "# comment\nDockerfile\n.dockerignore\n*.log\nmodules/*\n!modules/kept\n**/secret\n",
      "a.log": "",
      "kept.txt": "text",
      "modules/dropped/x": "",
      "modules/kept/y": "",
      "deep/er/secret": "",
      "deep/er/open": "",
    });
    symlinkSync("kept.txt", join(context, "link"));
    const inputs = imageInputs(context);
    const built = await image().create(inputs);
    expect(
      (
        await output(
          String(inputs["name"]),
          "sh",
          "-c",
          "cd /all && ls -1d * */* */*/* 2>/dev/null; cat link",
        )
      )
        .split("\n")
        .sort(),
    ).toEqual(
      [
        // An ignored Dockerfile is sent all the same: the builder needs it.
        "Dockerfile",
        "deep",
        "deep/er",
        "deep/er/open",
        "kept.txt",
        "link",
        "modules",
        "modules/kept",
        "modules/kept/y",
        "text",
      ].sort(),
    );
    await built.destroy();
  });

  it("takes a Dockerfile of another name, and one from outside the context", async () => {
    const context = contextOf({ "docker/Other": `FROM ${BASE_IMAGE}\nCOPY a /a\n`, a: "1" });
    const inside = await image().create(
      imageInputs(context, { dockerfile: "docker/Other", tags: [`${prefix}-also:1`] }),
    );
    expect((await daemon.getImage(`${prefix}-also:1`).inspect()).Id).toBe(inside.outputs["imageId"]);
    const elsewhere = contextOf({ Elsewhere: `FROM ${BASE_IMAGE}\nCOPY a /b\n` });
    const outside = await image().create(imageInputs(context, { dockerfile: join(elsewhere, "Elsewhere") }));
    expect(await output(String(outside.outputs["name"]), "cat", "/b")).toBe("1");
    await inside.destroy();
    await outside.destroy();
  });

  it("can keep the build's log in a file, and more tags come in place", async () => {
    const context = contextOf({ Dockerfile: `FROM ${BASE_IMAGE}\nRUN echo logged\n` });
    const buildLogFile = join(root, "build.log");
    const inputs = imageInputs(context, { buildLogFile, noCache: true });
    const built = await image().create(inputs);
    expect(readFileSync(buildLogFile, "utf8")).toContain("logged\n");
    const tagged = imageInputs(context, {
      buildLogFile,
      noCache: true,
      tags: [`${prefix}-more:2`, `${prefix}-more`],
    });
    expect(await built.diff(tagged)).toMatchObject({ replaceKeys: [], changedKeys: ["build"] });
    await built.update(tagged);
    expect((await daemon.getImage(`${prefix}-more:latest`).inspect()).Id).toBe(built.outputs["imageId"]);
    await built.destroy();
  });
});

describe("a failing build", () => {
  it("tells the error, the Dockerfile, the step and the last lines of its log", async () => {
    const context = contextOf({
      Dockerfile: `FROM ${BASE_IMAGE}\nRUN echo fine\nRUN for i in 1 2 3; do echo "line $i"; done; echo broken; exit 3\n`,
    });
    const inputs = imageInputs(context);
    await expect(image().create(inputs)).rejects.toThrow(
      new RegExp(
        `1 error occurred:\\n\\t\\* Error building image ${prefix}:\\d+: .*exit code: 3\\n` +
          `  Dockerfile: ${context}/Dockerfile\\n  Step: \\[3/3\\] RUN for i in .*\\n` +
          "  Last lines of its log:\\n    line 1\\n    line 2\\n    line 3\\n    broken\\n",
      ),
    );
  });

  it("tells a mistake in the Dockerfile", async () => {
    const context = contextOf({ Dockerfile: "FROM scratch\nNONSENSE\n" });
    await expect(image().create(imageInputs(context))).rejects.toThrow(
      /unknown instruction: NONSENSE.*Dockerfile: .*\/Dockerfile/s,
    );
  });

  it("tells a missing context or Dockerfile before it asks Docker", async () => {
    await expect(image().create(imageInputs("/nowhere/at/all"))).rejects.toThrow(
      "build context not found: /nowhere/at/all",
    );
    const empty = contextOf({ a: "" });
    await expect(image().create(imageInputs(empty))).rejects.toThrow(
      `dockerfile not found at path: ${empty}/Dockerfile`,
    );
  });

  it("tells a refusal of the classic builder", async () => {
    const context = contextOf({ Dockerfile: `FROM ${BASE_IMAGE}\nRUN exit 5\n` });
    await expect(image().create(imageInputs(context, { version: "1", forceRemove: true }))).rejects.toThrow(
      /returned a non-zero code: 5/,
    );
  });
});

describe("an image's life", () => {
  const context = contextOf({ Dockerfile: `FROM ${BASE_IMAGE}\nCOPY a /a\n`, a: "1" });

  it("is replaced when a trigger changes, and the new image survives the old one's removal", async () => {
    const inputs = imageInputs(context, {}, { triggers: { context: "one" } });
    const old = await image().create(inputs);
    const changed = { ...inputs, triggers: { context: "two" } };
    expect(await old.diff(changed)).toMatchObject({
      replaceKeys: ["triggers"],
      deleteBeforeReplace: false,
      detailedDiff: { "triggers.context": { kind: "update-replace" } },
    });
    writeFileSync(join(context, "a"), "2");
    const replacement = await image().create(changed);
    expect(replacement.outputs["imageId"]).not.toBe(old.outputs["imageId"]);
    const oldId = String(old.outputs["imageId"]);
    await old.destroy();
    expect((await daemon.getImage(String(inputs["name"])).inspect()).Id).toBe(replacement.outputs["imageId"]);
    await expect(daemon.getImage(oldId).inspect()).rejects.toThrow("No such image");
    await replacement.destroy();
  });

  it("shows unknown ids in a preview, so that what runs it is replaced too", async () => {
    const inputs = await image().check(imageInputs(context));
    const request = {
      urn: "urn",
      name: "r",
      type: "docker:index/remoteImage:RemoteImage",
      inputs,
      timeout: 0,
      preview: true,
    };
    expect((await docker.create(request)).outputs).toMatchObject({
      imageId: computed,
      repoDigest: computed,
      id: computed,
    });
  });

  it("stays on the machine when it is to be kept", async () => {
    const inputs = imageInputs(context, {}, { keepLocally: true });
    const kept = await image().create(inputs);
    await kept.destroy();
    await daemon.getImage(String(inputs["name"])).inspect();
  });

  it("cannot go while a container uses it, unless forced", async () => {
    const inputs = imageInputs(context);
    const used = await image().create(inputs);
    const container = await daemon.createContainer({
      Image: String(inputs["name"]),
      Cmd: ["true"],
      Labels: { [LABEL]: prefix },
    });
    await expect(used.destroy()).rejects.toThrow(/Unable to remove Docker image: .*conflict.*keepLocally/s);
    await used.update({ ...inputs, forceRemove: true });
    await used.destroy();
    await container.remove();
  });

  it("follows its name on a refresh, and is gone when the name is", async () => {
    const inputs = imageInputs(context);
    const named = await image().create(inputs);
    const [repo = "", tag = ""] = String(inputs["name"]).split(":");
    await daemon.getImage(BASE_IMAGE).tag({ repo, tag });
    await named.refresh();
    expect(named.outputs["imageId"]).toBe((await daemon.getImage(BASE_IMAGE).inspect()).Id);
    await daemon.getImage(String(inputs["name"])).remove();
    const before = named.state;
    expect(await named.refresh()).toBeUndefined();
    named.state = before;
    await named.destroy();
  });

  it("is taken as it is when the daemon has it, and imported by name", async () => {
    const local = await image().create({ name: BASE_IMAGE, keepLocally: true });
    expect(local.outputs).toMatchObject({ repoDigest: "", build: null, platform: "" });
    const imported = await image().import(local.known.id);
    expect(imported).toMatchObject({ id: local.known.id, inputs: { name: BASE_IMAGE } });
    expect(await image().import(BASE_IMAGE)).toMatchObject({ id: local.known.id });
  });

  it("says which image is nowhere", async () => {
    await expect(image().create({ name: "127.0.0.1:1/missing" })).rejects.toThrow(
      "Unable to read Docker image into resource: unable to pull image 127.0.0.1:1/missing: error pulling image",
    );
  });
});
