import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, mapsAt, textAt } from "../plain-values.ts";

/** The text of a kubeconfig that is given as a path (`~` allowed) or as the content itself. */
export function readKubeconfigText(pathOrContent: string): string {
  const path = expandHome(pathOrContent);
  return !path.includes("\n") && existsSync(path) ? readFileSync(path, "utf8") : pathOrContent;
}

function expandHome(path: string): string {
  if (path === "~") return homedir();
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

/** The kubeconfig as data; undefined where it cannot be read as a map. */
export function findKubeconfig(given: PropertyValue | undefined): PropertyMap | undefined {
  if (isPropertyMap(given)) return given;
  if (typeof given !== "string" || given === "") return undefined;
  try {
    const parsed: unknown = parse(readKubeconfigText(given));
    return isPropertyMap(parsed as PropertyValue) ? (parsed as PropertyMap) : undefined;
  } catch {
    return undefined;
  }
}

interface Choice {
  readonly context: PropertyMap | undefined;
  readonly cluster: PropertyMap | undefined;
}

/** Which context and cluster a kubeconfig leads to, under the names that the provider's settings give. */
export function chooseContext(config: PropertyMap, wanted: { context: string; cluster: string }): Choice {
  const contextName = wanted.context || textAt(config, "current-context");
  const context = findNamed(config, "contexts", contextName, "context");
  const clusterName = wanted.cluster || (context === undefined ? "" : textAt(context, "cluster"));
  return { context, cluster: findNamed(config, "clusters", clusterName, "cluster") };
}

function findNamed(config: PropertyMap, list: string, name: string, key: string): PropertyMap | undefined {
  const entry = mapsAt(config, list).find((item) => textAt(item, "name") === name);
  return entry === undefined ? undefined : findMapAt(entry, key);
}

/** The cluster that a provider's settings lead to; undefined where they name none. */
export function findActiveCluster(settings: PropertyMap): PropertyMap | undefined {
  const config = findKubeconfig(settings["kubeconfig"]);
  if (config === undefined) return undefined;
  const wanted = { context: textAt(settings, "context"), cluster: textAt(settings, "cluster") };
  const { context, cluster } = chooseContext(config, wanted);
  return context === undefined ? undefined : cluster;
}
