import { beforeEach, expect } from "vitest";
import { Secret } from "../../../src/protocol/property-value.ts";
import { newManifest } from "../../../src/state/integrity.ts";
import {
  emptySnapshot,
  type ResourceState,
  resourceState,
  type Snapshot,
} from "../../../src/state/resource.ts";
import { CommandLine } from "./command-line.ts";

export const ok = (stdout: string, stderr = "") => ({ exitCode: 0, stdout, stderr });
export const failed = (message: string, exitCode = 1) => ({
  exitCode,
  stdout: "",
  stderr: `error: ${message}\n`,
});

export const urn = (type: string, name: string, stack = "dev") =>
  `urn:pulumi:${stack}::corpus::${type}::${name}`;
export const root = resourceState({
  urn: urn("pulumi:pulumi:Stack", "corpus-dev"),
  type: "pulumi:pulumi:Stack",
  custom: false,
  outputs: {
    big: 9007199254740991,
    list: [1, { a: "b" }],
    none: null,
    secret: new Secret({ deep: "s3" }),
    text: "hello",
  },
});
export const provider = resourceState({
  urn: urn("pulumi:providers:fake", "default"),
  type: "pulumi:providers:fake",
  custom: true,
  id: "1",
});
export const thing = resourceState({
  urn: urn("fake:index:Thing", "a"),
  type: "fake:index:Thing",
  custom: true,
  id: "a-1",
  parent: root.urn,
  provider: `${provider.urn}::1`,
});

export let line: CommandLine;

export async function save(...resources: ResourceState[]): Promise<Snapshot> {
  const store = await line.store();
  const { secretsProvider } = await store.load();
  const snapshot = { ...emptySnapshot(secretsProvider), manifest: newManifest(new Date()), resources };
  await store.save(snapshot);
  return snapshot;
}

/** Each test begins anew. */
export function useStackLine(): void {
  beforeEach(async () => {
    line = new CommandLine();
    expect(await line.run("stack init dev")).toEqual(ok("", "Created stack 'dev'\n"));
  });
}
