import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { renderComment } from "../../../ops/report/review-comment.ts";
import { ReviewedCheckout } from "./reviewed-checkout.ts";

const reviewed = new ReviewedCheckout();
beforeAll(() => reviewed.record("dev"));
afterAll(() => reviewed.remove());

const settings = (change: (text: string) => string) => ({ "Pulumi.dev.yaml": change });
const opsOf = (review: { readonly changes: readonly { op: string; name: string }[] }) =>
  review.changes.map(({ op, name }) => `${op} ${name}`);

describe("the review of a Docker stack from state alone", () => {
  it("of no change is SAFE, whatever the secrets are", async () => {
    const review = await reviewed.review("dev");
    expect(review).toMatchObject({ verdict: "SAFE", changes: [], dangers: [], steps: [] });
    expect(review.notes).toEqual([expect.stringContaining("recorded secrets cannot be decrypted here")]);
  });

  it("of a weight from 10 to 20 is SAFE", async () => {
    const review = await reviewed.review(
      "dev",
      settings((text) => text.replace("pythonWeight: 10", "pythonWeight: 20")),
    );
    expect(review).toMatchObject({ verdict: "SAFE", dangers: [] });
    expect(opsOf(review)).toEqual(["update reviewed-dev", "replace gateway-service-workload-instruction"]);
  });

  it("of a weight from 10 to 100 is DANGER", async () => {
    const review = await reviewed.review(
      "dev",
      settings((text) => text.replace("pythonWeight: 10", "pythonWeight: 100")),
    );
    expect(review.verdict).toBe("DANGER");
    expect(review.dangers).toMatchObject([
      { rule: "weight-jump", what: "weight 10 → 100: steps of at most 25 can be watched" },
    ]);
  });

  it("of a changed source is REVIEW, and says why the container goes", async () => {
    const review = await reviewed.review("dev", {
      "services/backend-python/Dockerfile": (text) => `${text}\n# another line\n`,
    });
    expect(review.verdict).toBe("REVIEW");
    expect(review.dangers.map(({ rule }) => rule)).toEqual(["image-changed"]);
    expect(renderComment([review])).toContain(
      "Replaced because: `python-backend-service-image (build.context, …) → python-backend-service-workload (image)`",
    );
  });

  it("of a volume under another name is DANGER: the new one is empty", async () => {
    const review = await reviewed.review("dev", {
      "src/platforms/docker/workload.ts": (text) =>
        text.replace("`${definition.name}-data`", "`${definition.name}-files`"),
    });
    expect(review.verdict).toBe("DANGER");
    expect(review.dangers.find(({ rule }) => rule === "stateful-replaced")?.what).toBe(
      "replaced (labels, name): the files of the volume is not in the new one; the old one stays on disk, unused",
    );
    expect(review.changes.filter((change) => change.class === "lossy").map(({ type }) => type)).toContain(
      "docker:index/volume:Volume",
    );
  });

  it("of a public address is DANGER, in one row however many listen there", async () => {
    const review = await reviewed.review(
      "dev",
      settings((text) => text.replace("bindAddress: 127.0.0.1", "bindAddress: 0.0.0.0")),
    );
    expect(review.verdict).toBe("DANGER");
    const rows = renderComment([review])
      .split("\n")
      .filter((line) => line.includes("public-access"));
    expect(rows).toEqual([expect.stringMatching(/\+\d+ \| public-access \| `open to 0\.0\.0\.0`/)]);
  });

  it("of a program that does not run says why, and fails", async () => {
    const review = await reviewed.review("dev", {
      "src/index.ts": (text) => `${text}\nexport const broken = missing();\n`,
    });
    expect(review.verdict).toBe("FAILED");
    expect(renderComment([review])).toMatch(
      /\| danger \| `dev` \| – \| program-fails \| `.*missing is not defined/,
    );
  });

  it("is the same each time", async () => {
    const weight = settings((text) => text.replace("pythonWeight: 10", "pythonWeight: 20"));
    const again = [await reviewed.review("dev", weight), await reviewed.review("dev", weight)];
    expect(renderComment(again.slice(0, 1))).toBe(renderComment(again.slice(1)));
    expect(again[0]?.planHash).toBe(again[1]?.planHash);
  });

  it("leaves out what the base would do anyhow", async () => {
    const base = new ReviewedCheckout();
    const open = (text: string) => text.replace("bindAddress: 127.0.0.1", "bindAddress: 0.0.0.0");
    try {
      base.checkout.edit("Pulumi.dev.yaml", (text) => open(text.replaceAll("trials:", "reviewed:")));
      const both = (text: string) => open(text).replace("pythonWeight: 10", "pythonWeight: 20");
      const review = await reviewed.review("dev", settings(both), { baseRoot: base.folder });
      expect(opsOf(review)).toEqual(["update reviewed-dev", "replace gateway-service-workload-instruction"]);
      expect(review.verdict).toBe("SAFE");
      expect(review.notes).toContainEqual(expect.stringMatching(/^the base plans \d+ steps too/));
    } finally {
      base.remove();
    }
  });

  it("of a stack that nobody recorded counts everything as new", async () => {
    const review = await reviewed.review("dev", {}, { states: {} });
    expect(new Set(review.changes.map(({ op }) => op))).toEqual(new Set(["create"]));
    expect(review.notes).toContain("no state is known: everything counts as new");
    expect(renderComment([review]).split("\n").length).toBeLessThanOrEqual(26);
  });
});
