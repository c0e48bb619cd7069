import { createHash } from "node:crypto";
import { UserError } from "../errors.ts";
import type { PackageDescription, PackageRequest, Parameter } from "../protocol/monitor.ts";
import type { PackageSpec } from "../providers/plugin-inputs.ts";
import { checkVersion, requireVersion } from "../semantic-version.ts";
import type { Extension } from "../state/extensions.ts";
import type { PackageSet } from "./package-set.ts";

/** Knows which plugin each request of one run means. */
export interface Packages {
  /** There is time: what is installed can be looked up. */
  prepare(): void;
  /** Equal descriptions get equal references. */
  register(description: PackageDescription): string;
  /** @throws UserError `package-reference-unknown`, `package-version-invalid` */
  resolve(pkg: string, request: PackageRequest): Promise<PackageSpec>;
  /** As `resolve`, for a provider that the program registers itself: one that says version or download URL says both. */
  resolveExplicit(pkg: string, request: PackageRequest): Promise<PackageSpec>;
  /** What the provider of a package reference must be extended with. */
  extensionOf(packageRef: string): UsedExtension | undefined;
}

/** An extension, and the reference by which it is recorded. */
export interface UsedExtension {
  readonly ref: string;
  readonly extension: Extension;
}

/** What a request leaves open is taken from the installed packages; `installed` is asked once, on first need. */
export function createPackages(args: { installed: () => PackageSet; uuid: () => string }): Packages {
  const references = new Map<string, string>();
  const registered = new Map<string, PackageSpec>();
  const extensions = new Map<string, UsedExtension>();
  let known: PackageSet | undefined;
  const installed = (): PackageSet => {
    known ??= args.installed();
    return known;
  };

  function fillIn(pkg: string, request: PackageRequest): PackageSpec {
    const said = asSaid(pkg, request);
    if (pkg === "pulumi") return said;
    const { version, pluginDownloadURL, checksums } = said;
    const found = installed().get(pkg) ?? said;
    return {
      pkg,
      version: version || found.version,
      pluginDownloadURL: pluginDownloadURL || found.pluginDownloadURL,
      checksums: Object.keys(checksums).length > 0 ? checksums : found.checksums,
      parameterized: found.parameterized,
    };
  }

  async function resolve(pkg: string, request: PackageRequest): Promise<PackageSpec> {
    if (request.packageRef === "") return fillIn(pkg, request);
    const spec = registered.get(request.packageRef);
    if (spec !== undefined) return spec;
    const message = `unknown provider package '${request.packageRef}'`;
    throw new UserError("package-reference-unknown", message);
  }

  return {
    prepare() {
      installed();
    },
    register(description) {
      if (description.name === "") throw new UserError("package-name-empty", "package name is empty");
      if (description.extension !== undefined) {
        const used = toExtension(description.extension);
        if (extensions.has(used.ref)) return used.ref;
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
    resolve,
    async resolveExplicit(pkg, request) {
      const { packageRef, version, pluginDownloadURL } = request;
      const isOpen = packageRef !== "" || (version === "" && pluginDownloadURL === "");
      return isOpen ? resolve(pkg, request) : asSaid(pkg, request);
    },
  };
}

/** Equal extensions have equal references, in every run and in every engine. */
export function toExtension({ name, version, value }: Parameter): UsedExtension {
  const hash = createHash("sha256").update(`${name}\0${version}\0`).update(value);
  const extension = { name, version, value: Buffer.from(value).toString("base64") };
  return { ref: hash.digest("hex"), extension };
}

function asSaid(pkg: string, { version, pluginDownloadURL, checksums }: PackageRequest): PackageSpec {
  return { pkg, version: checkVersion(version), pluginDownloadURL, checksums, parameterized: undefined };
}

function toSpec(description: PackageDescription): PackageSpec {
  const { name, checksums, parameterization } = description;
  const pluginDownloadURL = description.pluginDownloadURL.replace(/\/$/, "");
  const version = checkVersion(description.version, `parse package version ${description.version}: `);
  if (parameterization === undefined) {
    return { pkg: name, version, pluginDownloadURL, checksums, parameterized: undefined };
  }
  return {
    pkg: parameterization.name,
    version: requireVersion(
      parameterization.version,
      `parse parameter version ${parameterization.version}: `,
    ),
    pluginDownloadURL,
    checksums,
    parameterized: { plugin: name, pluginVersion: version, value: parameterization.value },
  };
}
