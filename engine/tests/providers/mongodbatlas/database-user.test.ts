import { describe, expect, it } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { PROJECT_ID, refusal } from "./fake-atlas.ts";
import { atlas, expectSettled, stack, USER, useFakeAtlas } from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("a database user", () => {
  const news = {
    projectId: PROJECT_ID,
    username: "u/1",
    authDatabaseName: "admin",
    password: new Secret("pw"),
    roles: [{ roleName: "read", databaseName: "db" }],
    scopes: [{ name: "c", type: "CLUSTER" }],
  };

  it("is made, found, changed and deleted, and its password stays secret", async () => {
    const created = await stack.create(USER, news);
    expect(created.outputs).toMatchObject({
      username: "u/1",
      awsIamType: "NONE",
      x509Type: "NONE",
      labels: [],
      roles: [{ roleName: "read", databaseName: "db" }],
      password: new Secret("pw"),
    });
    expect(Buffer.from(created.id.split(":")[0] ?? "", "base64").toString()).toBe("auth_database_name");
    await expectSettled(created, news);

    const described = { ...news, description: "d", labels: [{ key: "k", value: "v" }] };
    const second = await stack.update(created, described);
    expect(atlas.called("PATCH", "/databaseUsers/admin/u%2F1").at(-1)?.body).not.toHaveProperty("password");
    expect(second.outputs).toMatchObject({ description: "d", labels: [{ key: "k", value: "v" }] });
    const third = await stack.update(second, { ...news, password: new Secret("other") });
    expect(atlas.called("PATCH", "/databaseUsers/admin/u%2F1").at(-1)?.body).toMatchObject({
      password: "other",
      description: "",
    });
    expect(third.outputs["password"]).toEqual(new Secret("other"));
    expect(third.outputs).not.toHaveProperty("description");

    await stack.delete(third);
    expect(await stack.read(third)).toBeUndefined();
    await stack.delete(third);
  });

  it("keeps a password that is not recorded out of the state, and sends it by its version", async () => {
    const { password: _, ...rest } = news;
    const secret = { ...rest, passwordWo: new Secret("hidden"), passwordWoVersion: 1 };
    const created = await stack.create(USER, secret);
    expect(created.outputs).not.toHaveProperty("passwordWo");
    expect(created.outputs["passwordWoVersion"]).toBe(1);
    expect(atlas.called("POST", "/databaseUsers").at(-1)?.body).toMatchObject({ password: "hidden" });
    expect((await stack.diff(created, secret)).changes).toBe("none");
    await stack.update(created, { ...secret, description: "d" });
    expect(atlas.called("PATCH", "u%2F1").at(-1)?.body).not.toHaveProperty("password");
    await stack.update(created, { ...secret, passwordWo: new Secret("next"), passwordWoVersion: 2 });
    expect(atlas.called("PATCH", "u%2F1").at(-1)?.body).toMatchObject({ password: "next" });
  });

  it("is replaced under another name, and its roles change in place", async () => {
    const created = await stack.create(USER, news);
    const renamed = await stack.diff(created, { ...news, username: "v" });
    expect(renamed).toMatchObject({ replaceKeys: ["username"], deleteBeforeReplace: false });
    const roles = [
      { roleName: "readWrite", databaseName: "db" },
      { roleName: "read", databaseName: "db" },
    ];
    const diff = await stack.diff(created, { ...news, roles });
    expect(diff.detailedDiff).toEqual({ "roles[0]": { kind: "add", inputDiff: false } });
    const gone = await stack.diff(created, { ...news, scopes: [{ name: "other", type: "CLUSTER" }] });
    expect(gone.detailedDiff).toEqual({ "scopes[0]": { kind: "update", inputDiff: false } });
    expect((await stack.diff(created, { ...news, scopes: [] }, ["scopes"])).changes).toBe("none");
  });

  it("is imported by the ids that people write", async () => {
    await stack.create(USER, news);
    for (const id of [`${PROJECT_ID}-u/1-admin`, `${PROJECT_ID}/u/1/admin`]) {
      const read = await stack.import(USER, id);
      expect(read?.inputs).toMatchObject({ username: "u/1", roles: [{ roleName: "read" }] });
    }
    await expect(stack.import(USER, "nonsense")).rejects.toThrow("import format error");
  });

  it("tells which part failed", async () => {
    const created = await stack.create(USER, news);
    atlas.intercept = () => refusal(400, "BAD", "no", ["x", "y"]);
    await expect(stack.create(USER, news)).rejects.toThrow("error during database user creation: POST");
    await expect(stack.read(created)).rejects.toThrow("error getting database user information: GET");
    await expect(stack.update(created, { ...news, description: "d" })).rejects.toThrow(
      "error during database user update",
    );
    await expect(stack.delete(created)).rejects.toThrow("error when destroying the database user resource");
    expect(stack.told.at(-1)?.message).toMatch(
      /^\[ERROR\] DELETE .*: error when destroying the database user resource$/,
    );
  });
});
