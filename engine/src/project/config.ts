/** The configuration of one run: the stack's settings, completed and checked by what the project declares. */
import { UserError } from "../errors.ts";
import type { RunConfig } from "../operation.ts";
import type { SecretsManager } from "../state/secrets.ts";
import { type ConfigDeclaration, declaredValue, hasType, typeName } from "./config-declarations.ts";
import {
  type ConfigMap,
  type ConfigValue,
  configText,
  getAt,
  hasSecure,
  mapSecure,
  parseKeyPath,
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
  if (validate) refuseMissing(project, complete, stack);
  const secretTexts: string[] = [];
  const decrypt = async (text: string) => {
    const decrypted = await (await secrets()).decrypt(text);
    secretTexts.push(decrypted);
    return decrypted;
  };
  const plain = await decryptConfig(complete, decrypt, (key) =>
    validate ? "validating stack config" : `failed to decrypt configuration key '${key}'`,
  );
  const checked = validate ? project.config : [];
  for (const declaration of checked) checkType(declaration, { project, stack, complete, plain });
  const entries = Object.entries(plain).map(([key, value]) => [key, configText(value)] as const);
  return {
    values: Object.fromEntries(entries),
    secretKeys: Object.entries(complete).flatMap(([key, value]) => (hasSecure(value) ? [key] : [])),
    secretTexts,
  };
}

/** The stack's configuration with the project's defaults and values where it has none. */
export function applyDeclarations(
  project: Pick<ProjectFile, "name" | "config">,
  config: ConfigMap,
): ConfigMap {
  const additions = sorted(project.config).flatMap((declaration) => {
    const value = declaredValue(declaration);
    const present = lookUp(config, declaration, project.name) !== undefined;
    return present || value === undefined ? [] : [[declaration.key, value] as const];
  });
  return { ...config, ...Object.fromEntries(additions) };
}

function sorted(declarations: readonly ConfigDeclaration[]): readonly ConfigDeclaration[] {
  return declarations.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

/** A declared name may be a path into a value. */
function lookUp(config: ConfigMap, { key }: ConfigDeclaration, project: string): ConfigValue | undefined {
  if (config[key] !== undefined) return config[key];
  const { key: root, path } = parseKeyPath(key, project);
  return getAt(config[root], path);
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
      lookUp(config, declaration, project.name) === undefined,
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
  const entries = Object.entries(config).map(async ([key, value]) => {
    try {
      return [key, await mapSecure(value, decrypt)] as const;
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(error.code, `${describe(key)}: ${error.message}`, {
        ...(error.help === undefined ? {} : { help: error.help }),
        cause: error,
      });
    }
  });
  return Object.fromEntries(await Promise.all(entries));
}

interface CheckedConfig {
  readonly project: Pick<ProjectFile, "name">;
  readonly stack: string;
  readonly complete: ConfigMap;
  readonly plain: ConfigMap;
}

function checkType(declaration: ConfigDeclaration, checked: CheckedConfig): void {
  const { name, type, secret } = declaration;
  if (type === undefined) return;
  const subject = `Stack '${checked.stack}' with configuration key '${name}'`;
  const stored = lookUp(checked.complete, declaration, checked.project.name) ?? null;
  if (secret && !hasSecure(stored)) {
    throw new UserError("config-type", `${subject} must be encrypted as it's secret`, {
      help: `Set it with \`pulumi config set --secret ${name} <value>\`.`,
    });
  }
  const value = lookUp(checked.plain, declaration, checked.project.name) ?? null;
  // Plain values reach a program as text, whatever the file made of them.
  const content = typeof value === "object" ? value : configText(value);
  if (!hasType(content, type)) {
    throw new UserError("config-type", `${subject} must be of type '${typeName(type)}'`);
  }
}
