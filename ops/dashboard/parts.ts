import type { DriftReport } from "../../contracts/drift.ts";

/** What the server tells the page. A part is replaced as a whole; its key is `STACK/PART`. */
export interface Parts {
  readonly environment: EnvironmentPart;
  readonly health: HealthPart;
  readonly graph: GraphPart;
  readonly plan: PlanPart;
  readonly releases: ReleasesPart;
  readonly drift: DriftPart;
  readonly metrics: MetricsPart;
}

/** What the recorded state says of a stack. No secret is among it. */
export interface EnvironmentPart {
  /** `absent`: it was never brought up; `unreadable`: `problem` says why. */
  readonly state: "up" | "absent" | "unreadable";
  readonly problem?: string;
  readonly gatewayUrl?: string;
  readonly pythonWeight?: number;
  readonly services: readonly ServiceRow[];
  /** Operations that an interrupted update left open, by the names of their resources. */
  readonly unfinished: readonly string[];
}

export interface ServiceRow {
  /** As the outputs call it, for example `backend-node`. */
  readonly name: string;
  /** Name of its container or workload. */
  readonly workload: string;
  readonly url?: string;
  readonly imageId: string;
  readonly ports: { readonly [role: string]: number };
}

/** How the workloads do, by their names. */
export interface HealthPart {
  readonly workloads: { readonly [name: string]: WorkloadHealth };
  /** Why it is not known, where it is not. */
  readonly problem?: string;
}

export type Health = "healthy" | "starting" | "unhealthy" | "running" | "stopped";

export interface WorkloadHealth {
  readonly health: Health;
  /** In the platform's own words, for example `Up 3 minutes (healthy)`. */
  readonly detail: string;
}

/** Resources of the state, laid out: lines from a resource to what it needs. */
export interface GraphPart {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphNode {
  readonly urn: string;
  readonly name: string;
  readonly type: string;
  /** URN of the component that it is in. */
  readonly parent?: string;
  /** URNs. */
  readonly dependencies: readonly string[];
  /** The operation that an interrupted update left open. */
  readonly pending?: string;
  /** Where it is drawn; components are not. */
  readonly box?: Box;
}

/** Left upper corner and size, in pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

/** The last preview that was asked for on the page. */
export type PlanPart =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly since: string }
  | { readonly state: "failed"; readonly at: string; readonly error: string }
  | {
      readonly state: "done";
      readonly at: string;
      readonly summary: string;
      readonly changes: readonly {
        readonly op: string;
        readonly urn: string;
        readonly reasons: readonly string[];
      }[];
      readonly cost?: string;
      readonly advice: readonly string[];
    };

/** The recorded releases, newest first. */
export interface ReleasesPart {
  readonly releases: readonly ReleaseRow[];
  /** Records that cannot be trusted, or why none can be read. */
  readonly problems: readonly string[];
}

export interface ReleaseRow {
  readonly number: number;
  readonly at: string;
  readonly by: string;
  /** For people: `up`, `rollback to 3`. */
  readonly cause: string;
  readonly message: string;
  /** Short, with `+` where files differed from it. */
  readonly commit?: string;
  readonly health: string;
  readonly parity: string;
  readonly changes: string;
  /** What two releases are compared by: images, settings and schemas by their names. Secrets are never told. */
  readonly content: { readonly [name: string]: string };
}

/** The last drift review that was asked for on the page. */
export type DriftPart =
  | { readonly state: "none" }
  | { readonly state: "running"; readonly since: string }
  | { readonly state: "failed"; readonly at: string; readonly error: string }
  | { readonly state: "done"; readonly report: DriftReport };

/** Key figures of the last half hour, from Prometheus. */
export interface MetricsPart {
  readonly charts: readonly Chart[];
  /** Why there are none, where there are none. */
  readonly problem?: string;
}

export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly lines: readonly {
    readonly name: string;
    readonly points: readonly (readonly [time: number, value: number])[];
  }[];
}

export interface LogLine {
  /** RFC 3339 with nanoseconds, as Docker gives it. */
  readonly at: string;
  readonly text: string;
}
