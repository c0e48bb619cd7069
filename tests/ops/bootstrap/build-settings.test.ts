import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  BUILD_SETTINGS_IMAGE,
  ensureBuildSettings,
  isBuildSettingsCurrent,
} from "../../../ops/bootstrap/build-settings/build-settings.ts";
import { type FakeDocker, fakeDocker } from "./fake-docker.ts";
import { fakeMachine } from "./fake-machine.ts";

let fake: FakeDocker;
beforeEach(async () => {
  fake = fakeDocker();
  await fake.start();
});
afterEach(() => fake.stop());

const bootstrapWith = (env: { [name: string]: string }) => ({
  machine: fakeMachine({ env }),
  docker: fake.docker,
  local: "/nowhere",
  report: () => undefined,
});

describe("ensureBuildSettings", () => {
  it("makes the image once, and again when the settings of the machine change", async () => {
    const proxy = bootstrapWith({ http_proxy: "http://proxy:3128" });
    expect(await ensureBuildSettings(proxy)).toMatchObject({ unchanged: false });
    expect(await ensureBuildSettings(proxy)).toMatchObject({ unchanged: true });
    expect(await isBuildSettingsCurrent(fake.docker, proxy.machine)).toBe(true);
    const none = bootstrapWith({});
    expect(await isBuildSettingsCurrent(fake.docker, none.machine)).toBe(false);
    expect(await ensureBuildSettings(none)).toMatchObject({ unchanged: false });
    expect(fake.imports.map(({ name }) => name)).toEqual([BUILD_SETTINGS_IMAGE, BUILD_SETTINGS_IMAGE]);
  });

  it("makes the same bytes of the same settings, so that builds keep their cache", async () => {
    const proxy = bootstrapWith({ http_proxy: "http://proxy:3128" });
    await ensureBuildSettings(proxy);
    fake.images.clear();
    await ensureBuildSettings(proxy);
    expect(fake.imports[0]?.tar.includes("http://proxy:3128")).toBe(true);
    expect(fake.imports[1]?.tar).toEqual(fake.imports[0]?.tar);
  });
});
