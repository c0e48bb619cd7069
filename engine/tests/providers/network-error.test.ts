import { describe, expect, it } from "vitest";
import { networkErrorText } from "../../src/providers/network-error.ts";

const failed = (fields: object) => Object.assign(new Error("plain words"), fields);

describe("networkErrorText", () => {
  it.each([
    [
      { code: "ECONNREFUSED", address: "127.0.0.1", port: 1 },
      "dial tcp 127.0.0.1:1: connect: connection refused",
    ],
    [{ code: "ECONNREFUSED", address: "::1", port: 1 }, "dial tcp [::1]:1: connect: connection refused"],
    [
      { code: "EHOSTUNREACH", address: "192.0.2.1", port: 2 },
      "dial tcp 192.0.2.1:2: connect: no route to host",
    ],
    [
      { code: "ENETUNREACH", address: "192.0.2.1", port: 2 },
      "dial tcp 192.0.2.1:2: connect: network is unreachable",
    ],
    [{ code: "ETIMEDOUT", address: "192.0.2.1", port: 2 }, "dial tcp 192.0.2.1:2: i/o timeout"],
    [{ code: "UND_ERR_CONNECT_TIMEOUT" }, "dial tcp: i/o timeout"],
    [{ code: "ENOTFOUND", hostname: "nowhere" }, "dial tcp: lookup nowhere: no such host"],
    [{ code: "ECONNRESET" }, "read: connection reset by peer"],
    [{}, "plain words"],
  ])("words %j as the official plugins do", (fields, reason) => {
    expect(networkErrorText("GET", "http://a/b", failed(fields))).toBe(`Get "http://a/b": ${reason}`);
  });

  it("finds the first error of those that are wrapped", () => {
    const cause = failed({ code: "ECONNREFUSED", address: "127.0.0.1", port: 1 });
    const wrapped = new TypeError("fetch failed", { cause: new AggregateError([cause, failed({})]) });
    expect(networkErrorText("POST", "http://a", wrapped)).toMatch(/^Post "http:\/\/a": dial tcp 127/);
    expect(networkErrorText("POST", "http://a", "text")).toBe('Post "http://a": text');
  });
});
