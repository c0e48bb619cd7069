import type { StepMetadata } from "../events.ts";
import {
  type PathElement,
  type PropertyPath,
  parsePropertyPath,
  pathContains,
} from "../plan/property-path.ts";
import { margin, type Place, tint } from "./render-value.ts";

/** The properties whose differences a resource asks not to show (`hideDiffs`). */
export class HiddenPaths {
  private readonly paths: readonly { readonly text: string; readonly path: PropertyPath }[];
  private readonly found = new Set<string>();

  constructor({ old, new: next }: Pick<StepMetadata, "old" | "new">) {
    this.paths = ((next ?? old)?.hideDiff ?? []).map((text) => ({
      text,
      path: parsePropertyPath(text) ?? [text],
    }));
  }

  /** Whether what lies there is hidden; remembers that it was. */
  hides(place: readonly PathElement[]): boolean {
    const hiding = this.paths.filter(({ path }) => pathContains(path, place));
    for (const { text } of hiding) this.found.add(text);
    return hiding.length > 0;
  }

  /** What was hidden, a line each. */
  render(place: Place): string {
    const line: Place = { ...place, op: "update", marked: true };
    return [...this.found]
      .sort()
      .map((text) => tint(line, `${margin(line)}${text} (hidden)\n`))
      .join("");
  }
}
