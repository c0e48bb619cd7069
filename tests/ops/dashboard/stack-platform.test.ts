import { expect, it } from "vitest";
import type { HealthPart } from "../../../ops/dashboard/parts.ts";
import type { ClusterPlace } from "../../../ops/dashboard/sources/cluster.ts";
import { StackPlatform } from "../../../ops/dashboard/sources/stack-platform.ts";

/** Platforms that say where they are, and when they are no longer watched. */
function open() {
  const events: string[] = [];
  const posted: HealthPart[] = [];
  const platform = new StackPlatform({
    open: async (place: ClusterPlace | undefined) => {
      const name = place?.namespace ?? "docker";
      if (name === "nowhere") throw new Error("there is no such cluster");
      return {
        watchHealth: async (_, signal) => {
          events.push(`watch ${name}`);
          signal.addEventListener("abort", () => events.push(`leave ${name}`));
        },
        followLogs: async function* () {
          yield { at: "", text: name };
        },
      };
    },
    post: (health) => posted.push(health),
    signal: new AbortController().signal,
  });
  const textOf = async () => {
    const found = await platform.now();
    const request = { service: "s", workload: "w", signal: new AbortController().signal };
    for await (const { text } of found.followLogs(request)) return text;
    return undefined;
  };
  return { events, platform, posted, textOf };
}

it("is waited for until it is known", async () => {
  const { platform, textOf } = open();
  const text = textOf();
  expect(platform.isKnown).toBe(false);
  platform.use(undefined);
  expect(platform.isKnown).toBe(true);
  expect(await text).toBe("docker");
});

it("is watched anew only where the stack is elsewhere", async () => {
  const { events, platform, textOf } = open();
  for (const place of [undefined, undefined, { namespace: "one" }, { namespace: "one" }]) {
    platform.use(place);
    await textOf();
  }
  expect(events).toEqual(["watch docker", "leave docker", "watch one"]);
});

it("tells why it cannot be watched", async () => {
  const { platform, posted, textOf } = open();
  platform.use({ namespace: "nowhere" });
  await expect(textOf()).rejects.toThrow("there is no such cluster");
  expect(posted).toEqual([{ workloads: {}, problem: "there is no such cluster" }]);
});
