import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { failed, line, ok, provider, root, save, thing, urn, useStackLine } from "./stack-line.ts";

useStackLine();

describe("stack rm", () => {
  it("removes a stack and its settings, and selects none", async () => {
    expect(await line.run("stack rm --yes")).toEqual(ok("Stack 'dev' has been removed!\n"));
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(false);
    expect((await line.run("stack")).exitCode).toBe(6);
    expect(await line.run("stack rm dev --yes")).toEqual(failed("no stack named 'dev' found", 6));
  });

  it("keeps a stack with resources, unless forced", async () => {
    await save(root, provider, thing);
    expect(await line.run("stack rm --yes")).toEqual(
      failed(`'dev' still has resources; removal rejected. Possible actions:
- Make sure that 'dev' is the stack that you want to destroy
- Run \`pulumi destroy\` to delete the resources, then run \`pulumi stack rm\`
- Run \`pulumi stack rm --force\` to override this error`),
    );
    await (await line.store()).lock();
    expect((await line.run("stack rm --yes --force")).stderr).toContain(
      "the stack is currently locked by 1 lock(s)",
    );
    await line.run("cancel --yes");
    expect((await line.run("stack rm --yes --force --preserve-config dev")).exitCode).toBe(0);
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(true);
  });

  it("asks where it can, and must be told where it cannot", async () => {
    expect(await line.run("stack rm")).toEqual(failed("non-interactive mode requires --yes flag"));
    const env = { CI: "" };
    const declined = await line.run("stack rm", { terminal: true, stdin: "yes\n", env });
    expect(declined.exitCode).toBe(1);
    expect(declined.stdout).toContain("by typing `dev`: ");
    expect(declined.stdout).toContain("confirmation declined\n");
    expect((await line.run("stack rm", { terminal: true, stdin: "dev\n", env })).exitCode).toBe(0);
    await line.run("stack init other");
    const skips = { PULUMI_SKIP_CONFIRMATIONS: "true" };
    expect((await line.run("stack rm", { env: skips })).stdout).toBe("Stack 'other' has been removed!\n");
  });

  it("leaves the settings of another project alone", async () => {
    await (await line.backend()).create(
      { organization: "organization", project: "other", stack: "dev" },
      { open: () => Promise.reject(new Error("no")) },
    );
    expect(await line.run("stack rm organization/other/dev --yes")).toEqual(
      ok("Stack 'organization/other/dev' has been removed!\n"),
    );
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(true);
  });
});

describe("stack rename", () => {
  it("takes settings and selection along", async () => {
    await save(root, provider, thing);
    expect(await line.run("stack rename prod")).toEqual(ok("Renamed dev to prod\n"));
    expect(existsSync(join(line.project, "Pulumi.dev.yaml"))).toBe(false);
    expect(line.read("Pulumi.prod.yaml")).toContain("encryptionsalt");
    expect((await line.run("stack --show-name")).stdout).toBe("prod\n");
    const [renamed] = (await (await line.store("prod")).load()).resources;
    expect(renamed?.urn).toBe(urn("pulumi:pulumi:Stack", "corpus-prod", "prod"));
    expect(renamed?.outputs["secret"]).toStrictEqual(new Secret({ deep: "s3" }));
  });

  it("works without settings, and not without a new name", async () => {
    await line.run("stack rm dev --yes --preserve-config");
    await line.run("stack select dev --create");
    mkdirSync(join(line.folder, "elsewhere"));
    writeFileSync(join(line.folder, "elsewhere/Pulumi.yaml"), "name: corpus\nruntime: nodejs\n");
    const cwd = join(line.folder, "elsewhere");
    expect((await line.run("stack rename prod --stack dev", { cwd })).exitCode).toBe(0);
    expect((await line.run("stack rename --stack prod")).exitCode).toBe(1);
    await line.run("stack init dev");
    expect((await line.run("stack rename prod --stack dev")).stderr).toBe(
      "error: a stack named prod already exists\n",
    );
  });
});

describe("stack change-secrets-provider", () => {
  it("encrypts configuration and state with the new passphrase", async () => {
    await save(root);
    await line.run("config set --secret pw two");
    await line.run("config set --path --secret db.pw three");
    await line.run("config set plain one");
    expect(await line.run("stack change-secrets-provider passphrase", { stdin: "y\nmore\n" })).toEqual(
      ok("Migrating old configuration and state to new secrets provider\n"),
    );
    const [old, present] = [{ PULUMI_CONFIG_PASSPHRASE: "x" }, { PULUMI_CONFIG_PASSPHRASE: "y" }];
    expect((await line.run("config get pw", { env: old })).stderr).toContain("error: incorrect passphrase\n");
    expect((await line.run("config get pw", { env: present })).stdout).toBe("two\n");
    expect((await line.run("config get --path db.pw", { env: present })).stdout).toBe("three\n");
    expect((await line.run("stack output secret --show-secrets", { env: present })).stdout).toBe(
      '{"deep":"s3"}\n',
    );
    const { secretsProvider } = await (await line.store("dev", "y")).load();
    const salt = line.read("Pulumi.dev.yaml").match(/^encryptionsalt: (.*)$/m)?.[1];
    expect(secretsProvider?.state).toEqual({ salt });
  });

  it("works where there are no secrets yet, with an empty passphrase", async () => {
    expect((await line.run("stack change-secrets-provider default")).exitCode).toBe(0);
    const env = { PULUMI_CONFIG_PASSPHRASE: "" };
    expect((await line.run("config set --secret a b", { env })).exitCode).toBe(0);
  });

  it("asks a person twice", async () => {
    const env = { CI: "" };
    const at = (stdin: string) => ({ terminal: true, stdin, env });
    const differ = await line.run("stack change-secrets-provider passphrase", at("y\nz\n"));
    expect(differ.stderr).toContain("error: passphrases do not match");
    const silent = await line.run("stack change-secrets-provider passphrase", at("y\n"));
    expect(silent.stderr).toContain("error: the question was not answered");
    expect((await line.run("stack change-secrets-provider passphrase", at("y\ny\n"))).exitCode).toBe(0);
    expect(
      (await line.run("config set --secret a b", { env: { PULUMI_CONFIG_PASSPHRASE: "y" } })).exitCode,
    ).toBe(0);
  });

  it("changes nothing where the old passphrase is wrong or the provider another", async () => {
    await line.run("config set --secret pw two");
    const before = line.read("Pulumi.dev.yaml");
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    const wrong = await line.run("stack change-secrets-provider passphrase", { env, stdin: "y\n" });
    expect(wrong.exitCode).toBe(1);
    expect((await line.run("stack change-secrets-provider awskms://x")).stderr).toContain("is not supported");
    expect((await line.run("stack change-secrets-provider")).exitCode).toBe(1);
    expect(line.read("Pulumi.dev.yaml")).toBe(before);
  });
});
