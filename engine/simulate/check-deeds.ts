import type { ResourceState } from "../src/state/resource.ts";
import type { Deed } from "./cloud.ts";
import type { Observed } from "./operate.ts";
import type { ResourceSpec } from "./program-spec.ts";
import { specOf } from "./spec-of.ts";
import { demand } from "./violation.ts";

/** What an operation did to the cloud must have been allowed: no create twice, no delete of what is not to be deleted. */
export function checkDeeds(observed: Observed, deeds: readonly Deed[]): void {
  demand(
    !observed.preview || deeds.length === 0,
    "preview-acts",
    () => `a preview did ${describe(deeds[0])}`,
  );
  const created = new Set<string>();
  const made = new Set<string>();
  const deleted = new Set<string>();
  for (const deed of deeds) {
    switch (deed.verb) {
      case "create":
        demand(!created.has(deed.urn), "double-create", () => `${deed.urn} was created twice`);
        created.add(deed.urn);
        made.add(deed.id);
        break;
      case "delete":
        demand(!deleted.has(deed.id), "forbidden-delete", () => `${describe(deed)} twice`);
        deleted.add(deed.id);
        if (!made.has(deed.id)) checkDelete(observed, deed);
        break;
      case "update":
        break;
    }
  }
}

function checkDelete(observed: Observed, deed: Deed): void {
  const record = observed.before.resources.find(({ id, custom }) => custom && id === deed.id);
  demand(record !== undefined, "forbidden-delete", () => `${describe(deed)}, which was not recorded`);
  demand(!record.external, "forbidden-delete", () => `${describe(deed)}, which was only read`);
  const spec = specOf(record, observed);
  const { operation } = observed.request;
  // A destroy that runs the program goes by what the program says now, as with the official CLI; of the copy that an
  // earlier run left the program says nothing.
  const isDestroyed =
    operation.kind === "destroy" && operation.runProgram && spec !== undefined && !record.delete;
  const retained = isDestroyed ? spec.kind === "custom" && spec.retainOnDelete : record.retainOnDelete;
  demand(!retained, "forbidden-delete", () => `${describe(deed)}, which was to be retained`);
  // A replacement may delete a protected object where the program protects it no more, or imports another in its place.
  const givesWay = spec !== undefined && (spec.protect !== true || importsAnother(spec, record));
  const guarded = record.protect && !record.delete && !givesWay;
  demand(!guarded, "forbidden-delete", () => `${describe(deed)}, which is protected`);
}

function importsAnother(spec: ResourceSpec, { id }: ResourceState): boolean {
  return spec.kind === "custom" && spec.importId !== undefined && spec.importId !== id;
}

function describe(deed: Deed | undefined): string {
  return deed === undefined ? "nothing" : `${deed.verb} ${deed.id} (${deed.urn})`;
}
