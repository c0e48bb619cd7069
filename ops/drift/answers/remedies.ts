import type { DriftFinding } from "../../../contracts/drift.ts";
import { CONTAINER, IMAGE, NETWORK, VOLUME } from "../platforms/docker/inventory.ts";
import { mapsAt, textAt } from "../platforms/inputs.ts";
import type { ManagedResource } from "../recorded.ts";

/** Something that stands in the way of an update, or that no engine knows, and is put right at the platform itself. */
export type Deed =
  | { readonly kind: "remove-container" | "remove-network" | "remove-volume"; readonly name: string }
  | { readonly kind: "tag-image"; readonly id: string; readonly name: string };

/** How findings are reverted: first the deeds, then one update of the targets. */
export interface Remedy {
  readonly deeds: readonly Deed[];
  /** URNs that the update refreshes and brings back. */
  readonly targets: readonly string[];
  /** Those of them that are replaced: an update alone would not see what differs. */
  readonly replace: readonly string[];
  /** Findings that are left, and why. */
  readonly refused: readonly { readonly id: string; readonly why: string }[];
  /** Warnings for the person who decides. */
  readonly notes: readonly string[];
}

const NOTHING: Remedy = { deeds: [], targets: [], replace: [], refused: [], notes: [] };

/** Plans the revert of the chosen findings; `all` are those of the whole review. */
export function planRevert(
  chosen: readonly DriftFinding[],
  all: readonly DriftFinding[],
  resources: readonly ManagedResource[],
): Remedy {
  const byResource = Map.groupBy(chosen, ({ resource }) => resource);
  const remedies = [...byResource].map(([urn, findings]) => {
    const resource = resources.find((candidate) => candidate.urn === urn);
    const others = all.filter((finding) => finding.resource === urn);
    if (resource === undefined) return revertUnmanaged(findings);
    const remedy = revertResource(resource, { findings, others, resources });
    const more = others.length - findings.length;
    const note = `${resource.name}: brings back its ${more} other finding${more === 1 ? "" : "s"} too`;
    return more > 0 && remedy.targets.length > 0 ? { ...remedy, notes: [...remedy.notes, note] } : remedy;
  });
  const gone = new Set(
    all
      .filter(({ kind, property }) => kind === "deleted" || property === "id")
      .map(({ resource }) => resource),
  );
  return {
    deeds: remedies.flatMap(({ deeds }) => deeds),
    targets: [...new Set(remedies.flatMap(({ targets }) => targets))],
    // What is gone is made anew anyway; the engine refuses to replace it.
    replace: [...new Set(remedies.flatMap(({ replace }) => replace))].filter((urn) => !gone.has(urn)),
    refused: remedies.flatMap(({ refused }) => refused),
    notes: remedies.flatMap(({ notes }) => notes),
  };
}

function revertUnmanaged(findings: readonly DriftFinding[]): Remedy {
  const [finding] = findings;
  const [, kind, name] = /^docker:(container|network|volume)\/(.+)$/.exec(finding?.resource ?? "") ?? [];
  if (kind === undefined || name === undefined) {
    const why = "no program made it: remove it where it was made, or import it into the program";
    return { ...NOTHING, refused: findings.map(({ id }) => ({ id, why })) };
  }
  const notes = kind === "volume" ? [`volume ${name} is removed with its data`] : [];
  return { ...NOTHING, notes, deeds: [{ kind: `remove-${kind}` as "remove-container", name }] };
}

interface Context {
  readonly findings: readonly DriftFinding[];
  /** All findings of the resource. */
  readonly others: readonly DriftFinding[];
  readonly resources: readonly ManagedResource[];
}

function revertResource(resource: ManagedResource, context: Context): Remedy {
  const { urn, type } = resource;
  const isSeen = context.findings.every(({ seenBy }) => seenBy.includes("engine"));
  switch (type) {
    case IMAGE:
      return revertImage(resource, context);
    case VOLUME:
      return revertVolume(resource, context);
    case NETWORK:
      return revertNetwork(resource, context);
    case CONTAINER: {
      const name = textAt(resource.inputs, "name");
      const isRemade = context.others.some(({ property }) => property === "id");
      const deeds: Deed[] = isRemade ? [{ kind: "remove-container", name }] : [];
      return { ...NOTHING, deeds, targets: [urn], replace: isSeen ? [] : [urn] };
    }
    default:
      return { ...NOTHING, targets: [urn] };
  }
}

/** While the image itself is there only its name is put back; else it is built or pulled again. */
function revertImage({ urn, name, inputs, outputs }: ManagedResource, { findings }: Context): Remedy {
  const isGone = findings.some(({ kind, property }) => kind === "deleted" || property === "imageId");
  const id = textAt(outputs, "imageId");
  if (!isGone || findings.every(({ kind }) => kind === "changed")) {
    return { ...NOTHING, deeds: [{ kind: "tag-image", id, name: textAt(inputs, "name") }] };
  }
  return { ...NOTHING, targets: [urn], notes: [`${name}: the image is built or pulled again`] };
}

function revertVolume({ urn, name }: ManagedResource, { findings }: Context): Remedy {
  if (findings.some(({ kind }) => kind === "deleted")) {
    const note = `${name}: comes back empty; its data have to be restored from a data snapshot`;
    return { ...NOTHING, targets: [urn], notes: [note] };
  }
  const why = "Docker cannot change a volume, and a new one would be empty: move the data, or ignore it";
  return { ...NOTHING, refused: findings.map(({ id }) => ({ id, why })) };
}

/** Containers keep to the network that they were made on: they are made again with it. */
function revertNetwork({ urn, inputs, outputs }: ManagedResource, { others, resources }: Context): Remedy {
  const name = textAt(inputs, "name") || textAt(outputs, "name");
  const isRemade = others.some(({ property }) => property === "id");
  const users = resources
    .filter(({ type, inputs: own }) => type === CONTAINER && networksOf(own).includes(name))
    .map((user) => user.urn);
  return {
    ...NOTHING,
    deeds: isRemade ? [{ kind: "remove-network", name }] : [],
    targets: [urn, ...users],
    replace: [urn, ...users],
    notes: [`network ${name}: the ${users.length} containers on it are made again`],
  };
}

function networksOf(inputs: ManagedResource["inputs"]): string[] {
  return [
    textAt(inputs, "networkMode"),
    ...mapsAt(inputs, "networksAdvanced").map((on) => textAt(on, "name")),
  ];
}
