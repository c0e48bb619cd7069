import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { chooseEngine } from "./engine-choice.ts";
import { local, root } from "./paths.ts";
import { acts } from "./rehearse/acts.ts";
import { openStage } from "./rehearse/open-stage.ts";
import { playActs } from "./rehearse/play.ts";
import { type RehearsalReport, renderRehearsal, renderRehearsalPage } from "./rehearse/report.ts";
import type { ClusterAccess } from "./rehearse/stage/simulators.ts";
import type { Output, Verb, VerbArguments } from "./verb.ts";

export const rehearseVerb: Verb = {
  name: "rehearse",
  usage: "",
  summary: "the whole migration and its way back, on this machine: no account, no cloud",
  flags: {
    context: {
      type: "string",
      summary: "use this context of your kubeconfig (a cluster to throw away) instead of starting one",
    },
    report: {
      type: "string",
      summary: "folder for rehearsal.html and rehearsal.json (default: .infra/rehearsal)",
    },
    engine: { type: "string", default: "auto", summary: "auto, official or embedded" },
    json: { type: "boolean", default: false, summary: "machine-readable report" },
  },
  examples: ["./infra rehearse", "./infra rehearse --context kind-trials --report out"],
  async run(args, output) {
    const say = (line: string) => output.stderr.write(`${line}\n`);
    const report = await rehearse(args, output, say);
    const folder = resolve(String(args.flags["report"] ?? join(local, "rehearsal")));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "rehearsal.json"), `${JSON.stringify(report, null, 2)}\n`);
    writeFileSync(join(folder, "rehearsal.html"), renderRehearsalPage(report));
    if (args.flags["json"] === true) output.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
    else output.stdout.write(`\n${renderRehearsal(report)}\n`);
    say(`report: ${join(folder, "rehearsal.html")}`);
    if (!report.passed) say(`logs of the stage: ${STAGE}`);
    return report.passed ? 0 : 1;
  },
};

const STAGE = join(local, "rehearsal", "stage");

async function rehearse(
  args: VerbArguments,
  output: Output,
  say: (line: string) => void,
): Promise<RehearsalReport> {
  const engine = await chooseEngine(String(args.flags["engine"] ?? "auto"), process.env);
  say(engine.description);
  const startedAt = new Date().toISOString();
  const started = performance.now();
  rmSync(STAGE, { recursive: true, force: true });
  const cluster = clusterOf(args);
  say("setting the stage …");
  const stage = await openStage({ output, engine, folder: STAGE, ...(cluster !== undefined && { cluster }) });
  try {
    const clock = () => performance.now();
    const played = await playActs({ acts, world: stage.world, say, signal: output.signal, clock });
    const passed = played.every(({ status }) => status === "passed");
    return {
      startedAt,
      commit: commitOf(),
      engine: engine.description,
      stage: {
        Atlas: "simulator, documents in a real store",
        AuraDB: "simulator",
        Kubernetes:
          cluster === undefined
            ? "kube-apiserver and controllers, pods by KWOK"
            : `context ${cluster.context ?? ""}`,
        Registry: "docker-registry",
      },
      passed,
      milliseconds: Math.round(performance.now() - started),
      acts: played,
    };
  } finally {
    say("\nclearing the stage …");
    await stage.close();
  }
}

function clusterOf(args: VerbArguments): ClusterAccess | undefined {
  const context = args.flags["context"];
  if (typeof context !== "string") return undefined;
  return { kubeconfig: process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config"), context };
}

function commitOf(): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
}
