import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type StackOutputs, stackOutputsSchema } from "../../contracts/stack-outputs.ts";
import { Checkout, projectOf, type Ran } from "../checkout.ts";
import { removeLeftovers } from "../leftovers.ts";

const docker = new Docker();
let checkout: Checkout;
let outputs: StackOutputs;
let token = "";

const ours = () => JSON.stringify({ label: [`trials.project=${checkout.project}`, "trials.stack=test"] });
const containers = () => docker.listContainers({ all: true, filters: ours() });
const volumes = async () =>
  (await docker.listVolumes({ filters: ours() })).Volumes.map(({ Name }) => Name).sort();
const networks = async () => (await docker.listNetworks({ filters: ours() })).map(({ Name }) => Name);

beforeAll(async () => {
  checkout = new Checkout(projectOf("e2e"));
  await removeLeftovers({ project: checkout.project, stack: "test" });
  await checkout.settle("test");
});

afterAll(async () => {
  await checkout.infra("destroy", "test", "--with-data", "--yes");
  checkout.remove();
});

function expectSuccess(ran: Ran): Ran {
  expect(ran.code, ran.stderr).toBe(0);
  return ran;
}

async function readOutputs(): Promise<StackOutputs> {
  const ran = expectSuccess(await checkout.infra("outputs", "test", "--json", "--show-secrets"));
  return stackOutputsSchema.parse(JSON.parse(ran.stdout));
}

