import { describe, expect, it } from "vitest";
import { canonicalQuantity, withCanonicalQuantities } from "../../../src/providers/kubernetes/quantity.ts";

describe("quantities", () => {
  it.each([
    ["1000m", "1"],
    ["0.5", "500m"],
    ["1024Mi", "1Gi"],
    ["1.5Gi", "1536Mi"],
    ["1000Mi", "1000Mi"],
    ["0.1m", "100u"],
    ["2000", "2k"],
    ["1e3", "1e3"],
    ["1500e0", "1500"],
    ["100E-3", "100e-3"],
    ["0", "0"],
    ["-1000m", "-1"],
    ["0.5Ki", "512"],
  ])("writes %s as %s, as the server does", (given, canonical) => {
    expect(canonicalQuantity(given)).toBe(canonical);
  });

  it("leaves other texts alone", () => {
    expect(["", "m", "one", "1 Gi"].map(canonicalQuantity)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("changes those of built-in kinds only, and nobody's own keys", () => {
    const object = (apiVersion: string) => ({
      apiVersion,
      kind: "Thing",
      metadata: { labels: { limits: "1000m" } },
      spec: {
        resources: { limits: { cpu: "1000m" }, requests: { cpu: 2 } },
        volumes: [{ emptyDir: { sizeLimit: "1024Mi" } }],
        limits: [{ max: { memory: "1024Mi" } }],
      },
    });
    expect(withCanonicalQuantities(object("apps/v1"))["spec"]).toEqual({
      resources: { limits: { cpu: "1" }, requests: { cpu: "2" } },
      volumes: [{ emptyDir: { sizeLimit: "1Gi" } }],
      limits: [{ max: { memory: "1Gi" } }],
    });
    expect(withCanonicalQuantities(object("apps/v1"))["metadata"]).toEqual(object("apps/v1").metadata);
    expect(withCanonicalQuantities(object("ray.io/v1"))).toEqual(object("ray.io/v1"));
  });
});
