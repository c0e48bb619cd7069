import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach } from "vitest";
import type { UserError } from "../../src/errors.ts";
import { Secret } from "../../src/protocol/property-value.ts";
import { type FileBackend, openFileBackend } from "../../src/state/file-backend.ts";
import type { FileStackStore } from "../../src/state/file-store.ts";
import type { UpdateRecord } from "../../src/state/history.ts";
import { newManifest } from "../../src/state/integrity.ts";
import { base64Secrets } from "../../src/state/memory-store.ts";
import { emptySnapshot, resourceState, type Snapshot } from "../../src/state/resource.ts";

export const reference = { organization: "organization", project: "p", stack: "dev" };
export const now = new Date("2026-01-02T03:04:05.678Z");
export const root = resourceState({
  urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev",
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: { secret: new Secret("hidden") },
});
export const thing = resourceState({
  urn: "urn:pulumi:dev::p::t:m:R::a",
  type: "t:m:R",
  custom: true,
  id: "1",
});

export function snapshotOf(...resources: Snapshot["resources"]): Snapshot {
  return { ...emptySnapshot(), manifest: newManifest(now), resources };
}

export const update: UpdateRecord = {
  kind: "update",
  startTime: 1,
  message: "<first>",
  environment: { b: "2", a: "1" },
  config: { "p:k": { secure: "v1:x" } },
  version: 0,
  result: "succeeded",
  endTime: 2,
  resourceChanges: { create: 1 },
};

export let folder = "";

export function open(
  env: { readonly [name: string]: string } = {},
  notify: (notice: string) => void = () => undefined,
): Promise<FileBackend> {
  return openFileBackend({ root: folder, env, notify, now: () => now });
}

export async function created(env: { readonly [name: string]: string } = {}): Promise<FileStackStore> {
  return (await open(env)).create(reference, base64Secrets);
}

/** Every file of the backend, without the running numbers in names. */
export function tree(): readonly string[] {
  return readdirSync(join(folder, ".pulumi"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replace(/\d{19}/, "N"),
    )
    .sort();
}

export const path = (...parts: string[]) => join(folder, ".pulumi", ...parts);
export const read = (...parts: string[]) => readFileSync(path(...parts), "utf8");

export async function failure(work: Promise<unknown>): Promise<UserError> {
  return (await work.catch((error: unknown) => error)) as UserError;
}

/** Each test begins anew. */
export function useBackendFolder(): void {
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "backend-"));
  });
}
