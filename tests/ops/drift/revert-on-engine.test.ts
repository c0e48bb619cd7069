import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DriftingStack, driftingStack, foundIn, idOf } from "./drifting-stack.ts";

describe("reverting and ignoring drift, on an engine", () => {
  let drifting: DriftingStack;
  beforeAll(async () => {
    drifting = await driftingStack();
    await drifting.opened.stack.up();
  });
  afterAll(() => drifting.remove());

  it("writes the review as Markdown and as a page, and an answer into the reviewed file", async () => {
    await drifting.setMemory(90);
    const files = { markdown: join(drifting.folder, "drift.md"), html: join(drifting.folder, "drift.html") };
    const { code, output } = await drifting.run(undefined, [], files);
    expect(code).toBe(3);
    expect(output.out()).toMatch(/backend +memory/);
    expect(readFileSync(files.markdown, "utf8")).toContain("docker update");
    expect(readFileSync(files.html, "utf8")).toContain("<html");
    const ids = (await drifting.review()).findings.map(({ id }) => id);
    const ignored = await drifting.run("ignore", ids, { until: "2999-12-31", reason: "load test" });
    const file = join("drift", `ignored.${drifting.opened.name}.yaml`);
    expect([ignored.code, ignored.output.err()]).toEqual([0, expect.stringContaining(`written to ${file}:`)]);
    const silent = await drifting.review();
    expect([silent.findings.length, silent.ignored.length]).toEqual([0, 2]);
    rmSync(join(drifting.folder, "drift"), { recursive: true });
  });

  it("changes nothing where nobody says yes", async () => {
    const report = await drifting.review();
    expect(foundIn(report)).toEqual(["backend changed memory", "backend changed memorySwap"]);
    await expect(drifting.run("revert", [], { all: true })).rejects.toMatchObject({ code: "not-confirmed" });
    expect(foundIn(await drifting.review())).toEqual(foundIn(report));
  });

  it("says what is still there where the update brought nothing back", async () => {
    const { stack } = drifting.opened;
    const idle = Object.create(stack, {
      up: { value: async () => ({ summary: { resourceChanges: {} } }) },
    }) as Stack;
    await expect(drifting.run("revert", [], { all: true, yes: true }, idle)).rejects.toMatchObject({
      code: "revert-incomplete",
      message: expect.stringMatching(/^still there: d-\w+ \(backend memory(Swap)?\), d-\w+ \(backend memory/),
    });
  });

  it("brings everything back, and removes what nobody manages", async () => {
    await drifting.container.kill();
    const { docker, opened, image, labels } = drifting;
    const stranger = `${opened.name}-stranger`;
    await docker.createContainer({ name: stranger, Image: image, Labels: { ...labels, "trials.role": "" } });
    const report = await drifting.review();
    expect(foundIn(report)).toContain(`${stranger} unmanaged`);
    const unmanaged = report.findings.find(({ kind }) => kind === "unmanaged")?.id ?? "";
    for (const id of [unmanaged, idOf(report, "state")]) {
      await expect(drifting.run("accept", [id])).rejects.toMatchObject({ code: "accept-refused" });
    }
    const { output } = await drifting.run("revert", [], { all: true, yes: true });
    expect(output.err()).toContain(`will remove container ${stranger}\n`);
    expect(foundIn(await drifting.review())).toEqual([]);
    const { State, HostConfig } = await drifting.container.inspect();
    expect([State.Running, HostConfig.Memory]).toEqual([true, 64 * 1024 * 1024]);
  });

  it("makes a deleted container again, and leaves a volume's content alone", async () => {
    await drifting.container.remove({ force: true });
    await drifting.volume.remove();
    await drifting.docker.createVolume({ Name: drifting.volume.name, Labels: drifting.labels });
    const report = await drifting.review();
    expect(foundIn(report)).toEqual(["backend deleted", "data changed content"]);
    const deleted = report.findings.find(({ kind }) => kind === "deleted")?.id ?? "";
    const content = idOf(report, "content");
    await expect(drifting.run("accept", [deleted])).rejects.toThrow("it is gone");
    await expect(drifting.run("revert", [content], { yes: true })).rejects.toMatchObject({
      code: "revert-refused",
    });
    const { output } = await drifting.run("revert", [deleted, content], { yes: true });
    expect(output.err()).toContain(`${content} is left: Docker cannot change a volume`);
    expect(foundIn(await drifting.review())).not.toContain("backend deleted");
  });
});
