/** Around a name; nothing that the program writes has them. */
const OPEN = "⟦";
const CLOSE = "⟧";
const MARK = new RegExp(`${OPEN}([A-Z0-9_]+)${CLOSE}`, "g");

/** Stands for a secret while the program runs; `toReferences` makes a variable of it. */
export function variableFor(name: string): string {
  return `${OPEN}${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}${CLOSE}`;
}

/** The variables that a text stands on, sorted. */
export function variablesIn(text: string): string[] {
  return [...new Set([...text.matchAll(MARK)].map(([, name]) => name ?? ""))].sort();
}

/** A text for a Compose file: what is meant literally stays so, a secret is asked of the environment. */
export function toReferences(text: string): string {
  return text.replaceAll("$", "$$$$").replaceAll(MARK, (_, name: string) => `\${${name}:?set it in .env}`);
}
