import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { BASE_IMAGE, daemon, LABEL, useDaemon } from "./daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix, labels } = useDaemon();
const docker = await configured();
const folder = mkdtempSync(join(tmpdir(), "trials-engine-secret-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SECRET = "hunter2";
const secretive = (name: string, more: PropertyMap = {}): PropertyMap => ({
  name: `${prefix}-${name}`,
  image: BASE_IMAGE,
  command: ["sleep", "600"],
  labels,
  envs: ["PLAIN=1", new Secret(`TOKEN=${SECRET}`)],
  uploads: [{ file: "/secret", content: new Secret(SECRET) }],
  ...more,
});

/** What would be written in clear. */
const inClear = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) => (part instanceof Secret ? "[secret]" : part));

describe("secrets", () => {
  it("reach the container, and stay secret in inputs and outputs through its whole life", async () => {
    const inputs = secretive("life");
    const container = await new Managed(docker, "container").create(inputs);
    expect((await daemon.getContainer(container.known.id).inspect()).Config.Env).toContain(`TOKEN=${SECRET}`);
    expect(inClear(container.state)).not.toContain(SECRET);
    expect(container.outputs["envs"]).toEqual(new Secret(["PLAIN=1", `TOKEN=${SECRET}`]));
    expect((await container.diff(inputs)).changes).toBe("none");
    await container.update({ ...inputs, restart: "always" });
    expect(inClear(container.state)).not.toContain(SECRET);
    await container.refresh();
    expect(inClear(container.state)).not.toContain(SECRET);
    expect((await container.diff({ ...inputs, restart: "always" })).changes).toBe("none");
    await container.destroy();
  });

  it("stay secret in a preview and in a half-made object", async () => {
    const inputs = secretive("half", {
      wait: true,
      waitTimeout: 1,
      healthcheck: { tests: ["CMD", "false"], interval: "1s" },
    });
    const container = new Managed(docker, "container");
    const checked = await container.check(inputs);
    const request = {
      urn: container.urn,
      name: "r",
      type: "docker:index/container:Container",
      inputs: checked,
      timeout: 0,
    };
    expect(inClear(await docker.create({ ...request, preview: true }))).not.toContain(SECRET);
    const error: unknown = await docker
      .create({ ...request, preview: false })
      .catch((reason: unknown) => reason);
    if (!(error instanceof PartialFailure))
      throw new Error(`expected a partial failure, got ${String(error)}`);
    expect(inClear([error.message, error.outputs, error.reasons])).not.toContain(SECRET);
    container.state = { id: error.id, inputs: checked, outputs: error.outputs };
    await container.destroy();
  });

  it("are hidden in what a container that does not come up wrote", async () => {
    const inputs = secretive("log", {
      command: ["sh", "-c", 'echo "no $PLAIN to $URL with $TOKEN or swordfish"; exit 3'],
      envs: new Secret(["PLAIN=way", `TOKEN=${SECRET}`, "URL=redis://me:swordfish@cache:6379"]),
      wait: true,
      healthcheck: { tests: ["CMD", "false"], interval: "30s" },
    });
    const container = new Managed(docker, "container");
    const error: unknown = await container.create(inputs).catch((reason: unknown) => reason);
    if (!(error instanceof PartialFailure))
      throw new Error(`expected a partial failure, got ${String(error)}`);
    for (const text of [error.message, ...error.reasons])
      expect(text).toContain("    no way to [secret] with [secret] or [secret]");
    container.state = { id: error.id, inputs: await container.check(inputs), outputs: error.outputs };
    await container.destroy();
  });

  it("reach a build as arguments and stay secret in the image's state", async () => {
    writeFileSync(
      join(folder, "Dockerfile"),
      `FROM ${BASE_IMAGE}\nARG TOKEN\nRUN test "$TOKEN" = ${SECRET.slice(0, 3)}ter2\n`,
    );
    const build = { context: folder, labels: { [LABEL]: prefix }, buildArgs: { TOKEN: new Secret(SECRET) } };
    const image = await new Managed(docker, "remoteImage").create({ name: `${prefix}:secret`, build });
    expect(inClear(image.state)).not.toContain(SECRET);
    await image.destroy();
  });

  it("make the answer of a data source secret", async () => {
    const args = { name: new Secret(BASE_IMAGE) };
    const token = "docker:index/getRemoteImage:getRemoteImage";
    const { result } = await docker.invoke({ token, args, preview: false });
    expect(Object.values(result).every((value) => value instanceof Secret)).toBe(true);
  });
});
