import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { PluginOutput } from "../../src/providers/start-plugin.ts";
import type { Snapshot } from "../../src/state/resource.ts";
import { one, pluginBench, rude } from "./plugin-bench.ts";

const QUICK = { port: 1500, ready: 500, shutdown: 500 };

const names = (snapshot: Snapshot) => snapshot.resources.map(({ urn }) => urn.split("::").at(-1));
const pending = (snapshot: Snapshot) => snapshot.pendingOperations.map(({ type }) => type);

/** What the engine had to say about plugins. */
const told = (outputs: readonly PluginOutput[]) =>
  outputs.filter(({ severity }) => severity !== "debug").map(({ message }) => message);

/** An executable for another processor: this machine's Node with the machine of its header changed. */
function foreignExecutable(): Buffer {
  const header = Buffer.from(readFileSync(process.execPath).subarray(0, 4096));
  header.writeUInt16LE(0xf3, 18);
  return header;
}

describe("a plugin that does not start", () => {
  it.each([
    [
      "crashes",
      "#!/bin/sh\necho no libfoo >&2\nexit 3\n",
      /could not read plugin \[.*\]: exit status 3[\s\S]*no libfoo/,
    ],
    [
      "says no port",
      "#!/bin/sh\nsleep 60\n",
      /did not print its port within 1.5 s[\s\S]*PULUMI_ENGINE_PLUGIN_START_SECONDS/,
    ],
    [
      "prints something else",
      "#!/bin/sh\necho Welcome!\necho 4711\nsleep 9\n",
      /could not parse port: "Welcome!"/,
    ],
    ["prints binary", "#!/bin/sh\nhead -c 9000 /dev/urandom; sleep 9\n", /invalid port/],
    [
      "names a port where nobody listens",
      "#!/bin/sh\necho 1\nsleep 60\n",
      /did not begin responding to RPC connections/,
    ],
    ["is made for another processor", foreignExecutable(), /exec format error[\s\S]*another processor/],
  ])("because it %s is one clear error, and the next run goes on", async (_, content, words) => {
    const { stack, file, replace } = pluginBench(content, QUICK);
    const failed = await stack.up(one);
    expect(failed.result).toBe("failed");
    expect(failed.told).toEqual([expect.stringMatching(words)]);
    expect(failed.told[0]).toContain(file);
    expect(failed.told[0]).toContain("This is the plugin fake 1.0.0: replace the folder");
    expect(names(failed.snapshot)).toEqual(["proj-test"]);
    expect(failed.snapshot.pendingOperations).toEqual([]);
    expect(stack.store.locked).toBe(false);
    replace(rude(""));
    const next = await stack.up(one);
    expect(next.told).toEqual([]);
    expect(names(next.snapshot)).toEqual(["proj-test", "default_1_0_0", "a"]);
  });

  it("because it may not be executed is told how to mend", async () => {
    const { stack, file, replace } = pluginBench("");
    replace("#!/bin/sh\n", 0o644);
    const { told: errors } = await stack.up(one);
    expect(errors).toEqual([expect.stringContaining(`failed to load plugin ${file}: permission denied`)]);
    expect(errors[0]).toContain(`Make it executable: chmod +x ${file}`);
  });

  it("at once is waited for", async () => {
    const { stack } = pluginBench(rude("").replace("RUDE", "sleep 1; RUDE"));
    expect((await stack.up(one)).result).toBe("succeeded");
  });
});

