import { afterAll, describe, expect, it } from "vitest";
import { trialRow } from "./rows.ts";
import { Service } from "./service.ts";

const service = new Service({ LOG_LEVEL: "debug" });
afterAll(() => service.discard());

describe("every answer", () => {
  it("says who served it and is not stored on the way", async () => {
    const { headers } = await service.get("/health/live");
    expect(headers).toMatchObject({ "x-served-by": "node", "cache-control": "no-store" });
  });

  it("carries the identifier of its request, a new one where the given one is unfit", async () => {
    expect((await service.get("/nope", { "x-request-id": "abc-1" })).json()).toMatchObject({
      requestId: "abc-1",
    });
    const { headers } = await service.get("/health/live", { "x-request-id": "a b" });
    expect(headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("is problem+json where it is no success", async () => {
    const response = await service.get("/nope?secret=1");
    expect(response.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(response.json()).toMatchObject({ type: "/problems/not-found", status: 404, instance: "/nope" });
  });

  it.each(["/v1/trials/%ZZ", "/v1/trials/a%2Fb"])("refuses the unreadable address %s", async (url) => {
    const response = await service.get(url);
    expect(response.statusCode).toBe(400);
    expect(response.headers["x-served-by"]).toBe("node");
  });
});

describe("faults", () => {
  it("of the document store are answered 503", async () => {
    const token = (await service.logIn()).json<{ accessToken: string }>().accessToken;
    const other = new Service({ MONGODB_URL: "mongodb://127.0.0.1:1" });
    const response = await other.get("/v1/companies", { authorization: `Bearer ${token}` });
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ type: "/problems/dependency-down" });
    await other.app.close();
  });

  it("of our own are answered 500 without their details, which the log has", async () => {
    await service.put("trials", [trialRow(1, { query: null }), trialRow(2, { query: null })]);
    const response = await service.ask("/v1/trials?sort=startDate&limit=1");
    expect(response.statusCode).toBe(500);
    expect(response.json()).toMatchObject({ type: "/problems/internal" });
    expect(response.body).not.toContain("TypeError");
    expect(service.logText).toContain("TypeError");
  });
});

describe("the log", () => {
  it("has one line a request, without query and secrets", async () => {
    await service.get("/v1/trials?q=private", {
      "x-request-id": "logged-1",
      authorization: "Bearer abc.def",
    });
    await service.logIn(undefined, "guess-in-the-log");
    const lines = service.log.filter((line) => line["requestId"] === "logged-1");
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      level: "info",
      service: "backend-node",
      message: "request",
      method: "GET",
      path: "/v1/trials",
      status: 401,
      durationMs: expect.any(Number),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    for (const secret of ["private", "abc.def", "guess-in-the-log", service.config.jwt.key]) {
      expect(service.logText).not.toContain(secret);
    }
  });

  it("keeps health checks at debug", async () => {
    await service.get("/health/live", { "x-request-id": "health-1" });
    expect(service.log.find((line) => line["requestId"] === "health-1")).toMatchObject({ level: "debug" });
  });
});

describe("GET /openapi.json", () => {
  it("describes every operation with its parameters and answers", async () => {
    const document = (await service.get("/openapi.json")).json<{
      paths: Record<string, Record<string, { parameters?: { name: string }[]; responses: object }>>;
    }>();
    expect(Object.keys(document.paths)).toEqual([
      "/health/live",
      "/health/ready",
      "/v1/auth/login",
      "/v1/auth/me",
      "/v1/companies",
      "/v1/companies/{companyId}",
      "/v1/companies/{companyId}/trials",
      "/v1/trials",
      "/v1/trials/{nctId}",
    ]);
    const get = document.paths["/v1/trials/{nctId}"]?.["get"];
    expect(get?.parameters?.map(({ name }) => name)).toEqual(["nctId"]);
    expect(Object.keys(get?.responses ?? {})).toEqual(["200", "301", "401", "404", "422", "503"]);
  });
});
