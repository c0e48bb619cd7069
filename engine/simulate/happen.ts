import { UserError } from "../src/errors.ts";
import { deleteResources, markResources, renameResource } from "../src/state/edit-resources.ts";
import type { ResourceState } from "../src/state/resource.ts";
import type { Event } from "./scenario.ts";
import type { World } from "./world.ts";

/** Lets something happen between operations. What cannot happen does not. */
export async function happen(world: World, event: Event): Promise<void> {
  world.trace.note(`-- ${JSON.stringify(event)}`);
  if (event.kind === "change" || event.kind === "vanish") return drift(world, event);
  const { urn } = world.state.resources.find((state) => isCalled(state, event.name)) ?? {};
  if (urn === undefined) return;
  try {
    await edit(world, (resources) => edited(resources, urn, event));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
}

function isCalled(state: ResourceState, name: string): boolean {
  return !state.delete && state.urn.endsWith(`::${name}`);
}

/** Changes the recorded resources by hand. */
export async function edit(
  world: World,
  change: (resources: readonly ResourceState[]) => readonly ResourceState[],
): Promise<void> {
  const before = world.state;
  const resources = change(before.resources);
  await world.store().save({ ...before, resources });
  const { resources: present } = await world.look();
  const kept = new Set(present.map(({ id }) => id));
  for (const { id, external } of before.resources) {
    const object = world.cloud.objects.get(id);
    if (object !== undefined && !external && !kept.has(id))
      object.left = "it was taken out of the state by hand";
  }
}

type Edit = Exclude<Event, { readonly kind: "change" | "vanish" }>;

function edited(resources: readonly ResourceState[], urn: string, event: Edit): readonly ResourceState[] {
  switch (event.kind) {
    case "state-delete":
      return deleteResources(resources, [urn], {
        force: () => undefined,
        targetDependents: true,
        prefersLive: true,
      });
    case "state-rename":
      return renameResource(resources, urn, event.to);
    case "state-protect":
      return markResources(resources, [urn], { protect: true });
    case "state-taint":
      return markResources(resources, [urn], { taint: true });
  }
}

function drift({ cloud }: World, event: Extract<Event, { readonly kind: "change" | "vanish" }>): void {
  const managed = cloud.managed();
  const object = managed[event.object % Math.max(1, managed.length)];
  if (object === undefined) return;
  if (event.kind === "vanish") cloud.objects.delete(object.id);
  else object.inputs = { ...object.inputs, value: 90 };
}
