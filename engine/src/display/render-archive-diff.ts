import { Archive, type Asset } from "../protocol/property-value.ts";
import { compareUtf8 } from "../state/go-json.ts";
import { quoteText } from "./quote-text.ts";
import {
  deeper,
  ELIDED,
  margin,
  type Place,
  renderTitle,
  renderValue,
  shortHash,
  tint,
  widest,
} from "./render-value.ts";

type Item = Asset | Archive;

/** How an asset or archive became another of the same sort, after its title; undefined where they are of different sorts. */
export function renderItemChange(old: Item, next: Item, place: Place): string | undefined {
  const hash = arrow(shortHash(old), shortHash(next));
  const [before, after] = [old.source, next.source];
  const kind = old instanceof Archive ? "archive" : "asset";
  const line = (text: string) => tint(place, `${kind}(${text}\n`);
  if ("path" in before && "path" in after) return line(`file:${hash}) { ${arrow(before.path, after.path)} }`);
  if ("uri" in before && "uri" in after) return line(`uri:${hash}) { ${arrow(before.uri, after.uri)} }`);
  if ("assets" in before && "assets" in after) {
    const items = renderItems(before.assets, after.assets, deeper(place));
    return `${line(`assets:${hash}) {`)}${items}${closing(place)}`;
  }
  if (!("text" in before && "text" in after)) return undefined;
  const text = quoteText(ELIDED);
  return line(`text:${hash}) {${text} => ${text}`) + closing(place);
}

/** What an archive is made of; equal items are left out. */
function renderItems(
  old: { readonly [name: string]: Item },
  next: { readonly [name: string]: Item },
  place: Place,
): string {
  const names = [...new Set([...Object.keys(old), ...Object.keys(next)])].sort(compareUtf8);
  const longest = widest(names.map((name) => `"${name}"`));
  const whole = (name: string, item: Item, where: Place) =>
    renderTitle(`"${name}"`, longest, where) + renderValue(item, where);
  const marked = (op: Place["op"]): Place => ({ ...place, op });
  return names
    .map((name) => {
      const [before, after] = [old[name], next[name]];
      if (before === undefined)
        return after === undefined ? "" : whole(name, after, deeper(marked("create")));
      if (after === undefined) return whole(name, before, deeper(marked("delete")));
      const change = changeOf(before, after, place);
      if (change === "") return "";
      if (change !== undefined) return renderTitle(`"${name}"`, longest, place) + change;
      return whole(name, before, marked("delete")) + whole(name, after, marked("create"));
    })
    .join("");
}

/** "" where both are the same; undefined where one is not a change of the other. */
function changeOf(old: Item, next: Item, place: Place): string | undefined {
  if (old instanceof Archive !== next instanceof Archive) return undefined;
  return old.hash === next.hash ? "" : renderItemChange(old, next, place);
}

function arrow(old: string, next: string): string {
  return old === next ? old : `${old}->${next}`;
}

function closing(place: Place): string {
  return tint(place, `${margin({ ...place, marked: false })}}\n`);
}
