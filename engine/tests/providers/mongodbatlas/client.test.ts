import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type PropertyMap, Secret } from "../../../src/protocol/property-value.ts";
import { findChallenge } from "../../../src/providers/mongodbatlas/digest-auth.ts";
import { createAtlasProvider } from "../../../src/providers/mongodbatlas/provider.ts";
import { checkConfig, readSettings } from "../../../src/providers/mongodbatlas/settings.ts";
import { atlasStack } from "./atlas-stack.ts";
import { type Answer, FakeAtlas, PROJECT_ID, refusal } from "./fake-atlas.ts";

const ENTRY = "mongodbatlas:index/projectIpAccessList:ProjectIpAccessList";
const news = { projectId: PROJECT_ID, cidrBlock: "10.0.0.0/8" };

let atlas: FakeAtlas;

beforeEach(async () => {
  atlas = new FakeAtlas();
  atlas.looks = 0;
  await atlas.start();
});

afterEach(async () => {
  await atlas.stop();
  expect(atlas.unknown).toEqual([]);
});

describe("a login", () => {
  it("by a pair of keys answers the server's challenge, and a new one when that is over", async () => {
    atlas.login = "digest";
    const stack = await atlasStack({
      baseUrl: atlas.baseUrl,
      publicKey: "public",
      privateKey: new Secret("private"),
    });
    const created = await stack.create(ENTRY, news);
    atlas.nonce = "n2";
    await stack.delete(created);
    expect(atlas.entries.size).toBe(0);
  });

  it("by wrong keys is told, and not tried for ever", async () => {
    atlas.login = "digest";
    const stack = await atlasStack({ baseUrl: atlas.baseUrl, publicKey: "public", privateKey: "wrong" });
    await expect(stack.create(ENTRY, news)).rejects.toThrow(/HTTP 401 Unauthorized/);
  });

  it("by a service account gets a token, and another one before it ends", async () => {
    const stack = await atlasStack({ baseUrl: atlas.baseUrl, clientId: "client", clientSecret: "good" });
    const created = await stack.create(ENTRY, news);
    expect(atlas.tokens).toBe(1);
    let answers = 0;
    // Fifty-five minutes of being asked to come back later.
    atlas.intercept = (): Answer | undefined =>
      answers++ === 0 ? { status: 429, headers: { "Retry-After": "3300" } } : undefined;
    await stack.read(created);
    expect(atlas.tokens).toBe(2);
  });

  it("by an unknown service account is told, and tried again by the next call", async () => {
    const stack = await atlasStack({ baseUrl: atlas.baseUrl, clientId: "client", clientSecret: "bad" });
    for (const _ of [1, 2]) {
      await expect(stack.create(ENTRY, news)).rejects.toThrow(
        "the service account was refused: HTTP 401 Unauthorized",
      );
    }
  });

  it("by nobody is refused by the server", async () => {
    const stack = await atlasStack({ baseUrl: atlas.baseUrl });
    await expect(stack.create(ENTRY, news)).rejects.toThrow(/Error code: "UNAUTHORIZED"/);
  });

  it("needs a challenge that can be answered", () => {
    expect(findChallenge(null)).toBeUndefined();
    expect(findChallenge("Basic realm=x")).toBeUndefined();
    expect(findChallenge('Digest realm="x"')).toBeUndefined();
    expect(findChallenge("Digest realm=x, nonce=y")).toEqual({ realm: "x", nonce: "y", opaque: undefined });
  });
});

