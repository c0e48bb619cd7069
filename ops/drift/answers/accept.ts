import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { parseDocument } from "yaml";
import type { DriftFinding } from "../../../contracts/drift.ts";
import { confirm } from "../../confirm.ts";
import { UserError } from "../../errors.ts";
import { isUnchanged, renderPlan } from "../../plan.ts";
import { replaceFile } from "../../replace-file.ts";
import type { OpenStack } from "../../stack.ts";
import type { Output } from "../../verb.ts";
import type { Review } from "../review.ts";
import { recordLive } from "./edit-state.ts";
import { findSetting, type SettingChange } from "./setting-of.ts";
import { tryInCopy } from "./trial.ts";

export interface AcceptOptions {
  readonly opened: OpenStack;
  readonly review: Review;
  readonly finding: DriftFinding;
  /** Does not ask. */
  readonly yes: boolean;
}

/**
 * Makes a live value the reviewed one: a patch of the settings that leaves nothing to update, proved in a copy first.
 *
 * @throws UserError `accept-refused` saying why it cannot be; `state-moved`; nothing is changed then
 */
export async function acceptFinding(options: AcceptOptions, output: Output): Promise<void> {
  const { opened, review, finding, yes } = options;
  const { change, changes } = changesFor(finding, review);
  const exported = await opened.stack.exportStack();
  const deployment = recordLive(exported.deployment, finding.resource, changes);
  const settings = (text: string) => patchSettings(text, opened.project, change);
  output.stderr.write("trying it in a copy …\n");
  const plan = await tryInCopy({ opened, settings, deployment }, output);
  if (!isUnchanged(plan)) {
    const why = `${nameOfSetting(opened.project, change)} would change more than this:\n${renderPlan(plan)}`;
    throw refusal(finding, why);
  }
  const file = `Pulumi.${opened.name}.yaml`;
  output.stderr.write(`${file}: ${nameOfSetting(opened.project, change)} = ${change.value}\n`);
  if (!yes) await confirm("Accept what is live?", output, opened.name);
  const now = await opened.stack.exportStack();
  if (!isDeepStrictEqual(now.deployment, exported.deployment)) {
    throw new UserError("state-moved", `${opened.name} was updated meanwhile; nothing was changed`, {
      help: `./infra drift ${opened.name} reviews it again`,
    });
  }
  await changeBoth(join(opened.checkout.root, file), settings, () =>
    opened.stack.importStack({ ...exported, deployment }),
  );
  output.stderr.write(`accepted; commit ${file}, so that it is reviewed\n`);
}

/**
 * Settings first: who is cut off between the two still has the finding, and the same command goes on. Where the state
 * cannot be written the settings are as before.
 */
async function changeBoth(
  path: string,
  settings: (text: string) => string,
  importState: () => Promise<void>,
): Promise<void> {
  const before = readFileSync(path, "utf8");
  replaceFile(path, settings(before));
  try {
    await importState();
  } catch (error) {
    replaceFile(path, before);
    throw error;
  }
}

/** The setting behind a finding, and all properties of the resource that follow it to the same value. */
function changesFor(
  finding: DriftFinding,
  { report, resources, readings }: Review,
): { readonly change: SettingChange; readonly changes: readonly SettingChange[] } {
  const resource = resources.find(({ urn }) => urn === finding.resource);
  if (resource === undefined || finding.kind === "unmanaged") {
    throw refusal(finding, "no program made it; import it into the program, or remove it");
  }
  if (finding.kind === "deleted") throw refusal(finding, "it is gone: take it out of the program, or revert");
  const live = readings.map(({ reading }) => reading.compared.get(resource.urn)).find(Boolean);
  const settingOf = (other: DriftFinding) => findSetting(other, resource, live?.get(other.property));
  const change = settingOf(finding);
  if (change === undefined) {
    throw refusal(finding, "no setting stands for it: it is in the program's source, for all stacks");
  }
  const own = report.findings.filter((other) => other.resource === resource.urn).map(settingOf);
  const same = own.filter(
    (other): other is SettingChange =>
      other !== undefined && other.path.join() === change.path.join() && other.value === change.value,
  );
  return { change, changes: same.length > 0 ? same : [change] };
}

function refusal({ id, name, property }: DriftFinding, why: string): UserError {
  return new UserError(
    "accept-refused",
    `${id} (${[name, property].join(" ").trim()}) cannot be accepted: ${why}`,
    {
      help: "revert it, ignore it until a day, or change the program",
    },
  );
}

function nameOfSetting(project: string, { path }: SettingChange): string {
  return `${project}:${path.join(".")}`;
}

/** The settings with one value changed; comments and order stay. */
export function patchSettings(
  text: string,
  project: string,
  { path, value }: Pick<SettingChange, "path" | "value">,
): string {
  const document = parseDocument(text);
  const [first, ...rest] = path;
  document.setIn(["config", `${project}:${first}`, ...rest], value);
  return document.toString({ lineWidth: 0 });
}
