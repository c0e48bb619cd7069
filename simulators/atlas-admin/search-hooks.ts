import type { Json } from "./json.ts";
import type { Hook } from "./simulation.ts";

/** Whether an index can be asked. */
export const searchHooks: readonly Hook[] = [
  { machine: "searchIndexes", state: "READY", run: (_simulation, _key, index) => setQueryable(index, true) },
  {
    machine: "searchIndexes",
    state: "DELETING",
    run: (_simulation, _key, index) => setQueryable(index, false),
  },
];

function setQueryable(index: Json, queryable: boolean): void {
  index["queryable"] = queryable;
}
