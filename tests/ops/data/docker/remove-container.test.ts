import Docker from "dockerode";
import { describe, expect, it } from "vitest";
import { fakeDaemon } from "../../../../engine/tests/providers/docker/fake-daemon.ts";
import { removeContainer } from "../../../../ops/data/docker/remove-container.ts";

/** Removes from a Docker Engine that answers like this. */
async function removed(answers: {
  readonly remove: number;
  readonly wait?: number;
}): Promise<readonly string[]> {
  const asked: string[] = [];
  const { host } = await fakeDaemon(({ method, path }) => {
    asked.push(`${method} ${path.split("/").at(-1)}`);
    const status = method === "DELETE" ? answers.remove : (answers.wait ?? 200);
    return { status, body: status < 300 ? { StatusCode: 137 } : { message: "no" } };
  });
  const { hostname, port } = new URL(host);
  await removeContainer(new Docker({ protocol: "http", host: hostname, port }).getContainer("work"));
  return asked;
}

describe("a container that is removed", () => {
  it.each([204, 404])("is gone when the engine says %i", async (remove) => {
    expect(await removed({ remove })).toEqual(["DELETE work"]);
  });

  it.each([200, 404])(
    "is waited for where somebody else removes it, and the wait ends with %i",
    async (wait) => {
      expect(await removed({ remove: 409, wait })).toEqual(["DELETE work", "POST wait"]);
    },
  );

  it.each([{ remove: 500 }, { remove: 409, wait: 500 }])("fails with the engine: %o", async (answers) => {
    await expect(removed(answers)).rejects.toMatchObject({ statusCode: 500 });
  });
});
