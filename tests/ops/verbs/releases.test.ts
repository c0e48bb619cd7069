import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RollbackEntry } from "../../../ops/rollback/entry.ts";
import { RollbackJournal } from "../../../ops/rollback/journal.ts";
import { SmallCheckout } from "./small-checkout.ts";

/** No process has it: it is above what Linux gives. */
const NO_PROCESS = 2 ** 30;

describe("releases of a stack, by its commands", { timeout: 600_000 }, () => {
  let place: SmallCheckout;
  let journal: RollbackJournal;
  beforeAll(async () => {
    place = await SmallCheckout.open();
    journal = new RollbackJournal(place.checkout.local, "dev");
  });
  afterAll(() => place.remove());

  /** A rollback that another process began and did not end. */
  const interrupt = (entry: Partial<RollbackEntry>) =>
    journal.write({
      ...{ id: "left", stack: "dev", to: 1, withData: false, movesSchema: false, dropsData: false },
      ...{ direction: "there", phase: "health", startedAt: "2026-11-26T10:00:00.000Z", pid: NO_PROCESS },
      ...entry,
    });

  it("are none of what was never brought up", async () => {
    expect(await place.infra("history")).toMatchObject({
      code: 1,
      err: expect.stringContaining("error: stack dev has no releases yet"),
    });
    expect(await place.infra("outputs")).toMatchObject({
      code: 1,
      err: expect.stringContaining("error: stack dev has no outputs: it is not up\n  help: ./infra up dev"),
    });
    expect((await place.infra("rollback")).err).toContain(
      "dev has no releases: there is nothing to go back to",
    );
    expect((await place.infra("rollback", "--continue")).err).toContain(
      "no rollback was interrupted: there is nothing to continue",
    );
  });

  it("are made by up, which says how well the services do", async () => {
    const preview = await place.infra("preview");
    expect(preview.code).toBe(0);
    expect(preview.out).toMatch(/CHANGE +RESOURCE[\s\S]*create +graph-store[\s\S]*to create, 0 unchanged/);
    const up = await place.infra("up", "--message", "the first");
    expect(up.err).toMatch(/release 1: .*healthy/);
    expect(up.err).toMatch(/dev is up: .*\(open .*plan .*update /);
    expect(up.out).toContain("admin@trials.example");
    expect(up.out).not.toContain("pa55word-of-admin");
    expect(up.code).toBe(0);
  });

  it("are not made where nothing is to do", async () => {
    const up = await place.infra("up", "--json");
    expect(up.err).toContain("no changes (");
    expect(JSON.parse(up.out)).toMatchObject({ release: null, outputs: { pythonWeight: 10 } });
    expect(JSON.parse((await place.infra("refresh", "--json")).out)).toMatchObject({
      changes: { same: expect.any(Number) },
    });
  });

  it("tell what differs between two, for a terminal, a browser and a machine", async () => {
    place.set({ weight: 20 });
    expect(JSON.parse((await place.infra("preview", "--json")).out)).toMatchObject({
      summary: { replace: 1 },
    });
    const up = await place.infra("up", "--message", "more for Python", "--json");
    expect(JSON.parse(up.out)).toMatchObject({ release: { number: 2, message: "more for Python" } });
    expect((await place.infra("history")).out).toMatch(/2 .*more for Python[\s\S]*1 .*the first/);
    const nowhere = await place.infra(
      "history",
      "1",
      "2",
      "--html",
      join(place.checkout.root, "no", "page.html"),
    );
    expect(nowhere).toMatchObject({ code: 1, err: expect.stringContaining("page.html cannot be written") });
    const page = join(place.checkout.root, "page.html");
    const compared = await place.infra("history", "1", "2", "--html", page);
    expect(compared.err).toContain(`written: ${page}`);
    expect(compared.out).toMatch(/weight +10 +20/);
    expect(readFileSync(page, "utf8")).toContain("release 1 and release 2");
    expect(await place.infra("history", "--verify")).toMatchObject({
      code: 0,
      out: expect.stringContaining("2 releases of dev hold"),
    });
    expect(await place.infra("history", "latest")).toMatchObject({
      code: 2,
      err: expect.stringContaining("latest is no number of a release"),
    });
  });

  it("are gone back to only by who agrees, and not to what is current", async () => {
    const asked = await place.infra("rollback");
    expect(asked.code).toBe(1);
    expect(asked.err).toMatch(/release 2 -> release 1 .*the first[\s\S]*replace +pet/);
    expect(asked.err).toContain("Make release 1 of dev current again? Nobody is there to answer.");
    const current = await place.infra("rollback", "--to", "2", "--yes");
    expect(current.err).toContain("error: release 2 of dev is the current one");
    expect(await place.weight()).toBe(20);
  });

  it("are made current again, and that is a release", async () => {
    const ran = await place.infra("rollback", "--yes", "--json");
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.out)).toMatchObject({
      kind: "done",
      release: 1,
      changes: [{ op: "replace", name: "pet", reversibility: "safe" }],
      milliseconds: { "data-snapshot": expect.any(Number), update: expect.any(Number) },
    });
    expect(await place.weight()).toBe(10);
    const { out } = await place.infra("history", "3", "--json");
    expect(JSON.parse(out)).toMatchObject({
      cause: { kind: "rollback", of: 2, to: 1 },
      dataSnapshots: [{ store: "graph-store" }],
    });
  });

  it("are not gone back to where the stack is that already", async () => {
    const text = await place.infra("rollback", "--to", "1", "--yes");
    expect(text).toMatchObject({ code: 0, out: "nothing to do: the stack is what that release recorded\n" });
    const json = await place.infra("rollback", "--to", "1", "--yes", "--json");
    expect(JSON.parse(json.out)).toEqual({ changes: [], kind: "unchanged" });
  });

  it("are left alone while a rollback goes on or was interrupted", async () => {
    interrupt({ from: 3, to: 2, pid: process.ppid });
    for (const words of [["up"], ["rollback"], ["rollback", "--continue"]]) {
      const [verb = "", ...more] = words;
      expect((await place.infra(verb, ...more)).err).toContain(
        `error: a rollback of dev goes on in process ${process.ppid}`,
      );
    }
    interrupt({ from: 3, to: 2 });
    expect(await place.infra("up")).toMatchObject({
      code: 1,
      err: expect.stringContaining("error: a rollback of dev to release 2"),
    });
    const history = await place.infra("history");
    expect(history.code).toBe(0);
    expect(history.err).toMatch(
      /warning: a rollback .* stopped in its phase health; .*--abort goes back to release 3/,
    );
  });

  it("are gone on with, or back from", async () => {
    interrupt({ from: 3, to: 2, phase: "update" });
    expect(await place.infra("rollback", "--abort")).toMatchObject({
      code: 0,
      out: expect.stringMatching(/given up by --abort\); everything is as in release 3/),
    });
    expect(await place.weight()).toBe(10);
    interrupt({ to: 2, phase: "update" });
    expect((await place.infra("rollback", "--abort")).err).toContain("there is no way back");
    const ran = await place.infra("rollback", "--continue");
    expect(ran.out).toMatch(/^release 2 is current again: /);
    expect(ran.code).toBe(0);
    expect(journal.read()).toBeUndefined();
    expect(await place.weight()).toBe(20);
  });

  it("are not made of a rollback that fails: everything is as it was, and the exit code says so", async () => {
    place.set({ weight: 30, extra: true });
    await place.infra("up");
    place.set({ weight: 40 });
    await place.infra("up", "--yes");
    const { current } = JSON.parse((await place.infra("history", "--json")).out) as { current: number };
    const free = await place.takeExtraName();
    try {
      const ran = await place.infra("rollback", "--to", String(current - 1), "--yes");
      expect(ran.code).toBe(3);
      expect(ran.out).toMatch(
        new RegExp(
          `^the rollback failed in its phase update \\([\\s\\S]*everything is as in release ${current}`,
        ),
      );
    } finally {
      await free();
    }
    expect(await place.weight()).toBe(40);
    expect(journal.read()).toBeUndefined();
  });
});
