import { choosePaint, type Paint } from "../display/paint.ts";
import { renderDiffEvent } from "../display/render-diff-event.ts";
import { isRootStack, nameOfUrn, shortType, typeOfUrn } from "../display/resource-text.ts";
import type { SeenSteps } from "../display/shown-steps.ts";
import type { EngineEvent, EventListener } from "../events.ts";
import type { OperationKind } from "../operation.ts";
import type { CommandArguments, CommandProcess } from "./command.ts";
import { switchFlag, textFlag } from "./operation-options.ts";

const KEPT: ReadonlySet<EngineEvent["kind"]> = new Set([
  "resource-pre",
  "resource-outputs",
  "policy-remediation",
]);

/** What a preview told, for a person who is asked then whether to go ahead. */
export class PreviewedEvents {
  private readonly events: EngineEvent[] = [];
  private readonly args: CommandArguments;
  private readonly paint: Paint;

  constructor(args: CommandArguments, { env, stdout }: CommandProcess) {
    this.args = args;
    const isTerminal = stdout.isTTY === true;
    this.paint = choosePaint({ color: textFlag(args, "color"), env, isTerminal });
  }

  readonly listener: EventListener = (event) => {
    if (KEPT.has(event.kind)) this.events.push(event);
  };

  /** What is to be known before the question. */
  notes(kind: OperationKind): string {
    const steps = this.events.flatMap((event) => (event.kind === "resource-pre" ? [event.step] : []));
    const told = steps.filter(({ internal }) => !internal);
    const info = this.paint("yellow", "info: ");
    const notes: string[] = [];
    if (kind === "update" && told.every(({ type }) => isRootStack(type))) {
      notes.push(`${info}There are no resources in your stack (other than the stack resource).\n\n`);
    }
    const left = told.filter(
      ({ op, old }) => (op === "delete" || op === "replace") && old?.retainOnDelete === true,
    );
    if (left.length > 0 && (kind === "update" || kind === "destroy")) {
      const lines = left.map(({ urn }) => `    - ${shortType(typeOfUrn(urn))} ${nameOfUrn(urn)}\n`);
      const count = `This update will leave ${left.length} resource(s) untracked in your environment:\n`;
      notes.push(`${info}${count}${lines.join("")}\n`);
    }
    return notes.join("");
  }

  /** Every step with its properties; what policies changed comes last. */
  details(): string {
    const { args, paint } = this;
    const seen: SeenSteps = new Map();
    const options = {
      paint,
      showSames: switchFlag(args, "show-sames"),
      showReplacementSteps: switchFlag(args, "show-replacement-steps"),
      showUrns: switchFlag(args, "urns"),
      suppressOutputs: switchFlag(args, "suppress-outputs"),
    };
    const render = (events: readonly EngineEvent[]) =>
      events.map((event) => renderDiffEvent(event, seen, options)).join("");
    const [remediations, steps] = [true, false].map((wanted) =>
      this.events.filter(({ kind }) => (kind === "policy-remediation") === wanted),
    );
    const changed = render(steps ?? []);
    const mended = render(remediations ?? []);
    const headline = mended === "" ? "" : `\n${paint("bold", "  Policy Remediations:")}\n`;
    return `${(changed + headline + mended).trim()}\n`;
  }
}
