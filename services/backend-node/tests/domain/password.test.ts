import { describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../src/domain/password.ts";

describe("passwords", () => {
  it("are hashed with Argon2id and a salt of their own", async () => {
    const [one, other] = await Promise.all([hashPassword("secret"), hashPassword("secret")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
  });

  it("verify against their hash only", async () => {
    const hash = await hashPassword("secret");
    expect(await verifyPassword(hash, "secret")).toBe(true);
    expect(await verifyPassword(hash, "Secret")).toBe(false);
  });

  it("verify against a hash that another library made with other costs", async () => {
    const made = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";
    expect(await verifyPassword(made, "password")).toBe(true);
  });

  it.each(["", "plain", "$2b$12$abcdefghijklmnopqrstuv"])("never verify against %j", async (hash) => {
    expect(await verifyPassword(hash, "secret")).toBe(false);
  });
});
