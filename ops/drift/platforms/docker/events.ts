import type Docker from "dockerode";
import type { Trace } from "../live-reader.ts";

/** One event of the daemon's. */
export interface DockerEvent {
  readonly type: string;
  readonly action: string;
  /** Id or name of what it happened to. */
  readonly subject: string;
  readonly attributes: { readonly [name: string]: string };
  /** ISO 8601. */
  readonly when: string;
}

/** What tells of drift; the daemon keeps few events, and health checks would fill the answer. */
const ACTIONS = [
  "create",
  "destroy",
  "die",
  "kill",
  "stop",
  "pause",
  "unpause",
  "update",
  "rename",
  "connect",
  "disconnect",
  "remove",
  "delete",
  "tag",
  "untag",
];

/** The events since then that the daemon still has: it keeps the last 256 of all kinds, and no name of who acted. */
export async function readEvents(docker: Docker, since: string | undefined): Promise<DockerEvent[]> {
  const until = Math.floor(Date.now() / 1000) + 1;
  const stream = await docker.getEvents({
    since: since === undefined ? 0 : Math.floor(Date.parse(since) / 1000),
    until,
    filters: { event: ACTIONS, type: ["container", "network", "volume", "image"] },
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return parseEvents(Buffer.concat(chunks).toString());
}

interface RawEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes?: { readonly [name: string]: string } };
  readonly timeNano: number;
}

/** Events as the daemon writes them: a JSON object a line. */
export function parseEvents(text: string): DockerEvent[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as RawEvent)
    .map(({ Type, Action, Actor, timeNano }) => ({
      type: Type,
      action: Action,
      subject: Actor.ID,
      attributes: Actor.Attributes ?? {},
      when: new Date(timeNano / 1e6).toISOString(),
    }));
}

/** The last event of one of these actions that concerns something with one of these ids or names. */
export function findTrace(
  events: readonly DockerEvent[],
  wanted: {
    readonly subjects: readonly string[];
    readonly actions: readonly string[];
    /** Attribute that has to be so: the container of a network's event. */
    readonly attribute?: readonly [name: string, value: string];
  },
): Trace | undefined {
  const found = events.findLast(
    ({ subject, action, attributes }) =>
      wanted.actions.includes(action) &&
      [subject, attributes["name"] ?? ""].some((key) => wanted.subjects.includes(key)) &&
      (wanted.attribute === undefined || attributes[wanted.attribute[0]] === wanted.attribute[1]),
  );
  return (
    found && { what: WORDS[`${found.type} ${found.action}`] ?? found.action, who: null, when: found.when }
  );
}

const WORDS: { readonly [event: string]: string } = {
  "container update": "docker update",
  "container rename": "docker rename",
  "container destroy": "docker rm",
  "container stop": "docker stop",
  "container kill": "docker kill",
  "container pause": "docker pause",
  "network connect": "docker network connect",
  "network disconnect": "docker network disconnect",
  "network destroy": "docker network rm",
  "network remove": "docker network rm",
  "volume destroy": "docker volume rm",
  "image delete": "docker image rm",
  "image untag": "docker image rm",
  "image tag": "docker tag",
};
