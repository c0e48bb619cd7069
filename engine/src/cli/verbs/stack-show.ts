import { hostname } from "node:os";
import { ROOT_STACK_TYPE, urnName } from "../../plan/urn.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type { Command } from "../command.ts";
import { switchFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { refuseArguments } from "../refuse-arguments.ts";
import { renderOutputs, stackOutputs } from "../stack-outputs.ts";
import { openStackSession } from "../stack-session.ts";
import { renderTable, type TableRow } from "../table.ts";
import { localTime, relativeTime } from "../time-text.ts";

export const stackShowCommand: Command = {
  words: ["stack"],
  summary: "Show the selected stack: its resources and outputs",
  flags: {
    "show-ids": { short: "i", summary: "Show the id of each resource" },
    "show-urns": { short: "u", summary: "Show the URN of each resource" },
    "show-secrets": { summary: "Show secret outputs in clear" },
    "show-name": { summary: "Show only the name of the stack" },
  },
  examples: ["pulumi stack", "pulumi stack --show-urns --stack dev"],
  async run(args, process) {
    refuseArguments(args, "stack");
    const { store, name, reference } = await openStackSession(args, process);
    if (switchFlag(args, "show-name")) {
      printLine(reference.stack, process);
      return 0;
    }
    const snapshot = await store.load();
    const now = new Date();
    process.stdout.write(renderHead(name, snapshot, now));
    process.stdout.write(
      renderResources(snapshot.resources, {
        urns: switchFlag(args, "show-urns"),
        ids: switchFlag(args, "show-ids"),
      }),
    );
    if (snapshot.resources.length > 0) {
      process.stdout.write(`\n${renderOutputs(stackOutputs(snapshot, switchFlag(args, "show-secrets")))}`);
    }
    printLine("\nUse `pulumi stack select` to change stack; `pulumi stack ls` lists known ones", process);
    return 0;
  },
};

function renderHead(name: string, { manifest }: Snapshot, now: Date): string {
  const lines = [`Current stack is ${name}:`, `    Managed by ${hostname()}`];
  const time = new Date(manifest.time);
  if (manifest.time === "") lines.push("    No updates yet; run `pulumi up`");
  else if (time < now) lines.push(`    Last updated: ${relativeTime(time, now)} (${localTime(time)})`);
  if (manifest.version !== "") lines.push(`    Pulumi version used: ${manifest.version}`);
  return `${lines.join("\n")}\n`;
}

interface Details {
  readonly urns: boolean;
  readonly ids: boolean;
}

function renderResources(resources: readonly ResourceState[], details: Details): string {
  const title = `Current stack resources (${resources.length}):\n`;
  if (resources.length === 0) return `${title}    No resources currently in this stack\n`;
  const rows =
    treeRows(resources, details) ??
    resources.map((resource) => row(resource, { tree: "", info: "    " }, details));
  return title + renderTable(["TYPE", "NAME"], rows, "    ");
}

/** The resources under the root stack; undefined where the root or a parent is missing. */
function treeRows(resources: readonly ResourceState[], details: Details): readonly TableRow[] | undefined {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const root = resources.find(({ type, parent }) => type === ROOT_STACK_TYPE && parent === "");
  if (root === undefined || resources.some(({ parent }) => parent !== "" && !byUrn.has(parent)))
    return undefined;
  const children = Map.groupBy(
    [...byUrn.values()].filter((resource) => resource !== root),
    ({ parent }) => (parent === "" ? root.urn : parent),
  );
  // Those without a parent are shown last among the root's own children.
  const ordered = (children.get(root.urn) ?? []).toSorted(
    (a, b) => Number(a.parent === "") - Number(b.parent === ""),
  );
  children.set(root.urn, ordered);
  return nodeRows(root, { padding: "", branch: "" }, { children, details });
}

interface Tree {
  readonly children: ReadonlyMap<string, readonly ResourceState[]>;
  readonly details: Details;
}

function nodeRows(
  resource: ResourceState,
  { padding, branch }: { readonly padding: string; readonly branch: string },
  tree: Tree,
): readonly TableRow[] {
  const below = padding + (branch === "" ? "" : branch.startsWith("├") ? "│  " : "   ");
  const children = tree.children.get(resource.urn) ?? [];
  const infoPadding = below + (children.length > 0 ? "│  " : "   ");
  return [
    row(resource, { tree: padding + branch, info: infoPadding }, tree.details),
    ...children.flatMap((child, index) =>
      nodeRows(child, { padding: below, branch: index === children.length - 1 ? "└─ " : "├─ " }, tree),
    ),
  ];
}

function row(
  { type, urn, id }: ResourceState,
  prefix: { readonly tree: string; readonly info: string },
  { urns, ids }: Details,
): TableRow {
  return {
    cells: [prefix.tree + type, urnName(urn)],
    details: [
      ...(urns ? [`${prefix.info}URN: ${urn}`] : []),
      ...(ids && id !== "" ? [`${prefix.info}ID: ${id}`] : []),
    ],
  };
}
