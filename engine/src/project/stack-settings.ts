/** Pulumi.<stack>.yaml: a stack's configuration and how its secrets are encrypted. Comments and order survive changes. */
import { extname, join } from "node:path";
import { type Document, isCollection, isMap, isScalar, YAMLMap } from "yaml";
import { UserError } from "../errors.ts";
import type { PropertyPath } from "../plan/property-path.ts";
import { compareUtf8, encodeGoJson, JsonRecord } from "../state/go-json.ts";
import {
  type ConfigMap,
  type ConfigValue,
  configKeyName,
  configText,
  getAt,
  isContainer,
  parseConfigKey,
  removeAt,
  setAt,
} from "./config-value.ts";
import type { ProjectFile } from "./project-file.ts";
import { readTextFile, writeTextFile } from "./text-file.ts";
import { parseYamlFile, yamlContent } from "./yaml-file.ts";
import { quoteTexts } from "./yaml-scalars.ts";

/** The file of a stack's settings; it ends as the project's file does. */
export function stackSettingsPath(
  project: Pick<ProjectFile, "path" | "root" | "stackConfigDir">,
  stack: string,
): string {
  const name = `Pulumi.${stack.replaceAll("/", "-")}${extname(project.path)}`;
  return join(project.root, project.stackConfigDir, name);
}

/** Reads a stack's settings; a file that is not there has none. @throws UserError `settings-invalid`. */
export async function readStackSettings(path: string, project: string): Promise<StackSettings> {
  return parseStackSettings((await readTextFile(path)) ?? "", path, project);
}

/** Reads the text of a stack's settings. @throws UserError `settings-invalid`. */
export function parseStackSettings(text: string, path: string, project: string): StackSettings {
  const document = parseYamlFile(text, path, "settings-invalid");
  if (document.contents === null) document.contents = document.createNode({}) as never;
  return new StackSettings(document, path, project);
}

/** Settings of which there is no file: to save them does nothing. */
export function unsavedSettings(config: ConfigMap, project: string): StackSettings {
  return parseStackSettings(encodeGoJson({ config }), "", project);
}

const JSON_FIELDS = ["secretsprovider", "encryptedkey", "encryptionsalt", "config", "environment"];

type TextField = "secretsprovider" | "encryptedkey" | "encryptionsalt";

const EMPTY: ConfigMap = {};

/** A stack's settings; changes are in memory until `save`. */
export class StackSettings {
  readonly path: string;
  private readonly document: Document;
  private readonly project: string;

  constructor(document: Document, path: string, project: string) {
    this.document = document;
    this.path = path;
    this.project = project;
    if (!isMap(document.contents)) throw this.invalid("must be a map");
    this.refuseEnvironment();
    for (const field of ["secretsprovider", "encryptedkey", "encryptionsalt"] as const) this.text(field);
    this.checkConfig();
  }

  get secretsProvider(): string {
    return this.text("secretsprovider");
  }

  get encryptedKey(): string {
    return this.text("encryptedkey");
  }

  /** What the passphrase secrets manager is opened with; "" where no secret was ever needed. */
  get encryptionSalt(): string {
    return this.text("encryptionsalt");
  }

  set encryptionSalt(salt: string) {
    if (salt === "") this.document.delete("encryptionsalt");
    else this.document.set("encryptionsalt", salt);
  }

  /** Takes the salt that the stack's state was encrypted with; what else the file says of encryption goes. */
  adoptSalt(salt: string): void {
    for (const field of ["secretsprovider", "encryptedkey"] as const) this.document.delete(field);
    this.encryptionSalt = salt;
  }

  /**
   * Values by `namespace:name`, sorted; a key without a namespace has the project's. What is neither a map nor a list
   * is a text, nothing an empty one.
   */
  get config(): ConfigMap {
    const entries = Object.entries(this.rawConfig());
    const named = entries.map(([key, value]) => [parseConfigKey(key, this.project), asValue(value)] as const);
    return Object.fromEntries(named.sort(([a], [b]) => compareUtf8(a, b)));
  }

  /** Keys that stand in the file without a value. */
  get keysWithoutValue(): readonly string[] {
    const entries = Object.entries(this.rawConfig()).filter(([, value]) => value === null);
    return entries.map(([key]) => parseConfigKey(key, this.project));
  }

