import { describe, expect, it } from "vitest";
import { UserError } from "../../src/errors.ts";
import { applyDeclarations, resolveConfig } from "../../src/project/config.ts";
import type { ConfigMap } from "../../src/project/config-value.ts";
import { parseProjectFile } from "../../src/project/project-file.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";

const secure = (text: string) => ({ secure: Buffer.from(text).toString("base64") });

function projectWith(config: string) {
  return parseProjectFile(`name: p\nruntime: nodejs\nconfig: ${config}\n`, "Pulumi.yaml");
}

function resolve(declared: string, config: ConfigMap) {
  return resolveConfig({
    project: projectWith(declared),
    stack: "dev",
    config,
    secrets: async () => base64Secrets,
  });
}

describe("resolveConfig", () => {
  it("decrypts values and tells which were secret, in part or as a whole", async () => {
    const config = {
      "p:pw": secure("one"),
      "p:db": { password: secure("two"), user: "ann" },
      "p:n": 3,
      "aws:r": "x",
    };
    expect(await resolve("{}", config)).toEqual({
      values: { "p:pw": "one", "p:db": '{"password":"two","user":"ann"}', "p:n": "3", "aws:r": "x" },
      secretKeys: ["p:pw", "p:db"],
      secretTexts: ["one", "two"],
    });
  });

  it("does not open secrets where there is nothing to decrypt", async () => {
    const secrets = () => Promise.reject(new Error("not needed"));
    const project = projectWith("{}");
    const { values } = await resolveConfig({ project, stack: "dev", config: { "p:a": "b" }, secrets });
    expect(values).toEqual({ "p:a": "b" });
  });

  it("completes the stack's values with the project's", async () => {
    const declared =
      "{ a: 1, p:b: [x], aws:region: north, c: { default: given }, d: { value: { x: true } } }";
    const { values } = await resolve(declared, { "p:c": "mine" });
    expect(values).toEqual({
      "p:a": "1",
      "p:b": '["x"]',
      "aws:region": "north",
      "p:c": "mine",
      "p:d": '{"x":true}',
    });
  });

  it("says which values are missing", async () => {
    const missing = (declared: string) =>
      resolve(declared, {}).catch((error: unknown) => error) as Promise<UserError>;
    expect(await missing("{ a: { type: string } }")).toMatchObject({
      code: "config-missing",
      message: "validating stack config: Stack 'dev' is missing configuration value 'a'",
      help: "Set it with `pulumi config set a <value>`.",
    });
    const three = await missing("{ c: , a: { type: string, secret: true }, b: , fine: 1 }");
    expect(three.message).toBe(
      "validating stack config: Stack 'dev' is missing configuration values 'a', 'b' and 'c'",
    );
    expect(three.help).toContain("--secret a");
  });

  it("checks declared types", async () => {
    const declared =
      "{ i: { type: integer }, b: { type: boolean }, s: { type: string }, o: { type: object }, l: { type: array, items: { type: integer } } }";
    const good = { "p:i": "12", "p:b": true, "p:s": 1, "p:o": { a: 1 }, "p:l": [1, "2", 3.0] };
    expect((await resolve(declared, good)).values).toMatchObject({ "p:i": "12", "p:b": "true", "p:s": "1" });
    const bad = { "p:i": "1.5", "p:b": "yes", "p:s": [], "p:o": "x", "p:l": ["x"] };
    const types = {
      "p:i": "integer",
      "p:b": "boolean",
      "p:s": "string",
      "p:o": "object",
      "p:l": "array<integer>",
    };
    for (const [key, value] of Object.entries(bad)) {
      const type = types[key as keyof typeof types];
      await expect(resolve(declared, { ...good, [key]: value })).rejects.toThrow(
        `Stack 'dev' with configuration key '${key.slice(2)}' must be of type '${type}'`,
      );
    }
  });

  it("checks secret values by what they hide, and demands that they are encrypted", async () => {
    const declared = "{ n: { type: integer, secret: true } }";
    expect((await resolve(declared, { "p:n": secure("12") })).values).toEqual({ "p:n": "12" });
    await expect(resolve(declared, { "p:n": secure("x") })).rejects.toThrow("must be of type 'integer'");
    await expect(resolve(declared, { "p:n": "12" })).rejects.toMatchObject({
      message:
        "validating stack config: Stack 'dev' with configuration key 'n' must be encrypted as it's secret",
    });
  });

  it("finds declared names that are paths", async () => {
    const { values } = await resolve('{ "db.user": { type: string }, "db.port": 1 }', {
      "p:db": { user: "ann" },
    });
    expect(values).toEqual({ "p:db": '{"port":1,"user":"ann"}' });
  });

  it("says so where a value cannot be decrypted", async () => {
    const failing = {
      ...base64Secrets,
      decrypt: () => Promise.reject(new UserError("secret-unreadable", "no", { help: "h" })),
    };
    const failed = resolveConfig({
      project: projectWith("{}"),
      stack: "dev",
      config: { "p:a": secure("x") },
      secrets: async () => failing,
    });
    await expect(failed).rejects.toMatchObject({
      code: "secret-unreadable",
      message: "validating stack config: no",
      help: "h",
    });
    const broken = { ...base64Secrets, decrypt: () => Promise.reject(new Error("a bug")) };
    const project = projectWith("{}");
    const config = { "p:a": secure("x") };
    await expect(
      resolveConfig({ project, stack: "dev", config, secrets: async () => broken }),
    ).rejects.toThrow("a bug");
  });
});

describe("for an operation without a program", () => {
  it("nothing is demanded, and an unreadable value is named", async () => {
    const project = projectWith("{ a: { type: string, secret: true }, b: { type: integer }, c: 1 }");
    const lenient = { project, stack: "dev", validate: false, secrets: async () => base64Secrets };
    expect((await resolveConfig({ ...lenient, config: { "p:b": "x" } })).values).toEqual({
      "p:b": "x",
      "p:c": "1",
    });
    const unreadable = {
      ...base64Secrets,
      decrypt: () => Promise.reject(new UserError("secret-unreadable", "no")),
    };
    const failed = resolveConfig({
      ...lenient,
      config: { "p:a": secure("x") },
      secrets: async () => unreadable,
    });
    await expect(failed).rejects.toThrow("failed to decrypt configuration key 'p:a': no");
  });
});

describe("applyDeclarations", () => {
  it("leaves missing values missing", () => {
    expect(applyDeclarations(projectWith("{ a: { type: string }, b: x }"), {})).toEqual({ "p:b": "x" });
  });
});
