import { resolve } from "node:path";
import { urnName } from "../../plan/urn.ts";
import { writeTextFile } from "../../project/text-file.ts";
import type { ResourceState } from "../../state/resource.ts";
import type { Command, CommandArguments } from "../command.ts";
import { switchFlag, textFlag } from "../operation-options.ts";
import { printLine } from "../print-json.ts";
import { requiredArgument } from "../refuse-arguments.ts";
import { openStackSession } from "../stack-session.ts";

export const stackGraphCommand: Command = {
  words: ["stack", "graph"],
  summary: "Write how a stack's resources depend on each other, as a graph in the DOT language",
  positionals: "FILE",
  flags: {
    "ignore-parent-edges": { summary: "Leave parents out" },
    "ignore-dependency-edges": { summary: "Leave dependencies out" },
    "dependency-edge-color": { value: "COLOR", summary: "The colour of dependencies. Default: #246C60" },
    "parent-edge-color": { value: "COLOR", summary: "The colour of parents. Default: #AA6639" },
    "short-node-name": { summary: "Names instead of URNs" },
    "dot-fragment": { value: "DOT", summary: "What to put at the top of the graph" },
  },
  examples: ["pulumi stack graph stack.dot", "pulumi stack graph --short-node-name stack.dot"],
  async run(args, process) {
    const file = requiredArgument(args);
    const { store } = await openStackSession(args, process);
    const { resources } = await store.load();
    await writeTextFile(resolve(process.cwd, file), renderGraph(resources, args), 0o666);
    printLine(`Wrote stack dependency graph to \`${file}\``, process);
    return 0;
  },
};

interface Edge {
  readonly from: string;
  readonly to: string;
  readonly color: string;
  readonly label: string;
}

/** From what is needed to who needs it, and from children to parents. */
function edgesOf(resources: readonly ResourceState[], args: CommandArguments): readonly Edge[] {
  const dependencyColor = textFlag(args, "dependency-edge-color") ?? "#246C60";
  const parentColor = textFlag(args, "parent-edge-color") ?? "#AA6639";
  return resources.flatMap(({ urn, parent, dependencies, propertyDependencies }) => {
    const properties = Object.entries(propertyDependencies).sort(([a], [b]) => (a < b ? -1 : 1));
    const labelOf = (dependency: string) =>
      properties.flatMap(([property, urns]) =>
        urns.filter((other) => other === dependency).map(() => property),
      );
    const needed = dependencies.map((from) => ({
      from,
      to: urn,
      color: dependencyColor,
      label: labelOf(from).join(", "),
    }));
    const above = parent === "" ? [] : [{ from: urn, to: parent, color: parentColor, label: "" }];
    return [
      ...(switchFlag(args, "ignore-dependency-edges") ? [] : needed),
      ...(switchFlag(args, "ignore-parent-edges") ? [] : above),
    ];
  });
}

function renderGraph(resources: readonly ResourceState[], args: CommandArguments): string {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const edges = Map.groupBy(edgesOf([...byUrn.values()], args), ({ from }) => from);
  const ids = new Map<string, string>();
  const idOf = (urn: string) => {
    const id = ids.get(urn) ?? `Resource${ids.size}`;
    ids.set(urn, id);
    return id;
  };
  const fragment = textFlag(args, "dot-fragment") ?? "";
  const nodes = [...byUrn.keys()].sort().map((urn) => {
    const label = switchFlag(args, "short-node-name") ? urnName(urn) : urn;
    const lines = (edges.get(urn) ?? []).map((edge) => {
      const text = edge.label === "" ? "" : `, label = "${edge.label}"`;
      return `    ${idOf(urn)} -> ${idOf(edge.to)} [color = "${edge.color}"${text}];\n`;
    });
    // The node's own id first: ids are given in the order in which they are met.
    return `    ${idOf(urn)} [label="${label}"];\n`.concat(...lines);
  });
  return `strict digraph {\n${fragment === "" ? "" : `${fragment}\n`}${nodes.join("")}}\n`;
}
