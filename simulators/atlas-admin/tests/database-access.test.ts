import { describe, expect, it } from "vitest";
import { start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";

describe("a database user", () => {
  const user = {
    username: "backend",
    databaseName: "admin",
    password: "a-password",
    roles: [{ roleName: "readWrite", databaseName: "trials" }],
    scopes: [{ name: "main", type: "CLUSTER" }],
  };

  it("is made, read, changed and removed, and nothing ever tells its password", async () => {
    const { call, groupId } = await start();
    const users = `/groups/${groupId}/databaseUsers`;
    const { password, ...rest } = user;
    const replies = [
      await call("POST", users, VERSION, { ...user, groupId }),
      await call("GET", `${users}/admin/backend`, VERSION),
      await call("PATCH", `${users}/admin/backend`, VERSION, {
        ...user,
        password: "another-one",
        description: "d",
      }),
      await call("GET", users, VERSION),
    ];
    expect(replies.map(({ status }) => status)).toEqual([201, 200, 200, 200]);
    expect(replies[1]?.body).toMatchObject({ ...rest, groupId, awsIAMType: "NONE", x509Type: "NONE" });
    expect(replies[2]?.body["description"]).toBe("d");
    for (const reply of replies) expect(JSON.stringify(reply.value)).not.toMatch(/password|another-one/);
    expect(password).toBe("a-password");
    expect((await call("DELETE", `${users}/admin/backend`, VERSION)).status).toBe(204);
    expect((await call("GET", `${users}/admin/backend`, VERSION)).body["errorCode"]).toBe("USER_NOT_FOUND");
  });

  it("has a name of its own and one way to log in", async () => {
    const { call, groupId } = await start();
    const users = `/groups/${groupId}/databaseUsers`;
    await call("POST", users, VERSION, user);
    expect((await call("POST", users, VERSION, user)).body["errorCode"]).toBe("USER_ALREADY_EXISTS");
    const { password: _, ...without } = user;
    expect((await call("POST", users, VERSION, { ...without, username: "b" })).body).toMatchObject({
      errorCode: "MISSING_ATTRIBUTE",
      parameters: ["password"],
    });
    const certificate = { ...without, username: "CN=c", x509Type: "MANAGED" };
    expect((await call("POST", users, VERSION, certificate)).body["errorCode"]).toBe("VALIDATION_ERROR");
    const external = await call("POST", users, VERSION, { ...certificate, databaseName: "$external" });
    expect(external.status).toBe(201);
    expect((await call("GET", `${users}/$external/CN%3Dc`, VERSION)).body["x509Type"]).toBe("MANAGED");
  });
});

describe("a custom role", () => {
  it("shows up a while after it was accepted, and stays while somebody has it", async () => {
    const { atlas, call, groupId } = await start();
    const roles = `/groups/${groupId}/customDBRoles/roles`;
    const role = {
      roleName: "reader",
      actions: [{ action: "FIND", resources: [{ db: "trials", collection: "" }] }],
    };
    expect((await call("POST", roles, VERSION, role)).status).toBe(202);
    expect((await call("GET", `${roles}/reader`, VERSION)).body["errorCode"]).toBe(
      "ATLAS_CUSTOM_ROLE_NOT_FOUND",
    );
    expect((await call("POST", roles, VERSION, role)).body["errorCode"]).toBe("DUPLICATE_DATABASE_ROLE");
    await atlas.clock.settle();
    expect((await call("GET", roles, VERSION)).value).toMatchObject([{ ...role, inheritedRoles: [] }]);
    const inheritedRoles = [{ db: "trials", role: "read" }];
    expect((await call("PATCH", `${roles}/reader`, VERSION, { inheritedRoles })).body).toEqual({
      ...role,
      inheritedRoles,
    });
    const user = {
      username: "u",
      databaseName: "admin",
      password: "12345678",
      roles: [{ roleName: "reader", databaseName: "admin" }],
    };
    await call("POST", `/groups/${groupId}/databaseUsers`, VERSION, user);
    expect((await call("DELETE", `${roles}/reader`, VERSION)).body["errorCode"]).toBe("CUSTOM_ROLE_IN_USE");
    await call("DELETE", `/groups/${groupId}/databaseUsers/admin/u`, VERSION);
    expect((await call("DELETE", `${roles}/reader`, VERSION)).status).toBe(204);
    expect((await call("GET", `${roles}/reader`, VERSION)).status).toBe(404);
  });
});

describe("an entry of the access list", () => {
  it.each([
    [{ cidrBlock: "10.0.0.0/8", comment: "offices" }, "10.0.0.0%2F8", { cidrBlock: "10.0.0.0/8" }],
    [{ ipAddress: "192.0.2.1" }, "192.0.2.1", { ipAddress: "192.0.2.1", cidrBlock: "192.0.2.1/32" }],
    [{ ipAddress: "2001:db8::1" }, "2001%3Adb8%3A%3A1", { cidrBlock: "2001:db8::1/128" }],
    [{ awsSecurityGroup: "sg-0a1b" }, "sg-0a1b", { awsSecurityGroup: "sg-0a1b" }],
  ])("%j shows up a while after it was accepted", async (entry, value, shown) => {
    const { atlas, call, groupId } = await start();
    const list = `/groups/${groupId}/accessList`;
    expect((await call("POST", list, VERSION, [entry])).body["totalCount"]).toBe(1);
    expect((await call("GET", `${list}/${value}`, VERSION)).status).toBe(404);
    expect((await call("GET", list, VERSION)).body["totalCount"]).toBe(0);
    expect((await call("GET", `${list}/${value}/status`, VERSION)).body["STATUS"]).toBe("PENDING");
    await atlas.clock.settle();
    expect((await call("GET", `${list}/${value}`, VERSION)).body).toMatchObject({ ...shown, groupId });
    await call("POST", list, VERSION, [{ ...entry, comment: "changed" }]);
    expect((await call("GET", `${list}/${value}`, VERSION)).body["comment"]).toBe("changed");
    expect((await call("DELETE", `${list}/${value}`, VERSION)).status).toBe(204);
    expect((await call("DELETE", `${list}/${value}`, VERSION)).body["errorCode"]).toBe(
      "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND",
    );
  });

  it.each([
    [{}],
    [{ cidrBlock: "10.0.0.0/33" }],
    [{ cidrBlock: "10.0.0.0" }],
    [{ ipAddress: "1" }],
    [{ ipAddress: "192.0.2.1", cidrBlock: "10.0.0.0/8" }],
  ])("is refused as %j", async (entry) => {
    const { call, groupId } = await start();
    expect((await call("POST", `/groups/${groupId}/accessList`, VERSION, [entry])).body["errorCode"]).toBe(
      "VALIDATION_ERROR",
    );
  });

  it("of one address is also found as a network", async () => {
    const { atlas, call, groupId } = await start();
    await call("POST", `/groups/${groupId}/accessList`, VERSION, [{ ipAddress: "192.0.2.1" }]);
    await atlas.clock.settle();
    expect((await call("GET", `/groups/${groupId}/accessList/192.0.2.1%2F32`, VERSION)).status).toBe(200);
  });
});
