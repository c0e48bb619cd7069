import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { redactSecrets } from "../../src/program/redact-secrets.ts";

const redact = (values: { [key: string]: string }) =>
  redactSecrets({ values, secretKeys: Object.keys(values) });

describe("redactSecrets", () => {
  it("hides secret values wherever they occur, longest first", () => {
    const hide = redact({ "a:short": "tiger", "a:long": "tigerlily" });
    expect(hide("tigerlily and tiger")).toBe("[secret] and [secret]");
  });

  it("hides them where they are part of a JSON text", () => {
    const value = 'with "quotes"\nand lines';
    expect(redact({ "a:b": value })(JSON.stringify({ value }))).toBe('{"value":"[secret]"}');
  });

  it("hides the strings inside a secret object", () => {
    const hide = redact({ "a:db": '{"password":"hunter2","ports":[1,null],"hosts":["alpha"]}' });
    expect(hide("hunter2 at alpha:1")).toBe("[secret] at [secret]:1");
  });

  it("hides only what is secret of an object, where that is known", () => {
    const value = '{"password":"hunter2","user":"ann"}';
    const config = { values: { "a:db": value }, secretKeys: ["a:db"], secretTexts: ["hunter2", "x"] };
    expect(redactSecrets(config)(`ann, hunter2, x, ${value}`)).toBe(
      'ann, [secret], x, {"password":"[secret]","user":"ann"}',
    );
  });

  it("leaves plain values, very short ones and broken documents alone", () => {
    const config = { values: { "a:open": "plain text", "a:pin": "12", "a:odd": "{not json" } };
    const hide = redactSecrets({ ...config, secretKeys: ["a:pin", "a:odd", "a:gone"] });
    expect(hide("plain text 12 {not json {not")).toBe("plain text 12 [secret] {not");
  });

  it("never lets a secret of three or more characters through", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 3 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!"[secret]".includes(secret) && !`${before}[secret]${after}`.includes(secret));
        expect(redact({ "a:b": secret })(before + secret + after)).not.toContain(secret);
      }),
    );
  });
});
