import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { pointAtStage } from "../../../ops/rehearse/rehearsal-settings.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const ENDPOINTS = {
  cluster: { kubeconfig: "/stage/kubeconfig", context: "stage" },
  atlas: {
    url: "http://127.0.0.1:1",
    organisation: "a".repeat(24),
    clientId: "atlas",
    clientSecret: "hidden",
  },
  aura: { url: "http://127.0.0.1:2", clientId: "aura", clientSecret: "hidden", tenant: "tenant" },
  images: { repository: "127.0.0.1:3/trials", digests: { seed: "sha256:1" } },
};

describe("pointAtStage", () => {
  it("changes where the stack finds things, and nothing else", () => {
    const file = join(folder, "Pulumi.cloud.yaml");
    writeFileSync(
      file,
      "config:\n  trials:gateway:\n    pythonWeight: 0\n  trials:atlas:\n    protect: true\n",
    );
    pointAtStage(file, ENDPOINTS);
    const { config } = parse(readFileSync(file, "utf8")) as { config: { [key: string]: unknown } };
    expect(config["trials:gateway"]).toEqual({ pythonWeight: 0, host: "trials.example" });
    expect(config["trials:atlas"]).toMatchObject({
      protect: true,
      baseUrl: "http://127.0.0.1:1",
      clientId: "atlas",
      project: { orgId: "a".repeat(24) },
    });
    expect(config["trials:kubernetes"]).toMatchObject({ kubeconfig: "/stage/kubeconfig", context: "stage" });
    expect(config["trials:images"]).toEqual({
      kind: "pinned",
      registry: "127.0.0.1:3/trials",
      digests: { seed: "sha256:1" },
    });
  });

  it("writes no secret", () => {
    const file = join(folder, "Pulumi.cloud.yaml");
    writeFileSync(file, "config: {}\n");
    pointAtStage(file, ENDPOINTS);
    expect(readFileSync(file, "utf8")).not.toContain("hidden");
  });
});
