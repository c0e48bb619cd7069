import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LONGEST_COMMENT, renderComment } from "../../../ops/report/review-comment.ts";
import { renderReviewPage } from "../../../ops/report/review-page.ts";
import { CIPHERTEXT, ReviewedCheckout } from "./reviewed-checkout.ts";

const reviewed = new ReviewedCheckout();
beforeAll(() => reviewed.record("cloud"));
afterAll(() => reviewed.remove());

const settings = (change: (text: string) => string) => ({ "Pulumi.cloud.yaml": change });
const dangersOf = (review: { readonly dangers: readonly { rule: string; name: string; what: string }[] }) =>
  review.dangers.map(({ rule, name, what }) => `${rule} ${name}: ${what}`);

describe("the review of the cloud stack from state alone", () => {
  it("of no change is SAFE although no secret is known", async () => {
    const review = await reviewed.review("cloud");
    expect(dangersOf(review)).toEqual([]);
    expect(review).toMatchObject({ verdict: "SAFE", changes: [] });
  });

  it("of a weight from 0 to 100 is DANGER", async () => {
    const review = await reviewed.review(
      "cloud",
      settings((text) => text.replace("pythonWeight: 0", "pythonWeight: 100")),
    );
    expect(review.verdict).toBe("DANGER");
    expect(dangersOf(review)).toContain(
      "weight-jump gateway-routes: weight 0 → 100: steps of at most 25 can be watched",
    );
    const told = JSON.stringify(review) + renderComment([review]) + renderReviewPage([review]);
    expect(told).not.toMatch(/canary-|not-known/);
    expect(told).not.toContain(CIPHERTEXT);
  });

  it("of less protection, a smaller cluster, no backups, shorter retention and an open access list names each", async () => {
    const review = await reviewed.review("cloud", {
      "Pulumi.cloud.yaml": (text) =>
        text
          .replace(/( +)cluster:/, "$1protect: false\n$1cluster:")
          .replace("tier: M30", "tier: M20")
          .replace("daily: 14", "daily: 7"),
      "src/platforms/atlas/access-list.ts": (text) =>
        text.replace("cidrBlock: range", 'cidrBlock: "0.0.0.0/0"'),
      "src/platforms/atlas/dedicated-cluster.ts": (text) =>
        text.replace("backupEnabled: true", "backupEnabled: false"),
    });
    expect(review.verdict).toBe("DANGER");
    const found = dangersOf(review);
    expect(found).toContain("protection-removed documents-cluster-servers: protection removed");
    expect(found).toContain(
      "safeguard-off documents-cluster-servers: switched off: backupEnabled, terminationProtectionEnabled",
    );
    expect(found).toContain(
      "retention-shortened documents-cluster-backups: policyItemDaily.retentionValue: 14 → 7",
    );
    expect(found).toContain("capacity-shrunk documents-cluster-servers: instanceSize: M30 → M20");
    expect(found.find((text) => text.startsWith("public-access"))).toMatch(/open to 0\.0\.0\.0\/0$/);
    expect(review.changes.find(({ name }) => name === "documents-cluster-backups")?.class).toBe("lossy");
    const comment = renderComment([review]);
    expect(comment.split("\n").length).toBeLessThanOrEqual(LONGEST_COMMENT + 1);
  });

  it("of a namespace under another name is DANGER: everything in it goes", async () => {
    const review = await reviewed.review("cloud", {
      "src/platforms/kubernetes/namespace.ts": (text) =>
        text.replace(/physicalName\((\w+), "services"\)/, 'physicalName($1, "elsewhere")'),
    });
    expect(review.verdict).toBe("DANGER");
    expect(dangersOf(review).join("\n")).toMatch(
      /stateful-replaced kubernetes-\S+: replaced \(.*\): everything in the namespace/,
    );
  });

  it("of a secret setting that is set anew is REVIEW", async () => {
    const base = new ReviewedCheckout();
    try {
      await base.record("cloud");
      const review = await reviewed.review(
        "cloud",
        settings((text) => text.replace(CIPHERTEXT, `${CIPHERTEXT}Cg`)),
        { baseRoot: base.folder },
      );
      expect(review.verdict).toBe("REVIEW");
      expect(dangersOf(review)).toEqual([
        expect.stringMatching(/^secret-setting-changed reviewed:atlasClientSecret: /),
      ]);
    } finally {
      base.remove();
    }
  });
});
