import { isDeepStrictEqual } from "node:util";
import { Computed, type PropertyMap } from "../../protocol/property-value.ts";
import { unwrapMap } from "../plain-values.ts";
import type {
  CheckConfigRequest,
  CheckFailure,
  CheckResult,
  DiffConfigRequest,
  DiffResult,
} from "../provider.ts";
import { findActiveCluster } from "./kubeconfig.ts";
import type { Environment } from "./settings.ts";

/** Checks settings of the provider that exclude or need each other. */
export function checkConfig({ urn, news }: CheckConfigRequest, env: Environment): CheckResult {
  const plain = unwrapMap(news);
  return { inputs: news, failures: strictFailures(urn, plain) ?? renderFailures(plain, env) };
}

function isSet(value: unknown): boolean {
  return value === true || (typeof value === "string" && value !== "");
}

function isOn(value: unknown): boolean {
  return value === true || value === "true";
}

function strictFailures(urn: string, plain: PropertyMap): readonly CheckFailure[] | undefined {
  if (!isOn(plain["strictMode"])) return undefined;
  const isDefault = /::default(_|$)/.test(urn);
  const failures = [
    ...(isDefault ? [{ property: "", reason: "strict mode prohibits default provider" }] : []),
    ...["kubeconfig", "context"]
      .filter((name) => !isSet(plain[name]) && !(plain[name] instanceof Computed))
      .map((name) => ({ property: name, reason: `strict mode requires Provider "${name}" argument` })),
  ];
  return failures.length === 0 ? undefined : failures;
}

function renderFailures(plain: PropertyMap, env: Environment): readonly CheckFailure[] {
  if (isSet(plain["renderYamlToDirectory"])) {
    const isAmbient = (name: string) => name === "kubeconfig" && plain[name] === (env["KUBECONFIG"] ?? "");
    return ["cluster", "context", "kubeconfig"]
      .filter((name) => isSet(plain[name]) && !isAmbient(name))
      .map((property) => ({
        property,
        reason: `"${property}" arg is not compatible with "renderYamlToDirectory" arg`,
      }));
  }
  if (!isOn(plain["alwaysRender"])) return [];
  return [{ property: "alwaysRender", reason: `"alwaysRender" requires "renderYamlToDirectory" to be set` }];
}

const CLUSTER_KEYS = ["kubeconfig", "context", "cluster"];

/** Another folder or another cluster means other objects; any other setting does not. */
export function diffConfig({ oldInputs, newInputs }: DiffConfigRequest): DiffResult {
  const olds = unwrapMap(oldInputs);
  const news = unwrapMap(newInputs);
  const changed = changedKeys(olds, news);
  return {
    changes: changed.length === 0 ? "none" : "some",
    replaceKeys: replaceKeys(olds, news, changed),
    stableKeys: [],
    changedKeys: changed,
    deleteBeforeReplace: false,
    detailedDiff: undefined,
  };
}

function changedKeys(olds: PropertyMap, news: PropertyMap): readonly string[] {
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])]
    .sort()
    .filter((key) => !isDeepStrictEqual(olds[key], news[key]));
}

function replaceKeys(olds: PropertyMap, news: PropertyMap, changed: readonly string[]): readonly string[] {
  const hasBoth = isSet(olds["clusterIdentifier"]) && isSet(news["clusterIdentifier"]);
  if (hasBoth) return changed.filter((key) => key === "clusterIdentifier");
  const unknown = CLUSTER_KEYS.filter((key) => news[key] instanceof Computed);
  if (unknown.length > 0) return unknown.slice(0, 1);
  const rendered = changed.filter((key) => key === "renderYamlToDirectory");
  const before = findActiveCluster(olds);
  const after = findActiveCluster(news);
  const isOther = before !== undefined && after !== undefined && !isDeepStrictEqual(before, after);
  return [...rendered, ...(isOther ? CLUSTER_KEYS.filter((key) => changed.includes(key)) : [])];
}
