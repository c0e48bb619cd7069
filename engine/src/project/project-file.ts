/** Pulumi.yaml: what a project is called, how its program runs, what configuration it declares. */
import { existsSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { UserError } from "../errors.ts";
import { projectNameProblem } from "../state/stack-names.ts";
import { type ConfigDeclaration, readDeclarations } from "./config-declarations.ts";
import type { ConfigMap, ConfigValue } from "./config-value.ts";
import { strangeAttributes } from "./known-attributes.ts";
import { goType, missingName } from "./project-name.ts";
import { readTextFile } from "./text-file.ts";
import { parseYamlFile, yamlContent } from "./yaml-file.ts";

export interface ProjectPlugin {
  readonly name: string;
  readonly path: string;
  readonly version: string;
}

export interface ProjectFile {
  /** Absolute. */
  readonly path: string;
  /** Its folder. */
  readonly root: string;
  readonly name: string;
  readonly description: string;
  readonly runtime: { readonly name: string; readonly options: { readonly [option: string]: unknown } };
  /** Undefined: the root itself. */
  readonly main: string | undefined;
  readonly config: readonly ConfigDeclaration[];
  /** Where Pulumi.<stack>.yaml are; relative to the root. */
  readonly stackConfigDir: string;
  readonly backendUrl: string;
  /** `options.refresh: always`. */
  readonly refreshAlways: boolean;
  readonly plugins: { readonly [kind in "providers" | "languages" | "analyzers"]: readonly ProjectPlugin[] };
  /** A semver range, or "". */
  readonly requiredPulumiVersion: string;
}

/** Stands for a project of which only the name is known, in a folder that is not its own. */
export function absentProject(name: string, folder: string): ProjectFile {
  return {
    ...{ path: "", root: folder, name, description: "", runtime: { name: "", options: {} }, main: undefined },
    ...{ config: [], stackConfigDir: "", backendUrl: "", refreshAlways: false, requiredPulumiVersion: "" },
    plugins: { providers: [], languages: [], analyzers: [] },
  };
}

/** Reads a project file. @throws UserError `project-invalid` with every problem. */
export async function readProjectFile(path: string): Promise<ProjectFile> {
  const text = await readTextFile(path);
  if (text === undefined) throw new UserError("project-invalid", `could not read '${path}': no such file`);
  return parseProjectFile(text, path);
}

/** Reads the text of a project file. @throws UserError `project-invalid` with every problem. */
export function parseProjectFile(text: string, path: string): ProjectFile {
  const json = yamlContent(parseYamlFile(text, path, "project-invalid"));
  const problems: string[] = [];
  const sense: string[] = [];
  const refuse = (problem: string) =>
    new UserError("project-invalid", `could not validate '${path}': ${problem}`);
  if (!isPlainMap(json)) throw refuse(`expected project to be an object, was '${goType(json)}'`);
  const nameless = missingName(json);
  if (nameless !== undefined) throw refuse(nameless);
  const section = new Section(json, "", problems);
  const name = readName(section);
  const config = section.value("config");
  const options = section.section("options").only(["refresh"]);
  section.section("template").only(TEMPLATE_ATTRIBUTES);
  readPackages(section.section("packages"));
  const project: ProjectFile = {
    path,
    root: dirname(path),
    name,
    description: section.text("description"),
    runtime: readRuntime(section),
    main: section.text("main") || undefined,
    // Once, `config` named the folder of the stacks' settings.
    config:
      typeof config === "string"
        ? []
        : readDeclarations(section.map("config"), name, { form: problems, sense }),
    stackConfigDir: readStackConfigDir(section),
    backendUrl: section.section("backend").only(["url"]).text("url"),
    refreshAlways: readRefresh(options),
    plugins: readPlugins(section.section("plugins")),
    requiredPulumiVersion: section.text("requiredPulumiVersion"),
  };
  const [only, ...more] = sense;
  if (problems.length === 0 && only !== undefined && more.length === 0) {
    throw new UserError("project-invalid", `could not unmarshal '${path}': ${only}`);
  }
  if (problems.length + sense.length > 0) {
    const lines = [...problems, ...sense].map((problem) => `\n  ${problem}`).join("");
    throw new UserError("project-invalid", `could not validate '${path}':${lines}`);
  }
  return project;
}

/** A map of the file; what is wrong with its fields is gathered, not thrown. */
class Section {
  readonly members: ConfigMap;
  private readonly prefix: string;
  private readonly problems: string[];

  constructor(json: ConfigValue, prefix: string, problems: string[]) {
    this.prefix = prefix;
    this.problems = problems;
    this.members = isPlainMap(json) ? json : {};
    if (!isPlainMap(json)) this.report("", "must be a map");
  }

  report(field: string, problem: string): void {
    const place = [this.prefix, field].filter(Boolean).join(".");
    this.problems.push(place === "" ? problem : `${place}: ${problem}`);
  }

  /** Refuses attributes that are not among the known ones. */
  only(known: readonly string[]): this {
    for (const problem of strangeAttributes(Object.keys(this.members), known)) this.report("", problem);
    return this;
  }

  value(field: string): ConfigValue | undefined {
    return this.members[field] ?? undefined;
  }

  text(field: string): string {
    const value = this.value(field);
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    this.report(field, "must be a text");
    return "";
  }

  map(field: string): ConfigMap {
    return this.section(field).members;
  }

  section(field: string): Section {
    const prefix = [this.prefix, field].filter(Boolean).join(".");
    return new Section(this.value(field) ?? {}, prefix, this.problems);
  }

  list(field: string): readonly Section[] {
    const value = this.value(field) ?? [];
    if (!Array.isArray(value)) {
      this.report(field, "must be a list");
      return [];
    }
    const prefix = [this.prefix, field].filter(Boolean).join(".");
    return value.map((item: ConfigValue, index) => new Section(item, `${prefix}[${index}]`, this.problems));
  }
}

function isPlainMap(value: ConfigValue): value is ConfigMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readName(section: Section): string {
  const name = section.text("name");
  const problem = projectNameProblem(name);
  if (problem !== undefined) section.report("name", problem);
  return name;
}

function readRuntime(section: Section): ProjectFile["runtime"] {
  const runtime = section.value("runtime");
  if (typeof runtime === "string" && runtime !== "") return { name: runtime, options: {} };
  if (runtime === undefined || runtime === "") section.report("", "project is missing a 'runtime' attribute");
  else if (!isPlainMap(runtime)) {
    section.report("", "runtime section must be a string or an object with name and options attributes");
  } else {
    const inner = section.section("runtime").only(["name", "options"]);
    const name = inner.text("name");
    if (name === "") inner.report("name", "must be a text");
    if (name === "nodejs") checkNodeOptions(inner.section("options"));
    return { name, options: inner.map("options") };
  }
  return { name: "", options: {} };
}

const NODE_OPTIONS: { readonly [option: string]: "boolean" | "string" } = {
  typescript: "boolean",
  production: "boolean",
  tsconfig: "string",
  nodeargs: "string",
  packagemanager: "string",
};
const PACKAGE_MANAGERS: ReadonlySet<ConfigValue | undefined> = new Set([
  "auto",
  "npm",
  "yarn",
  "pnpm",
  "bun",
]);

function checkNodeOptions(options: Section): void {
  for (const [option, type] of Object.entries(NODE_OPTIONS)) {
    const value = options.value(option);
    if (value !== undefined && typeof value !== type) {
      options.report(option, `must be ${type === "boolean" ? "true or false" : "a text"}`);
    }
  }
  const manager = options.value("packagemanager");
  if (typeof manager === "string" && !PACKAGE_MANAGERS.has(manager)) {
    options.report("packagemanager", `must be auto, npm, yarn, pnpm or bun, not '${manager}'`);
  }
}

function readStackConfigDir(section: Section): string {
  const folder = section.text("stackConfigDir");
  const config = section.value("config");
  if (typeof config !== "string") return folder;
  if (folder !== "") {
    section.report("", "Should not use both config and stackConfigDir to define the stack directory.");
  }
  return config;
}

const TEMPLATE_ATTRIBUTES = ["displayName", "description", "quickstart", "important", "metadata", "config"];

function readRefresh(options: Section): boolean {
  const refresh = options.value("refresh");
  if (refresh !== undefined && refresh !== "always") options.report("refresh", "value must be 'always'");
  return refresh === "always";
}

const PACKAGE_ATTRIBUTES = [
  "source",
  "version",
  "parameters",
  "pluginDownloadURL",
  "checksums",
  "extensions",
];

/** Packages that `pulumi install` generates: nothing is made of them here, but what is wrong with them is told. */
function readPackages(packages: Section): void {
  for (const [name, source] of Object.entries(packages.members)) {
    if (typeof source === "string") continue;
    const spec = packages.section(name).only(PACKAGE_ATTRIBUTES);
    if (isPlainMap(source) && spec.text("source") === "") spec.report("source", "must be a text");
  }
}

const PLUGIN_ATTRIBUTES = ["name", "path", "version"];

function readPlugins(section: Section): ProjectFile["plugins"] {
  const read = (kind: string) =>
    section.list(kind).map((plugin) => {
      const name = plugin.text("name");
      if (name === "") plugin.report("name", "must be a text");
      else if (plugin.value("path") === undefined) plugin.report("path", "must be a text");
      plugin.only(PLUGIN_ATTRIBUTES);
      return { name, path: plugin.text("path"), version: plugin.text("version") };
    });
  return { providers: read("providers"), languages: read("languages"), analyzers: read("analyzers") };
}

export interface ProgramLocation {
  /** Absolute folder that the program runs in. */
  readonly directory: string;
  /** Its entry, relative to that; "." for what package.json says. */
  readonly entry: string;
}

/** Where a project's program is. @throws UserError `program-not-found`. */
export function programLocation({ root, main }: Pick<ProjectFile, "root" | "main">): ProgramLocation {
  if (main === undefined) return { directory: root, entry: "." };
  const path = resolve(root, main);
  if (!existsSync(path)) {
    throw new UserError("program-not-found", `project 'main' could not be read: ${path} does not exist`);
  }
  return statSync(path).isDirectory()
    ? { directory: path, entry: "." }
    : { directory: dirname(path), entry: basename(path) };
}
