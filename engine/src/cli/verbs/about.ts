import { readFile } from "node:fs/promises";
import { hostname, machine, platform, release } from "node:os";
import { UserError } from "../../errors.ts";
import { type ProjectFile, programLocation } from "../../project/project-file.ts";
import { JsonRecord } from "../../state/go-json.ts";
import { currentUser } from "../../state/stack-lock.ts";
import { ORGANIZATION } from "../../state/stack-names.ts";
import { PULUMI_VERSION } from "../../version.ts";
import type { Command, CommandArguments, CommandProcess } from "../command.ts";
import { outputFlag } from "../operation-flags.ts";
import { wantsJson } from "../operation-options.ts";
import { printJson } from "../print-json.ts";
import { type ProgramPackage, programPackages } from "../program-packages.ts";
import { runtimeMetadata } from "../runtime-notes.ts";
import { openStackSession, openWorkspace } from "../stack-session.ts";
import { renderTable } from "../table.ts";

interface About {
  readonly host: { readonly os: string; readonly version: string; readonly arch: string };
  readonly backend: { readonly name: string; readonly url: string; readonly user: string } | undefined;
  readonly stack: AboutStack | undefined;
  readonly program: AboutProgram | undefined;
  readonly problems: readonly string[];
}

interface AboutProgram {
  readonly language: string;
  /** What runs the program, by name. */
  readonly runtime: readonly (readonly [string, string])[];
  /** Undefined where nothing says which there are. */
  readonly packages: readonly ProgramPackage[] | undefined;
}

interface AboutStack {
  readonly name: string;
  readonly fullName: string;
  readonly resources: readonly Named[];
  readonly pending: readonly Named[];
}

type Named = { readonly type: string; readonly urn: string };

export const aboutCommands: readonly Command[] = [
  {
    words: ["about"],
    summary: "Show what is needed to look into a problem: versions, backend, stack",
    flags: {
      ...outputFlag,
      transitive: { short: "t", summary: "Show the packages that the program's packages need, too" },
    },
    examples: ["pulumi about", "pulumi about --json"],
    async run(args, process) {
      const about = await gather(args, process);
      if (wantsJson(args)) printJson(aboutJson(about), process);
      else {
        process.stdout.write(renderAbout(about));
        for (const problem of about.problems) process.stderr.write(`warning: ${problem}\n`);
      }
      return 0;
    },
  },
];

async function gather(args: CommandArguments, process: CommandProcess): Promise<About> {
  const problems: string[] = [];
  const orProblem = async <T>(what: string, work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      problems.push(`${what}: ${error.message}`);
      return undefined;
    }
  };
  const workspace = await orProblem("Could not access the backend", () => openWorkspace(args, process));
  if (workspace !== undefined && workspace.project === undefined) {
    problems.push("Failed to read project: no Pulumi.yaml project file found");
  }
  const project = workspace?.project;
  return {
    host: { ...(await distribution()), arch: machine() },
    backend: workspace && { name: hostname(), url: workspace.backendUrl, user: currentUser() },
    stack: await orProblem("Failed to get information about the current stack", () =>
      aboutStack(args, process),
    ),
    program:
      project && (await orProblem("Failed to read program", () => aboutProgram(project, args, process))),
    problems,
  };
}

async function aboutProgram(
  project: ProjectFile,
  args: CommandArguments,
  { env }: CommandProcess,
): Promise<AboutProgram> {
  const { directory } = programLocation(project);
  const { name, options } = project.runtime;
  const metadata =
    name === "nodejs" ? await runtimeMetadata({ directory, runtimeOptions: options, env }) : [];
  return {
    language: name,
    runtime: [["executable", process.execPath], ["version", process.version], ...metadata],
    packages: await programPackages(directory, args.flags["transitive"] === true),
  };
}

async function aboutStack(args: CommandArguments, process: CommandProcess): Promise<AboutStack> {
  const { reference, name, store } = await openStackSession(args, process);
  const { deployment } = await store.readEnvelope();
  const named = (items: unknown, of: (item: never) => unknown): readonly Named[] =>
    (Array.isArray(items) ? items : []).map((item) => of(item as never) as Named);
  return {
    name,
    fullName: `${ORGANIZATION}/${reference.project}/${reference.stack}`,
    resources: named(deployment?.["resources"], (item) => item),
    pending: named(
      deployment?.["pending_operations"],
      ({ type, resource }: { type: string; resource: Named }) => ({ type, urn: resource.urn }),
    ),
  };
}

