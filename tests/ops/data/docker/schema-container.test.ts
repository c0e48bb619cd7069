import { randomBytes } from "node:crypto";
import Docker from "dockerode";
import { describe, expect, it, onTestFinished } from "vitest";
import { findSchemaContainers } from "../../../../ops/data/docker/schema-container.ts";

const docker = new Docker();

/** A stack whose schema job says what it is told to say. */
async function startStack(): Promise<{ readonly project: string; readonly stack: string }> {
  const name = { project: `schema-test-${randomBytes(4).toString("hex")}`, stack: "dev" };
  const label = [`trials.project=${name.project}`];
  onTestFinished(async () => {
    const left = await docker.listContainers({ all: true, filters: JSON.stringify({ label }) });
    for (const { Id } of left) await docker.getContainer(Id).remove({ force: true });
  });
  await createRun(name, { name: name.project, labels: { "trials.role": "backend-node-schema" } });
  return name;
}

async function createRun(
  { project, stack }: { readonly project: string; readonly stack: string },
  { name, labels }: { readonly name: string; readonly labels: { readonly [label: string]: string } },
): Promise<void> {
  await docker.createContainer({
    name,
    Image: "debian:trixie-slim",
    Cmd: ["true"],
    Labels: { "trials.project": project, "trials.stack": stack, ...labels },
    HostConfig: { NetworkMode: "none" },
  });
}

async function containersOf(project: string): Promise<string[]> {
  const filters = JSON.stringify({ label: [`trials.project=${project}`] });
  const found = await docker.listContainers({ all: true, filters });
  return found.flatMap(({ Names }) => Names).sort();
}

describe("a schema job's run on Docker", () => {
  it("leaves another one's run alone", async () => {
    const name = await startStack();
    const [job] = await findSchemaContainers(docker, name);
    const first = job?.run(["bash", "-c", "sleep 2; echo first"]);
    const second = job?.run(["echo", "second"]);
    expect(await Promise.all([first, second])).toEqual([
      { exitCode: 0, lines: ["first"] },
      { exitCode: 0, lines: ["second"] },
    ]);
    expect(await containersOf(name.project)).toEqual([`/${name.project}`]);
  });

  it("removes what a killed command left", async () => {
    const name = await startStack();
    await createRun(name, {
      name: `${name.project}-run-dead`,
      labels: { "trials.role": "schema-run", "trials.pid": "0" },
    });
    const [job] = await findSchemaContainers(docker, name);
    await job?.run(["true"]);
    expect(await containersOf(name.project)).toEqual([`/${name.project}`]);
  });
});
