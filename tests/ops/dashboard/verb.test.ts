import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { main } from "../../../ops/main.ts";
import { findFreePorts } from "../../../simulators/kubernetes/free-port.ts";
import { type CapturedOutput, captureOutput } from "../output.ts";

async function occupiedPort(): Promise<{ port: number; server: Server }> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  return { port: (server.address() as AddressInfo).port, server };
}

/** Polls until there is a value; tests end by their own deadline. */
async function eventually<T>(look: () => Promise<T | undefined> | T | undefined): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

const linkOf = (output: CapturedOutput) => /^(http\S+)#token=(\S+)$/m.exec(output.out()) ?? undefined;

// What was brought up from this checkout is none of the tests' business.
beforeEach(() => {
  const state = mkdtempSync(join(tmpdir(), "dashboard-state-"));
  vi.stubEnv("PULUMI_BACKEND_URL", pathToFileURL(state).href);
  return () => {
    vi.unstubAllEnvs();
    rmSync(state, { recursive: true });
  };
});

describe("./infra dashboard", () => {
  it("serves a stack that is not up, and what a preview and a drift review say of it", async () => {
    const output = captureOutput();
    const [port = 0] = await findFreePorts(1);
    const ended = main(["dashboard", "cloud", "--port", String(port), "--engine", "embedded"], output);
    const [, url = "", token = ""] = await eventually(() => linkOf(output));
    expect(url).toBe(`http://127.0.0.1:${port}/`);
    const origin = url.slice(0, -1);
    const session = await fetch(`${url}api/session`, {
      method: "POST",
      headers: { origin, "content-type": "application/json" },
      body: JSON.stringify({ token }),
    });
    const headers = { origin, cookie: session.headers.get("set-cookie")?.split(";")[0] ?? "" };
    const part = async (name: string) => {
      const answer = await fetch(`${url}api/stacks/cloud/parts/${name}`, { headers });
      return answer.ok ? ((await answer.json()) as { state: string; error?: string }) : undefined;
    };
    expect((await eventually(() => part("environment"))).state).toBe("absent");
    expect(await part("graph")).toMatchObject({ nodes: [] });
    await fetch(`${url}api/stacks/cloud/preview`, { method: "POST", headers });
    const failed = await eventually(async () => {
      const plan = await part("plan");
      return plan?.state === "failed" ? plan : undefined;
    });
    expect(failed.error).toBe("cloud was never brought up: ./infra preview cloud");
    await fetch(`${url}api/stacks/cloud/drift`, { method: "POST", headers });
    const reviewed = await eventually(async () => {
      const drift = await part("drift");
      return drift?.state === "failed" ? drift : undefined;
    });
    expect(reviewed.error).not.toBe("");
    expect(await part("releases")).toMatchObject({ releases: [] });
    expect(await part("metrics")).toMatchObject({ charts: [] });
    const logs = await fetch(`${url}api/stacks/cloud/services/gateway/logs`, { headers });
    expect(await logs.text()).toContain("event: end");
    output.interrupt();
    expect(await ended).toBe(0);
  });

  it("prints the link as JSON", async () => {
    const output = captureOutput();
    const [port = 0] = await findFreePorts(1);
    const ended = main(["dashboard", "cloud", "--port", String(port), "--json"], output);
    await eventually(() => (output.out().endsWith("\n") ? true : undefined));
    expect(JSON.parse(output.out())).toEqual({ link: expect.stringContaining(`:${port}/#token=`) });
    output.interrupt();
    expect(await ended).toBe(0);
  });

  it("says who may have its port", async () => {
    const output = captureOutput();
    const { port, server } = await occupiedPort();
    expect(await main(["dashboard", "--port", String(port)], output)).toBe(1);
    expect(output.err()).toContain(`port ${port} is in use: perhaps by another dashboard`);
    expect(output.err()).toContain(`help: ./infra dashboard --port ${port + 1}`);
    server.close();
  });

  it.each(["0", "70000", "web"])("refuses the port %s", async (port) => {
    expect(await main(["dashboard", "--port", port], captureOutput())).toBe(2);
  });

  it("refuses a stack without settings", async () => {
    const output = captureOutput();
    expect(await main(["dashboard", "dev", "nowhere"], output)).toBe(1);
    expect(output.err()).toContain("there is no stack called nowhere");
  });
});