describe("a plugin that breaks the protocol", () => {
  it("by another version of itself is stopped before it is used", async () => {
    const { stack } = pluginBench(rude("change-version"));
    const { told: errors, snapshot } = await stack.up(one);
    expect(errors).toEqual([
      'provider "urn:pulumi:test::proj::pulumi:providers:fake::default_1_0_0" attempted to change version ' +
        'from "1.0.0" to "9.9.9"',
    ]);
    expect(names(snapshot)).toEqual(["proj-test"]);
  });

  it.each([
    ["an object without an id", "no-id", /plugin returned empty resource.ID from create 'urn:.*::a'/],
    ["a value of no known kind", "bad-signature", /the signature "no such signature" is not known/],
  ])("by %s fails that resource, and the next run goes on", async (_, manners, words) => {
    const { stack, replace } = pluginBench(rude(manners));
    const { told: errors, snapshot } = await stack.up(one);
    expect(errors).toEqual([expect.stringMatching(words), "update failed"]);
    expect(names(snapshot)).toEqual(["proj-test", "default_1_0_0"]);
    replace(rude(""));
    expect((await stack.up(one)).result).toBe("succeeded");
  });

  it("by an endless line is heard, in parts", async () => {
    const { stack, outputs } = pluginBench(rude("noisy"));
    expect((await stack.up(one)).result).toBe("succeeded");
    const longest = Math.max(...outputs.map(({ message }) => message.length));
    expect(longest).toBeLessThan(256 * 1024);
  });
});

describe("a plugin that fails at work", () => {
  it("inside Create is told as the official CLI tells it, with nothing left pending", async () => {
    const { stack, file, outputs, replace } = pluginBench(rude("crash-in-create"));
    const { told: errors, snapshot } = await stack.up(one);
    expect(errors).toEqual(["error reading from server: EOF", "update failed"]);
    expect(told(outputs)).toEqual([expect.stringContaining(`Detected that ${file} exited prematurely.`)]);
    expect(snapshot.pendingOperations).toEqual([]);
    replace(rude(""));
    expect((await stack.up(one)).result).toBe("succeeded");
  });

  it("by never answering Configure is not waited for without end", async () => {
    const { stack } = pluginBench(rude("silent-in-configure"), { configure: 500 });
    const { told: errors, snapshot } = await stack.up(one);
    expect(errors).toEqual([
      "fake (resource) plugin did not answer Configure within 0.5 s; " +
        "PULUMI_ENGINE_PLUGIN_CONFIGURE_SECONDS gives it more time",
    ]);
    expect(names(snapshot)).toEqual(["proj-test", "default_1_0_0"]);
  });

  /** Cancels once Create has begun. */
  async function cancelled(manners: string) {
    const bench = pluginBench(rude(manners), { shutdown: 500 });
    const abort = new AbortController();
    bench.onOutput = ({ message }) => {
      if (message === "creating\n") abort.abort();
    };
    const run = await bench.stack.up(one, {}, { signal: abort.signal });
    return { ...bench, run };
  }

  it("by hanging in Create when the user cancels is ended, and what it did stays an open question", async () => {
    const { run, outputs, stack, replace } = await cancelled("freeze-in-create");
    expect(run.told).toEqual([
      "the provider did not answer and was ended: nobody knows whether this took effect",
      "update failed",
    ]);
    expect(told(outputs)).toEqual([
      expect.stringMatching(/^fake \(resource\) plugin \[.*\] did not answer within 0.5 s and was ended/),
    ]);
    expect(pending(run.snapshot)).toEqual(["creating"]);
    expect(stack.store.locked).toBe(false);
    replace(rude(""));
    const next = await stack.up(one);
    expect(next.result).toBe("succeeded");
    expect(pending(next.snapshot)).toEqual(["creating"]);
    expect(pending((await stack.refresh({ clearPendingCreates: true })).snapshot)).toEqual([]);
  });

  it("by hanging just after it answered Cancel is found out", async () => {
    const { run, outputs } = await cancelled("freeze-after-cancel silent-in-create");
    expect(run.told).toEqual([
      "the provider did not answer and was ended: nobody knows whether this took effect",
      "update failed",
    ]);
    expect(told(outputs)).toEqual([expect.stringMatching(/did not answer within 0.5 s and was ended/)]);
    expect(pending(run.snapshot)).toEqual(["creating"]);
  });

  it("by dying of Cancel is reported, and the run ends", async () => {
    const { run, outputs, file, stack } = await cancelled("silent-in-create die-on-cancel");
    expect(run.result).toBe("failed");
    expect(run.told).toEqual(["error reading from server: EOF", "update failed"]);
    expect(told(outputs)).toEqual([expect.stringContaining(`Detected that ${file} exited prematurely.`)]);
    expect(run.snapshot.pendingOperations).toEqual([]);
    expect(stack.store.locked).toBe(false);
  });
});
