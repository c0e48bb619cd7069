import { createHash } from "node:crypto";
import semver from "semver";
import { cached } from "../cached.ts";
import { UserError } from "../errors.ts";
import type { PackageDescription, PackageRequest, Parameter } from "../protocol/monitor.ts";
import type { PackageSpec } from "../providers/plugin-inputs.ts";
import type { Extension } from "../state/extensions.ts";
import type { PackageSet } from "./package-set.ts";

/** Knows which plugin each request of one run means. */
export interface Packages {
  /** Equal descriptions get equal references. */
  register(description: PackageDescription): string;
  /** @throws UserError `package-reference-unknown`, `package-version-invalid` */
  resolve(pkg: string, request: PackageRequest): Promise<PackageSpec>;
  /** What the provider of a package reference must be extended with. */
  extensionOf(packageRef: string): UsedExtension | undefined;
}

/** An extension, and the reference by which it is recorded. */
export interface UsedExtension {
  readonly ref: string;
  readonly extension: Extension;
}

/** What a request leaves open is taken from the installed packages; `installed` is asked once, on first need. */
export function createPackages(args: { installed: () => Promise<PackageSet>; uuid: () => string }): Packages {
  const references = new Map<string, string>();
  const registered = new Map<string, PackageSpec>();
  const extensions = new Map<string, UsedExtension>();
  let installed: Promise<PackageSet> | undefined;

  async function fillIn(pkg: string, request: PackageRequest): Promise<PackageSpec> {
    const version = normalise(request.version);
    const { pluginDownloadURL, checksums } = request;
    const said: PackageSpec = { pkg, version, pluginDownloadURL, checksums, parameterized: undefined };
    if (pkg === "pulumi") return said;
    installed ??= args.installed();
    const known = (await installed).get(pkg) ?? said;
    return {
      pkg,
      version: version || known.version,
      pluginDownloadURL: pluginDownloadURL || known.pluginDownloadURL,
      checksums: Object.keys(checksums).length > 0 ? checksums : known.checksums,
      parameterized: known.parameterized,
    };
  }

  return {
    register(description) {
      if (description.name === "") throw new UserError("package-name-empty", "package name is empty");
      if (description.extension !== undefined) {
        const used = toExtension(description.extension);
        extensions.set(used.ref, used);
        registered.set(used.ref, toSpec({ ...description, parameterization: undefined }));
        return used.ref;
      }
      const key = JSON.stringify(description, (_key, value: unknown) => {
        return value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
      });
      const known = references.get(key);
      if (known !== undefined) return known;
      const reference = args.uuid();
      references.set(key, reference);
      registered.set(reference, toSpec(description));
      return reference;
    },
    extensionOf: (packageRef) => extensions.get(packageRef),
    async resolve(pkg, request) {
      if (request.packageRef === "") return fillIn(pkg, request);
      const spec = registered.get(request.packageRef);
      if (spec !== undefined) return spec;
      const message = `unknown package reference ${request.packageRef}`;
      throw new UserError("package-reference-unknown", message);
    },
  };
}

/** Equal extensions have equal references, in every run and in every engine. */
function toExtension({ name, version, value }: Parameter): UsedExtension {
  const hash = createHash("sha256").update(`${name}\0${version}\0`).update(value);
  const extension = { name, version, value: Buffer.from(value).toString("base64") };
  return { ref: hash.digest("hex"), extension };
}

function toSpec(description: PackageDescription): PackageSpec {
  const { name, pluginDownloadURL, checksums, parameterization } = description;
  const version = normalise(description.version);
  if (parameterization === undefined) {
    return { pkg: name, version, pluginDownloadURL, checksums, parameterized: undefined };
  }
  return {
    pkg: parameterization.name,
    version: normalise(parameterization.version),
    pluginDownloadURL,
    checksums,
    parameterized: { plugin: name, pluginVersion: version, value: parameterization.value },
  };
}

/** Each registration says its version, and a program has few. */
const normalise = cached(parseTolerantly);

/** Accepts what Go's tolerant parser does: a leading v, and missing minor or patch numbers. */
function parseTolerantly(version: string): string {
  if (version === "") return "";
  const full = /^v?\d+(\.\d+)?$/.test(version) ? semver.coerce(version) : semver.parse(version);
  if (full === null) throw new UserError("package-version-invalid", `'${version}' is not a version`);
  return full.raw.replace(/^v/, "");
}
