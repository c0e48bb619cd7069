import { delimiter, join } from "node:path";
import { cacheFolder } from "../../../simulators/kubernetes/build.ts";
import { Engine, type EngineEvent, memoryState, nodeProgram, type OperationResult } from "../../src/index.ts";
import { createProviderHost } from "../../src/providers/host.ts";
import { type Project, writeProject } from "../program/run-program.ts";
import { createNamespace, deleteNamespace, kubeconfig } from "./cluster.ts";

/** helm and kubectl of the control plane's versions come first. */
const env = { ...process.env, PATH: `${join(cacheFolder(), "bin")}${delimiter}${process.env["PATH"]}` };

export interface SdkRun extends OperationResult {
  /** Texts of errors. */
  readonly told: readonly string[];
}

/** A program of files, with the real SDK, in a namespace of the cluster. */
export class SdkStack {
  readonly namespace: string;
  private readonly project: Project;
  private readonly state = memoryState({ project: "components", stack: "dev" });

  private constructor(namespace: string, project: Project) {
    this.namespace = namespace;
    this.project = project;
  }

  /** `files`: path -> text; `index.js` is the program. */
  static async create(files: { readonly [path: string]: string }): Promise<SdkStack> {
    return new SdkStack(await createNamespace(), await writeProject({ "package.json": "{}", ...files }));
  }

  async run(operation: "preview" | "up" | "destroy"): Promise<SdkRun> {
    const root = this.project.directory;
    const events: EngineEvent[] = [];
    const values = { "kubernetes:kubeconfig": kubeconfig, "kubernetes:namespace": this.namespace };
    const config = { values, secretKeys: [] };
    const providers = createProviderHost({
      projectRoot: root,
      programDirectory: root,
      projectName: "components",
      config,
      engineAddress: () => "127.0.0.1:0",
      env,
      pulumiHome: join(root, ".pulumi"),
      localPlugins: [],
      onPluginOutput: () => undefined,
    });
    try {
      const engine = new Engine({
        project: "components",
        stack: "dev",
        folder: root,
        state: this.state,
        config,
        program: nodeProgram({
          root,
          directory: root,
          entry: ".",
          runtimeOptions: { typescript: false },
          env,
        }),
        providers,
      });
      const result = await engine[operation]({ onEvent: (event) => events.push(event) });
      return { ...result, told: errorsOf(events) };
    } finally {
      await providers.close();
    }
  }

  async remove(): Promise<void> {
    await deleteNamespace(this.namespace);
    await this.project.remove();
  }
}

function errorsOf(events: readonly EngineEvent[]): string[] {
  return events.flatMap((event) =>
    event.kind === "diagnostic" && event.diagnostic.severity === "error" ? [event.diagnostic.message] : [],
  );
}
