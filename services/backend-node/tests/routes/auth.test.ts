import { afterAll, describe, expect, it } from "vitest";
import { Service } from "../service.ts";
import { withDatabase } from "../stores.ts";

const service = new Service();
afterAll(() => service.discard());

const login = (payload: string, type = "application/json") =>
  service.app.inject({
    method: "POST",
    url: "/v1/auth/login",
    payload,
    headers: { "content-type": type },
  });

const codes = (response: Awaited<ReturnType<typeof login>>) =>
  response
    .json<{ errors: { pointer: string; code: string }[] }>()
    .errors.map((e) => `${e.pointer} ${e.code}`);

describe("POST /v1/auth/login", () => {
  it("gives the first administrator a token that says who it is", async () => {
    const response = await service.logIn("ADMIN@example.org");
    expect(response.statusCode).toBe(200);
    const { accessToken, ...rest } = response.json<{ accessToken: string }>();
    expect(rest).toEqual({ tokenType: "Bearer", expiresIn: 900 });
    const me = await service.get("/v1/auth/me", { authorization: `bearer ${accessToken}` });
    expect(me.json()).toMatchObject({ email: "admin@example.org", role: "admin" });
  });

  it("refuses a wrong password and an unknown address alike", async () => {
    const [wrong, unknown] = [
      await service.logIn(undefined, "wrong"),
      await service.logIn("nobody@example.org", "wrong"),
    ];
    expect(wrong.statusCode).toBe(401);
    expect(wrong.headers["www-authenticate"]).toBe("Bearer");
    const { requestId: _one, ...wrongBody } = wrong.json<Record<string, unknown>>();
    const { requestId: _other, ...unknownBody } = unknown.json<Record<string, unknown>>();
    expect(wrongBody).toEqual(unknownBody);
  });

  it("holds back after five failures a minute and forgives them after a success", async () => {
    const guess = () => service.logIn("victim@example.org", "guess");
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt += 1) statuses.push((await guess()).statusCode);
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect(Number((await guess()).headers["retry-after"])).toBeGreaterThan(0);
    expect((await service.logIn()).statusCode).toBe(200);
  });

  it.each([
    ["", ["/body required"]],
    ["{", ["/body json"]],
    ["[]", ["/body type"]],
    ["{}", ["/body/email required", "/body/password required"]],
    [
      '{"email":"x","password":1,"role":"admin"}',
      ["/body/email length", "/body/password type", "/body/role unknown"],
    ],
    ['{"email":"x y@z","password":""}', ["/body/email format", "/body/password length"]],
    [`{"email":"a@b","password":"${"x".repeat(201)}"}`, ["/body/password length"]],
  ])("refuses the body %s", async (payload, expected) => {
    const response = await login(payload);
    expect(response.statusCode).toBe(422);
    expect(codes(response)).toEqual(expected);
  });

  it("takes JSON only, and not too much of it", async () => {
    expect((await login("{}", "text/plain")).statusCode).toBe(415);
    expect((await login("{}", "")).statusCode).toBe(415);
    expect((await login(`"${"x".repeat(70_000)}"`)).statusCode).toBe(413);
  });

  it("lets nobody in while the attempts cannot be counted", async () => {
    const other = new Service({ CACHE_URL: "redis://127.0.0.1:1" });
    const response = await other.logIn();
    expect(response.statusCode).toBe(503);
    expect(response.json()).toMatchObject({ type: "/problems/dependency-down" });
    expect(response.headers["retry-after"]).toBe("5");
    await other.discard();
  });

  it("counts attempts by the caller's address where the proxy in between is trusted", async () => {
    const other = new Service({ TRUSTED_PROXIES: "127.0.0.1" });
    const guessFrom = (address: string) =>
      other.app.inject({
        method: "POST",
        url: "/v1/auth/login",
        headers: { "x-forwarded-for": address },
        payload: { email: "victim@example.org", password: "guess" },
      });
    for (let attempt = 0; attempt < 5; attempt += 1) await guessFrom("192.0.2.1");
    expect((await guessFrom("192.0.2.1")).statusCode).toBe(429);
    expect((await guessFrom("192.0.2.2")).statusCode).toBe(401);
    await other.discard();
  });
});

describe("the first administrator", () => {
  it("gets the password of the environment where the database holds another", async () => {
    const first = new Service();
    expect((await first.logIn()).statusCode).toBe(200);
    const database = { MONGODB_DATABASE: first.config.mongodb.database };
    const second = new Service({ ...database, ADMIN_PASSWORD: "the-second-password" });
    expect((await second.logIn()).statusCode).toBe(200);
    expect((await second.logIn(undefined, "the-first-password")).statusCode).toBe(401);
    await second.app.close();
    await first.discard();
  });

  it("is made as soon as the document store answers, not only at start", async () => {
    const other = new Service({ MONGODB_URL: "mongodb://127.0.0.1:1" });
    expect((await other.logIn()).statusCode).toBe(503);
    expect(other.logText).toContain("the administrator is made once the document store answers");
    await other.app.close();
  });
});

describe("GET /v1/auth/me", () => {
  it.each(["", "Bearer", "Bearer x", "Basic YTpi"])("needs a token, not %j", async (authorization) => {
    const response = await service.get("/v1/auth/me", { authorization });
    expect(response.statusCode).toBe(401);
    expect(response.json()).toMatchObject({ type: "/problems/unauthorized" });
  });

  it("does not know an account that was disabled, nor does login", async () => {
    const other = new Service();
    expect((await other.ask("/v1/auth/me")).statusCode).toBe(200);
    await withDatabase(other.config, (database) =>
      database.collection("users").updateMany({}, { $set: { disabledAt: new Date() } }),
    );
    expect((await other.ask("/v1/auth/me")).statusCode).toBe(401);
    expect((await other.logIn()).statusCode).toBe(401);
    await other.discard();
  });
});
