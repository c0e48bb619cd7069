import * as atlas from "@pulumi/mongodbatlas";
import * as pulumi from "@pulumi/pulumi";
import { ownershipLabels } from "../../names.ts";
import type { Scope } from "../platform.ts";

export type ProjectOptions =
  | { readonly kind: "create"; readonly orgId: string; readonly name: string }
  | { readonly kind: "existing"; readonly projectId: string };

/** The project's id: of one made here, or of one that is there and stays. */
export function createProject(
  name: string,
  args: { scope: Scope; project: ProjectOptions; protect: boolean },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const { project, scope, protect } = args;
  if (project.kind === "existing") return pulumi.output(project.projectId);
  const made = new atlas.Project(
    name,
    { orgId: project.orgId, name: project.name, tags: { ...ownershipLabels(scope, "documents") } },
    { ...opts, protect },
  );
  return made.id;
}
