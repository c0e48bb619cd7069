import Docker from "dockerode";
import { expect, it } from "vitest";
import { fakeDaemon } from "../../../../engine/tests/providers/docker/fake-daemon.ts";
import { holdStill } from "../../../../ops/data/docker/still.ts";

/** A Docker Engine with one running container, of which each pause but the last ends like this. */
async function engineThatFails(...messages: readonly string[]) {
  let pauses = 0;
  const { host } = await fakeDaemon(({ path }) => {
    if (!path.endsWith("/pause")) return { body: { State: { Running: true } } };
    const message = messages[pauses++];
    return message === undefined ? { status: 204 } : { status: 500, body: { message } };
  });
  const { hostname, port } = new URL(host);
  const docker = new Docker({ protocol: "http", host: hostname, port });
  const store = { role: "documents", container: "documents" };
  return { hold: () => holdStill(docker, store, "pause"), pauses: () => pauses };
}

it("asks again where the runtime could not freeze all processes of a store", async () => {
  const busy = "OCI runtime pause failed: unable to freeze: unknown";
  const { hold, pauses } = await engineThatFails(busy, busy);
  await hold();
  expect(pauses()).toBe(3);
});

it("says what is wrong where that is something else", async () => {
  const { hold, pauses } = await engineThatFails("cgroups: cannot find cgroup mount destination");
  await expect(hold()).rejects.toThrow("cannot find cgroup mount");
  expect(pauses()).toBe(1);
});
