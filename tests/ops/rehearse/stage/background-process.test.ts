import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
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
    await expect(startBackground(script("", { command: "no-such-program" }))).rejects.toThrow("ENOENT");
  });

  it("closes the process's input when this process ends it, so that none is left over", async () => {
    const server = await startBackground(script("echo up at x; cat >/dev/null"));
    await server.stop();
  });
});
