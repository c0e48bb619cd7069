import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { renderDuration } from "./report/duration.ts";
import { isGrouping, nameOf } from "./urn.ts";
import type { OperationTrail, Output } from "./verb.ts";

const VERBS: { readonly [op: string]: readonly [string, string] } = {
  create: ["creating", "created"],
  update: ["updating", "updated"],
  delete: ["deleting", "deleted"],
  replace: ["replacing", "replaced"],
  "create-replacement": ["creating replacement", "created replacement"],
  "delete-replaced": ["deleting original", "deleted original"],
  refresh: ["reading", "read"],
  read: ["reading", "read"],
};

/** How often a line is printed while nothing finishes, off a terminal and on it. */
const HEARTBEAT = { plain: 15_000, terminal: 500 };

export interface ProgressOptions {
  readonly output: Output;
  /** Resources that will be worked on, in the order of the preview; empty where no preview was made. */
  readonly planned?: readonly string[];
  readonly clock: () => number;
  /** Collects failures and shows nothing else. @default false */
  readonly quiet?: boolean;
}

/** Prints an operation as it goes: what is done, what runs and since when, what is next. */
export class OperationProgress {
  private readonly output: Output;
  private readonly clock: () => number;
  private readonly quiet: boolean;
  private readonly started: number;
  private readonly running = new Map<string, number>();
  private readonly waiting: Set<string>;
  private readonly total: number;
  private readonly timer: NodeJS.Timeout;
  private readonly trail: OperationTrail | undefined;
  private done = 0;
  readonly failures: string[] = [];
  /** What policies advise. */
  readonly advice: string[] = [];

  constructor(options: ProgressOptions) {
    this.output = options.output;
    this.clock = options.clock;
    this.quiet = options.quiet ?? false;
    this.started = options.clock();
    this.waiting = new Set((options.planned ?? []).filter((urn) => !isGrouping(urn)));
    this.total = this.waiting.size;
    this.trail = this.quiet ? undefined : options.output.trail;
    this.trail?.plan([...this.waiting]);
    const interval = options.output.stderr.isTTY === true ? HEARTBEAT.terminal : HEARTBEAT.plain;
    this.timer = setInterval(() => this.heartbeat(), interval);
  }

  /** Takes every engine event. */
  accept(event: EngineEvent): void {
    this.trail?.accept(event);
    if (event.resourcePreEvent)
      this.start(event.resourcePreEvent.metadata.op, event.resourcePreEvent.metadata.urn);
    if (event.resOutputsEvent)
      this.finish(event.resOutputsEvent.metadata.op, event.resOutputsEvent.metadata.urn);
    if (event.resOpFailedEvent) this.running.delete(keyOf(event.resOpFailedEvent.metadata));
    if (event.diagnosticEvent) this.diagnose(event.diagnosticEvent);
    if (event.policyEvent) this.judge(event.policyEvent);
  }

  /** Ends the display. */
  close(): void {
    clearInterval(this.timer);
    this.clearLine();
  }

  private start(op: string, urn: string): void {
    if (VERBS[op] === undefined || isGrouping(urn)) return;
    this.running.set(keyOf({ op, urn }), this.clock());
    this.waiting.delete(urn);
  }

  private finish(op: string, urn: string): void {
    const since = this.running.get(keyOf({ op, urn }));
    const verb = VERBS[op];
    if (since === undefined || verb === undefined) return;
    this.running.delete(keyOf({ op, urn }));
    this.done += 1;
    const count = this.total > 0 ? `${Math.min(this.done, this.total)}/${this.total}` : String(this.done);
    this.line(`${count.padStart(6)}  ${verb[1]} ${nameOf(urn)} (${renderDuration(this.clock() - since)})`);
  }

  private diagnose(diagnostic: {
    readonly severity: string;
    readonly message: string;
    readonly urn?: string;
  }): void {
    const message = plain(diagnostic.message).trim();
    if (message === "" || diagnostic.severity === "debug") return;
    const subject =
      diagnostic.urn === undefined || isGrouping(diagnostic.urn) ? "" : `${nameOf(diagnostic.urn)}: `;
    if (diagnostic.severity === "error") this.failures.push(`${subject}${message}`);
    else this.line(`        ${diagnostic.severity.replace("#err", "")}: ${subject}${message}`);
  }

  private judge(violation: NonNullable<EngineEvent["policyEvent"]>): void {
    const { policyName, resourceUrn = "", enforcementLevel } = violation;
    const found = plain(violation.message).trim().split("\n").slice(1).join(" ");
    const subject = isGrouping(resourceUrn) || resourceUrn === "" ? "" : `${nameOf(resourceUrn)} `;
    const message = `policy ${policyName}: ${subject}${found === "" ? plain(violation.message).trim() : found}`;
    if (enforcementLevel === "mandatory") this.failures.push(message);
    else {
      this.advice.push(message);
      this.line(`        ${message}`);
    }
  }

  private heartbeat(): void {
    if (this.quiet || this.running.size === 0) return;
    const now = this.clock();
    const running = [...this.running]
      .map(([key, since]) => `${nameOf(key)} (${renderDuration(now - since)})`)
      .join(", ");
    const next = [...this.waiting].slice(0, 2).map(nameOf).join(", ");
    const text = `${renderDuration(now - this.started)}: running ${running}${next === "" ? "" : `; next ${next}`}`;
    if (this.output.stderr.isTTY === true) this.output.stderr.write(`\r\u001b[K${text.slice(0, 150)}`);
    else this.output.stderr.write(`  …     ${text}\n`);
  }

  private line(text: string): void {
    if (this.quiet) return;
    this.clearLine();
    this.output.stderr.write(`${text}\n`);
  }

  private clearLine(): void {
    if (this.output.stderr.isTTY === true) this.output.stderr.write("\r\u001b[K");
  }
}

function keyOf(step: { readonly op: string; readonly urn: string }): string {
  return `${step.op}|${step.urn}`;
}

function plain(text: string): string {
  return text.replaceAll(/<\{%[^%]*%\}>/g, "");
}
