import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  type BackgroundOptions,
  startBackground,
} from "../../../../ops/rehearse/stage/background-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trials-background-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function script(text: string, more: Partial<BackgroundOptions<string>> = {}): BackgroundOptions<string> {
  return {
    what: "the server",
    command: "sh",
    args: ["-c", text],
    log: join(folder, "server.log"),
    ready: (line) => /^up at (.*)$/.exec(line)?.[1],
    patience: 20_000,
    signal: new AbortController().signal,
    ...more,
  };
}

describe("startBackground", () => {
  it("waits until the process says that it is up, and ends it", async () => {
    const server = await startBackground(script("echo starting; echo up at 127.0.0.1:1; exec sleep 60"));
    expect(server.value).toBe("127.0.0.1:1");
    await server.stop();
    await server.stop();
    expect(readFileSync(join(folder, "server.log"), "utf8")).toBe("starting\nup at 127.0.0.1:1\n");
  });

  it("tells the last lines of one that ends instead", async () => {
    await expect(startBackground(script("echo the port is taken >&2; exit 3"))).rejects.toMatchObject({
      code: "stage-not-started",
      message: "the server does not start: it ended with exit code 3",
      help: expect.stringContaining("the port is taken"),
    });
  });

  it("gives up on one that takes too long", async () => {
    await expect(startBackground(script("exec sleep 60", { patience: 200 }))).rejects.toThrow(
      "not up within 0.2 s",
    );
  });

  it("does not wait once it is interrupted", async () => {
    const controller = new AbortController();
    const starting = startBackground(script("exec sleep 60", { signal: controller.signal }));
    controller.abort();
    await expect(starting).rejects.toThrow("interrupted");
  });

  it("names a program that is not there", async () => {
    await expect(startBackground(script("", { command: "no-such-program" }))).rejects.toMatchObject({
      help: expect.stringContaining("not found"),
    });
  });

  it("ends with the process that started it, even by kill -9", async () => {
    const module = join(import.meta.dirname, "../../../../ops/rehearse/stage/background-process.ts");
    const starts = `
      import { startBackground } from ${JSON.stringify(module)};
      await startBackground({
        what: "the server", command: "sh", args: ["-c", "echo $$; exec sleep 60"], log: process.argv[1],
        ready: (line) => { console.log(line); return line; }, patience: 20000, signal: new AbortController().signal,
      });
      await new Promise(() => setInterval(() => {}, 1000));`;
    const args = ["--input-type=module", "-e", starts, join(folder, "server.log")];
    const parent = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
    const [pid] = (await once(parent.stdout, "data")) as [Buffer];
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(() => process.kill(Number(pid.toString()), 0)).toThrow("ESRCH"), 10_000);
  });
});
