import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BoundValue,
  bindMembers,
  bindValue,
  referencesIn,
  type Source,
  sourcesOf,
} from "../../../../ops/rollback/replay/bind.ts";
import {
  decode,
  type RecordedObject,
  type RecordedValue,
  recordSecret,
  reveal,
} from "../../../../ops/rollback/replay/recorded-value.ts";

const network = { urn: "urn:network", path: ["id"] };
const password = { urn: "urn:password", path: ["result"] };
const host = { urn: "urn:cluster", path: ["connection", "hosts", 0] };
const port = { urn: "urn:cluster", path: ["port"] };
const sources: Source[] = [
  { value: "0a1b2c3d4e5f", to: network },
  { value: "pa55word-pa55word", to: password },
  { value: "documents.example", to: host },
  { value: 27017, to: port },
];
const literal = (value: null | boolean | number | string): BoundValue => ({ kind: "literal", value });

describe("binding a recorded value", () => {
  it.each<[string, RecordedValue, BoundValue]>([
    ["a value equal to an id", "0a1b2c3d4e5f", { kind: "reference", to: network }],
    ["a number equal to an output", 27017, { kind: "reference", to: port }],
    ["a value nobody gave", "debug", literal("debug")],
    ["nothing", null, literal(null)],
    ["a text that contains an output", "PW=pa55word-pa55word", { kind: "text", parts: ["PW=", password] }],
    [
      "a text that contains several, one twice",
      "db://u:pa55word-pa55word@documents.example/?x=documents.example",
      { kind: "text", parts: ["db://u:", password, "@", host, "/?x=", host] },
    ],
    [
      "a secret, which stays one",
      recordSecret("pa55word-pa55word"),
      { kind: "secret", value: { kind: "reference", to: password } },
    ],
    [
      "the items of a list",
      ["0a1b2c3d4e5f", 1],
      { kind: "list", items: [{ kind: "reference", to: network }, literal(1)] },
    ],
    [
      "an object without its defaults, at any depth",
      { __defaults: ["start"], start: true, inner: { __defaults: [], name: "0a1b2c3d4e5f" } },
      {
        kind: "object",
        members: { inner: { kind: "object", members: { name: { kind: "reference", to: network } } } },
      },
    ],
  ])("binds %s", (_, value, bound) => {
    expect(bindValue(value, sources)).toEqual(bound);
  });

  it("takes the longest output where one is part of another", () => {
    const long = { urn: "urn:long", path: ["id"] };
    const nested = [...sources, { value: "https://documents.example", to: long }];
    expect(bindValue("https://documents.example/x", nested)).toEqual({ kind: "text", parts: [long, "/x"] });
  });

  it("keeps what is equal by chance: short texts inside of others", () => {
    const short = [{ value: "trial", to: network }];
    expect(bindValue("db/trials", short)).toEqual(literal("db/trials"));
    expect(bindValue("trial", short)).toEqual({ kind: "reference", to: network });
  });

  it("keeps references, assets and what it cannot read as they are", () => {
    const signed = (signature: string, rest: RecordedObject) => ({
      "4dabf18193072939515e22adb298388d": signature,
      ...rest,
    });
    const resource = signed("5cf8f73096256a8f31e491e813e4eb8e", { urn: "urn:network", id: "x" });
    const asset = signed("c44067f5952c0a294b673a41bacd8c17", { text: "hello", hash: "1" });
    const archive = signed("0def7320c3a5731c473e5ecbe6d01bc7", { path: "./a.zip", hash: "2" });
    const encrypted = signed("1b47061264138c4ac30d75fd1eb44270", { ciphertext: "v1:x" });
    expect([resource, asset, archive, encrypted].map((value) => bindValue(value, sources).kind)).toEqual([
      "resource",
      "asset",
      "archive",
      "unreadable",
    ]);
    expect(referencesIn(bindValue([resource, asset, "PW=pa55word-pa55word"], sources))).toEqual([
      "urn:network",
      "urn:password",
    ]);
  });

  it("loses nothing: putting the recorded outputs back gives the recorded value", () => {
    const piece = fc.constantFrom("0a1b2c3d4e5f", "pa55word-pa55word", "documents.example", "/", "x", "=");
    const text = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(""));
    const { tree } = fc.letrec<{ tree: RecordedValue }>((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        text,
        fc.integer(),
        fc.boolean(),
        fc.constant(27017),
        fc.constant(null),
        fc.array(tie("tree"), { maxLength: 3 }),
        fc.dictionary(fc.constantFrom("a", "b", "c"), tie("tree"), { noNullPrototype: true }),
        text.map(recordSecret),
      ),
    }));
    const values = new Map(sources.map(({ to, value }) => [to, value]));
    fc.assert(
      fc.property(tree, (value) => {
        expect(unbind(bindValue(value, sources), values)).toEqual(value);
      }),
      { numRuns: 500 },
    );
  });
});

function unbind(bound: BoundValue, values: ReadonlyMap<object, string | number>): RecordedValue {
  switch (bound.kind) {
    case "literal":
      return bound.value;
    case "reference":
      return values.get(bound.to) ?? null;
    case "text":
      return bound.parts.map((part) => (typeof part === "string" ? part : values.get(part))).join("");
    case "list":
      return bound.items.map((item) => unbind(item, values));
    case "object":
      return Object.fromEntries(
        Object.entries(bound.members).map(([key, member]) => [key, unbind(member, values)]),
      );
    case "secret":
      return recordSecret(unbind(bound.value, values));
    default:
      throw new Error(`not expected: ${bound.kind}`);
  }
}

describe("the outputs that others may be bound to", () => {
  const resource = {
    urn: "urn:thing",
    id: "i-0123456789",
    outputs: {
      id: "i-0123456789",
      __meta: "schema of the provider",
      name: "fixed-name",
      network: "0a1b2c3d4e5f",
      address: { hosts: ["10.0.0.1"], port: 8080, zone: 3 },
      token: recordSecret("very-secret"),
      ready: true,
    },
  };

  it("are those that its provider decided", () => {
    const inputs = bindMembers({ name: "fixed-name", network: "0a1b2c3d4e5f" }, sources);
    expect(sourcesOf(resource, inputs).map(({ value, to }) => [value, to.path.join(".")])).toEqual([
      // The input is bound itself, so it may change.
      ["0a1b2c3d4e5f", "network"],
      ["10.0.0.1", "address.hosts.0"],
      [8080, "address.port"],
      ["very-secret", "token"],
      ["i-0123456789", "id"],
    ]);
  });

  it("leave out what repeats an input inside of a list or an object, and an id that the program chose", () => {
    const inputs = bindMembers(
      { name: "i-0123456789", network: "0a1b2c3d4e5f", address: { hosts: ["10.0.0.1"], port: 8080 } },
      [],
    );
    expect(sourcesOf(resource, inputs).map(({ to }) => to.path.join("."))).toEqual(["name", "token"]);
  });
});

describe("a recorded value", () => {
  it("is decoded by its signature", () => {
    expect(decode(recordSecret({ a: 1 }))).toEqual({ kind: "secret", value: { a: 1 } });
    expect(reveal(recordSecret(recordSecret("x")))).toBe("x");
  });
});
