import type { Collection, Db, Filter } from "mongodb";

import type { CursorCodec } from "./cursor.ts";
import { pageBody, type Row, readPage, sortNames, sortOf } from "./keyset.ts";
import {
  anyOf,
  calendarDay,
  flag,
  integer,
  matching,
  oneOf,
  opaque,
  requiredMatching,
  searchText,
  type ValuesOf,
} from "./parameters.ts";
import { COMPANY_ID, MAX_LIMIT } from "./patterns.ts";
import { PHASES, STATUSES, STUDY_TYPES, type Trial, type TrialSummary } from "./schemas.ts";
import { inFilter, wordFilters } from "./search-filters.ts";

const SORT_FIELDS = { nctId: "_id", startDate: "query.startDate", lastUpdateDate: "lastUpdateDate" };

const pageParameters = {
  sort: oneOf(sortNames(SORT_FIELDS), "nctId"),
  limit: integer({ min: 1, max: MAX_LIMIT, fallback: 20 }),
  cursor: opaque(),
  count: flag(false),
};

/** What GET /v1/trials can be asked. */
export const trialListParameters = {
  q: searchText(200),
  condition: searchText(200),
  phase: anyOf(PHASES),
  status: anyOf(STATUSES),
  studyType: anyOf(STUDY_TYPES),
  sponsorId: matching(COMPANY_ID),
  hasResults: flag(),
  startFrom: calendarDay(),
  startTo: calendarDay(),
  ...pageParameters,
};
export type TrialListQuery = ValuesOf<typeof trialListParameters>;

/** What GET /v1/companies/{companyId}/trials can be asked. */
export const companyTrialParameters = {
  role: oneOf(["any", "lead", "collaborator"], "any"),
  ...pageParameters,
};
export type CompanyTrialQuery = ValuesOf<typeof companyTrialParameters>;

export const trialPathParameters = { nctId: requiredMatching(/^NCT[0-9]{8}$/) };

type PageQuery = ValuesOf<typeof pageParameters>;

/** Reads trials from the document store. */
export class TrialRepository {
  readonly #trials: Collection<Row>;
  readonly #aliases: Collection<Row>;
  readonly #cursors: CursorCodec;

  constructor(database: Db, cursors: CursorCodec) {
    this.#trials = database.collection("trials");
    this.#aliases = database.collection("trial_aliases");
    this.#cursors = cursors;
  }

  async find(nctId: string): Promise<Trial | undefined> {
    const row = await this.#trials.findOne({ _id: nctId });
    return row ? toTrial(row) : undefined;
  }

  /** The present identifier of a trial that was renumbered. */
  async findCurrentId(alias: string): Promise<string | undefined> {
    const row = await this.#aliases.findOne({ _id: alias });
    return row ? String(row["nctId"]) : undefined;
  }

  list(query: TrialListQuery): Promise<object> {
    return this.#page(listFilter(query), query, "trials");
  }

  listOfCompany(companyId: string, query: CompanyTrialQuery): Promise<object> {
    const lead = { "sponsor.companyId": companyId };
    const collaborator = { "collaborators.companyId": companyId };
    const filters = { lead, collaborator, any: { $or: [lead, collaborator] } };
    return this.#page(filters[query.role], query, `company-trials:${companyId}`);
  }

  async #page(filter: Filter<Row>, query: PageQuery, list: string): Promise<object> {
    const scope = `${list}:${query.sort}`;
    const page = await readPage(this.#trials, {
      filter,
      ...sortOf(query.sort, SORT_FIELDS),
      limit: query.limit,
      after: query.cursor === undefined ? undefined : this.#cursors.decode(scope, query.cursor),
      projection: SUMMARY_FIELDS,
    });
    const total = query.count ? await this.#trials.countDocuments(filter) : undefined;
    const cursors = { codec: this.#cursors, scope };
    return pageBody(page.rows.map(toSummary), { limit: query.limit, end: page.end, total }, cursors);
  }
}

const SUMMARY_FIELDS = Object.fromEntries(
  [
    "briefTitle",
    "overallStatus",
    "studyType",
    "phases",
    "startDate",
    "lastUpdateDate",
    "enrollment",
    "sponsor",
    "conditions",
    "hasResults",
    "query.startDate",
  ].map((field) => [field, 1 as const]),
);

/** A condition for each wish; a search word matches the beginning of a stored word. */
function listFilter(query: TrialListQuery): Filter<Row> {
  const conditions: Filter<Row>[] = [
    ...wordFilters("query.words", query.q),
    ...wordFilters("query.conditionWords", query.condition),
    ...inFilter("phases", query.phase),
    ...inFilter("overallStatus", query.status),
    ...inFilter("studyType", query.studyType),
  ];
  if (query.sponsorId !== undefined) conditions.push({ "sponsor.companyId": query.sponsorId });
  if (query.hasResults !== undefined) conditions.push({ hasResults: query.hasResults });
  if (query.startFrom !== undefined) conditions.push({ "query.startDate": { $gte: query.startFrom } });
  if (query.startTo !== undefined) conditions.push({ "query.startDate": { $gt: "", $lte: query.startTo } });
  return conditions.length > 0 ? { $and: conditions } : {};
}

function toSummary(row: Row): TrialSummary {
  return {
    nctId: row._id,
    briefTitle: row["briefTitle"],
    overallStatus: row["overallStatus"],
    studyType: row["studyType"],
    phases: row["phases"],
    startDate: row["startDate"],
    lastUpdateDate: row["lastUpdateDate"],
    enrollment: row["enrollment"],
    sponsor: row["sponsor"],
    conditions: row["conditions"],
    hasResults: row["hasResults"],
  };
}

function toTrial(row: Row): Trial {
  return {
    ...toSummary(row),
    aliases: row["aliases"],
    primaryCompletionDate: row["primaryCompletionDate"],
    completionDate: row["completionDate"],
    allocation: row["allocation"],
    masking: row["masking"],
    primaryPurpose: row["primaryPurpose"],
    collaborators: row["collaborators"],
    conditionMeshIds: row["conditionMeshIds"],
    interventions: row["interventions"],
    interventionMeshIds: row["interventionMeshIds"],
    arms: row["arms"],
    sex: row["sex"],
    minimumAge: row["minimumAge"],
    maximumAge: row["maximumAge"],
    healthyVolunteers: row["healthyVolunteers"],
    countries: row["countries"],
    dataVersion: row["dataVersion"],
  };
}
