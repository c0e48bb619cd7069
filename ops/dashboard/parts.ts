/** What the server tells the page. A part is replaced as a whole; its key is `STACK/PART`. */
export interface Parts {
  readonly environment: EnvironmentPart;
  readonly health: HealthPart;
  readonly graph: GraphPart;
  readonly plan: PlanPart;
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

export interface LogLine {
  /** RFC 3339 with nanoseconds, as Docker gives it. */
  readonly at: string;
  readonly text: string;
}
