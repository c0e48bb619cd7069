import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseCheckpoint } from "../../src/state/checkpoint.ts";
import { serializeCheckpoint, serializeDeployment } from "../../src/state/checkpoint-write.ts";
import { verifyIntegrity } from "../../src/state/integrity.ts";
import { createPassphraseSecrets } from "../../src/state/passphrase.ts";
import { parseStackName } from "../../src/state/stack-names.ts";
import { type Case, readCases } from "../corpus/cases.ts";
import { type Json, readRecording } from "../corpus/observation.ts";
import { readRecordedStates, stackOfStep } from "../corpus/recorded-states.ts";

const cases = readCases(join(import.meta.dirname, "../corpus/cases"), []);

/** A manager for each case: all its states share a salt, and deriving its key is what takes the time. */
function secretsOf(passphrase: string) {
  return createPassphraseSecrets(async () => passphrase);
}

interface RecordedState {
  readonly step: number;
  readonly text: string;
  readonly passphrase: string;
  /** `stack export --show-secrets` after the step, where it was asked for and answered. */
  readonly exported: Json | undefined;
}

function statesOf(item: Case): RecordedState[] {
  let passphrase = "x";
  return readRecordedStates(item).flatMap((text, index) => {
    const step = item.steps[index];
    const stdin = step?.command.startsWith("stack change-secrets-provider") ? step.stdin?.trim() : undefined;
    const { checkpoint, exitCode } = readRecording(item, index + 1);
    if (stdin !== undefined && exitCode === 0) passphrase = stdin.split("\n")[0] ?? passphrase;
    const exported = typeof checkpoint === "string" ? undefined : checkpoint;
    return text === null ? [] : [{ step: index + 1, text, passphrase, exported }];
  });
}

describe("a state that the official CLI recorded", () => {
  it("is there for nearly every recorded step", () => {
    expect(cases.flatMap(statesOf)).toHaveLength(381);
  });

  it.each(cases.map((item) => [item.name, item] as const))("%s is saved as it was read", async (_, item) => {
    const managers = new Map<string, ReturnType<typeof secretsOf>>();
    for (const { step, text, passphrase, exported } of statesOf(item)) {
      const where = `step ${step}`;
      const secrets = managers.get(passphrase) ?? secretsOf(passphrase);
      managers.set(passphrase, secrets);
      const file = JSON.parse(text) as { checkpoint: { stack: string; latest?: object } };
      const { checkpoint } = file;
      if (checkpoint.latest === undefined) continue;
      const reference = parseStackName(checkpoint.stack, undefined);
      const snapshot = await parseCheckpoint(text, secrets);
      // Of a file that was parsed already no resource has a text to be taken over.
      const anew = await parseCheckpoint(file, secrets);
      expect(await serializeCheckpoint(anew, reference, secrets), where).toBe(text);
      expect(await serializeCheckpoint(snapshot, reference, secrets), where).toBe(text);
      if (exported !== undefined && stackOfStep(item, step - 1) === checkpoint.stack.split("/").at(-1)) {
        expect(JSON.parse(serializeDeployment(snapshot)), where).toEqual(exported);
      }
      if (snapshot.metadata["integrity_error"] === undefined) verifyIntegrity(snapshot);
    }
  });
});
