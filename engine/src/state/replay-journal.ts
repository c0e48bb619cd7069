import { type Extensions, withExtensions } from "./extensions.ts";
import { corrupt } from "./json-reader.ts";
import type { PendingOperation, PendingOperationType, ResourceState, Snapshot } from "./resource.ts";
import { settleResources } from "./settle-resources.ts";
import type { Place, RunStart, StateChange } from "./state-change.ts";

/**
 * The state that a run had recorded: the resources in the order in which it finished them, then what it had not
 * touched; and what was under way. @throws UserError `state-corrupt` where a change is about a place without content.
 */
export function replayJournal(start: RunStart, changes: readonly StateChange[]): Snapshot {
  const replay = new Replay(start);
  for (const change of changes) replay.apply(change);
  return replay.snapshot();
}

class Replay {
  private readonly start: RunStart;
  private readonly contents: Map<Place, ResourceState>;
  private untouched: readonly Place[];
  private readonly finished: Place[] = [];
  private readonly dropped = new Set<Place>();
  private readonly pending = new Map<Place, PendingOperationType>();
  private inherited: readonly number[];
  private reread = false;
  private extensions: Extensions = {};

  constructor(start: RunStart) {
    this.start = start;
    this.contents = new Map(start.base.resources.entries());
    this.untouched = [...this.contents.keys()];
    this.inherited = start.inherited;
  }

  apply(change: StateChange): void {
    for (const [place, resource] of change.contents) this.contents.set(place, resource);
    this.untouched = change.untouched ?? this.untouched;
    for (const place of change.dropped) this.dropped.add(place);
    this.finished.push(...change.finished);
    if (change.ended !== undefined) this.pending.delete(change.ended);
    for (const { place, type } of change.begun) this.pending.set(place, type);
    this.inherited = change.inherited ?? this.inherited;
    this.reread ||= change.reread ?? false;
    this.extensions = { ...this.extensions, ...change.extensions };
  }

  snapshot(): Snapshot {
    const { base, manifest, secretsProvider } = this.start;
    const places = [...this.finished, ...this.untouched].filter((place) => !this.dropped.has(place));
    const started = [...this.pending].map(([place, type]) => ({ resource: this.contentOf(place), type }));
    const kept = this.inherited.map((index) => operationOf(base, index));
    const replayed = {
      ...base,
      manifest,
      secretsProvider: secretsProvider ?? base.secretsProvider,
      resources: settleResources(
        places.map((place) => this.contentOf(place)),
        { reread: this.reread },
      ),
      pendingOperations: [...started, ...kept],
    };
    return withExtensions(replayed, this.extensions);
  }

  private contentOf(place: Place): ResourceState {
    const resource = this.contents.get(place);
    if (resource === undefined) throw corrupt("journal", `has no content for the place ${place}`);
    return resource;
  }
}

function operationOf({ pendingOperations }: Snapshot, index: number): PendingOperation {
  const operation = pendingOperations[index];
  if (operation === undefined)
    throw corrupt("journal", `names a pending operation ${index} that there is not`);
  return operation;
}
