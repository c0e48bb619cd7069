import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { readConfig } from "../src/config.ts";
import { testEnvironment, withDatabase } from "./stores.ts";

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url));

function start(environment: Record<string, string>): ChildProcess {
  return spawn(process.execPath, [main], { env: environment, stdio: ["ignore", "pipe", "pipe"] });
}

async function lineWith(child: ChildProcess, text: string): Promise<string> {
  let seen = "";
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk);
    const found = seen.split("\n").find((line) => line.includes(text));
    if (found !== undefined) return found;
  }
  throw new Error(`${JSON.stringify(text)} never came: ${seen}`);
}

describe("the process", () => {
  it("listens, answers, and stops in good order when told to", async () => {
    const environment = testEnvironment();
    const child = start(environment);
    const port = /:(\d+)/.exec((await lineWith(child, "Server listening")).split("http://")[1] ?? "")?.[1];
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`);
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
    await withDatabase(readConfig(environment), (database) => database.dropDatabase());
  });

  it("tells everything that is wrong with its configuration and exits with 2", async () => {
    const child = start({ PORT: "x" });
    let said = "";
    child.stderr?.on("data", (chunk) => {
      said += String(chunk);
    });
    const [code] = (await once(child, "close")) as [number];
    expect(code).toBe(2);
    expect(said).toContain("PORT is not a port number");
    expect(said).toContain("ADMIN_PASSWORD is not set");
    expect(said).not.toContain("at ");
  });
});
