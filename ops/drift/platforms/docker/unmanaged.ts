import { SCHEMA_RUN } from "../../../data/schema-job.ts";
import { ROLE_LABEL } from "../../../stack-name.ts";
import type { ManagedResource } from "../../recorded.ts";
import { textAt } from "../inputs.ts";
import type { Unmanaged } from "../live-reader.ts";
import { timeOf } from "../time.ts";
import { CONTAINER, type Inventory, NETWORK, VOLUME } from "./inventory.ts";

/** What has the stack's labels, and neither id nor name of anything in the state; runs of schema jobs are the operations' own. */
export function findUnmanaged(inventory: Inventory, resources: readonly ManagedResource[]): Unmanaged[] {
  const known = new Set(
    resources.flatMap(({ type, id, inputs, outputs }) => [
      `${type} ${id}`,
      `${type} ${textAt(inputs, "name") || textAt(outputs, "name")}`,
    ]),
  );
  const isUnknown = (type: string, ...keys: string[]) => keys.every((key) => !known.has(`${type} ${key}`));
  const { containers, networks, volumes } = inventory.labelled;
  return [
    ...containers
      .map((container) => ({ ...container, Name: container.Name.replace(/^\//, "") }))
      .filter(({ Id, Name }) => isUnknown(CONTAINER, Id, Name))
      .filter(({ Config }) => Config.Labels[ROLE_LABEL] !== SCHEMA_RUN)
      .map(({ Name, Created, Config }) => describe(CONTAINER, Name, Created, Config.Labels)),
    ...networks
      .filter(({ Id, Name }) => isUnknown(NETWORK, Id, Name))
      .map(({ Name, Created, Labels }) => describe(NETWORK, Name, Created, Labels)),
    ...volumes
      .filter(({ Name }) => isUnknown(VOLUME, Name))
      .map(({ Name, CreatedAt, Labels }) => describe(VOLUME, Name, CreatedAt, Labels)),
  ];
}

const KINDS: { readonly [type: string]: string } = {
  [CONTAINER]: "container",
  [NETWORK]: "network",
  [VOLUME]: "volume",
};

function describe(
  type: string,
  name: string,
  created: string | undefined,
  labels: { readonly [label: string]: string } | null | undefined,
): Unmanaged {
  return {
    resource: `docker:${KINDS[type]}/${name}`,
    name,
    type,
    component: labels?.[ROLE_LABEL] ?? "",
    trace: { what: "made outside of the program", who: null, when: timeOf(created) },
  };
}
