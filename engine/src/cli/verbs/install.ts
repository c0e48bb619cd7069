import { resolve } from "node:path";
import { programLocation } from "../../project/project-file.ts";
import { pulumiHome, readProject } from "../../project/workspace.ts";
import type { Command } from "../command.ts";
import { installDependencies } from "../install-dependencies.ts";
import { fetchPlugin } from "../install-plugin.ts";
import { switchFlag } from "../operation-options.ts";
import { refuseRuntime } from "../refuse-runtime.ts";
import { missingPlugins } from "../required-plugins.ts";
import { useNodeVersion } from "../use-node-version.ts";

export const installCommands: readonly Command[] = [
  {
    words: ["install"],
    summary: "Install what a program depends on, and the plugins that its packages speak to",
    flags: {
      "no-dependencies": { summary: "Leave the program's packages alone" },
      "no-plugins": { summary: "Leave the plugins alone" },
      "use-language-version-tools": {
        summary: "Have fnm, where it is installed, take the version of Node in .nvmrc or .node-version",
      },
      reinstall: { summary: "Install plugins again that are installed" },
      parallel: {
        value: "N",
        summary: "Accepted and without effect: plugins are installed one after the other",
      },
    },
    examples: ["pulumi install", "pulumi install --no-plugins"],
    async run(args, process) {
      const project = await readProject(process.cwd);
      const manager = project.runtime.options["packagemanager"];
      if (!switchFlag(args, "no-dependencies")) {
        refuseRuntime(project.runtime.name);
        const { directory } = programLocation(project);
        if (switchFlag(args, "use-language-version-tools")) await useNodeVersion(directory, process);
        await installDependencies(
          { directory, manager: typeof manager === "string" ? manager : "auto" },
          process,
        );
      }
      if (switchFlag(args, "no-plugins")) return 0;
      const home = resolve(process.cwd, pulumiHome(process.env));
      for (const plugin of await missingPlugins(process, { reinstall: switchFlag(args, "reinstall") })) {
        await fetchPlugin(home, plugin, process);
      }
      return 0;
    },
  },
];
