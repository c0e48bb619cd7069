import { homedir } from "node:os";
import { join } from "node:path";
import type { Snapshot } from "../../engine/src/index.ts";
import { NodeStack, type StackRun } from "../../engine/tests/program/node-stack.ts";
import { root } from "../../ops/paths.ts";
import { settingsOf } from "../embedded.ts";

export type CloudRun = StackRun;

const SECRET_KEYS = ["trials:atlasClientSecret", "trials:graphCredentials", "trials:auraClientSecret"];

/** The real program on the engine's own adapters and our plugin: only the places it deploys to are pretended. */
export class CloudStack {
  private readonly settings: { [key: string]: unknown };
  private readonly stack = new NodeStack({
    root,
    project: "trials",
    stack: "cloud",
    pulumiHome: join(homedir(), ".pulumi"),
    localPlugins: [{ name: "aura", path: "providers/aura" }],
  });

  /** `settings`: key -> value, in place of those of `Pulumi.cloud.yaml`. */
  constructor(settings: { readonly [key: string]: unknown }) {
    this.settings = { ...settings };
  }

  set(key: string, value: unknown): void {
    this.settings[key] = value;
  }

  snapshot(): Promise<Snapshot> {
    return this.stack.snapshot();
  }

  /** What a state file would hold. */
  get stateText(): string {
    return this.stack.stateText;
  }

  run(operation: "preview" | "up" | "refresh" | "destroy"): Promise<CloudRun> {
    const values = this.values();
    return this.stack.run(operation, { values, secretKeys: SECRET_KEYS.filter((key) => key in values) });
  }

  private values(): { [key: string]: string } {
    const given = Object.entries(this.settings).map(([key, value]) => [
      `trials:${key}`,
      typeof value === "string" ? value : JSON.stringify(value),
    ]);
    return { ...settingsOf("cloud"), ...Object.fromEntries(given) };
  }
}
