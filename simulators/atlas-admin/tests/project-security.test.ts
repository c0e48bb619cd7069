import { describe, expect, it } from "vitest";
import { clusterCalls, start } from "./atlas-caller.ts";

const VERSION = "2023-01-01";

describe("auditing", () => {
  it("is off at first, and changed in parts", async () => {
    const { call, groupId } = await start();
    const path = `/groups/${groupId}/auditLog`;
    expect((await call("GET", path, VERSION)).body).toMatchObject({
      enabled: false,
      configurationType: "NONE",
    });
    await call("PATCH", path, VERSION, { enabled: true, auditFilter: "{}" });
    await call("PATCH", path, VERSION, { auditAuthorizationSuccess: true });
    expect((await call("GET", path, VERSION)).body).toEqual({
      enabled: true,
      auditFilter: "{}",
      auditAuthorizationSuccess: true,
      configurationType: "FILTER_JSON",
    });
  });
});

describe("encryption at rest", () => {
  it("takes keys and never tells them", async () => {
    const { call, groupId } = await start();
    const path = `/groups/${groupId}/encryptionAtRest`;
    const off = { enabled: false };
    expect((await call("GET", path, VERSION)).body).toMatchObject({
      awsKms: off,
      azureKeyVault: off,
      googleCloudKms: off,
    });
    const awsKms = {
      enabled: true,
      customerMasterKeyID: "k",
      region: "EU_WEST_1",
      roleId: "r",
      secretAccessKey: "hidden",
    };
    const on = await call("PATCH", path, VERSION, { awsKms, enabledForSearchNodes: true });
    expect(on.body).toMatchObject({
      awsKms: { enabled: true, valid: true, roleId: "r" },
      enabledForSearchNodes: true,
    });
    expect(JSON.stringify(on.body)).not.toContain("hidden");
    await call("PATCH", path, VERSION, { awsKms: off, azureKeyVault: off, googleCloudKms: off });
    expect((await call("GET", path, VERSION)).body["awsKms"]).toEqual(off);
  });
});

describe("a backup compliance policy", () => {
  const policy = {
    authorizedEmail: "backup@example.com",
    authorizedUserFirstName: "A",
    authorizedUserLastName: "B",
    onDemandPolicyItem: {
      frequencyInterval: 1,
      frequencyType: "ondemand",
      retentionUnit: "days",
      retentionValue: 7,
    },
    scheduledPolicyItems: [
      { frequencyInterval: 1, frequencyType: "daily", retentionUnit: "days", retentionValue: 7 },
    ],
  };

  it("makes every cluster keep backups, and stays", async () => {
    const started = await start();
    const { call, groupId } = started;
    const clusters = clusterCalls(started);
    await clusters.ready("main");
    const path = `/groups/${groupId}/backupCompliancePolicy`;
    expect((await call("GET", path, "2023-10-01")).body).toEqual({});
    const strict = await call("PUT", `${path}?overwriteBackupPolicies=false`, "2023-10-01", policy);
    expect(strict.body["errorCode"]).toBe("BACKUP_CONFIG_NOT_FOUND");
    expect((await call("PUT", path, "2023-10-01", policy)).body).toMatchObject({
      state: "ACTIVE",
      updatedUser: policy.authorizedEmail,
      scheduledPolicyItems: [{ id: expect.any(String) }],
      onDemandPolicyItem: { id: expect.any(String) },
    });
    expect((await clusters.get("main")).body["backupEnabled"]).toBe(true);
    expect(
      (await call("PUT", path, "2023-10-01", { ...policy, restoreWindowDays: 3 })).body["restoreWindowDays"],
    ).toBe(3);
    expect((await call("DELETE", path, "2024-11-13")).body["errorCode"]).toBe(
      "BACKUP_POLICIES_NOT_DELETABLE",
    );
  });

  it("that is not there is deleted without a word", async () => {
    const { call, groupId } = await start();
    expect((await call("DELETE", `/groups/${groupId}/backupCompliancePolicy`, "2024-11-13")).status).toBe(
      204,
    );
  });
});

describe("a maintenance window", () => {
  it("is set, deferred and reset", async () => {
    const { call, groupId } = await start();
    const path = `/groups/${groupId}/maintenanceWindow`;
    expect((await call("POST", `${path}/defer`, VERSION)).body["errorCode"]).toBe(
      "MAINTENANCE_NOT_SCHEDULED",
    );
    expect((await call("PATCH", path, VERSION, { hourOfDay: 3 })).body["errorCode"]).toBe(
      "MISSING_ATTRIBUTE",
    );
    expect((await call("PATCH", path, VERSION, { dayOfWeek: 2, hourOfDay: 3 })).value).toEqual({});
    await call("POST", `${path}/defer`, VERSION);
    await call("POST", `${path}/autoDefer`, VERSION);
    await call("PATCH", path, VERSION, { protectedHours: { startHourOfDay: 8, endHourOfDay: 18 } });
    expect((await call("GET", path, VERSION)).body).toMatchObject({
      dayOfWeek: 2,
      hourOfDay: 3,
      numberOfDeferrals: 1,
      autoDeferOnceEnabled: true,
      protectedHours: { startHourOfDay: 8 },
    });
    expect((await call("DELETE", path, VERSION)).status).toBe(204);
    expect((await call("GET", path, VERSION)).body["dayOfWeek"]).toBe(0);
  });
});

describe("an alert configuration", () => {
  it("is made, replaced, toggled and removed", async () => {
    const { call, groupId } = await start();
    const path = `/groups/${groupId}/alertConfigs`;
    const alert = {
      eventTypeName: "OUTSIDE_METRIC_THRESHOLD",
      enabled: true,
      metricThreshold: {
        metricName: "ASSERT_REGULAR",
        operator: "GREATER_THAN",
        threshold: 99,
        units: "RAW",
        mode: "AVERAGE",
      },
      notifications: [{ typeName: "GROUP", intervalMin: 5, emailEnabled: true, roles: ["GROUP_OWNER"] }],
    };
    const { body } = await call("POST", path, VERSION, alert);
    expect(body).toMatchObject({ ...alert, groupId, matchers: [] });
    const one = `${path}/${body["id"]}`;
    const replaced = await call("PUT", one, VERSION, { eventTypeName: "NO_PRIMARY" });
    expect(replaced.body).toMatchObject({
      id: body["id"],
      created: body["created"],
      enabled: false,
      notifications: [],
    });
    expect((await call("PATCH", one, VERSION, { enabled: true })).body["enabled"]).toBe(true);
    expect((await call("GET", path, VERSION)).body["totalCount"]).toBe(1);
    expect((await call("DELETE", one, VERSION)).status).toBe(204);
    expect((await call("GET", one, VERSION)).body["errorCode"]).toBe("ALERT_CONFIG_NOT_FOUND");
  });
});
