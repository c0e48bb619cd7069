import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ensureAll, ensureDockerPlatform, thisBootstrap } from "../../../ops/bootstrap/docker-platform.ts";
import { captureOutput } from "../output.ts";
import { type FakeDocker, fakeDocker } from "./fake-docker.ts";
import { fakeMachine } from "./fake-machine.ts";

let fake: FakeDocker;
beforeEach(async () => {
  fake = fakeDocker();
  await fake.start();
});
afterEach(() => fake.stop());

describe("ensureAll", () => {
  it("brings the engine, the base image and the settings in that order, once", async () => {
    fake.registry = [{ status: "Pulling" }];
    const bootstrap = { ...thisBootstrap(() => undefined), docker: fake.docker, machine: fakeMachine() };
    const first = await ensureAll(bootstrap);
    expect(first.map(({ phase, unchanged }) => [phase, unchanged])).toEqual([
      ["docker", true],
      ["base-image", false],
      ["build-settings", false],
    ]);
    expect((await ensureAll(bootstrap)).every(({ unchanged }) => unchanged)).toBe(true);
  });
});

describe("ensureDockerPlatform", () => {
  it("does nothing for a stack that runs elsewhere", async () => {
    const output = captureOutput();
    await ensureDockerPlatform("cloud", output);
    expect(output.err()).toBe("");
  });

  it("says nothing where nothing is to do", async () => {
    fake.images.set("debian:trixie-slim", {});
    const output = captureOutput();
    const bootstrap = { docker: fake.docker, machine: fakeMachine() };
    await ensureDockerPlatform("dev", output, bootstrap);
    expect(output.err()).toContain("made trials/build-settings:local (env)");
    const again = captureOutput();
    await ensureDockerPlatform("dev", again, bootstrap);
    expect(again.err()).toBe("");
  });
});
