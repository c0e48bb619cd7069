import { type Difference, shortUrn } from "./differences.ts";
import type { Json, Observation } from "./observation.ts";

/** Aspects that change with which resources had their turn. */
const dependentAspects = new Set(["change summary", "stdout"]);
const stackKey = "pulumi:pulumi:Stack::";

interface RecordedResource {
  readonly urn: string;
  readonly dependencies?: readonly string[];
}

function failedResources(observation: Observation): Set<string> {
  const urns = observation.events.flatMap((event) => {
    const failed = event["resOpFailedEvent"] as { metadata: Json } | undefined;
    const told = event["diagnosticEvent"] as Json | undefined;
    const urn = failed?.metadata["urn"] ?? (told?.["severity"] === "error" ? told["urn"] : undefined);
    return typeof urn === "string" ? [shortUrn(urn)] : [];
  });
  return new Set(urns);
}

/** Resources that one side finished, be it as `same`, and the other never came to. */
function reachedByOne(expected: Observation, actual: Observation): string[] {
  const [left, right] = [finishedResources(expected), finishedResources(actual)];
  return [...left, ...right].filter((resource) => !(left.has(resource) && right.has(resource)));
}

function finishedResources({ events }: Observation): Set<string> {
  const urns = events.flatMap((event) => {
    const finished = event["resOutputsEvent"] as { metadata: Json } | undefined;
    const urn = finished?.metadata["urn"];
    return typeof urn === "string" ? [shortUrn(urn)] : [];
  });
  return new Set(urns);
}

/** What a run says of the stack as a whole changes with the turns, what it reports as a diagnostic does not. */
function isAboutStack(aspect: string, resource: string): boolean {
  return aspect !== "diagnostics" && resource.startsWith(stackKey);
}

/** These and all that depend on them: where one side changed a resource earlier, only the other changes those now. */
function withDependents(resources: ReadonlySet<string>, checkpoint: Observation["checkpoint"]): Set<string> {
  const affected = new Set(resources);
  if (typeof checkpoint !== "object") return affected;
  const { resources: recorded = [] } = checkpoint["deployment"] as { resources?: RecordedResource[] };
  for (const { urn, dependencies = [] } of recorded) {
    if (dependencies.some((dependency) => affected.has(shortUrn(dependency)))) affected.add(shortUrn(urn));
  }
  return affected;
}

function hasFailed({ exitCode, events }: Observation): boolean {
  const isError = (event: Json) => (event["diagnosticEvent"] as Json | undefined)?.["severity"] === "error";
  return exitCode !== 0 && events.some(isError);
}

/**
 * Once something has failed nothing new starts, and which independent resources had their turn before that is a race:
 * the recordings differ among themselves here. Such resources are left out of the comparison, in this step and until
 * both sides agree on them again.
 */
export class Turns {
  private unsettled = new Set<string>();

  /** Leaves out the differences that come from such a race. */
  settle(expected: Observation, actual: Observation, differences: readonly Difference[]): Difference[] {
    if (hasFailed(expected) && hasFailed(actual)) {
      const failed = new Set([...failedResources(expected), ...failedResources(actual)]);
      for (const { aspect, resource } of differences) {
        const isTurn = aspect === "ops" || aspect === "outcomes";
        if (isTurn && resource !== undefined && !failed.has(resource)) this.unsettled.add(resource);
      }
      for (const resource of reachedByOne(expected, actual)) {
        if (!failed.has(resource)) this.unsettled.add(resource);
      }
    }
    if (this.unsettled.size === 0) return [...differences];
    const affected = withDependents(this.unsettled, expected.checkpoint);
    const isRace = ({ aspect, resource }: Difference) =>
      resource === undefined
        ? dependentAspects.has(aspect)
        : affected.has(resource) || (hasFailed(expected) && isAboutStack(aspect, resource));
    const counting = differences.filter((difference) => !isRace(difference));
    const recorded = differences
      .filter(({ aspect }) => aspect === "checkpoint")
      .map(({ resource }) => resource);
    this.unsettled = new Set([...this.unsettled].filter((resource) => recorded.includes(resource)));
    return counting;
  }
}
