import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import semver from "semver";
import { ancestors } from "../ancestors.ts";
import { UserError } from "../errors.ts";
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
  return newestOf(readPackages(directory));
}

function readPackages(directory: string): readonly PackageSpec[] {
  const found: PackageSpec[] = [];
  for (const ancestor of ancestors(directory)) scan(path.join(ancestor, "node_modules"), found);
  return found;
}

/** The highest version of each package; of equal ones the first. */
function newestOf(specs: readonly PackageSpec[]): PackageSet {
  const newest = new Map<string, PackageSpec>();
  for (const spec of specs) {
    const known = newest.get(spec.pkg);
    if (known === undefined || isNewer(spec, known)) newest.set(spec.pkg, spec);
  }
  return newest;
}

function isNewer(one: PackageSpec, other: PackageSpec): boolean {
  return semver.gt(orZero(one.version), orZero(other.version));
}

/**
 * The packages that fill in what a program leaves open: those it has installed, or, where it has none at all, those of
 * the recorded providers.
 * @throws UserError `package-ambiguous`
 */
export function findDefaultPackages(
  directory: string,
  recorded: readonly Pick<ResourceState, "type" | "inputs">[],
): PackageSet {
  const installed = readPackages(directory);
  refuseAmbiguous(installed);
  return installed.length > 0 ? newestOf(installed) : recordedPackages(recorded);
}

/** Two plugins may speak for one name, one of them as it was extended: which is meant by the name alone nobody knows. */
function refuseAmbiguous(specs: readonly PackageSpec[]): void {
  const seen = new Map<string, PackageSpec>();
  const inOrder = specs.toSorted((a, b) => semver.compareBuild(orZero(a.version), orZero(b.version)));
  for (const spec of inOrder) {
    const known = seen.get(spec.pkg);
    if (known !== undefined && known.parameterized?.plugin !== spec.parameterized?.plugin) {
      throw new UserError(
        "package-ambiguous",
        `package "${spec.pkg}" is provided by more than one plugin:\n  ${describe(known)}\n  ${describe(spec)}\n` +
          "Remove one of the packages, or pass an explicit `provider` option on each resource to disambiguate.",
      );
    }
    seen.set(spec.pkg, spec);
  }
}

function describe({ pkg, version, parameterized }: PackageSpec): string {
  const said = (found: string) => (found === "" ? "" : ` v${found}`);
  if (parameterized === undefined) return `plugin "${pkg}"${said(version)}`;
  const { plugin, pluginVersion } = parameterized;
  return `plugin "${plugin}"${said(pluginVersion)} parameterized as "${pkg}"${said(version)}`;
}

/** The packages of recorded provider resources: the highest version of each, and no download URL where that is all the same. */
function recordedPackages(recorded: readonly Pick<ResourceState, "type" | "inputs">[]): PackageSet {
  const specs = recorded.flatMap(({ type, inputs }) => {
    if (!isProviderType(type)) return [];
    const { pkg, version, pluginDownloadURL, parameterization } = pluginOf(
      packageOfProviderType(type),
      inputs,
    );
    const isPlain = version !== "" && parameterization === undefined;
    return isPlain ? [{ pkg, version, pluginDownloadURL, checksums: {}, parameterized: undefined }] : [];
  });
  return newestOf(specs.toSorted((a, b) => a.pluginDownloadURL.length - b.pluginDownloadURL.length));
}

function scan(modules: string, found: PackageSpec[]): void {
  for (const entry of list(modules)) {
    const folder = modules + path.sep + entry;
    if (entry.startsWith("@")) scan(folder, found);
    else if (!entry.startsWith(".")) {
      const spec = readPackage(readManifest(folder));
      if (spec !== undefined) found.push(spec);
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
