import { isPropertyMap, type PropertyMap, type PropertyValue } from "../protocol/property-value.ts";
import { tolerantProblem, tolerantVersion } from "../semantic-version.ts";
import type { CheckFailure, ProviderSpec } from "./provider.ts";

/** The engine's own notes among a provider resource's inputs; plugins never see them. */
const INTERNAL = "__internal";

/** A package as a program asks for it, every gap filled in. */
export interface PackageSpec {
  readonly pkg: string;
  /** Without a leading v; "" = any. */
  readonly version: string;
  readonly pluginDownloadURL: string;
  /** Platform -> hex. */
  readonly checksums: { readonly [platform: string]: string };
  /** The plugin that becomes `pkg` when given `value`; undefined = the plugin is called as the package. */
  readonly parameterized:
    | { readonly plugin: string; readonly pluginVersion: string; readonly value: Uint8Array }
    | undefined;
}

/** Adds to a provider resource's inputs which plugin serves it, in the form the checkpoint keeps. */
export function addPluginInputs(
  inputs: PropertyMap,
  spec: PackageSpec,
  envVarMappings: { readonly [name: string]: string } = {},
): PropertyMap {
  const { version, pluginDownloadURL, checksums, parameterized } = spec;
  const notes: PropertyMap = {
    ...(pluginDownloadURL === "" ? {} : { pluginDownloadURL }),
    ...(Object.keys(checksums).length === 0 ? {} : { pluginChecksums: checksums }),
    ...(Object.keys(envVarMappings).length === 0 ? {} : { envVarMappings }),
    ...(parameterized && {
      name: parameterized.plugin,
      parameterization: Buffer.from(parameterized.value).toString("base64"),
      ...(parameterized.pluginVersion === "" ? {} : { version: parameterized.pluginVersion }),
    }),
  };
  if (version === "" && Object.keys(notes).length === 0) return inputs;
  return { ...inputs, ...(version === "" ? {} : { version }), [INTERNAL]: notes };
}

export function hasPluginNotes(inputs: PropertyMap): boolean {
  return Object.hasOwn(inputs, INTERNAL);
}

/** The inputs as the plugin may see them. */
export function withoutPluginNotes(inputs: PropertyMap): PropertyMap {
  if (!hasPluginNotes(inputs)) return inputs;
  const { [INTERNAL]: _notes, ...rest } = inputs;
  return rest;
}

/** Puts the notes of `from` back onto inputs that have been through the plugin. */
export function restorePluginNotes(inputs: PropertyMap, from: PropertyMap): PropertyMap {
  const notes = from[INTERNAL];
  return notes === undefined ? inputs : { ...inputs, [INTERNAL]: notes };
}

/** Which plugin a provider resource's inputs ask for. Stacks from before `__internal` have its fields at the top. */
export function pluginOf(pkg: string, inputs: PropertyMap): ProviderSpec {
  const noted = inputs[INTERNAL];
  const notes = isPropertyMap(noted) ? noted : inputs;
  const version = tolerantVersion(text(inputs["version"]));
  const checksums = notes["pluginChecksums"];
  const mappings = notes["envVarMappings"];
  const common = {
    pluginDownloadURL: text(notes["pluginDownloadURL"]),
    checksums: isPropertyMap(checksums) ? checksums : {},
    ...(isPropertyMap(mappings) ? { envVarMappings: texts(mappings) } : {}),
  };
  const parameter = text(notes["parameterization"]);
  if (parameter === "") return { pkg, version, ...common, parameterization: undefined };
  const value = new Uint8Array(Buffer.from(parameter, "base64"));
  return {
    pkg: text(notes["name"]),
    version: tolerantVersion(text(notes["version"])),
    ...common,
    parameterization: { name: pkg, version, value },
  };
}

/** Why no plugin can be found by a provider resource's inputs; undefined where one can. */
export function pluginProblem(inputs: PropertyMap): CheckFailure | undefined {
  const noted = inputs[INTERNAL] ?? null;
  if (noted !== null && !isPropertyMap(noted)) {
    return { property: "name", reason: `'${INTERNAL}' must be an object` };
  }
  const notes = noted ?? inputs;
  const { name } = noted ?? {};
  const { pluginDownloadURL, parameterization, envVarMappings } = notes;
  const isParameterized = parameterization !== undefined;
  const version = isParameterized ? notes["version"] : inputs["version"];
  if (name !== undefined && typeof name !== "string") return mustBe("name", "a string");
  if (name === "") return { property: "name", reason: "'name' must not be empty" };
  if (version !== undefined && typeof version !== "string") return mustBe("version", "a string");
  const problem = version === undefined ? undefined : tolerantProblem(version);
  if (problem !== undefined) {
    return { property: "version", reason: `could not parse provider version: ${problem}` };
  }
  if (pluginDownloadURL !== undefined && typeof pluginDownloadURL !== "string") {
    return mustBe("pluginDownloadURL", "a string");
  }
  if (isParameterized && typeof parameterization !== "string") {
    return { property: "parameter", reason: "'parameterization' must be of type string" };
  }
  if (envVarMappings === undefined) return undefined;
  if (!isPropertyMap(envVarMappings)) return mustBe("envVarMappings", "an object");
  const [wrong] = Object.entries(envVarMappings).filter(([, value]) => typeof value !== "string");
  return wrong && { property: "envVarMappings", reason: `'envVarMappings[${wrong[0]}]' must be a string` };
}

function mustBe(property: string, what: string): CheckFailure {
  return { property, reason: `'${property}' must be ${what}` };
}

function texts(map: PropertyMap): { readonly [name: string]: string } {
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, text(value)]));
}

function text(value: PropertyValue | undefined): string {
  return typeof value === "string" ? value : "";
}
