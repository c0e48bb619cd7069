import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CaseWorkspace } from "./case-workspace.ts";
import type { Case } from "./cases.ts";
import { compareStateFiles } from "./compare-state-files.ts";
import type { Difference } from "./differences.ts";
import type { Json, Observation } from "./observation.ts";
import { readRecordedStates, stackOfStep } from "./recorded-states.ts";

export interface HandOver {
  /**
   * Gives a step (from 1) the state that the official CLI left after the step before, in place of our own. False where
   * nothing is recorded.
   */
  begin(step: number, recorded: Observation | undefined): boolean;
  /** How the state file that a step left is laid out otherwise than the recorded one. */
  end(step: number): readonly Difference[];
}

/**
 * Makes each step of a case start from what the official CLI wrote: the state file and the settings with their
 * ciphertexts. The objects in the fake provider's cloud are those of our own run, under the names of the recording.
 */
export function createHandOver(item: Case, workspace: CaseWorkspace): HandOver {
  const states = readRecordedStates(item);
  return {
    begin(step, recorded) {
      const before = step - 2;
      const state = states[before] ?? null;
      if (state === null) return false;
      const stack = stackOfStep(item, before);
      const text = workspace.fill(state);
      renameObjects(workspace, { ours: workspace.rawState(stack), recorded: text });
      writeFileSync(workspace.stateFile(stack), text);
      // The official CLI has no journal: what ours holds is part of the state that is replaced.
      rmSync(workspace.path("state/.pulumi/journals"), { recursive: true, force: true });
      const folder = workspace.path(item.steps[before]?.cwd ?? "program");
      for (const [name, content] of Object.entries(recorded?.settings ?? {})) {
        writeFileSync(join(folder, name), workspace.fill(content));
      }
      return true;
    },
    end: (step) =>
      compareStateFiles(states[step - 1] ?? null, workspace.rawState(stackOfStep(item, step - 1))),
  };
}

function renameObjects(workspace: CaseWorkspace, states: { ours: string; recorded: string }): void {
  const cloud = workspace.path("cloud");
  const ours = objectsOf(states.ours);
  const recorded = objectsOf(states.recorded);
  const moved = [...recorded].flatMap(([key, object]) => {
    const own = ours.get(key)?.id;
    return own === undefined || own === object.id ? [] : [{ from: own, to: object.id }];
  });
  const present = moved.filter(({ from }) => existsSync(fileOf(cloud, from)));
  for (const { from } of present) renameSync(fileOf(cloud, from), `${fileOf(cloud, from)}.moving`);
  for (const { from, to } of present) renameSync(`${fileOf(cloud, from)}.moving`, fileOf(cloud, to));
  const numbers = [...recorded.values()].map(({ id }) => Number(/-(\d+)$/.exec(id)?.[1] ?? 0));
  const counter = join(cloud, "counter");
  const own = existsSync(counter) ? Number(readFileSync(counter, "utf8")) : 0;
  writeFileSync(counter, String(Math.max(own, ...numbers)));
}

function fileOf(cloud: string, id: string): string {
  return join(cloud, `${id.replace(/[^A-Za-z0-9_.-]/g, "_")}.json`);
}

/** The fake provider's objects of a state: by URN, age and how many of the same there are. */
function objectsOf(state: string): Map<string, { readonly id: string }> {
  const objects = new Map<string, { readonly id: string }>();
  if (state === "") return objects;
  const { checkpoint } = JSON.parse(state) as { checkpoint: { latest?: { resources?: readonly Json[] } } };
  for (const resource of checkpoint.latest?.resources ?? []) {
    if (!String(resource["type"]).startsWith("fake:")) continue;
    const base = `${String(resource["urn"])} ${resource["delete"] === true}`;
    let rank = 0;
    while (objects.has(`${base} ${rank}`)) rank++;
    objects.set(`${base} ${rank}`, { id: String(resource["id"]) });
  }
  return objects;
}
