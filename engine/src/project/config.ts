/** The configuration of one run: the stack's settings, completed and checked by what the project declares. */
import { doing, UserError, whileDoing } from "../errors.ts";
import type { RunConfig } from "../operation.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { type ConfigDeclaration, declaredValue, hasType, typeName } from "./config-declarations.ts";
import {
  type ConfigMap,
  type ConfigValue,
  coerceText,
  configKeyName,
  configText,
  getAt,
  hasSecure,
  mapSecure,
  setAt,
  splitKeyPath,
} from "./config-value.ts";
import type { ProjectFile } from "./project-file.ts";

export interface ConfigSources {
  readonly project: Pick<ProjectFile, "name" | "config">;
  readonly stack: string;
  /** As the stack's settings have it. */
  readonly config: ConfigMap;
  /** Opened only if there is something encrypted. */
  readonly secrets: () => Promise<SecretsManager>;
  /** False for operations without a program: what the project declares is then not demanded. @default true */
  readonly validate?: boolean;
}

/**
 * What a run is configured with: values decrypted, lists and maps as JSON text.
 * @throws UserError `config-missing`, `config-type`, or that of the secrets manager.
 */
export async function resolveConfig(sources: ConfigSources): Promise<RunConfig> {
  const { project, stack, config, secrets, validate = true } = sources;
  const complete = applyDeclarations(project, config);
  if (validate) validating(() => refuseMissing(project, complete, stack));
  const secretTexts: string[] = [];
  const decrypt = async (text: string) => {
    const decrypted = await (await secrets()).decrypt(text);
    secretTexts.push(decrypted);
    return decrypted;
  };
  const plain = await decryptConfig(complete, decrypt, (key) =>
    validate ? VALIDATING : `failed to decrypt configuration key '${key}'`,
  );
  const checked = validate ? project.config : [];
  for (const declaration of checked) {
    validating(() => checkType(declaration, { stack, complete, plain }));
  }
  const entries = Object.entries(plain).map(([key, value]) => [key, configText(value)] as const);
  return {
    values: Object.fromEntries(entries),
    secretKeys: Object.entries(complete).flatMap(([key, value]) => (hasSecure(value) ? [key] : [])),
    secretTexts,
  };
}

const VALIDATING = "validating stack config";

/** Says of a problem what was being done. */
function validating(check: () => void): void {
  try {
    check();
  } catch (error) {
    throw whileDoing(VALIDATING, error);
  }
}

/** The stack's configuration with the project's defaults and values where it has none. @throws UserError `bad-config-path`. */
export function applyDeclarations(
  project: Pick<ProjectFile, "name" | "config">,
  config: ConfigMap,
): ConfigMap {
  const complete: { [key: string]: ConfigValue } = { ...config };
  for (const declaration of sorted(project.config)) {
    const value = declaredValue(declaration);
    if (value === undefined || lookUp(complete, declaration) !== undefined) continue;
    const { key, path } = splitKeyPath(declaration.key);
    const given = path.length > 0 && typeof value === "string" ? coerceText(value) : value;
    complete[key] = setAt(complete[key], path, given, [configKeyName(key)]);
  }
  return complete;
}

function sorted(declarations: readonly ConfigDeclaration[]): readonly ConfigDeclaration[] {
  return declarations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A declared name may be a path into a value. */
function lookUp(config: ConfigMap, declaration: ConfigDeclaration): ConfigValue | undefined {
  const { key, path } = splitKeyPath(declaration.key);
  return getAt(config[key], path);
}

function refuseMissing(
  project: Pick<ProjectFile, "name" | "config">,
  config: ConfigMap,
  stack: string,
): void {
  const missing = sorted(project.config).filter(
    (declaration) =>
      declaration.key.startsWith(`${project.name}:`) &&
      declaredValue(declaration) === undefined &&
      lookUp(config, declaration) === undefined,
  );
  if (missing.length === 0) return;
  const names = missing.map(({ name }) => `'${name}'`);
  const list = names.length === 1 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const [first] = missing;
  throw new UserError(
    "config-missing",
    `Stack '${stack}' is missing configuration ${names.length === 1 ? "value" : "values"} ${list}`,
    {
      help: `Set it with \`pulumi config set ${first?.secret ? "--secret " : ""}${first?.name ?? ""} <value>\`.`,
    },
  );
}

/** `describe` says, for a key, what could not be done. */
async function decryptConfig(
  config: ConfigMap,
  decrypt: (text: string) => Promise<string>,
  describe: (key: string) => string,
): Promise<ConfigMap> {
  const entries = Object.entries(config).map(
    async ([key, value]) => [key, await doing(describe(key), () => mapSecure(value, decrypt))] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

interface CheckedConfig {
  readonly stack: string;
  readonly complete: ConfigMap;
  readonly plain: ConfigMap;
}

function checkType(declaration: ConfigDeclaration, checked: CheckedConfig): void {
  const { name, type, secret } = declaration;
  if (type === undefined) return;
  const subject = `Stack '${checked.stack}' with configuration key '${name}'`;
  const stored = lookUp(checked.complete, declaration) ?? null;
  if (secret && !hasSecure(stored)) {
    throw new UserError("config-type", `${subject} must be encrypted as it's secret`, {
      help: `Set it with \`pulumi config set --secret ${name} <value>\`.`,
    });
  }
  const value = lookUp(checked.plain, declaration) ?? null;
  // Plain values reach a program as text, whatever the file made of them.
  const content = typeof value === "object" ? value : configText(value);
  if (!hasType(content, type)) {
    throw new UserError("config-type", `${subject} must be of type '${typeName(type)}'`);
  }
}
