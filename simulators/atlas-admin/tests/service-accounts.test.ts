import { describe, expect, it } from "vitest";
import { callerOf, replyOf, start } from "./atlas-caller.ts";

const VERSION = "2024-08-05";
const account = { name: "deploy", description: "d", secretExpiresAfterHours: 8 };

async function tokenOf(url: string, clientId: unknown, secret: unknown): Promise<string | undefined> {
  const headers = { Authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}` };
  const body = new URLSearchParams({ grant_type: "client_credentials" });
  const reply = await replyOf(await fetch(`${url}/api/oauth/token`, { method: "POST", headers, body }));
  return reply.body["access_token"] as string | undefined;
}

type Secrets = { id: string; secret?: string; maskedSecretValue: string }[];

describe("a service account", () => {
  it.each(["organisation", "project"])(
    "of a %s is made with a secret that is shown once, changed and removed",
    async (home) => {
      const { atlas, call, groupId } = await start();
      const isProject = home === "project";
      const accounts = isProject
        ? `/groups/${groupId}/serviceAccounts`
        : `/orgs/${atlas.organisationId}/serviceAccounts`;
      const roles = [isProject ? "GROUP_READ_ONLY" : "ORG_READ_ONLY"];
      const created = await call("POST", accounts, VERSION, { ...account, roles });
      expect(created).toMatchObject({
        status: 201,
        body: { clientId: expect.stringMatching(/^mdb_sa_id_[0-9a-f]{24}$/), roles },
      });
      const { clientId } = created.body;
      const [{ secret } = { secret: "" }] = created.body["secrets"] as Secrets;
      const read = await call("GET", `${accounts}/${clientId}`, VERSION);
      expect(JSON.stringify(read.body)).not.toContain(secret);
      const token = await tokenOf(atlas.url, clientId, secret);
      const look = callerOf(atlas.url, `Bearer ${token}`);
      expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(200);
      expect((await look("PATCH", `/groups/${groupId}`, "2023-01-01", { name: "x" })).status).toBe(403);
      const raised = isProject ? "GROUP_OWNER" : "ORG_OWNER";
      await call("PATCH", `${accounts}/${clientId}`, VERSION, { roles: [raised], name: "renamed" });
      expect((await look("PATCH", `/groups/${groupId}`, "2023-01-01", { name: "x" })).status).toBe(200);
      const list = (await call("GET", accounts, VERSION)).body["results"] as { name: string }[];
      expect(list.map(({ name }) => name)).toContain("renamed");
      expect((await call("DELETE", `${accounts}/${clientId}`, VERSION)).status).toBe(204);
      expect((await look("GET", `/groups/${groupId}`, "2023-01-01")).status).toBe(401);
      expect((await call("GET", `${accounts}/${clientId}`, VERSION)).body["errorCode"]).toBe(
        "SERVICE_ACCOUNT_NOT_FOUND",
      );
    },
  );

  it("changes its secret without a gap: two overlap, and each ends", async () => {
    const { atlas, call, groupId } = await start();
    const accounts = `/groups/${groupId}/serviceAccounts`;
    const created = await call("POST", accounts, VERSION, { ...account, roles: ["GROUP_OWNER"] });
    const { clientId } = created.body;
    const [first] = created.body["secrets"] as Secrets;
    const secrets = `${accounts}/${clientId}/secrets`;
    await atlas.clock.advance(7 * 3_600_000);
    const second = await call("POST", secrets, VERSION, { secretExpiresAfterHours: 8 });
    expect(second).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^mdb_sa_sk_/) } });
    expect((await call("POST", secrets, VERSION, { secretExpiresAfterHours: 8 })).body["errorCode"]).toBe(
      "SERVICE_ACCOUNT_SECRETS_LIMIT",
    );
    for (const secret of [first?.secret, second.body["secret"]])
      expect(await tokenOf(atlas.url, clientId, secret)).toBeDefined();
    await atlas.clock.advance(2 * 3_600_000);
    expect(await tokenOf(atlas.url, clientId, first?.secret)).toBeUndefined();
    expect(await tokenOf(atlas.url, clientId, second.body["secret"])).toBeDefined();
    expect((await call("DELETE", `${secrets}/${first?.id}`, VERSION)).status).toBe(204);
    expect((await call("DELETE", `${secrets}/${first?.id}`, VERSION)).status).toBe(404);
  });

  it("of the organisation is invited to a project, and taken out again", async () => {
    const { atlas, call, groupId } = await start();
    const accounts = `/orgs/${atlas.organisationId}/serviceAccounts`;
    const created = await call("POST", accounts, VERSION, { ...account, roles: ["ORG_MEMBER"] });
    const { clientId } = created.body;
    const [entry] = created.body["secrets"] as Secrets;
    const look = callerOf(atlas.url, `Bearer ${await tokenOf(atlas.url, clientId, entry?.secret)}`);
    const read = () => look("GET", `/groups/${groupId}`, "2023-01-01");
    expect((await read()).body["errorCode"]).toBe("USER_UNAUTHORIZED");
    const invite = `/groups/${groupId}/serviceAccounts/${clientId}:invite`;
    expect((await call("POST", invite, VERSION, { roles: ["GROUP_READ_ONLY"] })).body["roles"]).toEqual([
      "GROUP_READ_ONLY",
    ]);
    expect((await read()).status).toBe(200);
    await call("DELETE", `/groups/${groupId}/serviceAccounts/${clientId}`, VERSION);
    expect((await read()).status).toBe(401);
    expect((await call("GET", `${accounts}/${clientId}`, VERSION)).body["roles"]).toEqual(["ORG_MEMBER"]);
    const nobody = `/groups/${groupId}/serviceAccounts/nobody:invite`;
    expect((await call("POST", nobody, VERSION, { roles: ["GROUP_READ_ONLY"] })).body["errorCode"]).toBe(
      "SERVICE_ACCOUNT_NOT_FOUND",
    );
  });

  it("has roles of its home only", async () => {
    const { atlas, call } = await start();
    const accounts = `/orgs/${atlas.organisationId}/serviceAccounts`;
    const wrong = await call("POST", accounts, VERSION, { ...account, roles: ["GROUP_OWNER"] });
    expect(wrong.body["errorCode"]).toBe("INVALID_ENUM_VALUE");
    expect((await call("GET", `/orgs/${"1".repeat(24)}/serviceAccounts`, VERSION)).body["errorCode"]).toBe(
      "USER_UNAUTHORIZED",
    );
  });
});
