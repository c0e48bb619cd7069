import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseCheckpoint } from "../../src/state/checkpoint.ts";
import { serializeCheckpoint } from "../../src/state/checkpoint-write.ts";
import { verifyIntegrity } from "../../src/state/integrity.ts";
import { createPassphraseSecrets } from "../../src/state/passphrase.ts";
import { parseStackName } from "../../src/state/stack-names.ts";

const FIXTURES = join(import.meta.dirname, "../fixtures/golden/checkpoints");
/** A folder of recorded cases, to try all their states: `CONFORMANCE_CASES=… vitest run checkpoint-fixtures`. */
const CASES = process.env["CONFORMANCE_CASES"] ?? "";

/** What each state was encrypted with; the cases about passphrases change it on the way. */
const PASSPHRASES = ["x", "y"];

async function rewrite(text: string): Promise<string> {
  // Of a file that was parsed already no resource has a text to be taken over.
  const file = JSON.parse(text) as { readonly checkpoint: { readonly stack: string } };
  const reference = parseStackName(file.checkpoint.stack, undefined);
  for (const [index, passphrase] of PASSPHRASES.entries()) {
    const secrets = createPassphraseSecrets(async () => passphrase);
    try {
      const snapshot = await parseCheckpoint(file, secrets);
      verifyIntegrity(snapshot);
      return await serializeCheckpoint(snapshot, reference, secrets);
    } catch (error) {
      if (index === PASSPHRASES.length - 1) throw error;
    }
  }
  return "";
}

describe("states that the official CLI wrote", () => {
  const written = readdirSync(FIXTURES).filter((name) => name !== "fresh.json");
  it.each(written)("come back byte for byte: %s", async (name) => {
    const text = readFileSync(join(FIXTURES, name), "utf8");
    expect(await rewrite(text)).toBe(text);
  });

  it("of a stack that was never updated are empty", async () => {
    const text = readFileSync(join(FIXTURES, "fresh.json"), "utf8");
    const snapshot = await parseCheckpoint(
      text,
      createPassphraseSecrets(async () => "x"),
    );
    expect(snapshot.resources).toEqual([]);
    expect(snapshot.secretsProvider).toBeUndefined();
  });

  const recorded = existsSync(CASES) ? globSync(join(CASES, "*/expected/*/state.json")) : [];
  it.each(recorded)("come back byte for byte: %s", async (file) => {
    const text = readFileSync(file, "utf8");
    expect(await rewrite(text)).toBe(text);
  });
});
