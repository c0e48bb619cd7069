import { readFileSync } from "node:fs";
import { hostname, machine } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { newManifest } from "../../../src/state/integrity.ts";
import { type ResourceState, resourceState } from "../../../src/state/resource.ts";
import { CommandLine } from "./command-line.ts";

const urn = (name: string, type = "fake:index:Thing") => `urn:pulumi:dev::corpus::${type}::${name}`;
const root = resourceState({
  urn: urn("corpus-dev", "pulumi:pulumi:Stack"),
  type: "pulumi:pulumi:Stack",
  custom: false,
});
const thing = (name: string, fields: Partial<ResourceState> = {}) =>
  resourceState({
    urn: urn(name),
    type: "fake:index:Thing",
    custom: true,
    id: name,
    parent: root.urn,
    ...fields,
  });

let line: CommandLine;

beforeEach(async () => {
  line = new CommandLine();
  await line.run("stack init dev");
  const store = await line.store();
  const a = thing("a");
  const b = thing("b", { dependencies: [a.urn], propertyDependencies: { size: [a.urn], color: [a.urn] } });
  await store.save({
    ...(await store.load()),
    manifest: newManifest(new Date()),
    resources: [root, a, b],
    pendingOperations: [{ type: "creating", resource: thing("c") }],
  });
});

describe("about", () => {
  it("shows versions, backend and stack", async () => {
    const { exitCode, stdout, stderr } = await line.run("about");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^CLI +\nVersion +3\.\d+\.\d+\nEngine +embedded\nNode +v24/);
    expect(stdout).toContain("This project is written in nodejs:");
    expect(stdout).toContain("Current Stack: organization/corpus/dev\n\nTYPE ");
    expect(stdout).toContain(`\nOPP TYPE  URN\ncreating  ${urn("c")}\n`);
    expect(stdout).toContain(`file://${line.folder}/state\n`);
    expect(stdout).toMatch(/\nOrganizations +\nToken type +personal\n/);
  });

  it("names the package manager and the packages of the program", async () => {
    line.write("package.json", JSON.stringify({ dependencies: { used: "^1.0.0" } }));
    const packages = {
      "": { name: "program" },
      "node_modules/used": { version: "1.2.3" },
      "node_modules/used/node_modules/@needed/deep": { version: "4.5.6" },
    };
    line.write("package-lock.json", JSON.stringify({ lockfileVersion: 3, packages }));
    const { stdout } = await line.run("about");
    expect(stdout).toMatch(/packagemanager='npm' packagemanagerVersion='\d+\.\d+\.\d+'/);
    expect(stdout).toMatch(/\nDependencies:\nNAME {2}VERSION\nused {2}1\.2\.3\n$/);
    const all = JSON.parse((await line.run("about --json --transitive")).stdout) as {
      [key: string]: unknown;
    };
    expect(all["runtime"]).toMatchObject({ language: "nodejs", packagemanager: "npm" });
    expect(all["dependencies"]).toEqual([
      { name: "used", version: "1.2.3" },
      { name: "@needed/deep", version: "4.5.6" },
    ]);
  });

  it("is JSON for machines, and names what it could not find out", async () => {
    const about = JSON.parse((await line.run("about --json")).stdout) as { [key: string]: unknown };
    expect(about["currentStack"]).toMatchObject({
      name: "dev",
      fullyQualifiedName: "organization/corpus/dev",
    });
    expect(about["currentStack"]).toMatchObject({ pendingOps: [{ type: "creating", urn: urn("c") }] });
    expect(about["backend"]).toEqual({
      ...{ name: hostname(), url: `file://${line.folder}/state` },
      ...{ user: expect.any(String), organizations: null },
    });
    expect(about["host"]).toEqual({ os: expect.any(String), version: expect.any(String), arch: machine() });
    expect(about["errors"]).toEqual([]);
    const lost = await line.run("about --stack nowhere");
    expect(lost.exitCode).toBe(0);
    expect(lost.stderr).toBe(
      "warning: Failed to get information about the current stack: no stack named 'nowhere' found\n",
    );
    const outside = JSON.parse((await line.run("about --json", { cwd: line.folder })).stdout) as typeof about;
    expect(outside["errors"]).toContainEqual(expect.stringContaining("Failed to read project"));
    const empty = await line.run("stack init test");
    expect(empty.exitCode).toBe(0);
    expect((await line.run("about")).stdout).toContain(
      "Found no resources associated with test\n\nFound no pending operations associated with test\n",
    );
    const broken = await line.run("about", { env: { PULUMI_BACKEND_URL: "s3://bucket" } });
    expect(broken.stderr).toContain("warning: Could not access the backend:");
  });
});

describe("stack graph", () => {
  const read = () => readFileSync(join(line.project, "g.dot"), "utf8");

  it("writes dependencies and parents as a graph", async () => {
    expect((await line.run("stack graph --short-node-name g.dot")).stdout).toBe(
      "Wrote stack dependency graph to `g.dot`\n",
    );
    expect(read()).toBe(
      `strict digraph {
    Resource0 [label="a"];
    Resource0 -> Resource1 [color = "#AA6639"];
    Resource0 -> Resource2 [color = "#246C60", label = "color, size"];
    Resource2 [label="b"];
    Resource2 -> Resource1 [color = "#AA6639"];
    Resource1 [label="corpus-dev"];
}
`,
    );
  });

  it("leaves out what it is told to", async () => {
    await line.run(["stack", "graph", "--ignore-parent-edges", "--dot-fragment", "rankdir=LR", "g.dot"]);
    expect(read()).toMatch(/^strict digraph \{\nrankdir=LR\n/);
    expect(read()).not.toContain("#AA6639");
    await line.run("stack graph --ignore-dependency-edges --parent-edge-color red g.dot");
    expect(read()).toContain(`[label="${root.urn}"]`);
    expect(read()).not.toContain("#246C60");
    expect(read()).toContain('[color = "red"]');
    expect((await line.run("stack graph")).exitCode).toBe(1);
  });
});

describe("what only Pulumi's cloud has", () => {
  it("is refused with a reason", async () => {
    for (const command of ["config env", "config env ls", "config env add x --yes", "config env rm x"]) {
      const { exitCode, stderr } = await line.run(command);
      expect(exitCode).toBe(1);
      expect(stderr).toContain("does not support environments");
    }
    const exported = await line.run("stack export --version 3");
    expect(exported.exitCode).toBe(1);
    expect(exported.stderr).toContain(
      `the current backend (${hostname()}) does not provide the ability to export previous deployments`,
    );
  });
});
