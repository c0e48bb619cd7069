import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { ReviewedCheckout } from "./reviewed-checkout.ts";

/** Writes down every connection that a process opens, wherever to, and every question for a name. */
const SPY = `
const { appendFileSync } = require("node:fs");
const note = (text) => appendFileSync(process.env.CONNECTIONS, text + "\\n");
const net = require("node:net");
const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  const at = typeof first === "object" && first !== null ? (first.path ?? first.host ?? "localhost") : typeof first === "string" ? first : (args[1] ?? "localhost");
  note(String(at));
  return connect.apply(this, args);
};
`;

describe("a review from state alone", () => {
  const reviewed = new ReviewedCheckout();
  const folder = mkdtempSync(join(tmpdir(), "review-spy-"));
  beforeAll(async () => {
    await reviewed.record("dev");
    await reviewed.record("cloud");
  });
  afterAll(() => {
    vi.unstubAllEnvs();
    reviewed.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  it("contacts nobody but the processes of its own engine, and no Docker daemon", async () => {
    const connections = join(folder, "connections");
    writeFileSync(join(folder, "spy.cjs"), SPY);
    vi.stubEnv("CONNECTIONS", connections);
    vi.stubEnv("NODE_OPTIONS", `--require ${join(folder, "spy.cjs")}`);
    vi.stubEnv("DOCKER_HOST", "unix:///nowhere/docker.sock");
    vi.stubEnv("KUBECONFIG", "/nowhere/kubeconfig");
    for (const stack of ["dev", "cloud"]) {
      expect((await reviewed.review(stack)).verdict).toBe("SAFE");
    }
    expect(existsSync(connections)).toBe(true);
    const targets = new Set(readFileSync(connections, "utf8").trim().split("\n"));
    expect([...targets].filter((target) => !["127.0.0.1", "localhost", "::1"].includes(target))).toEqual([]);
    expect(targets.size).toBeGreaterThan(0);
  });
});
