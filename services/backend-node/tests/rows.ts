import { words } from "../src/domain/words.ts";

const searchWords = (...texts: string[]) => [...new Set(texts.flatMap(words))].sort();

/** The identifier of a numbered trial. */
export function nctId(number: number): string {
  return `NCT${String(number).padStart(8, "0")}`;
}

/** A trial as the seeding job stores it. */
export function trialRow(number: number, changes: Record<string, unknown> = {}): Record<string, unknown> {
  const title = (changes["briefTitle"] as string | undefined) ?? `Trial ${number}`;
  const conditions = (changes["conditions"] as string[] | undefined) ?? ["Heart Failure"];
  const startDate = changes["startDate"] as { date: string } | null | undefined;
  return {
    _id: nctId(number),
    aliases: [],
    briefTitle: title,
    overallStatus: "COMPLETED",
    studyType: "INTERVENTIONAL",
    phases: ["PHASE2"],
    startDate: null,
    primaryCompletionDate: null,
    completionDate: null,
    lastUpdateDate: "2020-01-02",
    allocation: null,
    masking: null,
    primaryPurpose: null,
    enrollment: { count: 10, type: null },
    sponsor: { companyId: "acme", name: "Acme", class: "INDUSTRY" },
    collaborators: [],
    conditions,
    conditionMeshIds: [],
    interventions: [{ type: "DRUG", name: null }],
    interventionMeshIds: [],
    arms: [],
    sex: "ALL",
    minimumAge: null,
    maximumAge: null,
    healthyVolunteers: null,
    countries: [],
    hasResults: false,
    dataVersion: "2026-01-01",
    query: {
      words: searchWords(nctId(number), title, ...conditions),
      conditionWords: searchWords(...conditions),
      startDate: startDate?.date ?? "",
    },
    version: 1,
    source: "test",
    contentHash: "x",
    ...changes,
  };
}

/** A company as the seeding job stores it. */
export function companyRow(
  companyId: string,
  changes: Record<string, unknown> = {},
): Record<string, unknown> {
  const name = (changes["name"] as string | undefined) ?? companyId;
  return {
    _id: companyId,
    name,
    nameNorm: name.toLowerCase(),
    aliases: [],
    class: "INDUSTRY",
    trialCount: 1,
    leadTrialCount: 1,
    collaboratorTrialCount: 0,
    query: { words: searchWords(name) },
    ...changes,
  };
}
