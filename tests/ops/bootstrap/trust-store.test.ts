import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  splitCertificates,
  TRUST_STORE_PASSWORD,
  toJavaTrustStore,
} from "../../../ops/bootstrap/build-settings/trust-store.ts";

const pem = (bytes: string) =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString("base64")}\n-----END CERTIFICATE-----`;

/** Reads a JKS back, as its format is documented by OpenJDK's JavaKeyStore. */
function readTrustStore(store: Buffer): { alias: string; type: string; der: string }[] {
  let offset = 12;
  const read = (length: number) => {
    offset += length;
    return store.subarray(offset - length, offset);
  };
  const text = () => read(read(2).readUInt16BE()).toString();
  return Array.from({ length: store.readUInt32BE(8) }, () => {
    expect(read(4).readUInt32BE()).toBe(2);
    const alias = text();
    read(8);
    const type = text();
    return { alias, type, der: read(read(4).readUInt32BE()).toString() };
  });
}

describe("toJavaTrustStore", () => {
  it("holds every certificate of the bundle as a trusted one", () => {
    const store = toJavaTrustStore(`# comment\n${pem("first")}\n${pem("second")}\n`);
    expect(store.readUInt32BE(0)).toBe(0xfeedfeed);
    expect(readTrustStore(store)).toEqual([
      { alias: "ca-0", type: "X.509", der: "first" },
      { alias: "ca-1", type: "X.509", der: "second" },
    ]);
  });

  it("ends in the checksum that Java asks for", () => {
    const store = toJavaTrustStore(pem("only"));
    const password = Buffer.from([...TRUST_STORE_PASSWORD].flatMap((letter) => [0, letter.charCodeAt(0)]));
    const expected = createHash("sha1")
      .update(password)
      .update("Mighty Aphrodite")
      .update(store.subarray(0, -20));
    expect(store.subarray(-20)).toEqual(expected.digest());
  });
});

describe("splitCertificates", () => {
  it("gives each certificate once, and nothing of a text without one", () => {
    expect(splitCertificates([pem("a"), pem("b"), pem("a")].join("\n"))).toEqual([pem("a"), pem("b")]);
    expect(splitCertificates("no certificate here")).toEqual([]);
  });
});
