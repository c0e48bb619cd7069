import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, expect, inject, it } from "vitest";
import type { Release } from "../../contracts/release.ts";
import { Checkout } from "../checkout.ts";

const { project, folder } = inject("operations");
const checkout = new Checkout(project, folder);
const records = join(folder, ".infra", "state", "releases", project, "dev");

/** Numbers of the release with the changed setting, and of the one that took it back. */
let changed: number;
let restored: number;
beforeAll(async () => {
  changed = await upWith("pythonWeight: 10", "pythonWeight: 20", "more for Python");
  restored = await upWith("pythonWeight: 20", "pythonWeight: 10", "as it was");
});

async function upWith(before: string, after: string, message: string): Promise<number> {
  checkout.edit("Pulumi.dev.yaml", (text) => text.replace(before, after));
  const { release } = await json<{ release: Release }>("up", "dev", "--message", message);
  expect(release).toMatchObject({ message, cause: { kind: "up" }, health: { verdict: "healthy" } });
  return release.number;
}

async function json<Answer>(...args: string[]): Promise<Answer> {
  const ran = await checkout.infra(...args, "--json");
  expect(ran.code, ran.stderr).toBe(0);
  return JSON.parse(ran.stdout) as Answer;
}

interface History {
  readonly current: number | null;
  readonly releases: readonly Release[];
}

it("lists a release for each update, newest first, and says which is current", async () => {
  const history = await json<History>("history", "dev");
  expect(history.current).toBe(restored);
  expect(history.releases.slice(0, 2).map(({ number }) => number)).toEqual([restored, changed]);
  expect(restored).toBe(changed + 1);
  const { stdout } = await checkout.infra("history", "dev");
  expect(stdout).toMatch(new RegExp(`\\*\\s+${restored} .* healthy +as it was`));
});

it("shows what differs between two releases, by setting and by property, and no secret", async () => {
  const page = join(tmpdir(), `${project}-comparison.html`);
  const { stdout } = await checkout.infra("history", "dev", `${changed}`, `${restored}`, "--html", page);
  expect(stdout).toMatch(new RegExp(`${project}:gateway.pythonWeight +20 +10`));
  expect(stdout).toMatch(/Resources: 0 added, 0 removed, \d+ changed/);
  const html = readFileSync(page, "utf8");
  rmSync(page);
  expect(html).toContain("pythonWeight");
  const { administrator } = await json<{ administrator: { password: string } }>(
    "outputs",
    "dev",
    "--show-secrets",
  );
  const kept = readdirSync(join(records, "checkpoints")).map((name) =>
    readFileSync(join(records, "checkpoints", name), "utf8"),
  );
  expect(`${stdout}${html}${kept.join("")}`).not.toContain(administrator.password);
});

it("makes no release of an update that changes nothing", async () => {
  expect(await json("up", "dev")).toMatchObject({ release: null });
  expect((await json<History>("history", "dev")).current).toBe(restored);
});

it("finds a record that was tampered with, and says which releases there are", async () => {
  expect((await checkout.infra("history", "dev", "--verify")).code).toBe(0);
  const file = join(records, `${String(changed).padStart(6, "0")}.json`);
  const original = readFileSync(file, "utf8");
  writeFileSync(file, original.replace("more for Python", "nothing to see"));
  const ran = await checkout.infra("history", "dev", "--verify");
  writeFileSync(file, original);
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(`release ${changed} of dev does not hold`);
  const unknown = await checkout.infra("history", "dev", "999");
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain("stack dev has no release 999; there are 1");
});

it("records the update of a run that was killed before it could", async () => {
  rmSync(join(records, `${String(restored).padStart(6, "0")}.json`));
  const history = await json<History>("history", "dev");
  expect(history).toMatchObject({ current: restored });
  expect(history.releases[0]).toMatchObject({ cause: { kind: "recovered" }, message: "as it was" });
  expect((await checkout.infra("history", "dev", "--verify")).code).toBe(0);
});
