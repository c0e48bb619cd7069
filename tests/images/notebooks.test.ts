import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildImage, createVolume, type RunningContainer, removeAll, runContainer } from "./docker.ts";

const TOKEN = "a-token-for-tests-0123456789";

let image: string;
let volume: string;
let server: RunningContainer;
let url: string;
const containers: RunningContainer[] = [];

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`${url}/notebooks${path}`, {
    ...init,
    headers: { authorization: `token ${TOKEN}`, "content-type": "application/json" },
  });

beforeAll(async () => {
  image = await buildImage("notebooks");
  volume = await createVolume();
  server = await runContainer({
    image,
    volume,
    environment: { JUPYTER_TOKEN: TOKEN },
    publish: 8888,
    memory: 512,
  });
  containers.push(server);
  url = `http://127.0.0.1:${await server.port()}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/notebooks/api`)).status).toBe(200), 120_000);
});
afterAll(() => removeAll({ containers, volume }));

describe("the notebook server", () => {
  it("lets nobody in without the token", async () => {
    expect((await fetch(`${url}/notebooks/api/contents`)).status).toBe(403);
    const page = await fetch(`${url}/notebooks/lab`, { redirect: "manual" });
    expect([page.status, page.headers.get("location")]).toEqual([
      302,
      "/notebooks/login?next=%2Fnotebooks%2Flab",
    ]);
  });

  it("shows the lab and the exploration notebook, and starts a kernel for it", async () => {
    expect((await ask("/lab")).status).toBe(200);
    const contents = (await (await ask("/api/contents")).json()) as { content: { name: string }[] };
    expect(contents.content.map(({ name }) => name)).toEqual(["exploration.ipynb"]);
    expect((await ask("/api/kernels", { method: "POST", body: "{}" })).status).toBe(201);
    const save = { type: "file", format: "text", content: "x" };
    expect((await ask("/api/contents/mine.txt", { method: "PUT", body: JSON.stringify(save) })).status).toBe(
      201,
    );
    expect((await ask("/api/terminals")).status).toBe(404);
  });

  it("tells its token in no log and no command", async () => {
    await fetch(`${url}/notebooks/lab?token=${TOKEN}`);
    expect(await server.logs()).not.toContain(TOKEN);
    const commands = await server.execute("bash", "-c", "cat /proc/[0-9]*/cmdline | tr '\\0' ' '");
    expect(commands.output).toContain("jupyter-lab");
    expect(commands.output).not.toContain(TOKEN);
  });

  it("stops in good order when it is told to", async () => {
    await server.container.stop({ t: 15 });
    expect(await server.ended()).toBe(0);
  });

  it("does not start without a token", async () => {
    const refused = await runContainer({ image, memory: 512 });
    containers.push(refused);
    expect(await refused.ended()).toBe(2);
    expect(await refused.logs()).toContain("set JUPYTER_TOKEN or JUPYTER_TOKEN_FILE");
  });
});
