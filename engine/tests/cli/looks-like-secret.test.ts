import { describe, expect, it } from "vitest";
import { looksLikeSecret } from "../../src/cli/looks-like-secret.ts";

describe("a value", () => {
  it.each<[string, string]>([
    ["token", "1415fc1f4eaeb5e096ee58c1480016638fff29bf"],
    ["apiToken", "1415fc1f4eaeb5e096ee58c1480016638fff29bf"],
    ["db.PASSWORD", "xK9#mQ2$vL7p"],
    ["dbPwd", "Zq8vRt3WnB"],
  ])("of %s looks like a secret: %s", (name, value) => {
    expect(looksLikeSecret(name, value)).toBe(true);
  });

  it.each<[string, string]>([
    ["okay", "1415fc1f4eaeb5e096ee58c1480016638fff29bf"],
    ["tokenLifetime", "3600"],
    ["secretStore", "external-secrets"],
    ["passThrough", "true"],
    ["password", "correct horse"],
    ["password", ""],
  ])("of %s does not look like a secret: %s", (name, value) => {
    expect(looksLikeSecret(name, value)).toBe(false);
  });
});
