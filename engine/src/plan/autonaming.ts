import type { Autonaming } from "../providers/provider.ts";
import type { NamingConfig, NamingStrategy } from "./autonaming-config.ts";

export interface NameChoice {
  /** Undefined: the provider's own way. */
  readonly autonaming: Autonaming | undefined;
  /** A name without randomness is taken until the old object is gone. */
  readonly deleteBeforeReplace: boolean;
  /** True where a person surely meant this resource, and has to hear that its provider cannot do it. */
  readonly mustBeHeeded: boolean;
}

const PROVIDERS_OWN: NameChoice = { autonaming: undefined, deleteBeforeReplace: false, mustBeHeeded: false };

/** Says how a resource's automatic name is made; equal seeds give equal names. */
export function chooseName(
  config: NamingConfig | undefined,
  resource: { readonly name: string; readonly type: string },
  seed: Uint8Array,
): NameChoice {
  if (config === undefined) return PROVIDERS_OWN;
  const pkg = config.packages.get(resource.type.split(":")[0] ?? "");
  const strategy = pkg?.types.get(resource.type) ?? pkg?.forAll ?? config.forAll;
  return apply(strategy, resource.name, { seed, isSpecific: pkg !== undefined });
}

function apply(
  strategy: NamingStrategy,
  name: string,
  { seed, isSpecific }: { readonly seed: Uint8Array; readonly isSpecific: boolean },
): NameChoice {
  switch (strategy.kind) {
    case "default":
      return PROVIDERS_OWN;
    case "verbatim":
      return { autonaming: { mode: "enforce", name }, deleteBeforeReplace: true, mustBeHeeded: isSpecific };
    case "disabled":
      return { autonaming: { mode: "disabled" }, deleteBeforeReplace: true, mustBeHeeded: isSpecific };
    case "pattern": {
      const { enforce, pattern } = strategy;
      const plain = pattern.replaceAll(/\$\{name\}/g, () => name);
      const filled = fillPattern(plain, seed);
      return {
        autonaming: { mode: enforce ? "enforce" : "propose", name: filled },
        deleteBeforeReplace: filled === plain,
        mustBeHeeded: isSpecific || enforce,
      };
    }
  }
}

const alphabets: { readonly [kind: string]: string } = {
  hex: "0123456789abcdef",
  alphanum: "abcdefghijklmnopqrstuvwxyz0123456789",
  string: "abcdefghijklmnopqrstuvwxyz",
  num: "0123456789",
};

/** What is no expression stays as it is. */
function fillPattern(pattern: string, seed: Uint8Array): string {
  let used = 0;
  const draw = (alphabet: string) => alphabet[(seed[used++ % seed.length] ?? 0) % alphabet.length] ?? "";
  const many = (alphabet: string, count: number) =>
    Array.from({ length: count }, () => draw(alphabet)).join("");
  return pattern
    .replaceAll(/\$\{(hex|alphanum|string|num)\((\d+)\)\}/g, (_, kind: string, count: string) =>
      many(alphabets[kind] ?? "", Number(count)),
    )
    .replaceAll(/\$\{uuid\}/g, () =>
      [8, 4, 4, 4, 12].map((length) => many(alphabets["hex"] ?? "", length)).join("-"),
    );
}
