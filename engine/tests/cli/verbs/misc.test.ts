import { hostname, userInfo } from "node:os";
import { beforeEach, describe, expect, it } from "vitest";
import { CommandLine } from "./command-line.ts";

const ok = (stdout: string) => ({ exitCode: 0, stdout, stderr: "" });
const user = userInfo().username;
let line: CommandLine;
beforeEach(() => {
  line = new CommandLine();
});

describe("version", () => {
  it("is that of the official CLI which the engine stands in for", async () => {
    expect(await line.run("version")).toEqual(ok("v3.260.0\n"));
  });
});

describe("whoami", () => {
  it("names the user and the backend", async () => {
    const url = line.env["PULUMI_BACKEND_URL"];
    expect(await line.run("whoami")).toEqual(ok(`${user}\n`));
    expect(await line.run("whoami --verbose")).toEqual(
      ok(`User: ${user}\nOrganizations: \nBackend URL: ${url}\nToken type: personal\n`),
    );
    for (const flag of ["--json", "--output json", "--output=json"]) {
      expect((await line.run(`whoami ${flag}`)).stdout).toBe(
        `{\n  "user": "${user}",\n  "url": "${url}"\n}\n`,
      );
    }
    expect(await line.run("whoami --output yaml")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining('output "yaml" not supported, valid values are: default or json'),
    });
  });
});

describe("login and logout", () => {
  const env = { PULUMI_BACKEND_URL: undefined };

  it("choose the folder that holds the state", async () => {
    const url = `file://${line.folder}/there`;
    expect((await line.run("whoami", { env })).exitCode).toBe(3);
    expect(await line.run(["login", url], { env })).toEqual(
      ok(`Logged in to ${hostname()} as ${user} (${url})\n`),
    );
    expect((await line.run("whoami -v", { env })).stdout).toContain(`Backend URL: ${url}`);
    expect((await line.run("login", { env })).stdout).toContain(url);
    expect(await line.run("logout", { env })).toEqual(ok(`Logged out of ${url}\n`));
    expect((await line.run("whoami", { env })).exitCode).toBe(3);
  });

  it("forget one folder, or all", async () => {
    await line.run(`login file://${line.folder}/one`, { env });
    await line.run(`login file://${line.folder}/two`, { env });
    expect((await line.run("logout --all --local", { env })).stderr).toContain(
      "only one of --all, --cloud-url",
    );
    expect(await line.run("logout --all", { env })).toEqual(ok("Logged out of everything\n"));
    expect((await line.run("whoami", { env })).exitCode).toBe(3);
  });

  it("remember a folder by its full name", async () => {
    await line.run("login --cloud-url file://./here", { env });
    expect((await line.run("whoami --verbose", { env })).stdout).toContain(`file://${line.project}/here`);
    const home = { ...env, HOME: line.folder };
    await line.run("login --local", { env: home });
    expect((await line.run("whoami --verbose", { env: home })).stdout).toContain("Backend URL: file://~\n");
    expect(
      (await line.run("login", { env: { ...env, PULUMI_HOME: line.folder }, cwd: line.folder })).exitCode,
    ).toBe(3);
  });

  it("warn of an environment that has the last word, and know no organizations", async () => {
    const [here, there] = [`file://${line.folder}/here`, `file://${line.folder}/there`];
    expect((await line.run(`login ${here}`, { env: { PULUMI_BACKEND_URL: there } })).stderr).toBe(
      `Warning: The PULUMI_BACKEND_URL environment variable is set to '${there}', ` +
        `which conflicts with the login URL '${here}'.\n`,
    );
    expect((await line.run(`login ${here}`, { env: { PULUMI_BACKEND_URL: here } })).stderr).toBe("");
    expect((await line.run(`login ${here} --default-org acme`, { env })).stderr).toBe(
      "error: unable to set default org for this type of backend\n",
    );
  });

  it("refuse other backends, and two at once", async () => {
    expect((await line.run("login https://api.example.com", { env })).stderr).toContain("is not supported");
    expect((await line.run("login --local file:///x", { env })).exitCode).toBe(1);
  });
});

describe("cancel", () => {
  it("breaks the lock of a stack", async () => {
    await line.run("stack init dev");
    await (await line.store()).lock();
    expect(await line.run("cancel --yes")).toEqual(
      ok("The currently running update for 'dev' has been canceled!\n"),
    );
    await (await (await line.store()).lock()).release();
    expect((await line.run("cancel dev")).exitCode).toBe(0);
  });

  it("asks a person", async () => {
    await line.run("stack init dev");
    await (await line.store()).lock();
    const env = { CI: "" };
    expect((await line.run("cancel", { terminal: true, stdin: "no\n", env })).exitCode).toBe(1);
    await expect((await line.store()).lock()).rejects.toMatchObject({ code: "stack-locked" });
    expect((await line.run("cancel", { terminal: true, stdin: "dev\n", env })).exitCode).toBe(0);
  });
});
