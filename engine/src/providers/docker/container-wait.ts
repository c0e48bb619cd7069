import { setTimeout as pause } from "node:timers/promises";
import type Docker from "dockerode";
import type { PropertyMap } from "../../protocol/property-value.ts";
import { lastLog } from "./container-log.ts";
import type { CallContext } from "./kind.ts";
import { numberAt } from "./values.ts";

const POLL_INTERVAL = 250;
const SHOWN_LOG_LINES = 20;
const DEFAULT_WAIT_SECONDS = 60;

/** A service may end a few times before what it needs is there; one that ends this often does not come up. */
const TOO_MANY_ENDS = 5;

type ContainerState = Docker.ContainerInspectInfo["State"];

interface Waiting {
  /** How often Docker had started the container again before the wait began. */
  readonly restartsBefore: number;
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the container's health check passes. Fails where it has none, where the container ends for good or again
 * and again, and after `waitTimeout` seconds; the message holds the last words of the check and of the container.
 */
export async function waitUntilHealthy(context: CallContext, id: string, inputs: PropertyMap): Promise<void> {
  const container = context.docker.getContainer(id);
  const seconds = numberAt(inputs, "waitTimeout") || DEFAULT_WAIT_SECONDS;
  const { RestartCount: restartsBefore } = await container.inspect();
  const waiting = { restartsBefore, deadline: Date.now() + seconds * 1000, signal: context.signal };
  for (;;) {
    const live = await container.inspect();
    if (live.State.Health?.Status === "healthy") return;
    if (live.State.Health === undefined) {
      throw new Error(
        "you have supplied a 'wait' argument, but the container does not have a healthcheck defined. " +
          "Please remove the 'wait' argument or add a 'healthcheck' attribute",
      );
    }
    const problem = waitProblem(live, waiting);
    if (problem !== undefined)
      throw new Error(await withLastWords(container, live.State, `${problem} (waited ${seconds} s at most)`));
    await pause(POLL_INTERVAL);
  }
}

function waitProblem(
  { State: state, RestartCount: restarts }: Docker.ContainerInspectInfo,
  { restartsBefore, deadline, signal }: Waiting,
): string | undefined {
  const failed = "container failed to be in healthy state";
  if (!state.Running && !state.Restarting) return `${failed}: it ended with exit code ${state.ExitCode}`;
  const ends = restarts > restartsBefore ? `: it keeps ending (${endsOf({ state, restarts })})` : "";
  // A container that kept ending before the wait gets one more try: what was changed may have mended it.
  if (ends !== "" && state.Restarting && restarts >= TOO_MANY_ENDS) return `${failed}${ends}`;
  if (signal.aborted) return `${failed}: the operation was cancelled`;
  return Date.now() > deadline ? `${failed}${ends}` : undefined;
}

/** Only between two runs does Docker tell how the last one ended. */
function endsOf({ state, restarts }: { readonly state: ContainerState; readonly restarts: number }): string {
  return `restarts: ${restarts}${state.Restarting ? `, last exit code: ${state.ExitCode}` : ""}`;
}

async function withLastWords(
  container: Docker.Container,
  state: ContainerState,
  problem: string,
): Promise<string> {
  const check = state.Health?.Log?.at(-1);
  const log = await lastLog(container, SHOWN_LOG_LINES).catch(() => "");
  const indent = (text: string): string => text.trimEnd().replace(/^/gm, "    ");
  return [
    problem,
    ...(check === undefined
      ? []
      : [`  Last health check (exit code ${check.ExitCode}):`, indent(check.Output)]),
    ...(log.trim() === "" ? [] : ["  Last lines of the container's log:", indent(log)]),
  ].join("\n");
}
