import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fingerprintKey, recordSettings } from "../../../ops/release/settings.ts";

const key = fingerprintKey("salt", { PULUMI_CONFIG_PASSPHRASE: "one" });
const secret = (value: string) => ({ value, secret: true });

describe("settings of a release", () => {
  it("are all there: in clear, or of a secret a fingerprint that tells nothing of it", () => {
    const recorded = recordSettings({ "trials:b": secret("hunter2"), "trials:a": { value: "1" } }, key);
    expect(Object.keys(recorded.values)).toEqual(["trials:a", "trials:b"]);
    expect(recorded.values["trials:a"]).toEqual({ value: "1" });
    expect(JSON.stringify(recorded)).not.toContain("hunter2");
  });

  it("have one fingerprint whatever their order, and another for any other value", () => {
    const both = { a: { value: "1" }, b: secret("x") };
    const { fingerprint } = recordSettings(both, key);
    expect(recordSettings({ b: both.b, a: both.a }, key).fingerprint).toBe(fingerprint);
    for (const other of [{ ...both, a: { value: "2" } }, { ...both, b: secret("y") }, { a: both.a }]) {
      expect(recordSettings(other, key).fingerprint).not.toBe(fingerprint);
    }
  });

  it("do not tell that two secrets are equal, nor can they be guessed without the key", () => {
    const { values } = recordSettings({ a: secret("x"), b: secret("x") }, key);
    expect(values["a"]).not.toEqual(values["b"]);
    const others = [
      fingerprintKey("other salt", { PULUMI_CONFIG_PASSPHRASE: "one" }),
      fingerprintKey("salt", {}),
    ];
    for (const other of others) {
      expect(other.id).not.toBe(key.id);
      expect(recordSettings({ a: secret("x") }, other).values["a"]).not.toEqual(values["a"]);
    }
  });

  it("are fingerprinted alike by all who have the passphrase, from a file too", () => {
    const file = join(mkdtempSync(join(tmpdir(), "passphrase-")), "passphrase");
    writeFileSync(file, "one\n");
    expect(fingerprintKey("salt", { PULUMI_CONFIG_PASSPHRASE_FILE: file }).id).toBe(key.id);
  });
});
