import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureBaseImage } from "../../../ops/bootstrap/base-image.ts";
import type { Bootstrap } from "../../../ops/bootstrap/docker.ts";
import type { Progress } from "../../../ops/bootstrap/progress.ts";
import { type FakeDocker, fakeDocker } from "./fake-docker.ts";
import { commandFailure, type FakeMachine, type FakeMachineOptions, fakeMachine } from "./fake-machine.ts";

let fake: FakeDocker;
let local: string;
let progress: Progress[];
beforeEach(async () => {
  fake = fakeDocker();
  await fake.start();
  local = join(mkdtempSync(join(tmpdir(), "base-image-")), ".infra");
  progress = [];
});
afterEach(() => fake.stop());

function bootstrapOn(options: FakeMachineOptions = {}): Bootstrap & { machine: FakeMachine } {
  const machine = fakeMachine(options);
  return { machine, docker: fake.docker, local, report: (message) => progress.push(message) };
}

/** Stands in for mmdebstrap: leaves a tree where it is asked to. */
function makesTree(line: string): void {
  if (line.startsWith("mmdebstrap ")) writeFileSync(join(local, "base-image.tar"), "a tree");
}

describe("ensureBaseImage", () => {
  it("leaves an image alone that is there", async () => {
    fake.images.set("debian:trixie-slim", {});
    expect(await ensureBaseImage(bootstrapOn())).toMatchObject({
      unchanged: true,
      detail: "debian:trixie-slim",
    });
  });

  it("pulls the official image where a registry answers", async () => {
    fake.registry = [{ status: "Pulling fs layer" }, { progress: "half" }];
    const bootstrap = { ...bootstrapOn(), signal: new AbortController().signal };
    expect(await ensureBaseImage(bootstrap)).toMatchObject({
      unchanged: false,
      detail: "pulled debian:trixie-slim",
    });
    expect(bootstrap.machine.ran).toEqual([]);
    expect(progress.map(({ message }) => message)).toContain("pulling debian:trixie-slim: Pulling fs layer");
  });

  it("makes the image from Debian's packages where none answers", async () => {
    const bootstrap = { ...bootstrapOn(), signal: new AbortController().signal };
    bootstrap.machine.onRun = (line, { onLine }) => {
      makesTree(line);
      onLine?.("I: installing packages");
    };
    expect((await ensureBaseImage(bootstrap)).detail).toBe("made debian:trixie-slim from Debian's packages");
    expect(fake.imports).toEqual([
      {
        name: "debian:trixie-slim",
        changes: ['CMD ["bash"]', "LABEL trials.bootstrap.base-image=trixie"],
        tar: Buffer.from("a tree"),
      },
    ]);
    const line = bootstrap.machine.ran.at(-1) ?? "";
    expect(line).toContain("--variant=minbase");
    expect(line).toContain("deb http://deb.debian.org/debian-security trixie-security main");
    expect(bootstrap.machine.ran.some((ran) => ran.endsWith("mmdebstrap debian-archive-keyring"))).toBe(true);
    expect(progress.map(({ message }) => message)).toContain("installing packages");
    expect(existsSync(join(local, "base-image.tar"))).toBe(false);
  });

  it("makes nothing of half a tree", async () => {
    const bootstrap = bootstrapOn();
    bootstrap.machine.programs.add("mmdebstrap");
    bootstrap.machine.onRun = (line) => {
      makesTree(line);
      throw commandFailure("E: the mirror hung up");
    };
    await expect(ensureBaseImage(bootstrap)).rejects.toMatchObject({
      code: "base-image",
      message: expect.stringContaining("the mirror hung up"),
    });
    expect(fake.imports).toEqual([]);
    expect(existsSync(join(local, "base-image.tar"))).toBe(false);
  });

  it("says what Docker says when the tree cannot be imported", async () => {
    const bootstrap = bootstrapOn();
    bootstrap.machine.programs.add("mmdebstrap");
    await expect(ensureBaseImage(bootstrap)).rejects.toMatchObject({
      code: "base-image",
      message: expect.stringContaining("ENOENT"),
    });
  });

  it("does not take half a pull for a whole one", async () => {
    fake.registry = [{ status: "Downloading" }, { error: "unexpected EOF" }];
    await expect(ensureBaseImage(bootstrapOn({ isRoot: false }))).rejects.toThrow(
      "debian:trixie-slim cannot be pulled: unexpected EOF",
    );
  });

  it("takes a silent registry for none", async () => {
    fake.registry = "silent";
    const bootstrap = bootstrapOn({ isRoot: false });
    await expect(ensureBaseImage(bootstrap, { patience: 20 })).rejects.toMatchObject({
      code: "base-image",
      message: "debian:trixie-slim cannot be pulled: the registry does not answer",
      help: expect.stringContaining("docker pull debian:trixie-slim"),
    });
  });

  it("makes nothing when it is interrupted while pulling", async () => {
    const controller = new AbortController();
    const bootstrap = { ...bootstrapOn(), signal: controller.signal };
    fake.registry = "silent";
    const running = ensureBaseImage(bootstrap);
    controller.abort(new Error("interrupted"));
    await expect(running).rejects.toThrow("interrupted");
    expect(bootstrap.machine.ran).toEqual([]);
  });

  it("reports an engine that cannot be asked", async () => {
    const docker = { getImage: () => ({ inspect: () => Promise.reject(new Error("disk on fire")) }) };
    const bootstrap = { ...bootstrapOn(), docker: docker as unknown as Bootstrap["docker"] };
    await expect(ensureBaseImage(bootstrap)).rejects.toThrow("disk on fire");
  });
});
