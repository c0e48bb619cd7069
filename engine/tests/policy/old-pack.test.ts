import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPolicyHost } from "../../src/policy/policy-host.ts";
import { Cloud, program, THING } from "../lifecycle/cloud.ts";
import { PackFolder } from "./pack-folder.ts";

/** A pack from before configuration, remediation and stack policies: it serves two methods. */
const server = `
const grpc = require("@grpc/grpc-js");
const { AnalyzerService } = require("@pulumi/pulumi/proto/analyzer_grpc_pb");
const proto = require("@pulumi/pulumi/proto/analyzer_pb");
const service = new grpc.Server();
service.addService({ analyze: AnalyzerService.analyze, getAnalyzerInfo: AnalyzerService.getAnalyzerInfo }, {
  getAnalyzerInfo(call, answer) {
    const info = new proto.AnalyzerInfo();
    info.setName("old");
    const policy = new proto.PolicyInfo();
    policy.setName("named");
    info.setPoliciesList([policy]);
    answer(null, info);
  },
  analyze(call, answer) {
    const response = new proto.AnalyzeResponse();
    if (call.request.getName() === "a") {
      const told = new proto.AnalyzeDiagnostic();
      told.setPolicyname("named");
      told.setPolicypackname("old");
      told.setPolicypackversion("0.0.9");
      told.setMessage(call.request.getType());
      told.setEnforcementlevel(Number(process.env.LEVEL ?? 0));
      response.setDiagnosticsList([told]);
    }
    answer(null, response);
  },
});
service.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => console.log(port));
`;

describe("an old policy pack", () => {
  const folder = new PackFolder();
  const long = "a-very-long-name-of-a-folder-that-nobody-would-like-to-read-in-a-table";
  let file = "";
  beforeAll(() => {
    const deep = join(folder.root, "x/y", long);
    mkdirSync(deep, { recursive: true });
    file = join(deep, "pack.cjs");
    writeFileSync(file, `#!${process.execPath}\n${server}`);
    chmodSync(file, 0o755);
  });
  afterAll(() => folder.remove());

  const host = (config?: string, env: NodeJS.ProcessEnv = process.env) =>
    createPolicyHost({
      packs: [{ path: file, config }],
      engineAddress: "127.0.0.1:1",
      env,
      cwd: folder.root,
      onOutput: () => undefined,
    });
  const one = program((p) => p.resource(THING, "a"));

  it("judges with what it has", async () => {
    const run = await new Cloud().stack().up(one, {}, { policies: host() });
    expect(run.told).toEqual([]);
    const [violation] = run.events.filter((event) => event.kind === "policy-violation");
    expect(violation).toMatchObject({
      violation: { policy: "named", packVersion: "0.0.9", message: THING, enforcementLevel: "advisory" },
    });
    const phases = run.events.flatMap((event) => (event.kind === "policy-summary" ? [event.phase] : []));
    expect(new Set(phases)).toEqual(new Set(["remediate", "analyze", "analyze-stack"]));
  });

  it("is called by the ends of a long path", async () => {
    const run = await new Cloud().stack().preview(one, {}, { policies: host() });
    const summary = run.events.find((event) => event.kind === "summary");
    const [first] = folder.root.split("/").slice(1);
    expect(summary?.policyPacks).toEqual({ [`old|local|/${first}/.../${long}/pack.cjs`]: "" });
  });

  it("takes no configuration", async () => {
    writeFileSync(join(folder.root, "c.json"), "{}");
    await expect(new Cloud().stack().up(one, {}, { policies: host("c.json") })).rejects.toThrow(
      `policy pack "old" at ${JSON.stringify(file)} does not support config`,
    );
  });

  it("that asks for a remediation it cannot make is as good as mandatory", async () => {
    const policies = host(undefined, { ...process.env, LEVEL: "3" });
    const run = await new Cloud().stack().up(one, {}, { policies });
    expect(run.result).toBe("failed");
    expect(run.events.find((event) => event.kind === "policy-violation")).toMatchObject({
      violation: { enforcementLevel: "mandatory" },
    });
  });

  it("with a level that nobody knows is an error", async () => {
    const policies = host(undefined, { ...process.env, LEVEL: "9" });
    const run = await new Cloud().stack().up(one, {}, { policies });
    expect(run.told).toEqual(["failed to run policy: invalid enforcement level 9"]);
  });

  it("is asked to give up when the operation is cancelled", async () => {
    const cloud = new Cloud();
    const abort = new AbortController();
    cloud.during = () => abort.abort();
    const run = await cloud.stack().up(one, {}, { policies: host(), signal: abort.signal });
    expect(run.result).toBe("canceled");
  });
});
