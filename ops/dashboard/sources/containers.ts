import { setTimeout } from "node:timers/promises";
import type Docker from "dockerode";
import { messageOf } from "../../errors.ts";
import { type StackName, stackLabels } from "../../stack-name.ts";
import type { Health, HealthPart } from "../parts.ts";
import { Bell } from "./bell.ts";

/** How long to wait for a Docker Engine that does not answer, in milliseconds. */
const AGAIN = 1_000;

/** What changes how a container does; its health checks alone make many more. */
const EVENTS = ["create", "destroy", "die", "health_status", "pause", "rename", "stop", "start", "unpause"];

/** Events of one change come together. */
const SETTLE = 100;
/** Docker tells of a container's end before its list shows it: it is looked at again. */
const LATE = [500, 2_000];

type Post = (health: HealthPart) => void;

/** Posts how a stack's containers do, at once and after each of Docker's events, until the signal. */
export async function watchContainers(
  docker: Docker,
  name: StackName,
  post: Post,
  signal: AbortSignal,
): Promise<void> {
  const label = stackLabels(name);
  while (!signal.aborted) {
    try {
      const filters = JSON.stringify({ type: ["container"], event: EVENTS, label });
      const events = await docker.getEvents({ filters, abortSignal: signal });
      await readAfterEach(events, async () => post(await readHealth(docker, label)));
    } catch (error) {
      if (!signal.aborted) post({ workloads: {}, problem: `Docker does not answer: ${messageOf(error)}` });
    }
    await setTimeout(AGAIN, undefined, { signal }).catch(() => undefined);
  }
}

async function readAfterEach(events: NodeJS.ReadableStream, read: () => Promise<void>): Promise<void> {
  const bell = new Bell();
  let ended = false;
  const end = () => {
    ended = true;
    bell.ring();
  };
  events.on("data", () => {
    bell.ring();
    for (const late of LATE) setTimeout(late).then(() => bell.ring(), end);
  });
  for (const last of ["end", "error", "close"]) events.on(last, end);
  await read();
  for (;;) {
    await bell.wait();
    if (ended) return;
    await setTimeout(SETTLE);
    await read();
  }
}

async function readHealth(docker: Docker, label: string[]): Promise<HealthPart> {
  const containers = await docker.listContainers({ all: true, filters: JSON.stringify({ label }) });
  const entries = containers.map(({ Names, State, Status }) => [
    Names[0]?.replace(/^\//, "") ?? "",
    { health: healthOf(State, Status), detail: Status },
  ]);
  return { workloads: Object.fromEntries(entries) };
}

/** What Docker says of a container in one word. */
export function healthOf(state: string, status: string): Health {
  if (state !== "running") return "stopped";
  const said = /\((healthy|unhealthy|health: starting)\)/.exec(status)?.[1];
  if (said === undefined) return "running";
  return said === "health: starting" ? "starting" : (said as Health);
}
