import { describe, expect, it } from "vitest";
import type { PropertyMap } from "../../../src/protocol/property-value.ts";
import { PartialFailure } from "../../../src/providers/provider.ts";
import { BASE_IMAGE, daemon, useDaemon } from "./daemon.ts";
import { configured, Managed } from "./managed.ts";

const { prefix, labels } = useDaemon();
const docker = await configured();

let count = 0;
const waiting = (more: PropertyMap = {}): PropertyMap => ({
  name: `${prefix}-${++count}`,
  image: BASE_IMAGE,
  command: ["sh", "-c", "echo starting; sleep 600"],
  labels,
  wait: true,
  waitTimeout: 30,
  healthcheck: { tests: ["CMD", "true"], interval: "1s", timeout: "1s", retries: 1 },
  ...more,
});
const failing = { tests: ["CMD-SHELL", "echo not today; exit 7"], interval: "1s", timeout: "1s", retries: 1 };

async function failureOf(created: Promise<unknown>): Promise<PartialFailure> {
  const error: unknown = await created.catch((reason: unknown) => reason);
  if (!(error instanceof PartialFailure)) throw new Error(`expected a partial failure, got ${String(error)}`);
  return error;
}

describe("a container that is waited for", () => {
  it("counts as created when its health check passes", async () => {
    const inputs = waiting();
    const container = await new Managed(docker, "container").create(inputs);
    const { State: state } = await daemon.getContainer(container.known.id).inspect();
    expect(state.Health?.Status).toBe("healthy");
    expect((await container.diff(inputs)).changes).toBe("none");
    await container.destroy();
  });

  it("is recorded as unfinished with the last words of check and container, and an update waits on", async () => {
    const inputs = waiting({ waitTimeout: 3, healthcheck: failing });
    const container = new Managed(docker, "container");
    const error = await failureOf(container.create(inputs));
    expect(error.reasons).toHaveLength(1);
    expect(error.reasons[0]).toMatch(
      /^creating urn:.*: 1 error occurred:\n\t\* container failed to be in healthy state \(waited 3 s at most\)\n {2}Last health check \(exit code 7\):\n {4}not today\n {2}Last lines of the container's log:\n {4}starting/,
    );
    expect(error.outputs).toMatchObject({ name: inputs["name"], healthcheck: { tests: failing.tests } });

    container.state = { id: error.id, inputs: await container.check(inputs), outputs: error.outputs };
    expect((await container.diff(inputs)).changes).toBe("none");
    expect((await failureOf(container.update(inputs))).reasons[0]).toMatch(/^updating urn:.*healthy state/s);
    await container.destroy();
  });

  it("fails at once when the container ends", async () => {
    const inputs = waiting({
      command: ["sh", "-c", "echo bad settings; exit 4"],
      healthcheck: { ...failing, interval: "30s" },
    });
    const container = new Managed(docker, "container");
    const error = await failureOf(container.create(inputs));
    expect(error.message).toContain("container failed to be in healthy state: it ended with exit code 4");
    expect(error.message).toContain("bad settings");
    expect(error.outputs).toMatchObject({ mustRun: false, exitCode: 4 });
    container.state = { id: error.id, inputs, outputs: error.outputs };
    await container.destroy();
  });

  it("fails with the exit code and the log when the container ends again and again", async () => {
    const inputs = waiting({
      command: ["sh", "-c", "echo bad settings; exit 4"],
      restart: "unless-stopped",
      healthcheck: { ...failing, interval: "30s" },
    });
    const container = new Managed(docker, "container");
    const begin = performance.now();
    const error = await failureOf(container.create(inputs));
    expect(performance.now() - begin).toBeLessThan(25_000);
    expect(error.message).toContain("healthy state: it keeps ending (restarts: 5, last exit code: 4)");
    expect(error.message).toContain("    bad settings");

    container.state = { id: error.id, inputs: await container.check(inputs), outputs: error.outputs };
    const again = await failureOf(container.update(inputs));
    expect(again.message).toMatch(/it keeps ending \(restarts: [6-9], last exit code: 4\)/);
    await container.destroy();
  });

  it("says so, too, when its time is over before it ended that often", async () => {
    const inputs = waiting({
      waitTimeout: 2,
      command: ["false"],
      restart: "unless-stopped",
      healthcheck: { ...failing, interval: "30s" },
    });
    const container = new Managed(docker, "container");
    const error = await failureOf(container.create(inputs));
    expect(error.message).toMatch(/keeps ending \(restarts: \d.*\) \(waited 2 s at most\)/);
    container.state = { id: error.id, inputs: await container.check(inputs), outputs: error.outputs };
    await container.destroy();
  });

  it("is waited for when it ends a few times before it comes up", async () => {
    const inputs = waiting({
      command: ["sh", "-c", "echo x >> /tries; test $(cat /tries | wc -l) -gt 2 || exit 4; sleep 600"],
      restart: "unless-stopped",
    });
    const container = await new Managed(docker, "container").create(inputs);
    const { State: state, RestartCount: restarts } = await daemon.getContainer(container.known.id).inspect();
    expect([state.Health?.Status, restarts]).toEqual(["healthy", 2]);
    await container.destroy();
  });

  it("needs a health check", async () => {
    const { healthcheck: _, ...inputs } = waiting();
    const container = new Managed(docker, "container");
    const error = await failureOf(container.create(inputs));
    expect(error.message).toContain("the container does not have a healthcheck defined");
    container.state = { id: error.id, inputs, outputs: error.outputs };
    await container.destroy();
  });

  it("is started and waited for again by an update", async () => {
    const inputs = waiting();
    const container = await new Managed(docker, "container").create(inputs);
    await daemon.getContainer(container.known.id).stop({ t: 0 });
    await container.refresh();
    await container.update(inputs);
    expect((await daemon.getContainer(container.known.id).inspect()).State.Health?.Status).toBe("healthy");
    expect(container.outputs).toMatchObject({ mustRun: true, exitCode: null });
    await container.destroy();
  });

  it("stops waiting when the provider is cancelled or its time is over", async () => {
    const cancelled = await configured();
    const inputs = waiting({ healthcheck: { ...failing, retries: 1000 } });
    const container = new Managed(cancelled, "container");
    const creation = failureOf(container.create(inputs));
    await cancelled.cancel();
    const error = await creation;
    expect(error.message).toContain("cancelled");
    container.state = { id: error.id, inputs, outputs: error.outputs };
    await container.destroy();

    const hurried = new Managed(docker, "container");
    const late = await failureOf(hurried.create(waiting({ healthcheck: { ...failing, retries: 1000 } }), 1));
    expect(late.outputs["__meta"]).toContain('"create":1000000000');
    hurried.state = { id: late.id, inputs, outputs: late.outputs };
    await hurried.destroy();
  });
});
