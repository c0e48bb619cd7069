import { AtlasFailure } from "./errors.ts";
import type { Json } from "./json.ts";

const LARGEST_PAGE = 500;
const DEFAULT_PAGE = 100;

/** One page of a list, as the API gives it. `self` is the address that was asked. */
export function paginate(rows: readonly Json[], query: URLSearchParams, self: string): Json {
  const page = numberIn(query, "pageNum", 1);
  const size = numberIn(query, "itemsPerPage", DEFAULT_PAGE);
  if (size > LARGEST_PAGE)
    throw new AtlasFailure("VALIDATION_ERROR", [`itemsPerPage must be at most ${LARGEST_PAGE}`]);
  const results = rows.slice((page - 1) * size, page * size);
  const links = [{ href: self, rel: "self" }];
  if (page > 1) links.push({ href: turned(self, page - 1), rel: "previous" });
  if (page * size < rows.length) links.push({ href: turned(self, page + 1), rel: "next" });
  const isCounted = query.get("includeCount") !== "false";
  return { links, results: [...results], ...(isCounted ? { totalCount: rows.length } : {}) };
}

function numberIn(query: URLSearchParams, name: string, otherwise: number): number {
  const text = query.get(name);
  if (text === null) return otherwise;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new AtlasFailure("VALIDATION_ERROR", [`${name} must be a whole number from 1 on, not ${text}`]);
  }
  return value;
}

function turned(self: string, page: number): string {
  const url = new URL(self);
  url.searchParams.set("pageNum", String(page));
  return url.href;
}
