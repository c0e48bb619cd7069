import type { Collection, Db, Filter } from "mongodb";

import type { CursorCodec } from "./cursor.ts";
import { pageBody, type Row, readPage, sortNames, sortOf } from "./keyset.ts";
import {
  anyOf,
  flag,
  integer,
  oneOf,
  opaque,
  requiredMatching,
  searchText,
  type ValuesOf,
} from "./parameters.ts";
import { COMPANY_ID, MAX_LIMIT } from "./patterns.ts";
import { COMPANY_CLASSES, type Company } from "./schemas.ts";
import { inFilter, wordFilters } from "./search-filters.ts";

const SORT_FIELDS = { name: "nameNorm", trialCount: "trialCount" };

/** What GET /v1/companies can be asked. */
export const companyListParameters = {
  q: searchText(200),
  class: anyOf(COMPANY_CLASSES),
  sort: oneOf(sortNames(SORT_FIELDS), "name"),
  limit: integer({ min: 1, max: MAX_LIMIT, fallback: 20 }),
  cursor: opaque(),
  count: flag(false),
};
export type CompanyListQuery = ValuesOf<typeof companyListParameters>;

export const companyPathParameters = { companyId: requiredMatching(COMPANY_ID) };

/** Reads companies from the document store. */
export class CompanyRepository {
  readonly #companies: Collection<Row>;
  readonly #cursors: CursorCodec;

  constructor(database: Db, cursors: CursorCodec) {
    this.#companies = database.collection("companies");
    this.#cursors = cursors;
  }

  async find(companyId: string): Promise<Company | undefined> {
    const row = await this.#companies.findOne({ _id: companyId });
    return row ? toCompany(row) : undefined;
  }

  async list(query: CompanyListQuery): Promise<object> {
    const conditions = [...wordFilters("query.words", query.q), ...inFilter("class", query.class)];
    const filter: Filter<Row> = conditions.length > 0 ? { $and: conditions } : {};
    const scope = `companies:${query.sort}`;
    const page = await readPage(this.#companies, {
      filter,
      ...sortOf(query.sort, SORT_FIELDS),
      limit: query.limit,
      after: query.cursor === undefined ? undefined : this.#cursors.decode(scope, query.cursor),
      projection: { query: 0 },
    });
    const total = query.count ? await this.#companies.countDocuments(filter) : undefined;
    const cursors = { codec: this.#cursors, scope };
    return pageBody(page.rows.map(toCompany), { limit: query.limit, end: page.end, total }, cursors);
  }
}

function toCompany(row: Row): Company {
  return {
    companyId: row._id,
    name: row["name"],
    aliases: row["aliases"],
    class: row["class"],
    trialCount: row["trialCount"],
    leadTrialCount: row["leadTrialCount"],
    collaboratorTrialCount: row["collaboratorTrialCount"],
  };
}