describe("a call", () => {
  const bearer = () => atlasStack({ baseUrl: atlas.baseUrl, accessToken: "good" });

  it("is made again when Atlas asks for it, as late as it asks", async () => {
    const stack = await bearer();
    let answers = 0;
    atlas.intercept = (): Answer | undefined => {
      answers += 1;
      if (answers === 1) return { status: 429, headers: { "Retry-After": "7" } };
      return answers === 2 ? refusal(429, "RATE_LIMITED") : undefined;
    };
    await stack.create(ENTRY, news);
    expect(stack.slept()).toBe(9000);
    expect(atlas.called("POST", "/accessList")).toHaveLength(3);
  });

  it("that may have done something is not made twice after a breakdown, one that only reads is", async () => {
    const stack = await bearer();
    atlas.intercept = ({ method }) => (method === "POST" ? refusal(500, "UNEXPECTED_ERROR") : undefined);
    await expect(stack.create(ENTRY, news)).rejects.toMatchObject({ status: "unknown" });
    expect(atlas.called("POST", "/accessList")).toHaveLength(1);
    atlas.intercept = () => undefined;
    const created = await stack.create(ENTRY, news);
    let looks = 0;
    atlas.intercept = () => (++looks < 3 ? refusal(502, "UNEXPECTED_ERROR") : undefined);
    expect(await stack.read(created)).toBeDefined();
    atlas.intercept = () => refusal(500, "UNEXPECTED_ERROR");
    await expect(stack.read(created)).rejects.toThrow(/HTTP 500/);
    expect(atlas.called("GET", "10.0.0.0%2F8")).toHaveLength(1 + 3 + 6);
  });

  it("that is cut off is told as it is", async () => {
    const stack = await bearer();
    await atlas.stop();
    await expect(stack.create(ENTRY, news)).rejects.toThrow(
      /Post "http:.*accessList": dial tcp .*connection refused/,
    );
    await atlas.start();
  });

  it("tells what Atlas adds to a refusal, and takes an answer without words", async () => {
    const stack = await bearer();
    atlas.intercept = () => ({
      status: 400,
      body: { errorCode: "VALIDATION_ERROR", badRequestDetail: { fields: [{ field: "a" }] } },
    });
    await expect(stack.create(ENTRY, news)).rejects.toThrow('BadRequestDetail: {"fields":[{"field":"a"}]}');
    atlas.intercept = () => ({ status: 410 });
    await expect(stack.create(ENTRY, news)).rejects.toThrow('HTTP 410 Gone (Error code: "")');
  });

  it("ends when the operation is cancelled", async () => {
    const stack = await bearer();
    await stack.provider.cancel();
    await expect(stack.create(ENTRY, news)).rejects.toThrow(/abort/);
  });
});

describe("settings of the mongodbatlas provider", () => {
  const credentials = (inputs: PropertyMap, env = {}) => readSettings(inputs, env).credentials.kind;

  it("mark keys as secret", () => {
    const inputs = { publicKey: "a", privateKey: "b", clientSecret: new Secret("c") };
    expect(checkConfig({ urn: "", olds: {}, news: inputs, preview: false }).inputs).toEqual({
      publicKey: "a",
      privateKey: new Secret("b"),
      clientSecret: new Secret("c"),
    });
  });

  it("come from the program first, then from the environment", () => {
    expect(readSettings({}, {}).baseUrl).toBe("https://cloud.mongodb.com");
    expect(readSettings({ isMongodbgovCloud: true }, {}).baseUrl).toBe("https://cloud.mongodbgov.com");
    expect(readSettings({}, { MONGODB_ATLAS_BASE_URL: "http://a/" }).baseUrl).toBe("http://a");
    expect(readSettings({ baseUrl: "http://b" }, { MONGODB_ATLAS_BASE_URL: "http://a/" }).baseUrl).toBe(
      "http://b",
    );
    expect(credentials({})).toBe("none");
    expect(credentials({}, { MONGODB_ATLAS_PUBLIC_KEY: "a", MONGODB_ATLAS_PRIVATE_API_KEY: "b" })).toBe(
      "digest",
    );
    expect(credentials({}, { MONGODB_ATLAS_CLIENT_ID: "a", MONGODB_ATLAS_CLIENT_SECRET: "b" })).toBe(
      "service-account",
    );
    expect(credentials({ clientId: "a" }, { MONGODB_ATLAS_ACCESS_TOKEN: "t" })).toBe("token");
  });

  it("refuse credentials that lie in AWS", () => {
    expect(() => readSettings({ secretName: "s" }, {})).toThrow(/AWS Secrets Manager/);
  });

  it("must be there before anything else, and what is not served is named", async () => {
    const provider = createAtlasProvider();
    const request = { urn: "", name: "a", type: ENTRY, inputs: news, timeout: 0, preview: false };
    await expect(provider.create(request)).rejects.toThrow("is not configured");
    const type = "mongodbatlas:index/onlineArchive:OnlineArchive";
    await expect(provider.create({ ...request, type })).rejects.toThrow(
      /onlineArchive:OnlineArchive is not served by this engine \(it serves mongodbatlas:index\/project:Project, /,
    );
    await expect(
      provider.invoke({ token: "mongodbatlas:index/getX:getX", args: {}, preview: false }),
    ).rejects.toThrow(/getX is not served/);
    const change = { urn: "", oldInputs: {}, oldOutputs: {}, newInputs: {}, ignoreChanges: [] };
    expect((await provider.diffConfig(change)).changes).toBe("unknown");
    await provider.close();
  });
});
