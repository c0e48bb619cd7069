import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { afterEach, describe, expect, it, vi } from "vitest";
import { OperationProgress } from "../../ops/progress.ts";
import { captureOutput } from "./output.ts";

const urn = (name: string, type = "docker:index/container:Container") =>
  `urn:pulumi:dev::trials::trials:components:X$${type}::${name}`;

const started = (op: string, name: string, type?: string) =>
  ({ resourcePreEvent: { metadata: { op, urn: urn(name, type) } } }) as unknown as EngineEvent;
const finished = (op: string, name: string, type?: string) =>
  ({ resOutputsEvent: { metadata: { op, urn: urn(name, type) } } }) as unknown as EngineEvent;
const diagnostic = (severity: string, message: string, subject?: string) =>
  ({ diagnosticEvent: { severity, message, ...(subject && { urn: subject }) } }) as unknown as EngineEvent;

afterEach(() => vi.useRealTimers());

describe("OperationProgress", () => {
  it("prints what is done, how long it took and how much there is", () => {
    const output = captureOutput();
    let now = 0;
    const progress = new OperationProgress({
      output,
      clock: () => now,
      planned: [urn("cache"), urn("gateway")],
    });
    progress.accept(started("create", "cache"));
    now = 1_500;
    progress.accept(finished("create", "cache"));
    progress.close();
    expect(output.err()).toBe("   1/2  created cache (1.5 s)\n");
  });

  it("keeps quiet about components, providers and what stays the same", () => {
    const output = captureOutput();
    const progress = new OperationProgress({ output, clock: () => 0 });
    for (const type of ["trials:components:Cache", "pulumi:providers:docker"]) {
      progress.accept(started("create", "x", type));
      progress.accept(finished("create", "x", type));
    }
    progress.accept(started("same", "y"));
    progress.accept(finished("same", "y"));
    progress.close();
    expect(output.err()).toBe("");
  });

  it("says now and then what runs, since when, and what is next", () => {
    vi.useFakeTimers();
    const output = captureOutput();
    let now = 0;
    const progress = new OperationProgress({
      output,
      clock: () => now,
      planned: [urn("image"), urn("gateway")],
    });
    progress.accept(started("create", "image"));
    now = 15_000;
    vi.advanceTimersByTime(15_000);
    progress.close();
    expect(output.err()).toBe("  …     15.0 s: running image (15.0 s); next gateway\n");
  });

  it("keeps one live line on a terminal", () => {
    vi.useFakeTimers();
    const output = captureOutput({ terminal: true });
    const progress = new OperationProgress({ output, clock: () => 0 });
    vi.advanceTimersByTime(600);
    progress.accept(started("update", "image"));
    vi.advanceTimersByTime(600);
    progress.accept(finished("update", "image"));
    progress.close();
    expect(output.err()).toContain("\r\u001b[K0.0 s: running image (0.0 s)");
    expect(output.err()).toContain("updated image");
  });

  it("collects errors without colour directives and prints warnings", () => {
    const output = captureOutput();
    const progress = new OperationProgress({ output, clock: () => 0 });
    progress.accept(started("create", "cache"));
    progress.accept({
      resOpFailedEvent: { metadata: { op: "create", urn: urn("cache") } },
    } as unknown as EngineEvent);
    progress.accept(diagnostic("error", "<{%reset%}>port is taken<{%reset%}>\n", urn("cache")));
    progress.accept(diagnostic("error", "update failed"));
    progress.accept(diagnostic("warning", "careful", urn("cache")));
    progress.accept(diagnostic("debug", "noise"));
    progress.close();
    expect(progress.failures).toEqual(["cache: port is taken", "update failed"]);
    expect(output.err()).toBe("        warning: cache: careful\n");
  });
});
