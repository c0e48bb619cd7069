import { type Static, type TSchema, Type } from "typebox";

/** The 14 states that the registry knows. */
export const STATUSES = [
  "ACTIVE_NOT_RECRUITING",
  "APPROVED_FOR_MARKETING",
  "AVAILABLE",
  "COMPLETED",
  "ENROLLING_BY_INVITATION",
  "NOT_YET_RECRUITING",
  "NO_LONGER_AVAILABLE",
  "RECRUITING",
  "SUSPENDED",
  "TEMPORARILY_NOT_AVAILABLE",
  "TERMINATED",
  "UNKNOWN",
  "WITHDRAWN",
  "WITHHELD",
] as const;
export const PHASES = ["EARLY_PHASE1", "NA", "PHASE1", "PHASE2", "PHASE3", "PHASE4"] as const;
export const STUDY_TYPES = ["EXPANDED_ACCESS", "INTERVENTIONAL", "OBSERVATIONAL"] as const;
export const COMPANY_CLASSES = [
  "AMBIG",
  "FED",
  "INDIV",
  "INDUSTRY",
  "NETWORK",
  "NIH",
  "OTHER",
  "OTHER_GOV",
  "UNKNOWN",
] as const;
/** What an account may be, from least to most. */
export const ROLES = ["viewer", "analyst", "editor", "admin"] as const;

const nullable = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const texts = () => Type.Array(Type.String());

const PartialDate = Type.Object({
  date: Type.String({ format: "date" }),
  precision: Type.Enum(["year", "month", "day"]),
});
const Organisation = Type.Object({
  companyId: Type.String(),
  name: Type.String(),
  class: Type.Enum([...COMPANY_CLASSES]),
});
const Enrollment = Type.Object({ count: Type.Integer(), type: nullable(Type.String()) });
const Intervention = Type.Object({ type: Type.String(), name: nullable(Type.String()) });
const Arm = Type.Object({ label: Type.String(), type: nullable(Type.String()), interventions: texts() });

/** A trial as lists show it. */
export const TrialSummary = Type.Object({
  nctId: Type.String(),
  briefTitle: Type.String(),
  overallStatus: Type.Enum([...STATUSES]),
  studyType: Type.Enum([...STUDY_TYPES]),
  phases: Type.Array(Type.Enum([...PHASES])),
  startDate: nullable(PartialDate),
  lastUpdateDate: Type.String({ format: "date" }),
  enrollment: nullable(Enrollment),
  sponsor: Organisation,
  conditions: texts(),
  hasResults: Type.Boolean(),
});
export type TrialSummary = Static<typeof TrialSummary>;

/** A trial with all its facts; what the registry leaves out is null or empty. */
export const Trial = Type.Object({
  ...TrialSummary.properties,
  aliases: texts(),
  primaryCompletionDate: nullable(PartialDate),
  completionDate: nullable(PartialDate),
  allocation: nullable(Type.String()),
  masking: nullable(Type.String()),
  primaryPurpose: nullable(Type.String()),
  collaborators: Type.Array(Organisation),
  conditionMeshIds: texts(),
  interventions: Type.Array(Intervention),
  interventionMeshIds: texts(),
  arms: Type.Array(Arm),
  sex: nullable(Type.String()),
  minimumAge: nullable(Type.String()),
  maximumAge: nullable(Type.String()),
  healthyVolunteers: nullable(Type.Boolean()),
  countries: texts(),
  dataVersion: Type.String({ format: "date" }),
});
export type Trial = Static<typeof Trial>;

/** A sponsor or collaborator with the number of trials it leads or takes part in. */
export const Company = Type.Object({
  companyId: Type.String(),
  name: Type.String(),
  aliases: texts(),
  class: Type.Enum([...COMPANY_CLASSES]),
  trialCount: Type.Integer(),
  leadTrialCount: Type.Integer(),
  collaboratorTrialCount: Type.Integer(),
});
export type Company = Static<typeof Company>;

const Page = Type.Object({
  limit: Type.Integer(),
  nextCursor: nullable(Type.String()),
  total: Type.Optional(Type.Integer()),
});
export const TrialPage = Type.Object({ data: Type.Array(TrialSummary), page: Page });
export const CompanyPage = Type.Object({ data: Type.Array(Company), page: Page });

/** What a text must be like. */
export interface TextRules {
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern?: string;
}

/** The rules that a login is read by. */
export const CREDENTIAL_RULES = {
  email: { minLength: 3, maxLength: 254, pattern: "^[^@\\s]+@[^@\\s]+$" },
  password: { minLength: 1, maxLength: 200 },
} satisfies Record<string, TextRules>;
export const Credentials = Type.Object(
  { email: Type.String(CREDENTIAL_RULES.email), password: Type.String(CREDENTIAL_RULES.password) },
  { additionalProperties: false },
);
export type Credentials = Static<typeof Credentials>;

export const AccessToken = Type.Object({
  accessToken: Type.String(),
  tokenType: Type.Enum(["Bearer"]),
  expiresIn: Type.Integer(),
});
export type AccessToken = Static<typeof AccessToken>;

export const Account = Type.Object({
  userId: Type.String(),
  email: Type.String(),
  role: Type.Enum([...ROLES]),
});
export type Account = Static<typeof Account>;

export const Live = Type.Object({ status: Type.Enum(["up"]) });

const Check = Type.Object({ status: Type.Enum(["up", "down"]), latencyMs: Type.Integer() });
export const Readiness = Type.Object({
  status: Type.Enum(["up", "degraded", "down"]),
  checks: Type.Object({ mongo: Check, neo4j: Check, cache: Check }),
});
export type Readiness = Static<typeof Readiness>;

const FieldProblem = Type.Object({ pointer: Type.String(), code: Type.String(), message: Type.String() });
export const ProblemDocument = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  detail: Type.String(),
  instance: Type.String(),
  requestId: Type.String(),
  errors: Type.Optional(Type.Array(FieldProblem)),
});

/** The schemas that the OpenAPI document gives a name. */
export const NAMED_SCHEMAS: Readonly<Record<string, TSchema>> = {
  AccessToken,
  Account,
  Arm,
  Check,
  Company,
  CompanyPage,
  Credentials,
  Enrollment,
  FieldProblem,
  Intervention,
  Live,
  Organisation,
  Page,
  PartialDate,
  Problem: ProblemDocument,
  Readiness,
  Trial,
  TrialPage,
  TrialSummary,
};
