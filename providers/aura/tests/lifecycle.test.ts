import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { AuraWorkspace } from "./aura-workspace.ts";

describe("an instance of the aura provider", { timeout: 180_000 }, () => {
  let aura: Aura;
  let workspace: AuraWorkspace;
  const only = () => {
    const [instance, ...others] = aura.simulation.state.instances;
    if (instance === undefined || others.length > 0) throw new Error("there is not exactly one instance");
    return instance;
  };

  beforeAll(async () => {
    aura = await startAura();
    workspace = new AuraWorkspace(aura.url);
    await workspace.init();
  });
  afterAll(async () => {
    workspace.remove();
    await aura.close();
  });

  it("is checked against what the tenant is offered before anything is made", async () => {
    workspace.instance({ memory: "3GB" });
    const { exitCode, text } = await workspace.preview();
    expect(exitCode).not.toBe(0);
    expect(text).toContain(
      "the tenant is not offered 3GB with professional-db, 5, gcp, europe-west1; offered: 1GB, 2GB",
    );
    expect(aura.simulation.state.instances).toEqual([]);
  });

  it("is made once, and its password goes into a secret only", async () => {
    workspace.instance();
    expect((await workspace.preview()).text).toContain("+ 2 to create");
    expect(aura.simulation.state.instances).toEqual([]);
    const { exitCode, text } = await workspace.up();
    expect([exitCode, text]).toEqual([0, expect.stringContaining("2 created")]);
    const { id, password, status } = only();
    expect(status).toBe("running");
    expect(await workspace.outputs()).toEqual({ url: `neo4j+s://${id}.databases.neo4j.io`, password });
    expect(workspace.find("graph")).toMatchObject({ id, outputs: { status: "running", storage: "4GB" } });
    expect(workspace.stateText()).not.toContain(password);
    expect(workspace.stateText()).not.toContain("aura-secret");
    expect(text).not.toContain(password);
  });
});
