/** Program text for imported resources, as the official CLI lays it out for Node. */
import { ROOT_STACK_TYPE, urnName } from "../plan/urn.ts";
import {
  Archive,
  Asset,
  isPropertyArray,
  isPropertyMap,
  type PropertyMap,
  type PropertyValue,
  Secret,
} from "../protocol/property-value.ts";
import type { ResourceState } from "../state/resource.ts";

export interface ImportCode {
  readonly text: string;
  /** Keys of configuration that the text reads secrets from: their values are not in it. */
  readonly secretKeys: readonly string[];
}

export interface ImportCodeRequest {
  /** What was imported, as it is recorded now. */
  readonly resources: readonly ResourceState[];
  /** Names of parents and providers that the program has already, by URN. */
  readonly names: ReadonlyMap<string, string>;
  readonly protect: boolean;
}

const INDENT = "    ";

/** Writes the declarations of resources; where an input is secret, they read it from the stack's configuration. */
export function renderImportCode({ resources, names, protect }: ImportCodeRequest): ImportCode {
  const variables = new Map(names);
  for (const { urn } of resources) variables.set(urn, variables.get(urn) ?? urnName(urn));
  const secretKeys: string[] = [];
  const declarations = resources.map((resource) => {
    const variable = identifier(variables.get(resource.urn) ?? "");
    if (!resource.custom) {
      return `// ${urnName(resource.urn)} (${resource.type}) is a component: its class is the program's own.\n`;
    }
    const inputs = renderInputs(resource, variable, secretKeys);
    const options = renderOptions(resource, variables, protect);
    const name = JSON.stringify(urnName(resource.urn));
    return `const ${variable} = new ${className(resource.type)}(${name}, ${inputs}${options});\n`;
  });
  const packages = new Set(resources.filter(({ custom }) => custom).map(({ type }) => packageOf(type)));
  const imports = ['import * as pulumi from "@pulumi/pulumi";\n'].concat(
    [...packages].sort().map((pkg) => `import * as ${identifier(pkg)} from "@pulumi/${pkg}";\n`),
  );
  const config = secretKeys.length > 0 ? "const config = new pulumi.Config();\n" : "";
  return { text: `${imports.join("")}\n${config}${declarations.join("")}`, secretKeys };
}

function packageOf(type: string): string {
  return type.split(":")[0] ?? "";
}

/** `pkg:mod/file:Type` is `pkg.mod.Type`; the module `index` is the package itself. */
function className(type: string): string {
  const [pkg = "", module = "", name = ""] = type.split(":");
  const folders = (module.split("/")[0] ?? "")
    .split(".")
    .filter((folder) => folder !== "" && folder !== "index");
  return [pkg, ...folders, name].map(identifier).join(".");
}

/** A text as the name of a variable: what no name may hold becomes `_`. */
function identifier(text: string): string {
  const name = text.replaceAll(/[^\p{ID_Continue}$]/gu, "_");
  return /^[\p{ID_Start}_$]/u.test(name) ? name : `_${name}`;
}

function renderInputs({ inputs }: ResourceState, variable: string, secretKeys: string[]): string {
  const secretOf = (path: readonly string[]) => {
    const key = [variable, ...path].join("_").replaceAll(/[^A-Za-z0-9_]/g, "_");
    secretKeys.push(key);
    return `config.requireSecret(${JSON.stringify(key)})`;
  };
  return renderMap(inputs, { path: [], secretOf });
}

interface Place {
  readonly path: readonly string[];
  /** The expression for a secret at a place. */
  secretOf(path: readonly string[]): string;
}

function renderMap(map: PropertyMap, place: Place): string {
  const entries = Object.entries(map)
    .filter(([key, value]) => value !== null && !key.startsWith("__"))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => {
      const text = renderValue(value, { ...place, path: [...place.path, key] });
      return `${/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(key) ? key : JSON.stringify(key)}: ${text}`;
    });
  return renderLines("{", entries, "}", place);
}

function renderLines(open: string, lines: readonly string[], close: string, { path }: Place): string {
  if (lines.length === 0) return open + close;
  const margin = INDENT.repeat(path.length);
  return `${open}\n${lines.map((line) => `${margin}${INDENT}${line},\n`).join("")}${margin}${close}`;
}

function renderValue(value: PropertyValue, place: Place): string {
  if (value instanceof Secret) return place.secretOf(place.path);
  if (isPropertyArray(value)) {
    const items = value.map((item, index) =>
      renderValue(item, { ...place, path: [...place.path, String(index)] }),
    );
    return renderLines("[", items, "]", place);
  }
  if (value instanceof Asset || value instanceof Archive) return renderFile(value);
  if (isPropertyMap(value)) return renderMap(value, place);
  if (typeof value === "string" && value.includes("\n")) return renderText(value);
  return JSON.stringify(value) ?? "undefined";
}

/** Lines of text as a template, so that they stay readable. */
function renderText(text: string): string {
  return `\`${text.replaceAll(/[\\`]|\$(?=\{)/g, "\\$&")}\``;
}

function renderFile(file: Asset | Archive): string {
  const { source } = file;
  const kind = file instanceof Asset ? "Asset" : "Archive";
  if ("path" in source) return `new pulumi.asset.File${kind}(${JSON.stringify(source.path)})`;
  if ("uri" in source) return `new pulumi.asset.Remote${kind}(${JSON.stringify(source.uri)})`;
  return "text" in source
    ? `new pulumi.asset.StringAsset(${JSON.stringify(source.text)})`
    : "new pulumi.asset.AssetArchive({})";
}

function renderOptions(
  { parent, provider }: ResourceState,
  variables: ReadonlyMap<string, string>,
  protect: boolean,
): string {
  const providerUrn = provider.slice(0, Math.max(provider.lastIndexOf("::"), 0));
  const parentName = parent.includes(`${ROOT_STACK_TYPE}::`) ? undefined : variables.get(parent);
  const providerName = variables.get(providerUrn);
  const options = [
    ...(parentName === undefined ? [] : [`parent: ${identifier(parentName)}`]),
    ...(providerName === undefined ? [] : [`provider: ${identifier(providerName)}`]),
    ...(protect ? ["protect: true"] : []),
  ];
  return options.length === 0 ? "" : `, {\n${options.map((option) => `${INDENT}${option},\n`).join("")}}`;
}
