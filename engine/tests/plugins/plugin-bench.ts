import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { onTestFinished } from "vitest";
import { createProviderHost } from "../../src/providers/host.ts";
import { DEFAULT_DEADLINES, type PluginDeadlines } from "../../src/providers/plugin-deadlines.ts";
import type { PluginOutput } from "../../src/providers/start-plugin.ts";
import { functionProgram, TestStack } from "../../src/testing/index.ts";

const RUDE = resolve(import.meta.dirname, "providers/rude.ts");

/** The plugin with this behaviour. */
export const rude = (manners: string) =>
  `#!/bin/sh\nRUDE="${manners}" exec "${process.execPath}" "${RUDE}" "$@"\n`;

/** A program with one resource of version 1.0.0 of the package fake. */
export const one = functionProgram(async (program) => {
  await program.resource("fake:index:Thing", "a", { v: 1 }, { version: "1.0.0" });
});

export interface PluginBench {
  readonly stack: TestStack;
  /** The file that stands for the plugin fake 1.0.0. */
  readonly file: string;
  /** What plugins printed, and what the engine had to say about them. */
  readonly outputs: readonly PluginOutput[];
  /** Told of each output as it comes. */
  onOutput: (output: PluginOutput) => void;
  /** Puts another plugin in its place, which is waited for as long as usual. */
  replace(content: string | Buffer, mode?: number): void;
}

/** A stack in memory whose providers are real processes, started from the given script. */
export function pluginBench(content: string | Buffer, deadlines: Partial<PluginDeadlines> = {}): PluginBench {
  const home = mkdtempSync(join(tmpdir(), "bench-"));
  const file = join(home, "plugins/resource-fake-v1.0.0/pulumi-resource-fake");
  mkdirSync(dirname(file), { recursive: true });
  const current: { -readonly [stage in keyof PluginDeadlines]?: PluginDeadlines[stage] } = { ...deadlines };
  const put = (text: string | Buffer, mode: number) => {
    writeFileSync(file, text);
    chmodSync(file, mode);
  };
  put(content, 0o755);
  const outputs: PluginOutput[] = [];
  const providers = createProviderHost({
    projectRoot: home,
    programDirectory: home,
    projectName: "proj",
    config: { values: {}, secretKeys: [] },
    engineAddress: () => "127.0.0.1:1",
    env: { PATH: process.env["PATH"] },
    pulumiHome: home,
    localPlugins: [],
    onPluginOutput: (output) => {
      outputs.push(output);
      bench.onOutput(output);
    },
    deadlines: current,
  });
  onTestFinished(async () => {
    await providers.close();
    rmSync(home, { recursive: true, force: true });
  });
  const bench: PluginBench = {
    stack: new TestStack({ providers }),
    file,
    outputs,
    onOutput: () => undefined,
    replace(text, mode = 0o755) {
      put(text, mode);
      Object.assign(current, DEFAULT_DEADLINES);
    },
  };
  return bench;
}
