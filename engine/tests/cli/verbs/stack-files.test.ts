import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { UpdateRecord } from "../../../src/state/history.ts";
import { failed, line, ok, provider, root, save, thing, urn, useStackLine } from "./stack-line.ts";

useStackLine();

describe("stack export and import", () => {
  it("carry a state from one to the other", async () => {
    const snapshot = await save(root, provider, thing);
    const plain = (await line.run("stack export")).stdout;
    expect(plain).toMatch(/^\{\n {4}"version": 3,\n {4}"deployment": \{\n {8}"manifest"/);
    expect(plain).not.toMatch(/"s3\\*"/);
    const file = join(line.folder, "state.json");
    expect(await line.run(["stack", "export", "--show-secrets", "--file", file])).toEqual(ok(""));
    expect(readFileSync(file, "utf8")).toContain('"plaintext": "{\\"deep\\":\\"s3\\"}"');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const refused = async (passphrase: string | undefined) => {
      const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
      return (await line.run("stack export --show-secrets", { env })).stderr;
    };
    const reading = "error: could not deserialize deployment:";
    expect(await refused("wrong")).toContain(
      `${reading} failed to decrypt: incorrect passphrase, please set `,
    );
    expect(await refused(undefined)).toContain(
      `${reading} constructing secrets manager: passphrase must be set `,
    );
    await save();
    expect(await line.run(["stack", "import", "--file", file])).toEqual(ok("Import complete.\n"));
    expect((await (await line.store()).load()).resources).toStrictEqual(snapshot.resources);
    expect(await line.run("stack import", { stdin: plain })).toEqual(ok("Import complete.\n"));
    expect((await (await line.store()).load()).resources).toStrictEqual(snapshot.resources);
    // A ciphertext may have the two letters by chance.
    expect(readFileSync(join(line.folder, "state/.pulumi/stacks/corpus/dev.json"), "utf8")).not.toMatch(
      /"s3\\*"/,
    );
  });

  it("refuse a state with errors or of another stack, unless forced", async () => {
    const deployment = {
      manifest: {},
      resources: [
        { urn: urn("t", "x", "prod"), type: "t", custom: true, parent: "gone" },
        { urn: "odd", type: "t", custom: true },
      ],
      pending_operations: [{ resource: { urn: urn("t", "y"), type: "t", custom: true }, type: "creating" }],
    };
    const stdin = JSON.stringify({ version: 3, deployment });
    const refused = await line.run("stack import", { stdin });
    expect(refused).toEqual(
      failed(`4 errors occurred:
    1) resource '${urn("t", "x", "prod")}' is from a different stack (prod != dev)
    2) resource 'odd' is from a different stack ( != dev)
    3) state file contains errors: child resource ${urn("t", "x", "prod")} refers to missing parent gone
    4) importing this file could be dangerous; rerun with --force to proceed anyway`),
    );
    const forced = await line.run("stack import --force", { stdin });
    expect(forced.stdout).toBe("Import complete.\n");
    expect(forced.stderr).toContain("warning: state file contains errors: ");
    expect(forced.stderr).toContain(
      `warning: removing pending operation 'creating' on '${urn("t", "y")}' from snapshot`,
    );
    expect((await line.run("stack")).stderr).toContain("snapshot integrity failure; refusing to use it");
    expect((await line.run("stack export")).exitCode).toBe(0);
  });

  it("say what cannot be read", async () => {
    expect((await line.run("stack import", { stdin: '{"version":5,"deployment":{}}' })).stderr).toBe(
      "error: the stack 'dev' is newer than what this version of the Pulumi CLI understands. " +
        "Please update your version of the Pulumi CLI\n",
    );
    expect((await line.run("stack import", { stdin: '{"version":0,"deployment":{}}' })).stderr).toBe(
      "error: the stack 'dev' is too old to be used by this version of the Pulumi CLI\n",
    );
    expect((await line.run("stack import", { stdin: "{}" })).stderr).toContain(
      "standard input: the file is not a Pulumi",
    );
    expect((await line.run("stack import --file none.json")).stderr).toContain("could not open file");
    expect((await line.run("stack export --version 3")).exitCode).toBe(1);
  });
});

describe("stack history", () => {
  const update: UpdateRecord = {
    kind: "update",
    startTime: 1_795_475_652,
    message: "first message",
    environment: { "exec.kind": "cli", empty: " " },
    config: { "corpus:plain": "one", "corpus:list": [1] },
    version: 0,
    result: "succeeded",
    endTime: 1_795_475_656,
    resourceChanges: { create: 2, same: 1 },
  };

  it("lists what was done, for people", async () => {
    expect((await line.run("stack history")).stdout).toBe("Stack has never been updated\n");
    expect((await line.run("stack history --page 2")).stdout).toBe("No stack updates found on page '2'\n");
    const store = await line.store();
    await store.recordUpdate(update);
    expect((await line.run("stack history --full-dates")).stdout).toBe(`Version: 0
UpdateKind: update
Status: succeeded
Message: first message
+2-0~0 1 Updated 2026-11-23 23:14:12.000 +0000 UTC took 4s
    exec.kind: cli

`);
    expect((await line.run("stack history")).stdout).toMatch(/Updated (now|.* (ago|from now)) took 4s/);
  });

  it("lists what was done, for tools", async () => {
    await line.run("config set --secret pw two");
    const { secure } = /secure: (?<secure>.*)/.exec(line.read("Pulumi.dev.yaml"))?.groups ?? {};
    const store = await line.store();
    await store.recordUpdate({ ...update, config: { "corpus:pw": { secure: "v1:old:old" } } });
    await store.recordUpdate({ ...update, config: { ...update.config, "corpus:pw": { secure } } });
    await store.recordUpdate({ ...update, result: "in-progress", config: {} });
    const history = async (flags: string) =>
      JSON.parse((await line.run(`stack history --json ${flags}`)).stdout) as readonly {
        readonly config: unknown;
      }[];
    const [running, latest, first] = await history("--show-secrets");
    expect(running).toEqual({
      version: 0,
      kind: "update",
      startTime: "2026-11-23T23:14:12.000Z",
      message: "first message",
      environment: update.environment,
      config: {},
      result: "in-progress",
    });
    expect(latest).toMatchObject({
      endTime: "2026-11-23T23:14:16.000Z",
      resourceChanges: { create: 2, same: 1 },
      config: {
        "corpus:list": { value: "[1]", objectValue: [1], secret: false },
        "corpus:plain": { value: "one", secret: false },
        "corpus:pw": { value: "two", secret: true },
      },
    });
    expect(first?.config).toEqual({ "corpus:pw": { value: "ERROR_UNABLE_TO_DECRYPT", secret: true } });
    expect((await history("--page-size 1 --page 2"))[0]?.config).toMatchObject({
      "corpus:pw": { secret: true },
    });
    expect(await history("--page-size 1 --page 2")).toHaveLength(1);
    expect((await line.run("stack history --page-size x")).exitCode).toBe(1);
  });
});

describe("stack tag", () => {
  it("keeps texts with a stack", async () => {
    expect(await line.run("stack tag ls")).toEqual(ok("NAME  VALUE\n"));
    await line.run("stack tag set owner ann");
    await line.run("stack tag set area north");
    expect(await line.run("stack tag ls")).toEqual(ok("NAME   VALUE\narea   north\nowner  ann\n"));
    expect((await line.run("stack tag ls --json")).stdout).toBe(
      '{\n  "area": "north",\n  "owner": "ann"\n}\n',
    );
    expect(await line.run("stack tag get owner")).toEqual(ok("ann\n"));
    await line.run("stack tag rm owner");
    expect(await line.run("stack tag get owner")).toEqual(
      failed("stack tag 'owner' not found for stack 'dev'"),
    );
    expect((await line.run("stack tag set owner")).exitCode).toBe(1);
  });
});
