import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { takeSnapshot } from "../../../src/platforms/atlas/snapshot-hook.ts";

let server: Server | undefined;
afterEach(() => server?.close());

/** An Atlas that answers each look at a snapshot with the next of `statuses`, and remembers what it was asked. */
async function hookOn(statuses: string[], { refuses = false } = {}) {
  const asked: string[] = [];
  const made = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.statusCode = refuses ? 401 : 200;
    const isToken = request.url?.endsWith("/oauth/token");
    response.end(
      JSON.stringify(isToken ? { access_token: "token" } : { id: "s1", status: statuses.shift() }),
    );
  });
  server = made;
  await new Promise<void>((resolve) => made.listen(0, "127.0.0.1", resolve));
  const baseUrl = `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
  const clientSecret = pulumi.secret("secret");
  const before = {
    projectId: "p1",
    name: "documents",
    diskSizeGb: 40,
    tags: { a: "1" },
    terminationProtectionEnabled: false,
  };
  const change = (after: typeof before) =>
    takeSnapshot({ baseUrl, clientId: "client", clientSecret }, { before, after });
  return { asked, change, before };
}

describe("the data snapshot before a change of the cluster", () => {
  it("is asked for, and waited for", async () => {
    const { asked, change, before } = await hookOn(["queued", "inProgress", "completed"]);
    await change({ ...before, diskSizeGb: 80 });
    expect(asked).toEqual([
      "POST /api/oauth/token",
      "POST /api/atlas/v2/groups/p1/clusters/documents/backup/snapshots",
      "GET /api/atlas/v2/groups/p1/clusters/documents/backup/snapshots/s1",
      "GET /api/atlas/v2/groups/p1/clusters/documents/backup/snapshots/s1",
    ]);
  });

  it("is not taken for what cannot hurt the data", async () => {
    const { asked, change, before } = await hookOn([]);
    await change({ ...before, tags: { a: "2" }, terminationProtectionEnabled: true });
    expect(asked).toEqual([]);
  });

  it("stops the change when it fails", async () => {
    const { change, before } = await hookOn(["queued", "failed"]);
    await expect(change({ ...before, diskSizeGb: 80 })).rejects.toThrow(
      "the data snapshot s1 before the change is failed; the cluster was not changed",
    );
  });

  it("stops the change when Atlas lets nobody in, and tells no secret", async () => {
    const { change, before } = await hookOn([], { refuses: true });
    await expect(change({ ...before, diskSizeGb: 80 })).rejects.toThrow(
      "no data snapshot before the change: Atlas answered 401 to /api/oauth/token",
    );
  });
});
