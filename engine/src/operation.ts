import type { EventListener } from "./events.ts";
import type { UpdatePlan } from "./plan/update-plan.ts";
import type { PolicyHost } from "./policy/policy-pack.ts";
import type { UsedExtension } from "./program/packages.ts";
import type { ProgramSource } from "./program/program-source.ts";
import type { PropertyMap } from "./protocol/property-value.ts";
import type { PackageSpec } from "./providers/plugin-inputs.ts";
import type { ProviderHost } from "./providers/provider.ts";
import type { Snapshot } from "./state/resource.ts";
import type { SecretsManager } from "./state/secrets.ts";
import type { StackStore } from "./state/store.ts";

export type OperationKind = "update" | "refresh" | "destroy" | "import";

/** The stack's configuration for one run: values decrypted, objects as JSON text. Keys are `namespace:name`. */
export interface RunConfig {
  readonly values: { readonly [key: string]: string };
  readonly secretKeys: readonly string[];
  /** The decrypted values, those inside lists and maps one by one, that displays and logs must hide. @default all text under `secretKeys` */
  readonly secretTexts?: readonly string[];
}

/** One resource to import, from `pulumi import` or its file. */
export interface ImportSpec {
  readonly type: string;
  readonly name: string;
  readonly id: string;
  /** URNs. */
  readonly parent: string | undefined;
  readonly provider: string | undefined;
  readonly version: string;
  readonly pluginDownloadURL: string;
  readonly properties: readonly string[] | undefined;
  readonly component: boolean;
  readonly remote: boolean;
  readonly protect: boolean;
  /** What the provider's read cannot tell is taken from here; of a provider, its configuration. */
  readonly inputs?: PropertyMap;
  /** The object as it is: nobody is asked about it then. */
  readonly outputs?: PropertyMap;
  /** The configuration of `provider`, where that is not recorded yet. */
  readonly providerInputs?: PropertyMap;
  /** The plugin that serves the package, where that is another than the package's own. */
  readonly parameterized?: NonNullable<PackageSpec["parameterized"]>;
  /** What its provider must serve besides its own types. */
  readonly extension?: UsedExtension;
}

export interface OperationOptions {
  /** True plans only: providers are asked with `preview`, nothing is written, no lock, no history. */
  readonly preview: boolean;
  /** How many steps may run at once. */
  readonly parallel: number;
  readonly continueOnError: boolean;
  /** Refresh before the program runs. */
  readonly refresh: boolean;
  /** For refresh and destroy: run the program instead of working from the state alone. */
  readonly runProgram: boolean;
  /** URNs or globs. */
  readonly targets: readonly string[];
  readonly excludes: readonly string[];
  readonly replaces: readonly string[];
  readonly targetDependents: boolean;
  readonly excludeDependents: boolean;
  readonly excludeProtected: boolean;
  /** Deletes and replaces what is protected, too. */
  readonly ignoreProtect: boolean;
  readonly expectNoChanges: boolean;
  readonly clearPendingCreates: boolean;
  /** URN of an interrupted create -> id of the object that it made: recorded once its provider has read it. */
  readonly importPendingCreates: { readonly [urn: string]: string };
  readonly imports: readonly ImportSpec[];
  /** What goes into a resource decides: where it is as it was, its provider is not asked. @default false */
  readonly legacyDiff?: boolean;
  /** What the program is told that it cannot rely on. @default nothing */
  readonly withheldFeatures?: readonly ("resourceReferences" | "outputValues")[];
  /** Where more registrations than this wait for their turn, providers are asked about the next meanwhile. @default `parallel` */
  readonly lookAheadFrom?: number;
  /** A refresh tells of changed outputs alone, and asks no provider what they mean for the inputs. @default false */
  readonly legacyRefreshDiff?: boolean;
  /** The plan that an update is held to. */
  readonly plan?: UpdatePlan;
  /** Writes an update plan of what a preview finds. @default false */
  readonly generatePlan?: boolean;
  /** Contacts nobody: a preview from what is recorded, in which secrets that could not be decrypted count as equal. @default false */
  readonly offline?: boolean;
  /** Recorded in history. */
  readonly message: string;
}

/** What an operation works on. Nothing here is global: two operations may run side by side in one process. */
export interface OperationContext {
  readonly project: {
    readonly name: string;
    /** Absolute directory of Pulumi.yaml. */
    readonly root: string;
    /** Absolute directory the program runs in, and its entry relative to that ("." for package.json's main). */
    readonly directory: string;
    readonly entry: string;
    readonly runtimeOptions: { readonly [name: string]: unknown };
  };
  readonly store: StackStore;
  readonly secrets: SecretsManager;
  readonly config: RunConfig;
  readonly providers: ProviderHost;
  /** Where the policy packs come from that judge what is planned; undefined where nothing is judged. */
  readonly policies?: PolicyHost;
  /** Undefined where no program is to run (plain refresh and destroy). */
  readonly program: ProgramSource | undefined;
  readonly listener: EventListener;
  /** False where the listener drops debug messages: programs then send none. @default true */
  readonly debugMessages?: boolean;
  /** First abort: finish what runs, start nothing new. */
  readonly signal: AbortSignal;
  readonly clock: { now(): Date };
  readonly random: { bytes(count: number): Uint8Array; uuid(): string };
  /**
   * Reads another stack by the name a program gives it (`StackReference`); undefined where there is none. Where `elided`
   * is given, secrets that cannot be decrypted are read as empty objects, and it is called.
   */
  readonly readStack?: (name: string, elided?: () => void) => Promise<Snapshot | undefined>;
  /** What history records about how, and with which settings, the operation was started. Secrets stay ciphertext. */
  readonly record?: {
    readonly config: { readonly [key: string]: unknown };
    /** Found out while the operation runs; a preview leaves no history. @default the message alone */
    readonly notes?: Promise<RunNotes>;
  };
}

/** Where an operation was started, and what for. */
export interface RunNotes {
  readonly environment: { readonly [name: string]: string };
  readonly message: string;
}

export interface OperationResult {
  readonly result: "succeeded" | "failed" | "canceled";
  readonly changes: { readonly [op: string]: number };
  readonly outputs: PropertyMap;
  /** One message per failure that was not already told as a diagnostic. */
  readonly errors: readonly string[];
  /** What a person should do: one text per resource that the engine cannot settle by itself. */
  readonly advice: readonly string[];
  /** What a preview found, where `generatePlan` asked for it. */
  readonly plan?: UpdatePlan;
}
