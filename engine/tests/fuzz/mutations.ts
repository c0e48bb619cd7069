import fc from "fast-check";

/** One change to a real input. Positions are parts of its length, so that they fit inputs of any size. */
export type Mutation =
  | { readonly kind: "flip"; readonly at: number; readonly bit: number }
  | { readonly kind: "cut"; readonly at: number; readonly length: number }
  | { readonly kind: "double"; readonly at: number; readonly length: number }
  | { readonly kind: "insert"; readonly at: number; readonly text: string }
  | { readonly kind: "truncate"; readonly at: number }
  | { readonly kind: "replace"; readonly token: number; readonly text: string };

const HOSTILE = [
  "",
  "null",
  "-1",
  "1e999",
  "99999999999999999999999999",
  '"\\ud800"',
  '"__proto__"',
  '"constructor"',
  "{",
  "[",
  "}",
  "]",
  '"',
  ":",
  "\u0000",
  "\ufeff",
  "*a",
  "&a [*a, *a]",
  "<<: *a",
  "!!binary x",
  "::",
  "$",
  '{"4dabf18193072939515e22adb298388d":"1b47061264138c4ac30d75fd1eb44270"}',
  '{"4dabf18193072939515e22adb298388d":7}',
  "[".repeat(5000),
  '{"a":'.repeat(5000),
  "- ".repeat(2000),
];

const place = fc.double({ min: 0, max: 1, noNaN: true });
const text = fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ maxLength: 20 }));

export const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant("flip" as const), at: place, bit: fc.nat(7) }),
  fc.record({ kind: fc.constant("cut" as const), at: place, length: fc.nat(200) }),
  fc.record({ kind: fc.constant("double" as const), at: place, length: fc.nat(200) }),
  fc.record({ kind: fc.constant("insert" as const), at: place, text }),
  fc.record({ kind: fc.constant("truncate" as const), at: place }),
  fc.record({ kind: fc.constant("replace" as const), token: place, text }),
);

/** A word, number or text of a file. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[\w.:+-]+/g;

/** An input with all mutations made, in order. */
export function mutate(input: Buffer, mutations: readonly Mutation[]): Buffer {
  return mutations.reduce(mutateOnce, input);
}

function mutateOnce(input: Buffer, change: Mutation): Buffer {
  if (change.kind === "replace") return replaceToken(input, change.token, change.text);
  const at = Math.floor(change.at * input.length);
  switch (change.kind) {
    case "flip": {
      const flipped = Buffer.from(input);
      if (at < flipped.length) flipped[at] = (flipped[at] ?? 0) ^ (1 << change.bit);
      return flipped;
    }
    case "cut":
      return Buffer.concat([input.subarray(0, at), input.subarray(at + change.length)]);
    case "double":
      return Buffer.concat([input.subarray(0, at + change.length), input.subarray(at)]);
    case "insert":
      return Buffer.concat([input.subarray(0, at), Buffer.from(change.text), input.subarray(at)]);
    case "truncate":
      return input.subarray(0, at);
  }
}

function replaceToken(input: Buffer, token: number, replacement: string): Buffer {
  const source = input.toString("latin1");
  const tokens = [...source.matchAll(TOKEN)];
  const chosen = tokens[Math.min(Math.floor(token * tokens.length), tokens.length - 1)];
  if (chosen === undefined) return input;
  const end = chosen.index + chosen[0].length;
  return Buffer.concat([input.subarray(0, chosen.index), Buffer.from(replacement), input.subarray(end)]);
}

/** Mutants of real inputs, and now and then an input that has nothing to do with them. */
export function mutants(inputs: readonly Buffer[]): fc.Arbitrary<Buffer> {
  const mutated = fc
    .record({ base: fc.constantFrom(...inputs), changes: fc.array(mutation, { minLength: 1, maxLength: 6 }) })
    .map(({ base, changes }) => mutate(base, changes));
  const invented = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
  return fc.oneof({ weight: 9, arbitrary: mutated }, { weight: 1, arbitrary: invented });
}
