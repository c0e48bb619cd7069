import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readCommandLine } from "../command-line.ts";
import { startAtlasAdmin } from "../start-atlas-admin.ts";
import { callerOf, clusterCalls, clusterNamed } from "./atlas-caller.ts";

let folder: string;
let stateFile: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlas-admin-test-"));
  stateFile = join(folder, "below", "atlas.json");
});
afterEach(() => rmSync(folder, { recursive: true }));

const begin = async () => {
  const atlas = await startAtlasAdmin({ stateFile, pollStep: 0 });
  return { atlas, call: callerOf(atlas.url, `Bearer ${atlas.accessToken}`) };
};

describe("the state", () => {
  it("outlives a restart, with what was going on, and with its logins", async () => {
    const first = await begin();
    const project = await first.call("POST", "/groups", "2023-01-01", {
      name: "p",
      orgId: first.atlas.organisationId,
    });
    const groupId = String(project.body["id"]);
    const clusters = clusterCalls({ ...first, groupId });
    await clusters.create("main");
    await first.atlas.clock.advance(60_000);
    await first.atlas.close();

    const second = await begin();
    expect(second.atlas).toMatchObject({
      organisationId: first.atlas.organisationId,
      clientSecret: first.atlas.clientSecret,
    });
    expect(second.atlas.clock.now()).toBe(first.atlas.clock.now());
    const again = clusterCalls({ ...second, groupId });
    expect((await again.get("main")).body["stateName"]).toBe("CREATING");
    await second.atlas.clock.settle();
    expect((await again.get("main")).body["stateName"]).toBe("IDLE");
    await second.atlas.close();
    expect(readdirSync(join(folder, "below")).sort()).toEqual(["atlas.credentials.json", "atlas.json"]);
  });

  it("is its owner's alone, and holds no secret", async () => {
    const { atlas, call } = await begin();
    const project = await call("POST", "/groups", "2023-01-01", { name: "p", orgId: atlas.organisationId });
    const user = { username: "u", databaseName: "admin", password: "canary-password", roles: [] };
    await call("POST", `/groups/${project.body["id"]}/databaseUsers`, "2023-01-01", user);
    await atlas.close();
    const text = readFileSync(stateFile, "utf8");
    for (const secret of ["canary-password", atlas.clientSecret, atlas.privateKey, atlas.accessToken]) {
      expect(text).not.toContain(secret);
    }
    for (const file of [stateFile, stateFile.replace(".json", ".credentials.json")]) {
      expect(statSync(file).mode & 0o777).toBe(0o600);
    }
  });

  it.each(["{", "{}", '{"format":2}'])("is not taken from another file: %s", async (text) => {
    stateFile = join(folder, "other.json");
    writeFileSync(stateFile, text);
    await expect(begin()).rejects.toThrow(/is not a state of this simulator .*; name another file/s);
    expect(readFileSync(stateFile, "utf8")).toBe(text);
  });

  it("is not started on a port that is taken", async () => {
    const { atlas } = await begin();
    await expect(startAtlasAdmin({ port: Number(new URL(atlas.url).port) })).rejects.toThrow("EADDRINUSE");
    await atlas.close();
  });
});

describe("the command", () => {
  const run = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [join(import.meta.dirname, "..", "main.ts"), ...args], { stdio: "pipe" });
  const textOf = async (stream: NodeJS.ReadableStream | null): Promise<string> => {
    let text = "";
    for await (const chunk of stream ?? []) text += String(chunk);
    return text;
  };

  it("prints where it is, and stops when it is told to, with its state written", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const child = run("--state", stateFile, "--json");
      if (child.stdout === null) throw new Error("no output");
      const [line] = (await once(createInterface(child.stdout), "line")) as [string];
      const place = JSON.parse(line) as { url: string; organisationId: string; credentialsFile: string };
      const credentials = JSON.parse(readFileSync(place.credentialsFile, "utf8")) as { accessToken: string };
      const call = callerOf(place.url, `Bearer ${credentials.accessToken}`);
      const project = { name: signal, orgId: place.organisationId };
      const { body } = await call("POST", "/groups", "2023-01-01", project);
      expect(
        (await call("POST", `/groups/${body["id"]}/clusters`, "2024-10-23", clusterNamed("c"))).status,
      ).toBe(201);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    }
    expect(readFileSync(stateFile, "utf8")).toContain("SIGINT");
  });

  it("tells what is wrong with its arguments, and what they are", async () => {
    const wrong = run("--port", "1");
    const [text, [code]] = await Promise.all([textOf(wrong.stderr), once(wrong, "exit")]);
    expect([code, text]).toEqual([64, expect.stringMatching(/^--state is needed.*usage: node/s)]);
    const help = run("--help");
    expect(await textOf(help.stdout)).toContain("--poll-step SECONDS");
    writeFileSync(join(folder, "bad.json"), "{}");
    const bad = run("--state", join(folder, "bad.json"));
    const [problem, [status]] = await Promise.all([textOf(bad.stderr), once(bad, "exit")]);
    expect([status, problem]).toEqual([1, expect.stringMatching(/^\S+bad\.json is not a state/)]);
  });

  it("says so where documents cannot be kept", async () => {
    const args = ["--state", stateFile, "--data-plane", "docker"];
    const env = { ...process.env, DOCKER_HOST: `unix://${join(folder, "no.sock")}` };
    const child = spawn(process.execPath, [join(import.meta.dirname, "..", "main.ts"), ...args], {
      stdio: "pipe",
      env,
    });
    const [text, [code]] = await Promise.all([textOf(child.stderr), once(child, "exit")]);
    expect([code, text]).toEqual([1, expect.stringMatching(/^Docker does not answer \(.*\): start it/)]);
  });

  it.each([
    [["--state", "f", "--port", "x"], "--port x is no port"],
    [["--state", "f", "--port", "70000"], "--port 70000 is no port"],
    [["--state", "f", "--poll-step", "-1"], "--poll-step"],
    [["--state", "f", "--poll-step", "soon"], "--poll-step soon is no number of seconds"],
    [["--state", "f", "--data-plane", "moon"], "--data-plane moon is not known"],
    [["--unknown"], "Unknown option '--unknown'"],
  ])("refuses %j", (args, problem) => {
    expect(readCommandLine(args)).toMatchObject({ kind: "wrong", problem: expect.stringContaining(problem) });
  });

  it("takes everything that it offers", () => {
    expect(
      readCommandLine([
        "--state",
        "f",
        "--port",
        "1",
        "--poll-step",
        "0.5",
        "--data-plane",
        "docker",
        "--json",
      ]),
    ).toEqual({
      kind: "run",
      stateFile: "f",
      port: 1,
      pollStep: 500,
      hasDataPlane: true,
      isJson: true,
    });
  });
});
