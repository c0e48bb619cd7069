import { appendFileSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { isGrouping } from "../urn.ts";
import type { OperationTrail } from "../verb.ts";
import { redact, redactArguments } from "./redact.ts";

/** How many trails are kept. */
const KEPT = 50;

export interface TrailOptions {
  /** Where the trails are. */
  readonly folder: string;
  readonly verb: string;
  readonly argv: readonly string[];
  /** Values that may stand in no line. */
  readonly secrets: readonly string[];
  /** @default the clock of this machine */
  readonly now?: () => Date;
}

/**
 * What a command did and did not do, a JSON line each, written as it happens: a command that is killed leaves what it
 * got to. A command that does nothing and does not fail leaves no file.
 */
export class Trail implements OperationTrail {
  readonly file: string;
  private readonly options: TrailOptions;
  private readonly now: () => Date;
  private readonly open = new Map<string, number>();
  private readonly waiting = new Set<string>();
  private begun = false;

  constructor(options: TrailOptions) {
    this.options = options;
    this.now = options.now ?? (() => new Date());
    const time = this.now().toISOString().replaceAll(":", "").replace(".", "-");
    this.file = join(options.folder, `${time}-${options.verb}-${process.pid}.jsonl`);
  }

  plan(urns: readonly string[]): void {
    if (urns.length === 0) return;
    for (const urn of urns) this.waiting.add(urn);
    this.write({ kind: "plan", urns });
  }

  accept({ resourcePreEvent, resOutputsEvent, resOpFailedEvent }: EngineEvent): void {
    if (resourcePreEvent !== undefined) this.start(resourcePreEvent.metadata);
    if (resOutputsEvent !== undefined) this.finish(resOutputsEvent.metadata, "done");
    if (resOpFailedEvent !== undefined) this.finish(resOpFailedEvent.metadata, "failed");
  }

  /** Writes the end. Gives the file, where there is one. */
  end(exitCode: number, error?: string): string | undefined {
    if (!this.begun && error === undefined) return undefined;
    const unfinished = [...this.open.keys()].map((key) => key.slice(key.indexOf(" ") + 1));
    this.write({
      kind: "end",
      exitCode,
      ...(error !== undefined && { error }),
      unfinished,
      notBegun: [...this.waiting],
    });
    return this.file;
  }

  private start({ op, urn }: Step): void {
    this.waiting.delete(urn);
    if (op === "same" || isGrouping(urn)) return;
    this.open.set(`${op} ${urn}`, this.now().getTime());
    this.write({ kind: "operation", op, urn, outcome: "begun" });
  }

  private finish({ op, urn }: Step, outcome: "done" | "failed"): void {
    const since = this.open.get(`${op} ${urn}`);
    if (since === undefined) return;
    this.open.delete(`${op} ${urn}`);
    this.write({ kind: "operation", op, urn, outcome, milliseconds: this.now().getTime() - since });
  }

  private write(line: object): void {
    if (!this.begun) this.begin();
    this.append(line);
  }

  private begin(): void {
    const { folder, verb, argv, secrets } = this.options;
    this.begun = true;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    prune(folder);
    this.append({ kind: "command", verb, args: redactArguments(argv, secrets), pid: process.pid });
  }

  private append(line: object): void {
    const text = JSON.stringify({ at: this.now().toISOString(), ...line }, (_, value: unknown) =>
      typeof value === "string" ? redact(value, this.options.secrets) : value,
    );
    appendFileSync(this.file, `${text}\n`, { mode: 0o600 });
  }
}

interface Step {
  readonly op: string;
  readonly urn: string;
}

/** Names begin with the time: the oldest come first. Leaves room for one more. */
function prune(folder: string): void {
  const trails = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  for (const name of trails.sort().slice(0, Math.max(0, trails.length - KEPT + 1)))
    rmSync(join(folder, name), { force: true });
}
