import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { ProviderError } from "../../errors.ts";
import { textAt } from "../plain-values.ts";
import { isCustomDefinition } from "./api-kind.ts";
import { type KubeObject, nameOf, namespaceOf } from "./object.ts";

const DEFINITIONS = "0-crd";
const MANIFESTS = "1-manifest";

/** A folder of YAML files in place of a cluster. */
export interface RenderFolder {
  /** As the program wrote it. */
  readonly shown: string;
  /** Absolute folder that `shown` starts from. */
  readonly from: string;
}

/** The file of an object, from where the program's path starts. */
export function renderedPath(object: KubeObject, { shown }: RenderFolder): string {
  const apiVersion = textAt(object, "apiVersion").replaceAll(/[/:]/g, "_");
  const namespace = namespaceOf(object) || "default";
  const name = `${apiVersion}-${textAt(object, "kind").toLowerCase()}-${namespace}-${nameOf(object)}.yaml`;
  return join(shown, isCustomDefinition(object) ? DEFINITIONS : MANIFESTS, name);
}

/** Writes an object's file. */
export async function renderObject(object: KubeObject, folder: RenderFolder): Promise<void> {
  const path = renderedPath(object, folder);
  try {
    for (const part of [DEFINITIONS, MANIFESTS]) {
      await mkdir(resolve(folder.from, folder.shown, part), { recursive: true, mode: 0o700 });
    }
    const text = stringify(object, { sortMapEntries: true, lineWidth: 0, indentSeq: false });
    await writeFile(resolve(folder.from, path), text, { mode: 0o600 });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ProviderError(`failed to write YAML file: ${JSON.stringify(path)}: ${reason}`, {
      status: "unknown",
      cause,
    });
  }
}

/** Removes an object's file; one that is gone already is no error. */
export async function removeRendered(object: KubeObject, folder: RenderFolder): Promise<void> {
  await rm(resolve(folder.from, renderedPath(object, folder)), { force: true });
}
