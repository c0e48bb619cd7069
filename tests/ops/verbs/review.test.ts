import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { SmallCheckout } from "./small-checkout.ts";

interface Reviewed {
  readonly stacks: readonly {
    readonly verdict: string;
    readonly notes: readonly string[];
    readonly changes: readonly object[];
    readonly steps: readonly { readonly op: string; readonly urn: string }[];
  }[];
}

describe("a review of a change, by its command", () => {
  let place: SmallCheckout;
  const file = (name: string) => join(place.checkout.root, name);
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=Test", "-c", "user.email=test@trials.example", ...args], {
      cwd: place.checkout.root,
    });
  const review = async (...words: string[]) => {
    const { code, out, err } = await place.infra("review", "--json", "--policy-pack", "none", ...words);
    const [found] = out === "" ? [] : (JSON.parse(out) as Reviewed).stacks;
    return { code, err, found, ops: found?.steps.map(({ op }) => op) };
  };
  beforeAll(async () => {
    place = await SmallCheckout.open();
  });
  afterEach(() => vi.unstubAllEnvs());
  afterAll(() => place.remove());

  it("counts everything as new where no state is known", async () => {
    const { found, ops } = await review();
    expect(found?.notes).toContain("no state is known: everything counts as new");
    expect(new Set(ops)).toEqual(new Set(["create"]));
    await place.infra("up");
    writeFileSync(file("Pulumi.test.yaml"), readFileSync(file("Pulumi.dev.yaml")));
    const ran = await place.run("review", "test", "--json");
    expect((JSON.parse(ran.out) as Reviewed).stacks[0]?.notes).toContain(
      "no state is known: everything counts as new",
    );
  });

  it("compares with what the backend has, and writes a comment and a page", async () => {
    expect(await review()).toMatchObject({ code: 0, found: { verdict: "SAFE" } });
    place.set({ weight: 20 });
    const paths = { html: file("review.html"), markdown: file("review.md") };
    const ran = await place.infra("review", "--html", paths.html, "--markdown", paths.markdown);
    expect(ran).toMatchObject({ code: 0, out: "" });
    expect(readFileSync(paths.markdown, "utf8")).toMatch(/`dev` \| \*\*SAFE\*\* \| 1 replace/);
    expect(readFileSync(paths.html, "utf8")).toContain("<!doctype html>");
    expect((await place.infra("review")).out).toBe(readFileSync(paths.markdown, "utf8"));
  });

  it("compares with a file of the state, with its secrets where the passphrase is there", async () => {
    const state = join(place.checkout.local, "state", ".pulumi", "stacks", place.project, "dev.json");
    expect(existsSync(state)).toBe(true);
    const sealed = await review("--state", `dev=${state}`);
    expect(sealed.found?.notes.join()).toMatch(/\d+ recorded secrets cannot be decrypted here/);
    vi.stubEnv("PULUMI_CONFIG_PASSPHRASE_FILE", join(place.checkout.local, "passphrase"));
    const opened = await review("--state", `dev=${state}`);
    expect(opened.found?.notes.join()).not.toContain("cannot be decrypted");
    expect(opened.ops).toEqual(sealed.ops);
    expect((await review("--state", "dev")).err).toContain("--state dev is not STACK=FILE with one of: dev");
  });

  it("leaves out what the base would do anyhow", async () => {
    git("init", "--quiet");
    git("add", "Pulumi.yaml", "Pulumi.dev.yaml", "index.js", "package.json");
    git("commit", "--quiet", "--message", "the base");
    const { found } = await review("--base", "HEAD");
    expect(found?.changes).toEqual([]);
    expect(found?.notes.join()).toMatch(/the base plans \d steps? too .*: not counted/);
    expect((await review("--base", "no-such-branch")).err).toContain("there is no revision no-such-branch");
  });

  it("refuses a stack that is not there", async () => {
    expect(await place.run("review", "prod")).toMatchObject({
      code: 2,
      err: expect.stringContaining("there is no stack called prod; there are: dev, test"),
    });
  });

  it("of the real state approves a plan, and up does that one or nothing", async () => {
    const ran = await place.infra("review", "--live", "--json");
    writeFileSync(file("plan.json"), ran.out);
    place.set({ weight: 30 });
    const other = await place.infra("up", "--plan", file("plan.json"));
    expect(other.code).toBe(1);
    expect(other.err).toContain("the plan is another than the one that was approved");
    expect(await place.weight()).toBe(10);
    place.set({ weight: 20 });
    expect((await place.infra("up", "--plan", file("plan.json"))).code).toBe(0);
    expect(await place.weight()).toBe(20);
  });
});