  /** Sets a value, or a part of one. @throws UserError `bad-config-path`. */
  set(key: string, path: PropertyPath, value: ConfigValue): void {
    const root = this.config[key];
    const changed = setAt(root, path, value, [configKeyName(key)]);
    const name = this.nameInFile(key);
    if (!isMap(this.document.get("config"))) this.document.set("config", new YAMLMap());
    // Only the innermost part that is new is replaced, so that comments around it stay.
    const kept = this.keptPath(root, name, path);
    const part = getAt(changed, kept) ?? null;
    const place = ["config", name, ...kept];
    // A plain value goes into the node that is there, which keeps its comment.
    const isInPlace = typeof part !== "object" && isScalar(this.document.getIn(place, true));
    this.document.setIn(place, isInPlace ? part : this.document.createNode(part));
    quoteTexts(this.document.getIn(place, true));
  }

  /** Removes a value, or a part of one; nothing happens where there is none. @throws UserError `bad-config-path`. */
  remove(key: string, path: PropertyPath): void {
    const root = this.config[key];
    if (root === undefined || getAt(root, path) === undefined) return;
    removeAt(root, path);
    this.document.deleteIn(["config", this.nameInFile(key), ...path]);
    if (Object.keys(this.rawConfig()).length === 0) this.document.delete("config");
  }

  /** Puts other values in place of all. */
  replaceConfig(config: ConfigMap): void {
    for (const key of Object.keys(this.config)) this.remove(key, []);
    for (const [key, value] of Object.entries(config)) this.set(key, [], value);
  }

  toString(): string {
    if (extname(this.path) === ".json") return this.toJson();
    return isMap(this.document.contents) && this.document.contents.items.length === 0
      ? "{}\n"
      : this.document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
  }

  private toJson(): string {
    const content = yamlContent(this.document) as ConfigMap;
    const config = Object.keys(this.config).length === 0 ? undefined : this.config;
    const members = JSON_FIELDS.map(
      (field) => [field, field === "config" ? config : content[field]] as const,
    );
    return `${encodeGoJson(new JsonRecord(members), { indent: 4 })}\n`;
  }

  async save(): Promise<void> {
    if (this.path !== "") await writeTextFile(this.path, this.toString());
  }

  private text(field: TextField): string {
    const value: unknown = this.document.get(field) ?? "";
    if (typeof value !== "string") throw this.invalid(`${field} must be a text`);
    return value;
  }

  private rawConfig(): ConfigMap {
    const { config } = yamlContent(this.document) as ConfigMap;
    return (config ?? EMPTY) as ConfigMap;
  }

  private checkConfig(): void {
    const raw = this.rawConfig();
    if (!isContainer(raw) || Array.isArray(raw)) throw this.invalid("config must be a map");
    for (const key of Object.keys(raw)) parseConfigKey(key, this.project);
  }

  /** Imported environments live in Pulumi's cloud: without them the configuration would be incomplete. */
  private refuseEnvironment(): void {
    const { environment } = yamlContent(this.document) as ConfigMap;
    if (Object.keys(environment ?? {}).length > 0)
      throw this.invalid("environment: imported environments need Pulumi's cloud and are not supported");
  }

  /** Keys may be in the file in their old form. */
  private nameInFile(key: string): string {
    return Object.keys(this.rawConfig()).find((name) => parseConfigKey(name, this.project) === key) ?? key;
  }

  /** As far as there are maps and lists already. An encrypted text is none, although it is written as a map. */
  private keptPath(root: ConfigValue | undefined, name: string, path: PropertyPath): PropertyPath {
    const depth = path.findIndex((_, index) => {
      const place = path.slice(0, index);
      return (
        !isContainer(getAt(root, place)) || !isCollection(this.document.getIn(["config", name, ...place]))
      );
    });
    return depth < 0 ? path : path.slice(0, depth);
  }

  private invalid(problem: string): UserError {
    return new UserError("settings-invalid", `'${this.path}': ${problem}`);
  }
}

function asValue(value: ConfigValue): ConfigValue {
  return typeof value === "object" && value !== null ? value : configText(value ?? "");
}