/** The name and version of a Linux distribution; elsewhere those of the system. */
async function distribution(): Promise<Omit<About["host"], "arch">> {
  const text = await readFile("/etc/os-release", "utf8").catch(() => "");
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]+)`, "m").exec(text)?.[1];
  const os = field("ID") ?? platform();
  // Debian's file of its own knows the point release.
  const exact = os === "debian" ? await readFile("/etc/debian_version", "utf8").catch(() => "") : "";
  return { os, version: exact.trim() || (field("VERSION_ID") ?? release()) };
}

function aboutJson({ host, backend, stack, program, problems }: About): JsonRecord {
  const named = (items: readonly Named[]) =>
    items.map(
      ({ type, urn }) =>
        new JsonRecord([
          ["type", type],
          ["urn", urn],
        ]),
    );
  return new JsonRecord([
    ["plugins", null],
    ["host", new JsonRecord(Object.entries(host))],
    [
      "backend",
      backend === undefined ? null : new JsonRecord([...Object.entries(backend), ["organizations", null]]),
    ],
    [
      "currentStack",
      stack === undefined
        ? null
        : new JsonRecord([
            ["name", stack.name],
            ["fullyQualifiedName", stack.fullName],
            ["resources", named(stack.resources)],
            ["pendingOps", named(stack.pending)],
          ]),
    ],
    ["cliAbout", new JsonRecord([["version", PULUMI_VERSION.replace(/^v/, "")]])],
    [
      "runtime",
      program === undefined ? null : new JsonRecord([["language", program.language], ...program.runtime]),
    ],
    [
      "dependencies",
      program?.packages?.map(
        ({ name, version }) =>
          new JsonRecord([
            ["name", name],
            ["version", version],
          ]),
      ) ?? null,
    ],
    ["errors", [...problems]],
  ]);
}

function renderAbout({ host, backend, stack, program }: About): string {
  const table = (title: string, rows: readonly (readonly [string, string])[]) =>
    renderTable(
      [title, ""],
      rows.map((cells) => ({ cells })),
    );
  const tables = [
    table("CLI", [
      ["Version", PULUMI_VERSION.replace(/^v/, "")],
      ["Engine", "embedded"],
      ["Node", process.version],
    ]),
    table("Host", [
      ["OS", host.os],
      ["Version", host.version],
      ["Arch", host.arch],
    ]),
    program === undefined ? "" : renderProgram(program),
    stack === undefined ? "" : renderStack(stack),
    backend === undefined
      ? ""
      : table("Backend", [
          ["Name", backend.name],
          ["URL", backend.url],
          ["User", backend.user],
          ["Organizations", ""],
          ["Token type", "personal"],
        ]),
    program?.packages === undefined ? "" : renderPackages(program.packages),
  ];
  return tables.filter((text) => text !== "").join("\n");
}

function renderProgram({ language, runtime }: AboutProgram): string {
  const values = runtime.map(([name, value]) => `${name}='${value}'`);
  return `This project is written in ${language}: ${values.join(" ")}\n`;
}

function renderPackages(packages: readonly ProgramPackage[]): string {
  if (packages.length === 0) return "No dependencies found\n";
  const rows = packages.map(({ name, version }) => ({ cells: [name, version] }));
  return `Dependencies:\n${renderTable(["NAME", "VERSION"], rows)}`;
}

function renderStack({ name, fullName, resources, pending }: AboutStack): string {
  const title = `Current Stack: ${fullName}\n\n`;
  const list = (headers: readonly string[], items: readonly Named[]) =>
    renderTable(
      headers,
      items.map(({ type, urn }) => ({ cells: [type, urn] })),
    );
  return [
    title,
    resources.length === 0
      ? `Found no resources associated with ${name}\n`
      : list(["TYPE", "URN"], resources),
    pending.length === 0
      ? `\nFound no pending operations associated with ${name}\n`
      : `\n${list(["OPP TYPE", "URN"], pending)}`,
  ].join("");
}
