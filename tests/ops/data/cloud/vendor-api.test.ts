import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { VendorApi } from "../../../../ops/data/cloud/vendor-api.ts";

interface Answer {
  readonly status?: number;
  readonly body?: object;
}

/** What was asked for, with the token that it came with. */
const asked: string[] = [];
let tokens = 0;
let answers: Answer[] = [];

/** Hands out `token-1`, `token-2`, …, and answers everything else as a test says. */
const server = createServer((request, response) => {
  const isLogin = request.url === "/oauth/token";
  const token = request.headers.authorization?.replace("Bearer ", "") ?? "";
  asked.push(isLogin ? "login" : `${request.method} ${request.url} ${token}`);
  const { status = 200, body } = isLogin
    ? { body: { access_token: `token-${++tokens}` } }
    : (answers.shift() ?? {});
  response.writeHead(status, { "content-type": "application/json", "retry-after": "0" });
  response.end(body === undefined ? "" : JSON.stringify(body));
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  asked.length = 0;
  tokens = 0;
  answers = [];
});

function api(baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`) {
  const tokenPath = "oauth/token";
  return new VendorApi({ vendor: "Atlas", baseUrl, tokenPath, clientId: "id", clientSecret: "secret" });
}
const get = { method: "GET", path: "things" } as const;

describe("what is asked of a vendor", () => {
  it("comes with one token, and with another once that is refused", async () => {
    answers = [{ body: { n: 1 } }, { status: 401 }, { body: { n: 2 } }];
    const vendor = api();
    expect([await vendor.call(get), await vendor.call(get)]).toEqual([{ n: 1 }, { n: 2 }]);
    expect(asked).toEqual([
      "login",
      "GET /things token-1",
      "GET /things token-1",
      "login",
      "GET /things token-2",
    ]);
  });

  it("is refused where the new token is, too", async () => {
    answers = [{ status: 401, body: { error: "expired" } }];
    await expect(api().call(get)).rejects.toMatchObject({
      code: "vendor",
      message: "Atlas answers GET things with 401: expired",
      help: "check the credentials in the environment",
    });
    expect(asked).toEqual(["login", "GET /things token-1"]);
  });

  it("may not be there, or have nothing to say", async () => {
    answers = [{ status: 404 }, {}];
    const vendor = api();
    expect(await vendor.find(get)).toBeUndefined();
    expect(await vendor.find(get)).toEqual({});
  });

  it.each([
    [{ detail: "no such project" }, "no such project"],
    [{ errors: [{ message: "paused" }] }, "paused"],
    [{ errors: [] }, "no reason given"],
    [undefined, "no reason given"],
  ])("is refused for a reason that %j tells", async (body, reason) => {
    answers = [{ status: 409, ...(body && { body }) }];
    await expect(api().find({ method: "POST", path: "things", body: {} })).rejects.toThrow(
      `Atlas answers POST things with 409: ${reason}`,
    );
    expect(asked).toHaveLength(2);
  });

  it("is given up without a word of the vendor where it is interrupted", async () => {
    const signal = AbortSignal.abort();
    await expect(api().call({ ...get, signal })).rejects.not.toMatchObject({ code: "vendor" });
    expect(asked).toEqual([]);
  });
});
