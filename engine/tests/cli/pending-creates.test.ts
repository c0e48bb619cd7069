import { rmSync } from "node:fs";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommandProcess } from "../../src/cli/command.ts";
import { main } from "../../src/cli/main.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { emptySnapshot, resourceState } from "../../src/state/resource.ts";
import { testProcess } from "./test-process.ts";
import { CommandLine } from "./verbs/command-line.ts";

const urnOf = (type: string, name: string) => `urn:pulumi:dev::corpus::${type}::${name}`;
const PROVIDER = {
  urn: urnOf("pulumi:providers:random", "default"),
  type: "pulumi:providers:random",
  custom: true,
  id: "5f8a1b7e-8f7b-4d0e-9d0e-3f6b1f6d2a10",
};
const TYPE = "random:index/randomString:RandomString";
/** Nobody can tell what became of these. */
const NOWHERE = "nowhere:index:Thing";

describe("a refresh that meets creates which were interrupted", () => {
  let line: CommandLine;

  beforeEach(async () => {
    line = new CommandLine();
    await line.run("stack init dev");
    const store = await line.store();
    const { secretsProvider } = await store.load();
    const provider = `${PROVIDER.urn}::${PROVIDER.id}`;
    const pendingOperations = (
      [
        ["a", NOWHERE],
        ["b", NOWHERE],
        ["c", TYPE],
      ] as const
    ).map(([name, type]) => ({
      type: "creating" as const,
      resource: resourceState({
        urn: urnOf(type, name),
        type,
        custom: true,
        ...(type === TYPE && { provider }),
      }),
    }));
    const manifest = newManifest(new Date());
    const resources = [resourceState(PROVIDER)];
    await store.save({ ...emptySnapshot(secretsProvider), manifest, resources, pendingOperations });
  });
  afterEach(() => rmSync(line.folder, { recursive: true, force: true }));

  /** A person who answers each question when it is asked. */
  async function refresh(flags: string, answers: readonly string[]) {
    const test = testProcess({ cwd: line.project, env: { ...line.env, CI: "" }, isTTY: true });
    const stdin = Object.assign(new Readable({ read: () => undefined }), { isTTY: true });
    const left = [...answers];
    const { stdout } = test.process;
    const process: CommandProcess = {
      ...test.process,
      stdin,
      stdout: {
        ...stdout,
        write(text) {
          stdout.write(text);
          if (/(ID: |\/import\] )$/.test(text)) stdin.push(`${left.shift() ?? ""}\n`);
        },
      },
    };
    const exitCode = await main(`refresh --yes --skip-preview ${flags}`.trim().split(" "), process);
    return { exitCode, stdout: test.stdout(), stderr: test.stderr(), left };
  }

  const recorded = async () => {
    const { resources, pendingOperations } = await (await line.store()).load();
    return {
      resources: resources.filter(({ type }) => type === TYPE).map(({ urn, id }) => [urn.split("::")[3], id]),
      pending: pendingOperations.map(({ resource }) => resource.urn.split("::")[3]),
    };
  };

  it("asks what became of each: it is forgotten, left, or recorded under its id", async () => {
    const { exitCode, stdout, left } = await refresh("", ["clear", "skip", "import", "x1"]);
    expect(stdout).toContain(`Options for pending CREATE of ${urnOf(NOWHERE, "a")}\n`);
    expect({ exitCode, left }).toEqual({ exitCode: 0, left: [] });
    expect(await recorded()).toEqual({ resources: [["c", "x1"]], pending: ["b"] });
  });

  it("does not ask about what flags tell of, nor where that is not wanted", async () => {
    const ignored = await refresh("--skip-pending-creates", []);
    expect(ignored.stdout).not.toContain("pending CREATE");
    expect((await recorded()).pending).toEqual(["a", "b"]);
    const told = `--import-pending-creates ${urnOf(NOWHERE, "b")} --import-pending-creates x1`;
    const { stdout } = await refresh(told, ["clear"]);
    expect(stdout).not.toContain(`pending CREATE of ${urnOf(NOWHERE, "b")}`);
    expect((await recorded()).pending).toEqual(["b"]);
  });
});
