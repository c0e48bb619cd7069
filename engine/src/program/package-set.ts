import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import semver from "semver";
import { ancestors } from "../ancestors.ts";
import { isProviderType, packageOfProviderType } from "../plan/urn.ts";
import { type PackageSpec, pluginOf } from "../providers/plugin-inputs.ts";
import type { ResourceState } from "../state/resource.ts";

/** The resource packages a project has installed, by package name. */
export type PackageSet = ReadonlyMap<string, PackageSpec>;

/** The part of a package.json that says which plugin a package speaks to. */
interface Manifest {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly pulumi?: {
    readonly resource?: unknown;
    readonly name?: unknown;
    readonly version?: unknown;
    readonly server?: unknown;
    readonly parameterization?: {
      readonly name?: unknown;
      readonly version?: unknown;
      readonly value?: unknown;
    };
  };
}

/**
 * Finds the resource packages under the `node_modules` of a directory and of its ancestors.
 * Of two versions of one package the higher one counts. Reads at once: of hundreds of small files, handing each to
 * another thread and back costs ten times what reading them does.
 */
export function findPackages(directory: string): PackageSet {
  const found = new Map<string, PackageSpec>();
  for (const ancestor of ancestors(directory)) scan(path.join(ancestor, "node_modules"), found);
  return found;
}

/**
 * The packages that fill in what a program leaves open: those it has installed, or, where it has none at all, those of
 * the recorded providers.
 */
export function findDefaultPackages(
  directory: string,
  recorded: readonly Pick<ResourceState, "type" | "inputs">[],
): PackageSet {
  const installed = findPackages(directory);
  return installed.size > 0 ? installed : recordedPackages(recorded);
}

/** The packages of recorded provider resources: the highest version of each, and no download URL where that is all the same. */
function recordedPackages(recorded: readonly Pick<ResourceState, "type" | "inputs">[]): PackageSet {
  const found = new Map<string, PackageSpec>();
  const specs = recorded.flatMap(({ type, inputs }) => {
    if (!isProviderType(type)) return [];
    const { pkg, version, pluginDownloadURL, parameterization } = pluginOf(
      packageOfProviderType(type),
      inputs,
    );
    const isPlain = version !== "" && parameterization === undefined;
    return isPlain ? [{ pkg, version, pluginDownloadURL, checksums: {}, parameterized: undefined }] : [];
  });
  for (const spec of specs.toSorted((a, b) => a.pluginDownloadURL.length - b.pluginDownloadURL.length)) {
    const known = found.get(spec.pkg);
    if (known === undefined || semver.gt(orZero(spec.version), orZero(known.version)))
      found.set(spec.pkg, spec);
  }
  return found;
}

function scan(modules: string, found: Map<string, PackageSpec>): void {
  for (const entry of list(modules)) {
    const folder = modules + path.sep + entry;
    if (entry.startsWith("@")) scan(folder, found);
    else if (!entry.startsWith(".")) {
      addPackage(readManifest(folder), found);
      scan(`${folder}${path.sep}node_modules`, found);
    }
  }
}

function list(folder: string): readonly string[] {
  try {
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  } catch {
    return [];
  }
}

function readManifest(folder: string): Manifest {
  try {
    const text = readFileSync(`${folder}${path.sep}package.json`, "utf8");
    // Most packages speak to no plugin, and reading them as JSON would take longer than all the rest.
    return text.includes('"pulumi"') ? (JSON.parse(text) as Manifest) : {};
  } catch {
    return {};
  }
}

function addPackage(manifest: Manifest, found: Map<string, PackageSpec>): void {
  const spec = readPackage(manifest);
  if (spec === undefined) return;
  const known = found.get(spec.pkg);
  if (known === undefined || semver.gt(orZero(spec.version), orZero(known.version)))
    found.set(spec.pkg, spec);
}

function orZero(version: string): string {
  return semver.valid(version) ?? "0.0.0";
}

function readPackage(manifest: Manifest): PackageSpec | undefined {
  const { pulumi } = manifest;
  if (pulumi?.resource !== true) return undefined;
  const pkg = text(pulumi.name) || text(manifest.name).replace(/^@[^/]*\//, "");
  const version = (text(pulumi.version) || text(manifest.version)).replace(/^v/, "");
  const common = { pluginDownloadURL: text(pulumi.server), checksums: {} };
  const parameter = pulumi.parameterization;
  if (parameter === undefined) return { pkg, version, ...common, parameterized: undefined };
  const value = new Uint8Array(Buffer.from(text(parameter.value), "base64"));
  return {
    pkg: text(parameter.name),
    version: text(parameter.version),
    ...common,
    parameterized: { plugin: pkg, pluginVersion: version, value },
  };
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
