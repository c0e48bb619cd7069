import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { elidingSecrets } from "../../src/state/eliding-secrets.ts";
import { createPassphraseManager, createPassphraseSecrets } from "../../src/state/passphrase.ts";
import { passphraseSource } from "../../src/state/passphrase-source.ts";

/** The official project's own test vector: passphrase `password`. */
const SALT = "v1:fozI5u6B030=:v1:F+6ZduKKd8G0/V7L:PGMFeIzwobWRKmEAzUdaQHqC5mMRIQ==";
const withPassphrase = (passphrase: string) => createPassphraseSecrets(async () => passphrase);

describe("passphrase secrets", () => {
  it("open what the official CLI made", async () => {
    const manager = await withPassphrase("password").openSalt(SALT);
    expect(manager.record).toEqual({ type: "passphrase", state: { salt: SALT } });
    expect(await manager.decrypt(SALT.split(":").slice(2).join(":"))).toBe("pulumi");
  });

  it("come back as they went, never the same twice", async () => {
    const manager = await createPassphraseManager("x");
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), async (text) => {
        expect(await manager.decrypt(await manager.encrypt(text))).toBe(text);
      }),
    );
    expect(await manager.encrypt("a")).not.toBe(await manager.encrypt("a"));
  });

  it("that another passphrase opens are read as empty objects where that is wanted", async () => {
    const { record } = await withPassphrase("password").openSalt(SALT);
    const known = SALT.split(":").slice(2).join(":");
    const elided: string[] = [];
    const open = (passphrase: string) =>
      elidingSecrets(withPassphrase(passphrase), () => elided.push(passphrase)).open(
        record ?? { type: "", state: {} },
      );
    expect(await (await open("password")).decrypt(known)).toBe("pulumi");
    expect(await (await open("another")).decrypt(known)).toBe("{}");
    expect(await (await open("password")).decrypt("v1:no:text")).toBe("{}");
    expect(elided).toEqual(["another", "password"]);
  });

  it("ask for the passphrase once, and give the same manager for the same salt", async () => {
    let asked = 0;
    const secrets = createPassphraseSecrets(async () => {
      asked++;
      return "password";
    });
    const manager = await secrets.openSalt(SALT);
    expect(await secrets.open({ type: "passphrase", state: { salt: SALT } })).toBe(manager);
    expect(asked).toBe(1);
  });

  it("make a new salt that the passphrase opens again", async () => {
    const created = await withPassphrase("x").create();
    expect(created.salt).toMatch(/^v1:[A-Za-z0-9+/]{11}=:v1:[A-Za-z0-9+/]{16}:[A-Za-z0-9+/]+=*$/);
    expect(await withPassphrase("x").openSalt(created.salt)).toBe(created);
  });

  it("refuse a wrong passphrase", async () => {
    await expect(withPassphrase("wrong").openSalt(SALT)).rejects.toMatchObject({
      code: "wrong-passphrase",
      message: "incorrect passphrase",
    });
    await expect(withPassphrase("wrong").open({ type: "passphrase", state: { salt: SALT } })).rejects.toThrow(
      "failed to decrypt: incorrect passphrase, please set PULUMI_CONFIG_PASSPHRASE to the correct passphrase or set " +
        "PULUMI_CONFIG_PASSPHRASE_FILE to a file containing the passphrase",
    );
  });

  it("refuse a malformed salt and a foreign secrets provider", async () => {
    const open = (type: string, state: unknown) => withPassphrase("x").open({ type, state });
    await expect(open("passphrase", { salt: "v2:a:b:c:d" })).rejects.toThrow("unknown state version");
    await expect(open("passphrase", { salt: "v1:a" })).rejects.toThrow("malformed state value");
    await expect(open("passphrase", null)).rejects.toThrow("malformed state value");
    await expect(open("cloud", {})).rejects.toMatchObject({ code: "secrets-provider-unsupported" });
  });

  it("refuse what they did not encrypt", async () => {
    const manager = await createPassphraseManager("x");
    const good = await manager.encrypt("text");
    const bad = [
      "",
      "v1",
      "v1:a:b",
      "v2:a:b",
      `${good}:`,
      `${good.slice(0, -4)}AAA=`,
      "v1:AAAAAAAAAAAAAAAA:AAAA",
    ];
    for (const text of bad) {
      await expect(manager.decrypt(text)).rejects.toThrow("cipher: message authentication failed");
    }
  });
});

describe("passphraseSource", () => {
  const folder = mkdtempSync(join(tmpdir(), "passphrase-"));
  writeFileSync(join(folder, "pass.txt"), "  from file \n");

  it("takes the variable, though empty, before the file, before a person", async () => {
    const read = (env: { readonly [name: string]: string }) =>
      passphraseSource({ env, cwd: folder, prompt: async () => "from person" })();
    const file = { PULUMI_CONFIG_PASSPHRASE_FILE: "pass.txt" };
    expect(await read({ PULUMI_CONFIG_PASSPHRASE: "", ...file })).toBe("");
    expect(await read(file)).toBe("from file");
    expect(await read({ PULUMI_CONFIG_PASSPHRASE_FILE: "" })).toBe("from person");
  });

  it("says what to set where nobody can be asked", async () => {
    await expect(passphraseSource({ env: {}, cwd: folder })()).rejects.toThrow(
      "passphrase must be set with PULUMI_CONFIG_PASSPHRASE or PULUMI_CONFIG_PASSPHRASE_FILE environment variables",
    );
  });

  it("says which file it could not read", async () => {
    const env = { PULUMI_CONFIG_PASSPHRASE_FILE: "absent.txt" };
    await expect(passphraseSource({ env, cwd: folder })()).rejects.toThrow(
      /^unable to read PULUMI_CONFIG_PASSPHRASE_FILE: .*absent\.txt/,
    );
  });
});
