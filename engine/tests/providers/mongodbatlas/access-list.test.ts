import { describe, expect, it } from "vitest";
import { PROJECT_ID, refusal } from "./fake-atlas.ts";
import { atlas, ENTRY, expectSettled, stack, useFakeAtlas } from "./fake-atlas-stack.ts";

useFakeAtlas();

describe("an entry of the access list", () => {
  const news = { projectId: PROJECT_ID, cidrBlock: "10.0.0.0/8" };

  it("is made, waited for, found and deleted", async () => {
    atlas.looks = 2;
    const created = await stack.create(ENTRY, { ...news, comment: "ours" });
    expect(created.outputs).toMatchObject({
      cidrBlock: "10.0.0.0/8",
      ipAddress: "",
      awsSecurityGroup: "",
      comment: "ours",
    });
    expect(stack.slept()).toBe(4000);
    await expectSettled(created, { ...news, comment: "ours" });
    expect((await stack.diff(created, { ...news, comment: "theirs" })).replaceKeys).toEqual(["comment"]);
    const limited = await stack.update(created, { ...news, comment: "ours", timeouts: { delete: "5m" } });
    expect(limited.outputs["timeouts"]).toEqual({ delete: "5m" });
    await stack.delete(limited);
    expect(await stack.read(limited)).toBeUndefined();
    await stack.delete(limited);
  });

  it("is given up where it does not show up, and needs something to allow", async () => {
    atlas.looks = 1000;
    await expect(stack.create(ENTRY, news, { timeout: 10 })).rejects.toThrow(
      /error creating Project IP Access List information: GET .*NOT_YET/,
    );
    await expect(stack.create(ENTRY, { projectId: PROJECT_ID })).rejects.toThrow(
      "validation error: cidr_block, ip_address or aws_security_group needs to contain a value",
    );
  });

  it("is imported by project and entry", async () => {
    await stack.create(ENTRY, { projectId: PROJECT_ID, ipAddress: "192.0.2.1" });
    const read = await stack.import(ENTRY, `${PROJECT_ID}-192.0.2.1`);
    expect(read?.inputs).toEqual({ projectId: PROJECT_ID, ipAddress: "192.0.2.1" });
    await expect(stack.import(ENTRY, "nonsense")).rejects.toThrow("import format error");
    atlas.intercept = () => refusal(403, "FORBIDDEN");
    await expect(stack.import(ENTRY, `${PROJECT_ID}-192.0.2.1`)).rejects.toThrow(
      "error getting project ip access list",
    );
    const entry = { type: ENTRY, id: read?.id ?? "", inputs: {}, outputs: read?.outputs ?? {} };
    await expect(stack.delete(entry)).rejects.toThrow("error deleting Project IP Access List information");
  });
});
