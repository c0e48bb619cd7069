import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { buildImage, createVolume, type RunningContainer, removeAll, runContainer } from "./docker.ts";
import { runCommand } from "./mongodb-wire.ts";

const ASK_METRICS =
  "exec 3<>/dev/tcp/127.0.0.1/9404 && printf 'GET /metrics HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3";

let volume: string;
let store: RunningContainer;

beforeAll(async () => {
  const image = await buildImage("document-store");
  volume = await createVolume();
  store = await runContainer({ image, volume, publish: 27017, memory: 384 });
  await store.healthy();
});
afterAll(() => removeAll({ containers: [store], volume }));

const ask = async (command: Parameters<typeof runCommand>[1]) =>
  (await runCommand(await store.port(), command)).toString("latin1");

describe("the document store", () => {
  it("says that it is a version which drivers of today accept", async () => {
    const answer = await ask({ isMaster: 1 });
    expect(answer).toContain("maxWireVersion\0\x15\0\0\0");
    expect(await ask({ buildInfo: 1 })).toContain("7.0.0");
  });

  it("keeps documents and unique indexes over a stop and over a kill", async () => {
    const index = { name: "nctId", key: { nctId: 1 }, unique: 1 };
    await ask({ createIndexes: "trials", indexes: [index] });
    await ask({ insert: "trials", documents: [{ _id: "one", nctId: "NCT00000001" }] });
    await store.container.stop();
    expect((await store.container.inspect()).State.ExitCode).toBe(143);
    for (const end of ["start", "kill"] as const) {
      if (end === "kill") await store.container.kill();
      await store.container.start();
      await store.healthy();
      expect(await ask({ find: "trials", filter: { _id: "one" } })).toContain("NCT00000001");
      const again = await ask({ insert: "trials", documents: [{ _id: "two", nctId: "NCT00000001" }] });
      expect(again).toContain("E11000");
    }
  });

  it("tells Prometheus of its heap and of its file", async () => {
    const told = (await store.execute("bash", "-c", ASK_METRICS)).output;
    expect(told).toMatch(/^document_store_file_bytes [1-9]/m);
    expect(told).toMatch(/^jvm_memory_pool_collection_max_bytes\{pool="Tenured Gen"\} [1-9]/m);
  });

  it("stays quiet about health checks", async () => {
    await store.healthy();
    const logs = await vi.waitFor(() => store.logs());
    expect(logs).toContain("started MongoServer");
    expect(logs).not.toMatch(/ connected|exception/i);
  });
});
