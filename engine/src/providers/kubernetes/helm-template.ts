import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../../errors.ts";
import { isPropertyMap, type PropertyMap, type PropertyValue } from "../../protocol/property-value.ts";
import { findMapAt, flagAt, textAt, textsAt } from "../plain-values.ts";
import { readManifests } from "./manifests.ts";
import type { KubeObject } from "./object.ts";
import { runRenderer } from "./run-renderer.ts";
import type { Session } from "./session.ts";

/**
 * The objects of a Helm chart, rendered by the machine's `helm` for the server's version. Hooks are objects like all
 * others; hooks for tests are left out unless they are asked for.
 *
 * @param json options of `helm.v3.Chart` as its SDK sends them
 * @throws ProviderError where an option is not served, there is no helm, or helm refuses the chart
 */
export async function templateChart(session: Session, json: string): Promise<readonly KubeObject[]> {
  const options = readOptions(json);
  const namespace = textAt(options, "namespace") || session.namespace;
  const folder = await mkdtemp(join(tmpdir(), "helm-values-"));
  try {
    const valuesFile = join(folder, "values.json");
    await writeFile(valuesFile, JSON.stringify(options["values"] ?? {}), { mode: 0o600 });
    const kubeVersion = textAt(options, "kube_version") || (await serverVersion(session));
    const text = await runRenderer(
      {
        commands: [["helm", helmArguments(options, { namespace, valuesFile, kubeVersion })]],
        what: `the chart ${chartOf(options)}`,
        help: "install Helm 3 (helm.sh/docs/intro/install), or render the chart to YAML first",
      },
      session.renderers,
    );
    return await readManifests(session, text, namespace);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function readOptions(json: string): PropertyMap {
  const options = JSON.parse(json) as PropertyValue;
  if (!isPropertyMap(options)) throw new ProviderError("the chart's options are no map", { status: "ok" });
  const fetching = findMapAt(options, "fetch_opts") ?? {};
  if (fetching["username"] === undefined && fetching["password"] === undefined) return options;
  throw new ProviderError(
    "fetchOpts.username and fetchOpts.password are not served by this engine, which would show them to everybody who lists processes; log in with `helm registry login` or `helm repo add` instead",
    { status: "ok" },
  );
}

/** Without a cluster helm renders for the version that it was made for. */
async function serverVersion({ target }: Session): Promise<string> {
  return target.kind === "cluster" ? target.api.readVersion() : "";
}

function chartOf(options: PropertyMap): string {
  return textAt(options, "path") || textAt(options, "chart");
}

function helmArguments(
  options: PropertyMap,
  place: { readonly namespace: string; readonly valuesFile: string; readonly kubeVersion: string },
): string[] {
  const fetching = findMapAt(options, "fetch_opts") ?? {};
  const given = (flag: string, value: string) => (value === "" ? [] : [flag, value]);
  const asked = (flag: string, isWanted: boolean) => (isWanted ? [flag] : []);
  return [
    "template",
    textAt(options, "release_name"),
    chartOf(options),
    ...given("--namespace", place.namespace),
    "--values",
    place.valuesFile,
    ...given("--kube-version", place.kubeVersion),
    ...textsAt(options, "api_versions").flatMap((version) => ["--api-versions", version]),
    ...asked("--include-crds", !flagAt(options, "skip_crd_rendering")),
    ...asked("--skip-tests", !flagAt(options, "include_test_hook_resources")),
    ...given("--repo", textAt(options, "repo") || textAt(fetching, "repo")),
    ...given("--version", textAt(options, "version") || textAt(fetching, "version")),
    ...["ca_file", "cert_file", "key_file", "keyring"].flatMap((key) =>
      given(`--${key.replace("_", "-")}`, textAt(fetching, key)),
    ),
    ...asked("--devel", flagAt(fetching, "devel")),
    ...asked("--verify", flagAt(fetching, "verify")),
  ];
}
