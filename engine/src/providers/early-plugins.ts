import type { PluginProvider } from "./plugin.ts";
import type { ProviderSpec } from "./provider.ts";
import type { PluginOutput } from "./start-plugin.ts";

/** What a plugin is started with before anybody asks for it. */
export interface EarlyStart {
  /** Held back until the plugin is asked for. */
  readonly onOutput: (output: PluginOutput) => void;
  /** Aborted where nobody asks for it any more. */
  readonly signal: AbortSignal;
}

interface Started {
  /** Undefined where there is no such plugin. */
  readonly provider: Promise<PluginProvider | undefined>;
  /** Tells what was held back, and whatever comes. */
  readonly tell: () => void;
  readonly end: AbortController;
}

/**
 * Plugins that are started before they are asked for, while the program is still busy with itself. Nothing is heard of one,
 * its failure to start included, unless it is asked for.
 */
export class EarlyPlugins {
  private readonly tell: (output: PluginOutput) => void;
  private readonly started = new Map<string, Started>();

  constructor(tell: (output: PluginOutput) => void) {
    this.tell = tell;
  }

  start(spec: ProviderSpec, begin: (start: EarlyStart) => Promise<PluginProvider | undefined>): void {
    const key = processOf(spec);
    if (this.started.has(key)) return;
    const held: PluginOutput[] = [];
    let isTaken = false;
    const onOutput = (output: PluginOutput): void => {
      if (isTaken) this.tell(output);
      else held.push(output);
    };
    const end = new AbortController();
    const provider = begin({ onOutput, signal: end.signal });
    provider.catch(() => undefined);
    const tell = (): void => {
      isTaken = true;
      for (const output of held) this.tell(output);
    };
    this.started.set(key, { provider, tell, end });
  }

  /** The plugin that was started for this, once. Undefined where none was. */
  take(spec: ProviderSpec): Promise<PluginProvider | undefined> | undefined {
    const key = processOf(spec);
    const found = this.started.get(key);
    this.started.delete(key);
    found?.tell();
    return found?.provider;
  }

  /** Ends those that nobody asked for. */
  async close(): Promise<void> {
    const left = [...this.started.values()].map(async ({ provider, end }) => {
      end.abort();
      await (await provider)?.close();
    });
    this.started.clear();
    await Promise.allSettled(left);
  }
}

/** What a plugin's process depends on. Which package it is to become it is told later. */
function processOf({ pkg, version, pluginDownloadURL, envVarMappings = {} }: ProviderSpec): string {
  return JSON.stringify([pkg, version, pluginDownloadURL, envVarMappings]);
}
