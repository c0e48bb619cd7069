import { beforeEach, describe, expect, it } from "vitest";
import { newManifest } from "../../../src/state/integrity.ts";
import { emptySnapshot, type ResourceState, resourceState } from "../../../src/state/resource.ts";
import { CommandLine } from "./command-line.ts";

const urn = (name: string) => `urn:pulumi:dev::corpus::fake:index:Thing::${name}`;
const thing = (name: string, fields: Partial<ResourceState> = {}) =>
  resourceState({ urn: urn(name), type: "fake:index:Thing", custom: true, id: name, ...fields });
const ok = (stdout: string, stderr = "") => ({ exitCode: 0, stdout, stderr });
const failed = (message: string) => ({ exitCode: 1, stdout: "", stderr: `error: ${message}\n` });

let line: CommandLine;

async function resources(): Promise<readonly ResourceState[]> {
  return (await (await line.store()).load()).resources;
}

async function save(...states: ResourceState[]): Promise<void> {
  await (await line.store()).save({
    ...emptySnapshot(),
    manifest: newManifest(new Date()),
    resources: states,
  });
}

beforeEach(async () => {
  line = new CommandLine();
  await line.run("stack init dev");
  await save(
    thing("a", { protect: true }),
    thing("b"),
    thing("base"),
    thing("on-base", { dependencies: [urn("base")] }),
  );
});

describe("the state commands", () => {
  it("go as with the official CLI", async () => {
    expect(await line.run(`state unprotect ${urn("a")} --yes`)).toEqual(ok("1 resources unprotected\n"));
    expect(await line.run(`state protect ${urn("b")} --yes`)).toEqual(ok("1 resources protected\n"));
    expect(await line.run(`state delete ${urn("b")} --yes`)).toEqual(
      failed(
        `${urn("b")} can't be safely deleted because it is protected. Re-run this command with --force to force deletion`,
      ),
    );
    expect(await line.run(`state delete ${urn("base")} --yes`)).toEqual(
      failed(
        `${urn("base")} can't be safely deleted because the following resources depend on it:\n` +
          ` * "on-base"       (${urn("on-base")})\n\nDelete those resources first or pass --target-dependents.`,
      ),
    );
    expect(await line.run(`state delete ${urn("b")} --yes --force`)).toEqual(
      ok(
        "Resource deleted\n",
        `warning: deleting protected resource ${urn("b")} due to presence of --force\n`,
      ),
    );
    expect(await line.run(`state delete ${urn("base")} --yes --target-dependents`)).toEqual(
      ok("Resource deleted\n"),
    );
    expect(await line.run(`state rename ${urn("a")} a-renamed --yes`)).toEqual(ok("Resource renamed\n"));
    expect((await resources()).map((resource) => resource.urn)).toEqual([urn("a-renamed")]);
    expect(await line.run("state protect --all --yes")).toEqual(ok("All resources protected\n"));
    expect(await line.run("state unprotect --all --yes")).toEqual(ok("All resources unprotected\n"));
    expect((await resources()).map(({ protect }) => protect)).toEqual([false]);
    expect(await line.run(`state delete ${urn("nowhere")} --yes`)).toEqual(
      failed(
        `No such resource "${urn("nowhere")}" exists in the current state\n` +
          `Did you mean:\n  ${urn("a-renamed")}\n` +
          "To list the resource URNs in the stack, run `pulumi stack --show-urns`; " +
          "to inspect the full state, run `pulumi stack export`.",
      ),
    );
  });

  it("take several resources, or all", async () => {
    expect(await line.run(`state delete ${urn("base")} ${urn("on-base")}`)).toEqual(
      ok("2 resources deleted\n"),
    );
    expect((await line.run("state delete --all")).stderr).toContain("it is protected");
    expect((await line.run("state delete --all --force")).stdout).toBe("Resources deleted\n");
    expect(await resources()).toEqual([]);
  });

  it("need to know which resources are meant", async () => {
    expect(await line.run("state delete")).toEqual(
      failed("Must supply <resource URN> unless pulumi is run interactively"),
    );
    expect(await line.run(`state delete ${urn("a")} --all`)).toEqual(
      failed("cannot specify a resource URN when deleting all resources"),
    );
    expect(await line.run(`state protect ${urn("a")} --all`)).toEqual(ok("All resources protected\n"));
    expect((await line.run(`state rename ${urn("a")}`)).stderr).toContain(
      "Must supply <resource URN> and <new name>",
    );
  });

  it("say which resource may have been meant, and what is no URN", async () => {
    const { stderr } = await line.run(`state delete ${urn("On-Bsae")}`);
    expect(stderr).toContain(`exists in the current state\nDid you mean:\n  ${urn("on-base")}\n`);
    expect(stderr.match(/^ {2}urn:/gm)).toHaveLength(3);
    expect((await line.run("state taint urn:pulumi:x::y::z:z:Z::far-away")).stderr).not.toContain(
      "Did you mean",
    );
    expect((await line.run("state delete on-base")).stderr).toContain(
      'error: "on-base" is not a valid resource URN\nTo list the resource URNs',
    );
  });

  it("ask a person", async () => {
    const at = (stdin: string) => ({ terminal: true, stdin, env: { CI: "" } });
    for (const command of [
      `state protect ${urn("b")}`,
      `state delete ${urn("b")}`,
      `state rename ${urn("b")} c`,
    ]) {
      expect((await line.run(command, at("no\n"))).exitCode).toBe(1);
    }
    expect(await resources()).toHaveLength(4);
    const asked = await line.run(`state rename ${urn("b")} c`, at("yes\n"));
    expect(asked.stdout).toContain("Confirm?");
    expect(asked.exitCode).toBe(0);
  });

  it("respect the lock", async () => {
    await (await line.store()).lock();
    expect((await line.run("state protect --all --yes")).stderr).toContain(
      "the stack is currently locked by",
    );
  });
});
