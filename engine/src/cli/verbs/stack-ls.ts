import { UserError } from "../../errors.ts";
import type { StackSummary } from "../../state/file-backend.ts";
import { JsonRecord } from "../../state/go-json.ts";
import { parseStackName } from "../../state/stack-names.ts";
import type { Command, CommandArguments } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, textFlag, wantsJson } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { openWorkspace, type Workspace } from "../stack-session.ts";
import { renderTable } from "../table.ts";
import { relativeTime } from "../time-text.ts";

export const stackListCommand: Command = {
  words: ["stack", "ls"],
  aliases: ["list"],
  summary: "List the stacks of this project, or all",
  flags: {
    ...outputFlag,
    all: { short: "a", summary: "List the stacks of every project" },
    project: { short: "p", value: "NAME", summary: "List the stacks of this project" },
    organization: { short: "o", value: "NAME", summary: "Only `organization` exists in a folder" },
    tag: { short: "t", value: "NAME[=VALUE]", summary: "List only stacks with this tag" },
  },
  examples: ["pulumi stack ls", "pulumi stack ls --all --json"],
  async run(args, process) {
    const workspace = await openWorkspace(args, process);
    const current = await currentName(workspace);
    const listed = (await listStacks(workspace, args)).map((summary) => {
      const name = workspace.nameOf(summary.reference);
      return { ...summary, name, current: name === current };
    });
    listed.sort((a, b) => (a.name < b.name ? -1 : 1));
    if (wantsJson(args)) {
      printJson(listed.map(summaryJson), process);
      return 0;
    }
    const rows = listed.map(({ name, current: isCurrent, lastUpdate, resourceCount }) => ({
      cells: [
        isCurrent ? `${name}*` : name,
        lastUpdate === undefined ? "n/a" : relativeTime(new Date(lastUpdate), new Date()),
        resourceCount === undefined ? "n/a" : String(resourceCount),
      ],
    }));
    process.stdout.write(renderTable(["NAME", "LAST UPDATE", "RESOURCE COUNT"], rows));
    return 0;
  },
};

function summaryJson(
  summary: StackSummary & { readonly name: string; readonly current: boolean },
): JsonRecord {
  const { name, current, lastUpdate, resourceCount } = summary;
  return new JsonRecord([
    ["name", name],
    ["current", current],
    ["lastUpdate", lastUpdate && new Date(lastUpdate).toISOString()],
    ["resourceCount", resourceCount],
  ]);
}

async function currentName({ selection, project, nameOf }: Workspace): Promise<string | undefined> {
  const selected = await selection?.read();
  return selected && nameOf(parseStackName(selected, project?.name));
}

async function listStacks(workspace: Workspace, args: CommandArguments): Promise<readonly StackSummary[]> {
  const { project, backend, passphrase } = workspace;
  const named = textFlag(args, "project");
  if (!switchFlag(args, "all") && named === undefined && project === undefined) {
    throw new UserError("no-project", "no Pulumi.yaml found; please run this command in a project directory");
  }
  const stacks = await backend.list(switchFlag(args, "all") ? undefined : (named ?? project?.name));
  const tag = textFlag(args, "tag");
  if (tag === undefined) return stacks;
  const [name = "", ...value] = tag.split("=");
  const tags = await Promise.all(stacks.map(({ reference }) => backend.stack(reference, passphrase).tags()));
  return stacks.filter((_, index) => {
    const found = tags[index]?.[name];
    return value.length === 0 ? found !== undefined : found === value.join("=");
  });
}
