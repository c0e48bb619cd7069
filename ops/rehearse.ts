import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { chooseEngine } from "./engine-choice.ts";
import { local, root } from "./paths.ts";
import { acts } from "./rehearse/acts.ts";
import { openStage } from "./rehearse/open-stage.ts";
import { handOver, rehearse } from "./rehearse/rehearse.ts";
import type { RehearsalReport } from "./rehearse/report.ts";
import type { ClusterAccess } from "./rehearse/stage/simulators.ts";
import type { Verb } from "./verb.ts";

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
  async run({ flags }, output) {
    const engine = await chooseEngine(String(flags["engine"]), process.env);
    const say = (line: string) => output.stderr.write(`${line}\n`);
    say(engine.description);
    rmSync(STAGE, { recursive: true, force: true });
    const cluster = typeof flags["context"] === "string" ? clusterOf(flags["context"]) : undefined;
    const report = await rehearse({
      acts,
      say,
      signal: output.signal,
      clock: () => performance.now(),
      open: () => openStage({ output, engine, folder: STAGE, ...(cluster !== undefined && { cluster }) }),
      about: { commit: commitOf(), engine: engine.description, stage: stageOf(cluster) },
    });
    const folder = resolve(String(flags["report"] ?? join(local, "rehearsal")));
    return handOver(report, { output, folder, json: flags["json"] === true, logs: STAGE });
  },
};

const STAGE = join(local, "rehearsal", "stage");

/** What stands in for what. */
function stageOf(cluster: ClusterAccess | undefined): RehearsalReport["stage"] {
  const started = "kube-apiserver and controllers, pods by KWOK";
  return {
    Atlas: "simulator, documents in a real store",
    AuraDB: "simulator",
    Kubernetes: cluster === undefined ? started : `context ${cluster.context}`,
    Registry: "docker-registry",
  };
}

function clusterOf(context: string): ClusterAccess {
  return { kubeconfig: process.env["KUBECONFIG"] ?? join(homedir(), ".kube", "config"), context };
}

function commitOf(): string {
  const git = (...args: string[]) => execFileSync("git", args, { cwd: root, encoding: "utf8" }).trim();
  return `${git("rev-parse", "--short", "HEAD")}${git("status", "--porcelain") === "" ? "" : " with changes"}`;
}
