import { readdirSync, readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { AuraWorkspace } from "./aura-workspace.ts";

/** Ids of plugin processes that were started to work with this simulator. */
function pluginsOf(baseUrl: string): string[] {
  return readdirSync("/proc").filter((id) => {
    if (!/^\d+$/.test(id)) return false;
    try {
      const command = readFileSync(`/proc/${id}/cmdline`, "utf8");
      return (
        command.includes("providers/aura/src/main.ts") &&
        readFileSync(`/proc/${id}/environ`, "utf8").includes(`AURA_BASE_URL=${baseUrl}\0`)
      );
    } catch {
      return false;
    }
  });
}

describe("the plugin, named by plugins.providers of Pulumi.yaml", () => {
  let aura: Aura;
  let workspace: AuraWorkspace;
  const instances = () => aura.simulation.state.instances;

  beforeEach(async () => {
    aura = await startAura();
    workspace = new AuraWorkspace(aura.url);
    await workspace.init();
  });
  afterEach(async () => {
    workspace.remove();
    await aura.close();
  });

  it("makes, keeps, exports and deletes an instance; no secret is recorded or shown in clear", async () => {
    workspace.instance();
    expect((await workspace.preview()).text).toContain("+ 2 to create");
    expect(instances()).toEqual([]);
    const { exitCode, text } = await workspace.up();
    expect([exitCode, text]).toEqual([0, expect.stringContaining("2 created")]);
    const [instance] = instances();
    const { id = "", password = "" } = instance ?? {};
    expect(await workspace.outputs()).toEqual({ url: `neo4j+s://${id}.databases.neo4j.io`, password });
    expect(workspace.find("graph")).toMatchObject({ id, outputs: { status: "running", storage: "4GB" } });
    expect(workspace.find("default")?.type).toBe("pulumi:providers:aura");
    for (const secret of [password, "aura-secret"]) {
      expect(workspace.stateText()).not.toContain(secret);
      expect(text).not.toContain(secret);
    }
    expect((await workspace.up(" --expect-no-changes")).exitCode).toBe(0);
    expect((await workspace.run("destroy --yes --skip-preview")).exitCode).toBe(0);
    expect(instances()).toEqual([]);
  });

  it("works with a provider of its own account, whose secret is encrypted even where the program has it in clear", async () => {
    workspace.env["AURA_CLIENT_ID"] = "";
    workspace.env["AURA_CLIENT_SECRET"] = "";
    workspace.env["AURA_TENANT_ID"] = "";
    const [tenant] = aura.simulation.state.tenants;
    const account = {
      clientId: "aura-client",
      clientSecret: "aura-secret",
      tenantId: tenant?.id,
      pollSeconds: 0.02,
    };
    workspace.program(`
      const provider = new aura.Provider("account", ${JSON.stringify(account)});
      const graph = new aura.Instance("graph", { type: "free-db" }, { provider });
      const before = new aura.Snapshot("before", { instanceId: graph.id }, { provider });
      const other = aura.Instance.get("other", graph.id, { provider });
      export const memory = other.memory;
      export const taken = before.status;`);
    const { exitCode, text } = await workspace.up();
    expect([exitCode, text]).toEqual([0, expect.stringContaining("created")]);
    expect(await workspace.outputs()).toEqual({ memory: "1GB", taken: "Completed" });
    expect(workspace.find("account")).toMatchObject({
      inputs: { clientId: "aura-client", pollSeconds: "0.02" },
    });
    expect(workspace.stateText()).not.toContain("aura-secret");
    expect((await workspace.up(" --expect-no-changes")).exitCode).toBe(0);
  });

  it("takes settings of the stack, and encrypts the client secret even where somebody set it in clear", async () => {
    workspace.env["AURA_CLIENT_ID"] = "";
    workspace.env["AURA_CLIENT_SECRET"] = "";
    await workspace.run("config set aura:clientId aura-client");
    await workspace.run("config set --plaintext aura:clientSecret aura-secret");
    await workspace.run("config set aura:colour red");
    workspace.instance();
    expect((await workspace.preview()).text).toContain(
      "is not a setting of the aura provider; there are: clientId",
    );
    await workspace.run("config rm aura:colour");
    const { exitCode } = await workspace.up();
    expect(exitCode).toBe(0);
    expect(workspace.stateText()).not.toContain("aura-secret");
  });

  it("is killed in the middle of a creation: the instance is found again, and not ordered twice", async () => {
    workspace.instance();
    aura.simulation.inject({ kind: "hang", method: "POST", path: "/v1/instances" });
    const update = workspace.startUp();
    await expect.poll(() => instances().length, { timeout: 60_000 }).toBe(1);
    expect(await update.kill()).toBe("SIGKILL");
    await expect.poll(() => pluginsOf(aura.url), { timeout: 20_000 }).toEqual([]);
    const { exitCode, text } = await workspace.up();
    expect(exitCode).not.toBe(0);
    const [orphan] = instances();
    expect(text).toContain(`there is an instance "trials-graph" already (${orphan?.id}`);
    expect(instances()).toHaveLength(1);

    const id = orphan?.id ?? "";
    workspace.instance({ password: "set-in-the-console" }, `{ import: "${id}" }`);
    const adopted = await workspace.up();
    expect([adopted.exitCode, adopted.text]).toEqual([0, expect.stringContaining("imported")]);
    expect(instances()).toHaveLength(1);
    expect((await workspace.outputs())["password"]).toBe("set-in-the-console");
  });
});
