import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { nctId, trialRow } from "../rows.ts";
import { Service } from "../service.ts";
import { withCache, withDatabase } from "../stores.ts";

const service = new Service();
const day = (date: string) => ({ date, precision: "day" });

beforeAll(async () => {
  await service.put("trials", [
    trialRow(1, { startDate: day("2019-01-01"), briefTitle: "Aspirin in Asthma" }),
    trialRow(2, { startDate: day("2020-06-15"), conditions: ["Asthma"], phases: ["PHASE1", "PHASE2"] }),
    trialRow(3, { phases: [], overallStatus: "RECRUITING", hasResults: true, lastUpdateDate: "2021-01-01" }),
    trialRow(4, {
      startDate: day("2021-12-31"),
      studyType: "OBSERVATIONAL",
      phases: ["NA"],
      sponsor: { companyId: "beta", name: "Beta", class: "NIH" },
    }),
  ]);
  await service.put("trial_aliases", [{ _id: "NCT00000099", nctId: nctId(1) }]);
});
afterAll(() => service.discard());

interface Page {
  data: { nctId: string }[];
  page: { nextCursor: string | null; total?: number };
}

const list = async (query: string) => (await service.ask(`/v1/trials${query}`)).json<Page>();
const numbers = (page: Page) => page.data.map((row) => Number(row.nctId.slice(3)));

describe("GET /v1/trials", () => {
  it.each([
    ["", [1, 2, 3, 4]],
    ["?sort=-nctId", [4, 3, 2, 1]],
    ["?sort=startDate", [3, 1, 2, 4]],
    ["?sort=-startDate", [4, 2, 1, 3]],
    ["?sort=-lastUpdateDate", [3, 4, 2, 1]],
    ["?q=asthm", [1, 2]],
    ["?q=asthma+aspirin", [1]],
    ["?q=nct00000003", [3]],
    ["?condition=asthma", [2]],
    ["?phase=PHASE1", [2]],
    ["?phase=PHASE1&phase=NA", [2, 4]],
    ["?status=RECRUITING", [3]],
    ["?studyType=OBSERVATIONAL", [4]],
    ["?sponsorId=beta", [4]],
    ["?hasResults=true", [3]],
    ["?hasResults=false", [1, 2, 4]],
    ["?startFrom=2020-06-15", [2, 4]],
    ["?startTo=2020-06-15", [1, 2]],
    ["?startFrom=2020-01-01&startTo=2020-12-31", [2]],
    ["?q=aspirin&status=RECRUITING", []],
  ])("answers %s", async (query, expected) => {
    expect(numbers(await list(query))).toEqual(expected);
  });

  it("shows every row once although rows come and go between pages", async () => {
    const first = await list("?limit=2&count=true");
    expect(first.page.total).toBe(4);
    await withDatabase(service.config, (database) =>
      database.collection<{ _id: string }>("trials").deleteOne({ _id: nctId(1) }),
    );
    const second = await list(`?limit=2&cursor=${first.page.nextCursor}`);
    expect(numbers(second)).toEqual([3, 4]);
    expect(second.page.nextCursor).toBeNull();
    await service.put("trials", [trialRow(1)]);
  });
});

describe("GET /v1/trials/{nctId}", () => {
  it("answers with all facts, absent ones as null", async () => {
    const body = (await service.ask(`/v1/trials/${nctId(2)}`)).json<Record<string, unknown>>();
    expect(body).toMatchObject({
      nctId: nctId(2),
      allocation: null,
      interventions: [{ type: "DRUG", name: null }],
    });
    expect(Object.keys(body)).not.toContain("query");
    expect(Object.keys(body)).not.toContain("contentHash");
  });

  it("redirects an obsolete identifier to the present one", async () => {
    const response = await service.ask("/v1/trials/NCT00000099");
    expect([response.statusCode, response.headers.location]).toEqual([301, `/v1/trials/${nctId(1)}`]);
    expect(response.body).toBe("");
  });

  it("answers 404 where there is none and 422 where none can be", async () => {
    expect((await service.ask("/v1/trials/NCT00000077")).statusCode).toBe(404);
    expect((await service.ask("/v1/trials/nct00000001")).statusCode).toBe(422);
  });
});

describe("the cache", () => {
  const rename = (number: number, briefTitle: string) =>
    withDatabase(service.config, (database) =>
      database
        .collection<{ _id: string }>("trials")
        .updateOne({ _id: nctId(number) }, { $set: { briefTitle } }),
    );

  it("answers a list again from memory until the data's generation changes", async () => {
    const before = (await service.ask("/v1/trials?limit=3")).body;
    await rename(2, "Renamed");
    expect((await service.ask("/v1/trials?limit=3")).body).toBe(before);
    const prefix = `ct:${service.config.environment}:v1:`;
    await withCache(service.config, (cache) => cache.incr(`${prefix}gen:trials`));
    expect((await service.ask("/v1/trials?limit=3")).body).toContain("Renamed");
  });

  it("keeps an item under the key of the contract", async () => {
    const { body } = await service.ask(`/v1/trials/${nctId(3)}`);
    const key = `ct:${service.config.environment}:v1:trial:${nctId(3)}`;
    expect(await withCache(service.config, (cache) => cache.get(key))).toBe(body);
  });

  it("may be down: answers come from the document store, only slower", async () => {
    const token = (await service.logIn()).json<{ accessToken: string }>().accessToken;
    const other = new Service({
      MONGODB_DATABASE: service.config.mongodb.database,
      CACHE_URL: "redis://127.0.0.1:1",
    });
    const headers = { authorization: `Bearer ${token}` };
    expect((await other.get("/v1/trials?limit=1", headers)).statusCode).toBe(200);
    expect((await other.get(`/v1/trials/${nctId(4)}`, headers)).statusCode).toBe(200);
    expect(other.logText).toContain("the cache is down");
    await other.app.close();
  });
});
