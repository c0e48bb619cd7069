import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { accessToken, TOKEN_KEY, TOKEN_KEY_ID } from "./access-token.ts";
import { buildImage, createVolume, type RunningContainer, removeAll, runContainer } from "./docker.ts";

let image: string;
let volume: string;
let modelId: string | undefined;
const containers: RunningContainer[] = [];

async function run(command: "train" | "serve", settings: { [name: string]: string } = {}) {
  const container = await runContainer({
    image,
    command: ["python3", "-m", "planet", command],
    environment: settings,
    memory: command === "train" ? 512 : 192,
    ...(settings["MODEL_FOLDER"] === undefined && { volume, volumePath: "/models" }),
    ...(command === "serve" && { publish: 8080 }),
  });
  containers.push(container);
  return container;
}

async function serve(settings: { [name: string]: string } = {}): Promise<string> {
  const service = await run("serve", { JWT_KEY: TOKEN_KEY, JWT_KEY_ID: TOKEN_KEY_ID, ...settings });
  const url = `http://127.0.0.1:${await service.port()}`;
  await vi.waitFor(async () => expect((await fetch(`${url}/health/live`)).status).toBe(200), 60_000);
  return url;
}

function predict(url: string, token = accessToken()): Promise<Response> {
  const arm = {
    title: "Pembrolizumab in advanced lung cancer",
    label: "Pembrolizumab",
    interventions: ["Drug: Pembrolizumab"],
    conditions: ["Non-small Cell Lung Cancer"],
    phases: ["PHASE3"],
  };
  return fetch(`${url}/v1/predictions/safety`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ arm }),
  });
}

beforeAll(async () => {
  image = await buildImage("planet");
  volume = await createVolume();
});
afterAll(() => removeAll({ containers, volume }));

describe("the prediction service", () => {
  it("answers from the model that its training job has left on the volume", async () => {
    const job = await run("train");
    expect(await job.ended()).toBe(0);
    const log = await job.logs();
    expect(log).toMatch(/safety, temporal: .*auroc 0\.8/);
    modelId = /written: model ([0-9a-f]{16})/.exec(log)?.[1];

    const url = await serve();
    expect(await (await fetch(`${url}/health/ready`)).json()).toMatchObject({ status: "up" });
    const response = await predict(url);
    expect(response.status).toBe(200);
    const answer = (await response.json()) as { probability: number };
    expect(answer).toMatchObject({ modelId, dataDate: "2026-03-13", evidence: "sufficient" });
    expect(answer.probability).toBeGreaterThan(0.5);
    expect((await predict(url, accessToken("k".repeat(32)))).status).toBe(401);
  });

  it("leaves the same model when the job runs again", async () => {
    const again = await run("train");
    expect(await again.ended()).toBe(0);
    expect(/written: model ([0-9a-f]{16})/.exec(await again.logs())?.[1]).toBe(modelId);
  });

  it("is not ready without a model and says so", async () => {
    const url = await serve({ MODEL_FOLDER: "/tmp/none" });
    expect((await fetch(`${url}/health/ready`)).status).toBe(503);
    const response = await predict(url);
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    expect(await response.json()).toMatchObject({ type: "/problems/model-not-loaded" });
  });

  it("stops in good order when it is told to", async () => {
    const service = containers.at(-1);
    await service?.container.stop({ t: 15 });
    expect(await service?.ended()).toBe(0);
  });
});
