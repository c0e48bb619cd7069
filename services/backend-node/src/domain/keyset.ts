import type { Collection, Document, Filter } from "mongodb";

import type { CursorCodec, Position } from "./cursor.ts";

/** A stored document whose identifier is a text. */
export type Row = Document & { _id: string };

/** How a list is read: which rows, in which order, from where, how many. */
export interface PageRequest {
  readonly filter: Filter<Row>;
  /** The field to sort by; rows that are equal in it follow each other by _id. */
  readonly field: string;
  readonly descending: boolean;
  readonly limit: number;
  readonly after: Position | undefined;
  readonly projection: Document;
}

/** Rows of a page and where it ended, if more rows follow. */
export interface PageOfRows {
  readonly rows: readonly Row[];
  readonly end: Position | undefined;
}

/** The sort orders of a list by name: the stored field each one sorts by. */
export type SortFields = Readonly<Record<string, string>>;

/** Every order of a list as the `sort` parameter spells it: name, -name. */
export function sortNames(fields: SortFields): string[] {
  return Object.keys(fields).flatMap((name) => [name, `-${name}`]);
}

/** What a `sort` parameter means. */
export function sortOf(sort: string, fields: SortFields): { field: string; descending: boolean } {
  const descending = sort.startsWith("-");
  return { field: fields[descending ? sort.slice(1) : sort] ?? "_id", descending };
}

/** Reads one page by its position, not by an offset: rows that come or go meanwhile shift nothing. */
export async function readPage(collection: Collection<Row>, request: PageRequest): Promise<PageOfRows> {
  const { field, descending, limit } = request;
  const direction = descending ? -1 : 1;
  const rows = await collection
    .find(withPosition(request), { projection: request.projection })
    .sort(field === "_id" ? { _id: direction } : { [field]: direction, _id: direction })
    .limit(limit + 1)
    .toArray();
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, end: last && rows.length > limit ? [valueAt(last, field), last._id] : undefined };
}

/** A page as the API shows it. */
export function pageBody(
  data: readonly object[],
  page: { limit: number; end: Position | undefined; total: number | undefined },
  cursors: { codec: CursorCodec; scope: string },
): object {
  const nextCursor = page.end ? cursors.codec.encode(cursors.scope, page.end) : null;
  const total = page.total === undefined ? {} : { total: page.total };
  return { data, page: { limit: page.limit, nextCursor, ...total } };
}

function withPosition({ filter, field, descending, after }: PageRequest): Filter<Row> {
  if (after === undefined) return filter;
  const [value, id] = after;
  const beyond = descending ? "$lt" : "$gt";
  const rest: Filter<Row> =
    field === "_id"
      ? { _id: { [beyond]: id } }
      : { $or: [{ [field]: { [beyond]: value } }, { [field]: value, _id: { [beyond]: id } }] };
  return { $and: [filter, rest] };
}

function valueAt(row: Row, field: string): string | number {
  const value: unknown = field.split(".").reduce<unknown>((at, key) => (at as Document)[key], row);
  return value as string | number;
}
