import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ok } from "../../../ops/bootstrap/doctor/check.ts";
import { clusterCheck, judgeQuotas, quotaCheck } from "../../../ops/doctor/kubernetes.ts";
import { atlasCheck, auraCheck } from "../../../ops/doctor/vendors.ts";
import { type AtlasAdmin, startAtlasAdmin } from "../../../simulators/atlas-admin/start-atlas-admin.ts";
import { type Aura, startAura } from "../../../simulators/aura/start-aura.ts";
import { contextOf } from "./stack-context.ts";

describe("credentials of Atlas", () => {
  let atlas: AtlasAdmin;
  beforeAll(async () => {
    atlas = await startAtlasAdmin();
  });
  afterAll(() => atlas.close());

  const settings = (more: object = {}) => ({
    settings: {
      atlas: { baseUrl: atlas.url, clientId: atlas.clientId },
      atlasClientSecret: atlas.clientSecret,
      ...more,
    },
  });

  it("hold", async () => {
    expect(await atlasCheck.run(contextOf(settings()))).toEqual(
      ok(`${atlas.clientId} may read at ${atlas.url}`),
    );
  });

  it("are wrong, missing, or not to be known while Atlas is away", async () => {
    expect(await atlasCheck.run(contextOf(settings({ atlasClientSecret: "wrong" })))).toEqual({
      state: "failed",
      detail: `Atlas hands out no token to ${atlas.clientId} (401): the credentials are wrong, have expired or were withdrawn`,
      mend: "pulumi config set --secret trials:atlasClientSecret -s dev",
    });
    const { atlasClientSecret: _, ...missing } = settings().settings;
    expect((await atlasCheck.run(contextOf({ settings: missing }))).detail).toBe(
      "missing: trials:atlasClientSecret",
    );
    const away = settings({ atlas: { baseUrl: "http://127.0.0.1:1", clientId: "x" } });
    expect(await atlasCheck.run(contextOf(away))).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("Atlas cannot be reached at http://127.0.0.1:1"),
    });
  });
});

describe("credentials of Aura", () => {
  let aura: Aura;
  beforeAll(async () => {
    aura = await startAura();
  });
  afterAll(() => aura.close());

  const tenantId = "6981ace7-efe5-4f5c-b7c5-267b5162ce91";
  const settings = (graph: object = {}, secret = "aura-secret") => ({
    settings: {
      graph: { mode: "managed", baseUrl: aura.url, clientId: "aura-client", tenantId, ...graph },
      auraClientSecret: secret,
    },
  });

  it("hold", async () => {
    expect(await auraCheck.run(contextOf(settings()))).toEqual(ok(`aura-client may read at ${aura.url}`));
  });

  it("are wrong, do not see the project, or are not needed", async () => {
    expect((await auraCheck.run(contextOf(settings({}, "wrong")))).state).toBe("failed");
    expect(await auraCheck.run(contextOf(settings({ tenantId: "another" })))).toMatchObject({
      state: "failed",
      detail: expect.stringContaining("Aura does not let aura-client read"),
    });
    const external = contextOf({ settings: { graph: { mode: "external" } } });
    expect((await auraCheck.run(external)).state).toBe("ok");
    expect((await auraCheck.run(contextOf())).detail).toBe("missing: trials:graph");
  });
});

describe("a cluster", () => {
  let server: Server;
  let kubeconfig: string;
  beforeAll(async () => {
    server = createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    kubeconfig = kubeconfigFor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, "let-me-in");
  });
  afterAll(() => server.close());

  const quota = { status: { hard: { pods: "100" }, used: { pods: "12" } } };

  function answer(request: IncomingMessage, response: ServerResponse): void {
    const answers: { [path: string]: object } = {
      "/version": { major: "1", minor: "34", gitVersion: "v1.34.1" },
      "/apis/authentication.k8s.io/v1/selfsubjectreviews": { status: { userInfo: { username: "deployer" } } },
      "/api/v1/namespaces/trials/resourcequotas": { items: [quota] },
    };
    response.setHeader("content-type", "application/json");
    response.statusCode = request.headers.authorization === "Bearer let-me-in" ? 200 : 401;
    response.end(
      JSON.stringify(
        response.statusCode === 200
          ? answers[request.url?.replace(/\/?(\?.*)?$/, "") ?? ""]
          : { kind: "Status" },
      ),
    );
  }

  function kubeconfigFor(url: string, token: string): string {
    return `apiVersion: v1
kind: Config
current-context: c
clusters: [{ name: k, cluster: { server: "${url}", insecure-skip-tls-verify: true } }]
users: [{ name: u, user: { token: ${token} } }]
contexts: [{ name: c, context: { cluster: k, user: u } }]
`;
  }

  it("tells its version and as whom it is asked", async () => {
    const settings = { kubernetes: { kubeconfig, context: "c" } };
    expect(await clusterCheck.run(contextOf({ settings }))).toEqual(ok("deployer at Kubernetes v1.34.1"));
  });

  it("refuses, or is away", async () => {
    const refused = { kubernetes: { kubeconfig: kubeconfig.replace("let-me-in", "expired") } };
    expect(await clusterCheck.run(contextOf({ settings: refused }))).toMatchObject({
      state: "failed",
      detail: "the cluster refuses the credentials of c (401)",
      mend: "kubectl --context c version",
    });
    const away = { kubernetes: { kubeconfig: kubeconfigFor("http://127.0.0.1:1", "t") } };
    expect((await clusterCheck.run(contextOf({ settings: away }))).detail).toContain("cannot be reached");
  });

  it("tells how much of the quota is used", async () => {
    const outputs = { cloud: { namespace: "trials" } };
    const deployment = { resources: [{ type: "pulumi:pulumi:Stack", outputs }] };
    const settings = { kubernetes: { kubeconfig } };
    expect(await quotaCheck.run(contextOf({ settings, deployment }))).toEqual(ok("pods 12 of 100"));
    expect(await quotaCheck.run(contextOf({ settings }))).toEqual(ok("none before the first update"));
    expect(judgeQuotas([])).toEqual(ok("none is set"));
    expect(judgeQuotas([{}, { status: { hard: { pods: "2" }, used: { pods: "2" } } }])).toMatchObject({
      state: "warning",
      detail: "used up: pods (pods 2 of 2)",
    });
    expect(judgeQuotas([{ status: { hard: { pods: "2" } } }])).toEqual(ok("pods 0 of 2"));
  });
});
