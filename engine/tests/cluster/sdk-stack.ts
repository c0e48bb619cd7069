import { delimiter, join } from "node:path";
import { cacheFolder } from "../../../simulators/kubernetes/build.ts";
import { NodeStack, type StackRun } from "../program/node-stack.ts";
import { type Project, writeProject } from "../program/run-program.ts";
import { createNamespace, deleteNamespace, kubeconfig } from "./cluster.ts";

/** helm and kubectl of the control plane's versions come first. */
const env = { ...process.env, PATH: `${join(cacheFolder(), "bin")}${delimiter}${process.env["PATH"]}` };

/** A program of files, with the real SDK, in a namespace of the cluster. */
export class SdkStack {
  readonly namespace: string;
  private readonly project: Project;
  private readonly stack: NodeStack;

  private constructor(namespace: string, project: Project) {
    this.namespace = namespace;
    this.project = project;
    const root = project.directory;
    const pulumiHome = join(root, ".pulumi");
    this.stack = new NodeStack({ root, project: "components", stack: "dev", pulumiHome, env });
  }

  /** `files`: path -> text; `index.js` is the program. */
  static async create(files: { readonly [path: string]: string }): Promise<SdkStack> {
    return new SdkStack(await createNamespace(), await writeProject({ "package.json": "{}", ...files }));
  }

  run(operation: "preview" | "up" | "destroy"): Promise<StackRun> {
    const values = { "kubernetes:kubeconfig": kubeconfig, "kubernetes:namespace": this.namespace };
    return this.stack.run(operation, { values, secretKeys: [] });
  }

  async remove(): Promise<void> {
    await deleteNamespace(this.namespace);
    await this.project.remove();
  }
}
