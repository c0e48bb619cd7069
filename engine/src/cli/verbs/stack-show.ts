import { hostname } from "node:os";
import { ROOT_STACK_TYPE, urnName } from "../../plan/urn.ts";
import { JsonRecord, type JsonValue } from "../../state/go-json.ts";
import type { ResourceState, Snapshot } from "../../state/resource.ts";
import type { StackReference } from "../../state/store.ts";
import type { Command } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { switchFlag, wantsJson } from "../operation-options.ts";
import { printJson, printLine } from "../print-json.ts";
import { renderOutputs, stackOutputs } from "../stack-outputs.ts";
import { openStackSession } from "../stack-session.ts";
import { renderTable, type TableRow } from "../table.ts";
import { localTime, relativeTime } from "../time-text.ts";

/** `stack get` is the official CLI's second name for `stack`. */
export const stackShowCommands: readonly Command[] = [["stack"], ["stack", "get"]].map((words) => ({
  words,
  summary: "Show the selected stack: its resources and outputs",
  flags: {
    ...outputFlag,
    "show-ids": { short: "i", summary: "Show the id of each resource" },
    "show-urns": { short: "u", summary: "Show the URN of each resource" },
    "show-secrets": { summary: "Show secret outputs in clear" },
    "show-name": { summary: "Show only the name of the stack" },
  },
  examples: ["pulumi stack", "pulumi stack --show-urns --stack dev"],
  async run(args, process) {
    const { store, name, reference } = await openStackSession(args, process);
    if (switchFlag(args, "show-name")) {
      printLine(switchFlag(args, "fully-qualify-stack-names") ? name : reference.stack, process);
      return 0;
    }
    const snapshot = await store.load();
    if (wantsJson(args)) {
      printJson(stackJson(reference, snapshot, switchFlag(args, "show-secrets")), process);
      return 0;
    }
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
}));

function stackJson({ project, stack }: StackReference, snapshot: Snapshot, showSecrets: boolean): JsonValue {
  const { time, version } = snapshot.manifest;
  const manifest = new JsonRecord([
    ["time", new Date(time).toISOString()],
    ["pulumiVersion", version === "" ? undefined : version],
  ]);
  const resources = snapshot.resources.map(
    ({ urn, type, id, parent }) =>
      new JsonRecord([
        ...([
          ["urn", urn],
          ["type", type],
          ["name", urnName(urn)],
        ] as const),
        ["id", id === "" ? undefined : id],
        ["parent", parent === "" ? undefined : parent],
      ]),
  );
  return new JsonRecord([
    ["project", project],
    ["stack", stack],
    ["backend", hostname()],
    ["tags", {}],
    ["manifest", time === "" ? undefined : manifest],
    ["resources", resources],
    ["outputs", stackOutputs(snapshot, showSecrets)],
  ]);
}

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
