import { z } from "zod";
import type { VendorApi } from "../../../data/cloud/vendor-api.ts";
import type { Trace } from "../live-reader.ts";
import { timeOf } from "../time.ts";
import { EVENTS } from "./event-types.ts";
import { readList } from "./pages.ts";

const VERSION = "2023-01-01";

const eventSchema = z.object({
  created: z.string(),
  eventTypeName: z.string(),
  username: z.string().optional(),
  publicKey: z.string().optional(),
  dbUserUsername: z.string().optional(),
});

export type AtlasEvent = z.infer<typeof eventSchema>;

/** Events of a project, the oldest first. */
export async function readEvents(
  api: VendorApi,
  projectId: string,
  { since, cluster }: { readonly since?: string | undefined; readonly cluster?: string },
): Promise<AtlasEvent[]> {
  const events = await readList(api, projectId, {
    list: "events",
    version: VERSION,
    query: {
      ...(since !== undefined && { minDate: toWholeSecond(since) }),
      ...(cluster !== undefined && { clusterNames: cluster }),
    },
    row: eventSchema,
  });
  // The newest comes first; of one second that order is all that is known.
  return events.reverse().sort((left, right) => Date.parse(left.created) - Date.parse(right.created));
}

/** Events have no fractions of a second. */
function toWholeSecond(time: string): string {
  return `${new Date(time).toISOString().slice(0, 19)}Z`;
}

/** What the events, the oldest first, say was done last to a resource of a type; undefined where they say nothing. */
export function traceOfEvents(type: string, events: readonly AtlasEvent[]): Trace | undefined {
  const { types, subject } = EVENTS[type] ?? { types: {}, subject: "untold" };
  const own = events.flatMap((event) => {
    const what = types[event.eventTypeName];
    return what === undefined ? [] : [{ ...event, what }];
  });
  const last = own.at(-1);
  if (last === undefined) return undefined;
  // Where an event may be about another one of its kind, each of those who made one may have done it.
  const candidates = subject === "untold" ? own : [last];
  const names = new Set(candidates.map(whoMade).filter((name) => name !== undefined));
  return {
    what: last.what,
    who: names.size === 0 ? null : [...names].sort().join(" or "),
    when: timeOf(last.created),
  };
}

function whoMade({ username, publicKey }: AtlasEvent): string | undefined {
  return username ?? (publicKey === undefined ? undefined : `API key ${publicKey}`);
}
