import { execFileSync, spawn } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as wait } from "node:timers/promises";
import { AppsV1Api, CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ControlPlane, startControlPlane } from "./control-plane.ts";
import { run } from "./main.ts";
import { startOrUse } from "./start-or-use.ts";
import { kubernetesVersion } from "./versions.ts";

let folder: string;
let plane: ControlPlane;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "control-plane-test-"));
  plane = await startControlPlane({ folder: join(folder, "plane"), nodes: 2 });
});

afterAll(async () => {
  await plane?.close();
  rmSync(folder, { recursive: true, force: true });
});

function configOf(kubeconfig: string): KubeConfig {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  return config;
}

/** Ids of the processes whose command line names a folder. */
function processesOf(path: string): number[] {
  const listing = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" });
  return listing
    .split("\n")
    .filter((line) => line.includes(path) && !line.includes("ps -eo"))
    .map((line) => Number.parseInt(line, 10));
}

async function eventually<T>(ask: () => Promise<T | undefined> | T | undefined): Promise<T> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const found = await ask();
    if (found !== undefined) return found;
    await wait(100);
  }
  throw new Error("it did not happen within a minute");
}

describe("a control plane", () => {
  it("serves the pinned version to whoever trusts its authority, with machines in two zones", async () => {
    const config = configOf(plane.kubeconfig);
    expect(config.getCurrentCluster()?.skipTLSVerify).not.toBe(true);
    const { items } = await config.makeApiClient(CoreV1Api).listNode();
    const zones = items.map(({ metadata }) => metadata?.labels?.["topology.kubernetes.io/zone"]);
    expect(zones.sort()).toEqual(["zone-a", "zone-b"]);
    expect(readFileSync(join(folder, "plane", "logs", "kube-apiserver.log"), "utf8")).toContain(
      kubernetesVersion,
    );
    expect(plane.startTimes.server).toBeGreaterThan(0);
  });

  it("runs pods, and those that are told to fail do", async () => {
    const api = configOf(plane.kubeconfig).makeApiClient(CoreV1Api);
    const pod = (name: string, fault?: string) => ({
      metadata: { name, ...(fault !== undefined && { annotations: { "simulator.trials/fault": fault } }) },
      spec: { containers: [{ name: "c", image: "example.org/app:1" }] },
    });
    const statusOf = async (name: string, fault?: string) => {
      await eventually(() =>
        api
          .createNamespacedPod({ namespace: "default", body: pod(name, fault) })
          .catch((error: { readonly code?: number }) =>
            error.code === 403 ? undefined : Promise.reject(error),
          ),
      );
      return eventually(async () => {
        const { status } = await api.readNamespacedPod({ namespace: "default", name });
        return status?.containerStatuses === undefined ? undefined : status;
      });
    };
    expect((await statusOf("well")).phase).toBe("Running");
    expect((await statusOf("unready", "never-ready")).containerStatuses?.[0]).toMatchObject({ ready: false });
    expect((await statusOf("missing", "image-pull")).containerStatuses?.[0]?.state?.waiting?.reason).toBe(
      "ImagePullBackOff",
    );
    expect((await statusOf("crashing", "crash")).containerStatuses?.[0]?.state?.waiting?.reason).toBe(
      "CrashLoopBackOff",
    );
    expect((await statusOf("failing", "fail")).phase).toBe("Failed");
  });

  it("keeps what it holds while its API server is away", async () => {
    const apps = configOf(plane.kubeconfig).makeApiClient(AppsV1Api);
    const labels = { app: "web" };
    const template = {
      metadata: { labels },
      spec: { containers: [{ name: "c", image: "registry.invalid/x:1" }] },
    };
    const body = { metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template } };
    await apps.createNamespacedDeployment({ namespace: "default", body });
    await plane.stopServer();
    await expect(apps.readNamespacedDeployment({ namespace: "default", name: "web" })).rejects.toThrow();
    await plane.startServer();
    const kept = await apps.readNamespacedDeployment({ namespace: "default", name: "web" });
    expect(kept.metadata?.name).toBe("web");
  });

  it("leaves no process behind when it is closed, nor when what started it is killed", async () => {
    const other = join(folder, "killed");
    const args = [join(import.meta.dirname, "main.ts"), "--folder", other, "--nodes", "1"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"] });
    const [line] = await new Promise<string[]>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (text) => resolve([text]));
    });
    expect(line).toBe(join(other, "kubeconfig"));
    expect(processesOf(other).length).toBeGreaterThan(4);
    child.kill("SIGKILL");
    await eventually(() => (processesOf(other).length === 0 ? true : undefined));
  });

  it("says which part has ended, and why, when it does not start", async () => {
    const broken = join(folder, "broken");
    writeFileSync(broken, "a file where a folder should be");
    await expect(startControlPlane({ folder: broken })).rejects.toThrow(/EEXIST|ENOTDIR/);
    expect(processesOf(broken)).toEqual([]);
  });
});

describe("the command", () => {
  const printed = () => {
    const texts: string[] = [];
    const heard = new EventEmitter();
    const print = (text: string) => {
      texts.push(text);
      heard.emit(text);
    };
    return { texts, output: { stdout: print, stderr: print }, hears: (text: string) => once(heard, text) };
  };

  it("prints the kubeconfig's path and runs until it is stopped", async () => {
    const { texts, output, hears } = printed();
    const stop = new AbortController();
    const path = join(folder, "run", "kubeconfig");
    const ready = hears(`${path}\n`);
    const running = run(["--folder", join(folder, "run"), "--nodes", "1"], output, stop.signal);
    // How long each part may take is the command's to say; where it gives up, what it said is the failure.
    const first = await Promise.race([ready.then(() => "ready"), running.then(() => texts.join(""))]);
    expect(first).toBe("ready");
    stop.abort();
    expect(await running).toBe(0);
    expect(existsSync(path)).toBe(true);
    expect(processesOf(join(folder, "run"))).toEqual([]);
  });

  it("explains itself, and what was wrong with its arguments", async () => {
    const { texts, output } = printed();
    const { signal } = new AbortController();
    expect(await run(["--help"], output, signal)).toBe(0);
    expect(await run(["--nodes", "many"], output, signal)).toBe(1);
    expect(await run(["--nope"], output, signal)).toBe(2);
    expect(texts[0]).toContain("--folder F");
    expect(texts[1]).toBe('error: --nodes takes a number from 1 to 999, not "many"\n');
    expect(texts[2]).toContain("--nope");
  });
});

describe("a cluster of the person's", () => {
  it("is used as it is, by the name of its context", async () => {
    const file = process.env["KUBECONFIG"];
    process.env["KUBECONFIG"] = plane.kubeconfigFile;
    try {
      const cluster = await startOrUse({ context: "trials" });
      await cluster.close();
      expect(cluster.server).toBe(plane.server);
      await expect(startOrUse({ context: "kind" })).rejects.toThrow(
        'the kubeconfig has no context "kind"; it has trials',
      );
    } finally {
      if (file === undefined) delete process.env["KUBECONFIG"];
      else process.env["KUBECONFIG"] = file;
    }
  });
});
