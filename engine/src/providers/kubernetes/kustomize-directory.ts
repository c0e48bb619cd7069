import { readManifests } from "./manifests.ts";
import type { KubeObject } from "./object.ts";
import { runRenderer } from "./run-renderer.ts";
import type { Session } from "./session.ts";

/** The objects of a Kustomize directory: a path, or a URL as `kustomize build` takes it. */
export async function buildKustomization(
  session: Session,
  directory: string,
): Promise<readonly KubeObject[]> {
  const text = await runRenderer(
    {
      commands: [
        ["kustomize", ["build", directory]],
        ["kubectl", ["kustomize", directory]],
      ],
      what: `the Kustomize directory ${directory}`,
      help: "install kubectl (kubernetes.io/docs/tasks/tools) or kustomize, or render the directory to YAML first",
    },
    session.renderers,
  );
  return readManifests(session, text, session.namespace);
}
