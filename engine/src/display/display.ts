import type { EventListener } from "../events.ts";
import type { OperationKind } from "../operation.ts";
import type { TerminalSize } from "./clamp-line.ts";
import type { Paint } from "./paint.ts";

/** How an operation is shown. */
export type DisplayKind = "progress" | "diff" | "json" | "preview-json" | "summary-json";

export interface DisplayOptions {
  readonly kind: DisplayKind;
  readonly operation: OperationKind;
  readonly preview: boolean;
  readonly project: string;
  readonly stack: string;
  readonly paint: Paint;
  readonly color: string;
  readonly isTerminal: boolean;
  readonly showSames: boolean;
  readonly showReads: boolean;
  readonly showReplacementSteps: boolean;
  /** @default false */
  readonly showUrns?: boolean;
  /** Shows the configuration before the differences. @default false */
  readonly showConfig?: boolean;
  /** How long such an operation took lately, in seconds; a hint for people who watch. */
  readonly expectedSeconds?: number | undefined;
  /** Shows what policies changed, instead of how often. @default false */
  readonly showPolicyRemediations?: boolean;
  /** Shows messages for those who look for faults. @default false */
  readonly showDebug?: boolean;
  readonly suppressOutputs: boolean;
  readonly suppressProgress: boolean;
  write(text: string): void;
  /** Where the messages go that come beside the differences. @default write */
  writeError?(text: string): void;
  now(): Date;
  /** The terminal's size, which may change; undefined where it is not known. */
  terminalSize?(): TerminalSize | undefined;
}

/** Shows an operation while it runs. */
export interface Display {
  readonly listener: EventListener;
  /** Says the last words, after the last event. */
  close(): void;
}

const titles: { readonly [kind in OperationKind]: readonly [preview: string, real: string] } = {
  update: ["Previewing update", "Updating"],
  refresh: ["Previewing refresh", "Refreshing"],
  destroy: ["Previewing destroy", "Destroying"],
  import: ["Previewing import", "Importing"],
};

/** The first line: what is done to which stack. */
export function renderTitleLine(
  options: Pick<DisplayOptions, "operation" | "preview" | "stack" | "paint">,
): string {
  const [preview, real] = titles[options.operation];
  return `${options.paint("bold", `${options.preview ? preview : real} (${options.stack}):`)}\n`;
}

/** What the ticking line says while nothing else is told. */
export function tickerText(options: Pick<DisplayOptions, "operation" | "preview">): string {
  const [preview, real] = titles[options.operation];
  return `@ ${(options.preview ? preview : real).toLowerCase()}`;
}
