import { setTimeout as delay } from "node:timers/promises";
import type Docker from "dockerode";
import { messageOf, UserError } from "../../errors.ts";
import type { Stillness } from "./stores.ts";

const HEALTH_DEADLINE = 180_000;
const POLL_INTERVAL = 250;
const PAUSE_ATTEMPTS = 20;

interface Held {
  readonly role: string;
  readonly container: string;
}

/** Holds a store still; nothing happens where it is so already. */
export async function holdStill(docker: Docker, store: Held, how: Stillness): Promise<void> {
  const container = docker.getContainer(store.container);
  const { State } = await container.inspect();
  if (how === "stop") {
    if (State.Paused) await container.unpause();
    if (State.Running) await container.stop();
  } else if (State.Running && !State.Paused) {
    await pause(container);
  }
}

/** The runtime gives up where processes join or leave the container just then, as health checks do: it is asked again. */
async function pause(container: Docker.Container): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await container.pause();
    } catch (error) {
      if (attempt === PAUSE_ATTEMPTS || !messageOf(error).includes("unable to freeze")) throw error;
      await delay(POLL_INTERVAL);
    }
  }
}

/** Lets a store run again, however it was held. @throws UserError `store-unhealthy` */
export async function letRun(docker: Docker, store: Held): Promise<void> {
  const container = docker.getContainer(store.container);
  const { State } = await container.inspect();
  if (State.Paused) await container.unpause();
  else if (!State.Running) await container.start();
  const deadline = Date.now() + HEALTH_DEADLINE;
  for (;;) {
    const { State: now } = await container.inspect();
    if (now.Running && (now.Health?.Status ?? "healthy") === "healthy") return;
    if (Date.now() > deadline) {
      throw new UserError("store-unhealthy", `${store.role} runs again, but is not healthy`, {
        help: `docker logs ${store.container.slice(0, 12)} says why`,
      });
    }
    await delay(POLL_INTERVAL);
  }
}
