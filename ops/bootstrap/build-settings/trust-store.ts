import { createHash } from "node:crypto";

const MAGIC = 0xfeedfeed;
const VERSION = 2;
const TRUSTED_CERTIFICATE = 2;
/** The salt that the format prescribes for its checksum. */
const SALT = "Mighty Aphrodite";

/** Password of every trust store made here; it guards nothing, certificates are public. */
export const TRUST_STORE_PASSWORD = "changeit";

/** The certificates of a PEM bundle, in order, each once. */
export function splitCertificates(pem: string): string[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
  return [...new Set(blocks)];
}

/** A PEM bundle as a Java trust store (JKS): Java reads no PEM, and making one with keytool takes a minute. */
export function toJavaTrustStore(pem: string): Buffer {
  const certificates = splitCertificates(pem).map(toDer);
  const body = Buffer.concat([
    uint32(MAGIC),
    uint32(VERSION),
    uint32(certificates.length),
    ...certificates.flatMap((der, index) => trustedEntry(`ca-${index}`, der)),
  ]);
  return Buffer.concat([body, checksum(body)]);
}

function toDer(pem: string): Buffer {
  return Buffer.from(pem.replaceAll(/-----[A-Z ]+-----|\s/g, ""), "base64");
}

function trustedEntry(alias: string, der: Buffer): Buffer[] {
  const created = Buffer.alloc(8);
  return [uint32(TRUSTED_CERTIFICATE), text(alias), created, text("X.509"), uint32(der.length), der];
}

function checksum(body: Buffer): Buffer {
  const password = Buffer.from(TRUST_STORE_PASSWORD, "utf16le").swap16();
  return createHash("sha1").update(password).update(SALT, "utf8").update(body).digest();
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "utf8");
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

function uint32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32BE(value);
  return buffer;
}
