import type { ReleaseCause } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";
import { isUnchanged, previewStack, renderPlan } from "../plan.ts";
import type { OpenStack } from "../stack.ts";
import { updateStack } from "../update-stack.ts";
import type { Output } from "../verb.ts";
import { prepareWorkspace } from "../workspace.ts";
import { type SettingChanges, settingsFile, writeSettings } from "./settings-file.ts";

/** What the release of an update says about it. */
export interface AppliedRelease {
  readonly cause: ReleaseCause;
  readonly message: string;
}

/** Where traffic is moved. */
export interface TrafficSite {
  readonly opened: OpenStack;
  readonly output: Output;
}

/** Writes settings into the checkout and brings the stack to them, as a release. Done again, it does nothing. */
export async function applySettings(
  { opened, output }: TrafficSite,
  changes: SettingChanges,
  release: AppliedRelease,
): Promise<void> {
  const { root } = opened.checkout;
  writeSettings(root, { project: opened.project, stack: opened.name }, changes);
  prepareWorkspace({ ...opened.checkout, stack: opened.name, env: process.env });
  const plan = await previewStack(opened.stack, output);
  if (!isUnchanged(plan)) await updateStack(opened, { plan, policy: {}, request: release }, output);
}

/** @throws UserError `changes-pending` where an update would do anything else than what is asked for. */
export async function refusePendingChanges({ opened, output }: TrafficSite): Promise<void> {
  const plan = await previewStack(opened.stack, output);
  if (isUnchanged(plan)) return;
  throw new UserError(
    "changes-pending",
    `${opened.name} has changes that are not deployed yet:\n${renderPlan(plan)}`,
    { help: `./infra up ${opened.name} deploys them; or undo them in ${settingsFile(opened.name)}` },
  );
}
