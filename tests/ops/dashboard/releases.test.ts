import { describe, expect, it } from "vitest";
import type { Release } from "../../../contracts/release.ts";
import { toReleasesPart } from "../../../ops/dashboard/releases.ts";

const digest = "ab".repeat(32);

function release(number: number, more: Partial<Release> = {}): Release {
  return {
    format: 1,
    number,
    at: "2026-01-01T00:00:00Z",
    by: { user: "ada", host: "desk" },
    git: { commit: "0123456789".repeat(4), dirty: false },
    message: "infra up",
    engine: { kind: "embedded", version: "3.260.0" },
    cause: { kind: "up" },
    update: { version: number, startedAt: "2026-01-01T00:00:00Z", endedAt: "2026-01-01T00:00:00Z" },
    images: { gateway: "sha256:1" },
    contexts: [],
    schemas: { documents: "3" },
    dataSnapshots: [],
    settings: {
      fingerprint: digest,
      key: "k",
      values: { "trials:gateway": { value: "8080" }, "trials:password": { secret: digest } },
    },
    health: { verdict: "healthy", services: {} },
    parity: { verdict: "not measured" },
    changes: { same: 30, update: 1 },
    durationMilliseconds: 1,
    checkpoint: { sha256: digest, bytes: 1 },
    previous: null,
    hash: digest,
    ...more,
  };
}

describe("toReleasesPart", () => {
  it("tells releases newest first, with what they are compared by and no secret", () => {
    const stored = [release(1), release(2)].map((each) => ({ number: each.number, release: each }));
    const { releases, problems } = toReleasesPart(stored);
    expect(problems).toEqual([]);
    expect(releases.map(({ number }) => number)).toEqual([2, 1]);
    expect(releases[0]).toEqual({
      number: 2,
      at: "2026-01-01T00:00:00Z",
      by: "ada@desk",
      cause: "up",
      message: "infra up",
      commit: "01234567",
      health: "healthy",
      parity: "not measured",
      changes: "1 to update, 30 unchanged",
      content: {
        "image gateway": "sha256:1",
        "schema documents": "3",
        "setting trials:gateway": "8080",
        "setting trials:password": "[secret ababab]",
      },
    });
  });

  it("says why a release was made, and that its sources differed from their commit", () => {
    const { git: _, ...without } = release(4);
    const stored = [
      release(1, { cause: { kind: "rollback", of: 3, to: 1 } }),
      release(2, { cause: { kind: "shift", from: 10, to: 35 } }),
      release(3, { git: { commit: "f".repeat(40), dirty: true } }),
      without,
    ].map((each) => ({ number: each.number, release: each }));
    const { releases } = toReleasesPart(stored);
    expect(releases.map(({ cause }) => cause)).toEqual([
      "up",
      "up",
      "shift from 10 % to 35 %",
      "rollback of 3 to 1",
    ]);
    expect(releases.map(({ commit }) => commit)).toEqual([undefined, "ffffffff+", "01234567", "01234567"]);
  });

  it("tells of a record that cannot be trusted", () => {
    const part = toReleasesPart([{ number: 3, damage: "has been changed: its hash is another" }]);
    expect(part).toEqual({
      releases: [],
      problems: ["the record of release 3 has been changed: its hash is another"],
    });
  });
});
