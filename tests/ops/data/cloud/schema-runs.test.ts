import { createServer, type IncomingMessage } from "node:http";
import type { V1Job, V1JobStatus } from "@kubernetes/client-node";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findSchemaWorkloads } from "../../../../ops/data/cloud/schema-workload.ts";
import { kubeconfigOf } from "../../kubeconfig.ts";

const JOBS = "/apis/batch/v1/namespaces/trials/jobs";
const RUN = `${JOBS}/node-schema-run-x1`;
const PODS = "/api/v1/namespaces/trials/pods";

/** What the API server was asked for, and the bodies that it got. */
const asked: string[] = [];
const bodies: V1Job[] = [];
/** What the run is when it is looked at: the first, then the second, … */
let statuses: V1JobStatus[] = [];
let pods: string[] = [];
let log = "";
/** Called when a run is looked at. */
let looked = () => {};

const recorded = {
  metadata: { name: "node-schema-1", labels: { "trials.role": "node-schema" } },
  spec: {
    template: {
      metadata: { labels: { "trials.role": "node-schema", "job-name": "node-schema-1" } },
      spec: { containers: [{ name: "schema", image: "schema@sha256:1", args: ["up"] }] },
    },
  },
};
const other = { metadata: { name: "seed", labels: { "trials.role": "node-seed" } } };

function answer(route: string): unknown {
  switch (route) {
    case `GET ${JOBS}`:
      return { kind: "JobList", apiVersion: "batch/v1", items: [other, { metadata: {} }, recorded] };
    case `POST ${JOBS}`:
      return { metadata: { name: "node-schema-run-x1" } };
    case `GET ${RUN}/status`:
      looked();
      return { metadata: {}, status: statuses.shift() };
    case `DELETE ${RUN}`:
      return { kind: "Status", apiVersion: "v1", status: "Success" };
    case `GET ${PODS}`:
      return { kind: "PodList", apiVersion: "v1", items: pods.map((name) => ({ metadata: { name } })) };
    default:
      return route.endsWith("/log") ? log : undefined;
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = await request.toArray();
  return Buffer.concat(chunks).toString();
}

/** Answers like an API server with one schema job, whose runs come out as a test says. */
const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? "", "http://server");
  asked.push(`${request.method} ${url.pathname}${decodeURIComponent(url.search)}`);
  const body = await textOf(request);
  if (request.method === "POST") bodies.push(JSON.parse(body) as V1Job);
  const answered = answer(`${request.method} ${url.pathname}`);
  const isText = typeof answered === "string";
  response.writeHead(answered === undefined ? 404 : 200, {
    "content-type": isText ? "text/plain" : "application/json",
  });
  response.end(isText ? answered : JSON.stringify(answered ?? {}));
});

function access() {
  return { kubeconfig: kubeconfigOf(server, { x: "here" }, "x"), context: "x", namespace: "trials" };
}

async function schemaJob() {
  const [job, ...more] = await findSchemaWorkloads(access());
  if (job === undefined || more.length > 0) throw new Error("expected one schema job");
  return job;
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(() => server.close());
beforeEach(() => {
  for (const list of [asked, bodies]) list.length = 0;
  statuses = [{ succeeded: 1 }];
  pods = ["node-schema-run-x1-abcde"];
  log = "at 3\n";
  looked = () => {};
});

describe("a run of a schema job on Kubernetes", () => {
  it("is made beside the recorded job, waited for, read, and removed", async () => {
    statuses = [{}, { succeeded: 1 }];
    log = "from 3\nto 1\n";
    const job = await schemaJob();
    expect(job.role).toBe("node-schema");
    expect(await job.run(["down", "--to", "1"])).toEqual({ exitCode: 0, lines: ["from 3", "to 1"] });
    expect(bodies).toMatchObject([
      { spec: { template: { spec: { containers: [{ name: "schema", args: ["down", "--to", "1"] }] } } } },
    ]);
    expect(bodies[0]?.spec).not.toHaveProperty("activeDeadlineSeconds");
    expect(bodies[0]?.spec?.template.metadata?.labels).toEqual({ "trials.role": "node-schema" });
    expect(asked).toEqual([
      `GET ${JOBS}`,
      `POST ${JOBS}`,
      `GET ${RUN}/status`,
      `GET ${RUN}/status`,
      `GET ${PODS}?labelSelector=job-name=node-schema-run-x1`,
      `GET ${PODS}/node-schema-run-x1-abcde/log`,
      `DELETE ${RUN}?propagationPolicy=Background`,
    ]);
  });

  it("fails where its pod failed, with what the pod said", async () => {
    statuses = [{ failed: 1 }];
    log = "no such version";
    expect(await (await schemaJob()).run(["up"])).toEqual({ exitCode: 1, lines: ["no such version"] });
  });

  it("says nothing where the pod is gone already", async () => {
    pods = [];
    expect(await (await schemaJob()).run(["status"])).toEqual({ exitCode: 0, lines: [] });
    expect(asked.at(-1)).toContain(`DELETE ${RUN}`);
  });

  it("is removed where it is given up", async () => {
    statuses = [{ active: 1 }];
    const interrupt = new AbortController();
    looked = () => interrupt.abort();
    const job = await schemaJob();
    await expect(job.run(["up"], interrupt.signal)).rejects.toMatchObject({ name: "AbortError" });
    expect(asked.slice(2)).toEqual([`GET ${RUN}/status`, `DELETE ${RUN}?propagationPolicy=Background`]);
  });
});
