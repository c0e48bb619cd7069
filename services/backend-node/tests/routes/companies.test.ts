import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { companyRow, nctId, trialRow } from "../rows.ts";
import { Service } from "../service.ts";

const service = new Service();

beforeAll(async () => {
  const beta = { companyId: "beta", name: "Beta", class: "NIH" };
  await service.put("companies", [
    companyRow("acme", { name: "Acme Pharma", trialCount: 3 }),
    companyRow("beta", { name: "Bêta Institute", class: "NIH", trialCount: 2 }),
    companyRow("gamma", { name: "gamma (pharma)", trialCount: 2 }),
  ]);
  await service.put("trials", [
    trialRow(1, { collaborators: [beta] }),
    trialRow(2, { sponsor: beta }),
    trialRow(3),
  ]);
});
afterAll(() => service.discard());

interface Page {
  data: { companyId?: string; nctId?: string }[];
  page: { limit: number; nextCursor: string | null; total?: number };
}

const ids = (page: Page) => page.data.map((row) => row.companyId ?? row.nctId);
const list = async (query: string) => (await service.ask(`/v1/companies${query}`)).json<Page>();

describe("GET /v1/companies", () => {
  it.each([
    ["", ["acme", "beta", "gamma"]],
    ["?sort=-name", ["gamma", "beta", "acme"]],
    ["?sort=-trialCount", ["acme", "gamma", "beta"]],
    ["?q=PHARMA", ["acme", "gamma"]],
    ["?q=beta+inst", ["beta"]],
    ["?q=pharma.*", ["acme", "gamma"]],
    ["?q=harma", []],
    ["?class=NIH", ["beta"]],
    ["?class=NIH&class=FED", ["beta"]],
  ])("answers %s", async (query, expected) => {
    expect(ids(await list(query))).toEqual(expected);
  });

  it("tells the total only to those who ask", async () => {
    expect((await list("?limit=1")).page.total).toBeUndefined();
    expect((await list("?limit=1&count=true")).page.total).toBe(3);
  });

  it("goes on where the page before ended, through equal values too", async () => {
    const first = await list("?sort=trialCount&limit=1");
    const second = await list(`?sort=trialCount&limit=1&cursor=${first.page.nextCursor}`);
    const third = await list(`?sort=trialCount&limit=1&cursor=${second.page.nextCursor}`);
    expect([first, second, third].flatMap(ids)).toEqual(["beta", "gamma", "acme"]);
    expect(third.page.nextCursor).toBeNull();
  });

  it("takes no cursor of another order", async () => {
    const { page } = await list("?limit=1");
    const response = await service.ask(`/v1/companies?sort=-name&cursor=${page.nextCursor}`);
    expect(response.statusCode).toBe(422);
    expect(response.json()).toMatchObject({ errors: [{ pointer: "/query/cursor", code: "cursor" }] });
  });
});

describe("GET /v1/companies/{companyId}", () => {
  it("answers with the company, without what is stored for searching", async () => {
    expect((await service.ask("/v1/companies/acme")).json()).toEqual({
      companyId: "acme",
      name: "Acme Pharma",
      aliases: [],
      class: "INDUSTRY",
      trialCount: 3,
      leadTrialCount: 1,
      collaboratorTrialCount: 0,
    });
  });

  it("answers 404 where there is none and 422 where none can be", async () => {
    expect((await service.ask("/v1/companies/nobody")).statusCode).toBe(404);
    expect((await service.ask("/v1/companies/No_Body")).statusCode).toBe(422);
    expect((await service.ask("/v1/companies/")).statusCode).toBe(404);
  });
});

describe("GET /v1/companies/{companyId}/trials", () => {
  it.each([
    ["", [nctId(1), nctId(2)]],
    ["?role=lead", [nctId(2)]],
    ["?role=collaborator", [nctId(1)]],
  ])("answers %s", async (query, expected) => {
    expect(ids((await service.ask(`/v1/companies/beta/trials${query}`)).json<Page>())).toEqual(expected);
  });

  it("answers 404 for a company that does not exist", async () => {
    expect((await service.ask("/v1/companies/nobody/trials")).statusCode).toBe(404);
  });
});
