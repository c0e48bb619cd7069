import { valuesEqual } from "../plan/property-diff.ts";
import { Archive, type PropertyValue } from "../protocol/property-value.ts";
import { decodeText } from "./decode-text.ts";
import { quoteText } from "./quote-text.ts";
import { renderItemChange } from "./render-archive-diff.ts";
import {
  deeper,
  isPrimitive,
  isShown,
  margin,
  type Place,
  renderTitle,
  renderValue,
  tint,
  widest,
} from "./render-value.ts";
import { diffLines } from "./text-diff.ts";
import { diffValues, type MapDiff, type ValueDiff } from "./value-diff.ts";

/** Unchanged lines shown around a changed one. */
const contextLines = 2;

/** Where differences are written; `sames` shows unchanged values too. */
export interface DiffPlace extends Place {
  readonly sames: boolean;
}

/** All differences of a map, a property after the other. `longest` is the widest name of the block. */
export function renderMapDiff(diff: MapDiff, place: DiffPlace): string {
  const longest = widest(diff.keys());
  return [...diff]
    .map(([key, value]) =>
      renderDiff(value, place, (at) => renderTitle(key, longest, { ...at, indent: place.indent })),
    )
    .join("");
}

type Title = (place: Place) => string;

function at(place: DiffPlace, op: Place["op"], marked = true): Place {
  return { indent: place.indent, paint: place.paint, op, marked };
}

function renderDiff(diff: ValueDiff, place: DiffPlace, title: Title): string {
  switch (diff.kind) {
    case "same":
      if (!place.sames || !isShown(diff.value)) return "";
      return renderWhole(diff.value, at(place, "same", false), title);
    case "add":
      return renderWhole(diff.value, at(place, "create"), title);
    case "delete":
      return renderWhole(diff.value, at(place, "delete"), title);
    case "object":
      return renderNested("{", renderMapDiff(diff.entries, nested(place)), { place, title, end: "}" });
    case "array":
      return renderNested("[", renderItems(diff.items, place), { place, title, end: "]" });
    case "update":
      return renderUpdate(diff.old, diff.next, { place, title });
  }
}

function nested(place: DiffPlace): DiffPlace {
  return { ...place, indent: place.indent + 1 };
}

function renderWhole(value: PropertyValue, place: Place, title: Title): string {
  return title(place) + renderValue(value, place);
}

function renderNested(
  start: string,
  body: string,
  { place, title, end }: { readonly place: DiffPlace; readonly title: Title; readonly end: string },
): string {
  const update = at(place, "update");
  const closing = margin({ ...update, marked: false });
  return `${title(update)}${tint(update, start)}\n${body}${tint(update, closing + end)}\n`;
}

function renderItems(items: ReadonlyMap<number, ValueDiff>, place: DiffPlace): string {
  const inner = nested(place);
  return [...items]
    .map(([index, item]) => {
      const title: Title = (where) => {
        const line = { ...where, indent: inner.indent };
        return tint(line, `${margin(line)}[${index}]: `);
      };
      // An empty item has its place among the others.
      const isWhole = item.kind === "same" && place.sames;
      const where = nested(inner);
      return isWhole
        ? renderWhole(item.value, at(where, "same", false), title)
        : renderDiff(item, where, title);
    })
    .join("");
}

interface UpdateSite {
  readonly place: DiffPlace;
  readonly title: Title;
}

function renderUpdate(old: PropertyValue, next: PropertyValue, site: UpdateSite): string {
  const { place, title } = site;
  if (isShown(old) && isShown(next)) {
    if (old instanceof Archive && next instanceof Archive) {
      const change = renderItemChange(old, next, at(place, "update"));
      if (change !== undefined) return title(at(place, "update")) + change;
    } else if (typeof old === "string" && typeof next === "string") {
      return renderTextUpdate(old, next, site);
    } else if (isPrimitive(old) && isPrimitive(next)) {
      return title(at(place, "update")) + renderPrimitiveChange(old, next, place);
    }
  }
  const removed = isShown(old) ? renderWhole(old, at(place, "delete"), title) : "";
  return removed + (isShown(next) ? renderWhole(next, at(place, "create"), title) : "");
}

function renderPrimitiveChange(old: PropertyValue, next: PropertyValue, place: DiffPlace): string {
  const before = renderValue(old, at(place, "delete")).replace(/\n$/, "");
  return `${before} => ${renderValue(next, at(place, "create"))}`;
}

function renderTextChange(old: string, next: string, { paint }: DiffPlace): string {
  return `${paint("red", quoteText(old))} => ${paint("green", quoteText(next))}\n`;
}

function renderTextUpdate(old: string, next: string, { place, title }: UpdateSite): string {
  const head = title(at(place, "update"));
  const [before, after] = [decodeText(old), decodeText(next)];
  if (before !== undefined && after !== undefined) {
    // The values would show no difference: the texts do, each as if it were a value itself.
    if (valuesEqual(before.value, after.value))
      return head + renderTextChange(quoteText(old), quoteText(next), place);
    const kinds = before.kind === after.kind ? before.kind : `${before.kind} => ${after.kind}`;
    const diff = diffValues(before.value, after.value);
    const body =
      diff.kind === "same" ? renderValue(before.value, at(place, "same")) : renderDiff(diff, place, () => "");
    return `${head}${tint(at(place, "update"), `(${kinds}) `)}${body}`;
  }
  if (!old.includes("\n") && !next.includes("\n")) return head + renderTextChange(old, next, place);
  return `${head}\n${renderLines(old, next, place)}`;
}

/** Blank lines are left out, and of long equal runs all but what lies next to a change. */
function renderLines(old: string, next: string, place: DiffPlace): string {
  const runs = diffLines(old, next);
  const ops = { same: "same", delete: "delete", add: "create" } as const;
  return runs
    .flatMap(({ kind, lines }, index) => {
      const where = deeper(at(place, ops[kind], kind !== "same"));
      const filled = lines.map((line) => line.replace(/\n$/, "")).filter((line) => line.trim() !== "");
      const ends = { isFirst: index === 0, isLast: index === runs.length - 1 };
      const shown = kind === "same" ? contextOf(filled, ends) : filled;
      return shown.map((line) => `${tint(where, margin(where) + line)}\n`);
    })
    .join("");
}

function contextOf(
  lines: readonly string[],
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): readonly string[] {
  const sides = isFirst || isLast ? 1 : 2;
  if (lines.length <= sides * contextLines + 1) return lines;
  const head = isFirst ? [] : lines.slice(0, contextLines);
  const tail = !isFirst && isLast ? [] : lines.slice(-contextLines);
  return [...head, "...", ...tail];
}