async function logIn(): Promise<string> {
  const { email, password } = outputs.administrator;
  const response = await fetch(`${outputs.gatewayUrl}/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  expect(response.status).toBe(200);
  const body = (await response.json()) as { accessToken: string };
  return body.accessToken;
}

const get = (path: string) =>
  fetch(`${outputs.gatewayUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });

async function servedBy(requests: number): Promise<{ [backend: string]: number }> {
  const counts: { [backend: string]: number } = {};
  for (let index = 0; index < requests; index += 1) {
    const response = await get("/v1/companies?limit=1");
    expect(response.status).toBe(200);
    await response.arrayBuffer();
    const backend = response.headers.get("x-served-by") ?? "nobody";
    counts[backend] = (counts[backend] ?? 0) + 1;
  }
  return counts;
}

describe("the test environment, for real", () => {
  it("comes up from nothing and says where everything is", async () => {
    const ran = expectSuccess(await checkout.infra("up", "test"));
    expect(ran.stderr.split("\n")[0]).toMatch(/^engine: embedded/);
    expect(ran.stdout).toContain("backend-python");
    expect(ran.stdout).not.toMatch(/password[^ ]*: "[^[]/);
    outputs = await readOutputs();
  });

  it("lets the administrator in and answers through the gateway", async () => {
    token = await logIn();
    const trials = await get("/v1/trials?limit=5&count=true");
    expect(trials.status).toBe(200);
    const page = (await trials.json()) as { data: { nctId: string }[]; page: { total: number } };
    expect(page.data).toHaveLength(5);
    expect(page.page.total).toBe(3889);
    expect((await get(`/v1/trials/${page.data[0]?.nctId}`)).status).toBe(200);
    expect((await fetch(`${outputs.gatewayUrl}/v1/trials`)).status).toBe(401);
  });

  it("splits the clients between both backends, and keeps each with its own", async () => {
    const served = async (client: number) => {
      const headers = { authorization: `Bearer client-${client}` };
      const response = await fetch(`${outputs.gatewayUrl}/v1/companies`, { headers });
      await response.arrayBuffer();
      return response.headers.get("x-served-by");
    };
    const clients = Array.from({ length: 60 }, (_, client) => client);
    const first = await Promise.all(clients.map(served));
    expect([...new Set(first)].sort()).toEqual(["node", "python"]);
    for (const backend of ["node", "python"]) {
      expect(first.filter((name) => name === backend).length).toBeGreaterThan(15);
    }
    expect(await Promise.all(clients.map(served))).toEqual(first);
  });

  it("runs every container hardened", async () => {
    for (const { Id, Names } of await containers()) {
      const { Config, HostConfig } = await docker.getContainer(Id).inspect();
      expect(Config.User, Names[0]).not.toMatch(/^(|0|root)(:|$)/);
      expect(HostConfig.ReadonlyRootfs, Names[0]).toBe(true);
      expect(HostConfig.CapDrop, Names[0]).toEqual(["ALL"]);
      expect(HostConfig.SecurityOpt, Names[0]).toContain("no-new-privileges:true");
      expect(HostConfig.Memory, Names[0]).toBeGreaterThan(0);
      for (const bindings of Object.values(HostConfig.PortBindings ?? {}) as { HostIp: string }[][]) {
        for (const { HostIp } of bindings) expect(HostIp).toBe("127.0.0.1");
      }
    }
  });

  it("has nothing to do the second time", async () => {
    expect(expectSuccess(await checkout.infra("up", "test")).stderr).toContain("no changes");
    expect(expectSuccess(await checkout.infra("refresh", "test")).stdout).toMatch(/^\d+ unchanged/);
  });

  it("is left alone by another checkout of the project", async () => {
    const before = (await containers()).map(({ Id }) => Id).sort();
    const other = new Checkout(checkout.project);
    await other.settle("test");
    const ran = await other.infra("up", "test");
    other.remove();
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(
      `test is up already, and this checkout has no record of it: ${checkout.project}-test-`,
    );
    expect((await containers()).map(({ Id }) => Id).sort()).toEqual(before);
  });

  it("previews a changed setting as the one container it touches, and then does just that", async () => {
    checkout.edit("Pulumi.test.yaml", (text) => text.replace("pythonWeight: 50", "pythonWeight: 100"));
    const plan = JSON.parse(expectSuccess(await checkout.infra("preview", "test", "--json")).stdout) as {
      summary: { [op: string]: number };
      changes: { op: string; urn: string }[];
    };
    const replaced = plan.changes
      .filter(({ op }) => op === "replace")
      .map(({ urn }) => urn.split("::").pop());
    expect(replaced).toEqual(["gateway-service-workload-instruction"]);
    expectSuccess(await checkout.infra("up", "test"));
    outputs = await readOutputs();
    expect(outputs.pythonWeight).toBe(100);
    expect(await servedBy(20)).toEqual({ python: 20 });
  });

  it("rebuilds one image and replaces one container when one source file changes", async () => {
    const images = Object.fromEntries(
      Object.entries(outputs.services).map(([name, { imageId }]) => [name, imageId]),
    );
    checkout.edit("services/backend-python/app/main.py", (text) => `${text}\n# touched\n`);
    const ran = expectSuccess(await checkout.infra("up", "test", "--json"));
    const { changes } = JSON.parse(ran.stdout) as { changes: { [op: string]: number } };
    expect(changes["replace"]).toBe(2);
    outputs = await readOutputs();
    const changed = Object.entries(outputs.services).filter(
      ([name, { imageId }]) => imageId !== images[name],
    );
    expect(changed.map(([name]) => name)).toEqual(["backend-python"]);
    expect(await servedBy(5)).toEqual({ python: 5 });
  });

  it("refuses a wrong setting, names it, and changes nothing", async () => {
    const before = (await containers()).map(({ Id }) => Id).sort();
    checkout.edit("Pulumi.test.yaml", (text) =>
      text.replace("pythonWeight: 100", "pythonWeight: 101\n    colour: red"),
    );
    const ran = await checkout.infra("up", "test");
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain(`${checkout.project}:gateway.pythonWeight`);
    expect(ran.stderr).toContain(`${checkout.project}:gateway.colour`);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect((await containers()).map(({ Id }) => Id).sort()).toEqual(before);
    checkout.edit("Pulumi.test.yaml", (text) =>
      text.replace("pythonWeight: 101\n    colour: red", "pythonWeight: 100"),
    );
  });

  it("keeps the data when it is destroyed, and finds it again", async () => {
    const data = await volumes();
    expect(data).toHaveLength(9);
    expectSuccess(await checkout.infra("destroy", "test", "--yes"));
    expect(await containers()).toEqual([]);
    expect(await volumes()).toEqual(data);
    const { password } = outputs.administrator;
    expectSuccess(await checkout.infra("up", "test"));
    outputs = await readOutputs();
    expect(outputs.administrator.password).toBe(password);
    token = await logIn();
    expect((await get("/v1/companies?limit=1")).status).toBe(200);
  });

  it("leaves nothing behind when its data is destroyed too", async () => {
    expectSuccess(await checkout.infra("destroy", "test", "--with-data", "--yes"));
    expect(await containers()).toEqual([]);
    expect(await volumes()).toEqual([]);
    expect(await networks()).toEqual([]);
  });
});
