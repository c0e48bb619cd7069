import type { PropertyMap } from "../protocol/property-value.ts";
import type { CustomTimeouts } from "../state/resource.ts";

/** How serious a policy is. */
export type EnforcementLevel = "advisory" | "mandatory" | "remediate" | "disabled";

/** "" = not said. */
export type PolicySeverity = "" | "low" | "medium" | "high" | "critical";

/** What a policy can be configured with: JSON schemas by property. */
export interface PolicyConfigSchema {
  readonly properties: { readonly [name: string]: unknown };
  readonly required: readonly string[];
}

export interface PolicyInfo {
  readonly name: string;
  /** `unknown`: of a pack that is too old to say. */
  readonly kind: "resource" | "stack" | "unknown";
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: PolicySeverity;
  readonly configSchema: PolicyConfigSchema | undefined;
}

/** The configuration of one policy; an absent level leaves it as it is. */
export interface PolicyConfig {
  readonly enforcementLevel?: EnforcementLevel;
  readonly properties: { readonly [name: string]: unknown };
}

/** By the name of the policy. */
export type PolicyConfigs = { readonly [policy: string]: PolicyConfig };

export interface PolicyPackInfo {
  readonly name: string;
  readonly version: string;
  readonly supportsConfig: boolean;
  /** Sorted by name. */
  readonly policies: readonly PolicyInfo[];
  readonly initialConfig: PolicyConfigs;
}

/** A provider as policies see it. */
export interface PolicyProvider {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: PropertyMap;
}

/** A resource as policies see it: its inputs before it is touched, its outputs at the end. */
export interface PolicyResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly properties: PropertyMap;
  readonly provider: PolicyProvider | undefined;
  readonly protect: boolean;
  readonly ignoreChanges: readonly string[];
  readonly deleteBeforeReplace: boolean | undefined;
  readonly additionalSecretOutputs: readonly string[];
  /** URNs. */
  readonly aliases: readonly string[];
  readonly customTimeouts: CustomTimeouts;
  readonly parent: string;
}

export interface PolicyStackResource extends PolicyResource {
  readonly dependencies: readonly string[];
  readonly propertyDependencies: { readonly [property: string]: readonly string[] };
}

/** A policy that something does not meet. */
export interface PolicyViolation {
  readonly policy: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly message: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly severity: PolicySeverity;
  /** The resource that a stack policy blames, or "". */
  readonly urn: string;
}

/** What policies found, and which of them had nothing to say about it. */
export interface PolicyFindings {
  readonly violations: readonly PolicyViolation[];
  readonly notApplicable: readonly string[];
}

/** New inputs that a policy makes out of those of the program. */
export interface PolicyRemediation {
  readonly policy: string;
  readonly pack: string;
  readonly packVersion: string;
  readonly properties: PropertyMap;
  /** Why there are none, else "". */
  readonly diagnostic: string;
}

export interface PolicyRemediations {
  readonly remediations: readonly PolicyRemediation[];
  readonly notApplicable: readonly string[];
}

/** A policy pack that is ready to judge. */
export interface PolicyPack {
  readonly info: PolicyPackInfo;
  /** What the summary of an operation calls it. */
  readonly label: string;
  analyze(resource: PolicyResource): Promise<PolicyFindings>;
  analyzeStack(resources: readonly PolicyStackResource[]): Promise<PolicyFindings>;
  remediate(resource: PolicyResource): Promise<PolicyRemediations>;
  /** Asks it to give up what it is doing. Never rejects. */
  cancel(): Promise<void>;
  close(): Promise<void>;
}

/** The stack that policies are to judge. */
export interface PolicySubject {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly preview: boolean;
  /** Values decrypted; keys are `namespace:name`. */
  readonly config: { readonly [key: string]: string };
  readonly configSecretKeys: readonly string[];
  /** Of the stack. */
  readonly tags: { readonly [name: string]: string };
}

/** Where an operation gets its policy packs from. */
export interface PolicyHost {
  /** How many packs there are: each is told about before it is loaded. */
  readonly count: number;
  /** Starts and configures every pack. @throws UserError on the first that is not sound; none is left running then. */
  load(subject: PolicySubject): Promise<readonly PolicyPack[]>;
}
