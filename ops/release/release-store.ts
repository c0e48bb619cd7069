import type { Release } from "../../contracts/release.ts";
import type { Intent } from "./intent.ts";

/** A release before the store gives it its number and its place in the chain. */
export type ReleaseDraft = Omit<Release, "format" | "number" | "checkpoint" | "previous" | "hash">;

/** A record as it lies in the store. */
export type StoredRelease =
  | { readonly number: number; readonly release: Release }
  | { readonly number: number; readonly damage: string };

/** Where the releases of one stack are kept. */
export interface ReleaseStore {
  /** For people: where it is. */
  readonly location: string;
  /** All records, oldest first; damaged ones say what is wrong with them. */
  list(): Promise<readonly StoredRelease[]>;
  /** The newest release; undefined where there is none. @throws UserError `release-damaged` */
  newest(): Promise<Release | undefined>;
  /** One release. @throws UserError `release-unknown`, `release-damaged`, `no-history` */
  get(number: number): Promise<Release>;
  /** The checkpoint of a release, checked against its digest. @throws UserError `checkpoint-pruned`, `checkpoint-damaged` */
  checkpoint(release: Release): Promise<Checkpoint>;
  /** Records a release. Its number is claimed exclusively: of two writers at once the second gets the next one. */
  append(draft: ReleaseDraft, checkpoint: Checkpoint): Promise<Release>;
  /** What is about to be done, so that a release can be recorded though its maker is killed. */
  writeIntent(intent: Intent): Promise<void>;
  intents(): Promise<readonly Intent[]>;
  /** What was intended is recorded, or came to nothing. */
  clearIntent(id: string): Promise<void>;
  /** Random text of this store, made once: part of the key that secret settings are fingerprinted with. */
  fingerprintSalt(): Promise<string>;
  /** Deletes a checkpoint; its record stays. */
  removeCheckpoint(release: Release): Promise<void>;
  hasCheckpoint(release: Release): Promise<boolean>;
}

/**
 * The state as `pulumi stack export` gives it: secrets stay encrypted, with their provider's state in it. (What
 * `exportStack()` of the Automation API gives has them in clear, and must never be kept.)
 */
export interface Checkpoint {
  readonly version: number;
  readonly deployment: unknown;
}
