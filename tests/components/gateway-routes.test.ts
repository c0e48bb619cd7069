import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { backendNode } from "../../src/catalogue/backend-node.ts";
import { backendPython } from "../../src/catalogue/backend-python.ts";
import { parity } from "../../src/catalogue/parity.ts";
import { planet } from "../../src/catalogue/planet.ts";
import type { Traffic } from "../../src/components/gateway.ts";
import { GatewayRoutes, type GatewayRoutesArgs } from "../../src/components/gateway-routes.ts";
import type { Tls } from "../../src/platforms/kubernetes/certificate.ts";
import type { HttpRouteRule } from "../../src/platforms/kubernetes/gateway-api.ts";
import { kubernetesPlatform } from "../platforms/kubernetes/fixture.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

const CUSTOM = "kubernetes:gateway.networking.k8s.io/v1";

interface Wish extends Partial<Traffic>, Partial<Pick<GatewayRoutesArgs, "parity" | "sticky">> {
  readonly tls?: Tls;
}

async function make({ tls, parity, sticky = false, ...traffic }: Wish = {}) {
  const recording = await recordRegistrations("cloud");
  const platform = kubernetesPlatform(tls && { tls });
  const before = recording.resources.length;
  const routes = new GatewayRoutes("gateway", {
    platform,
    node: backendNode,
    python: backendPython,
    traffic: { pythonWeight: 25, systemOfRecord: "node", writes: "open", ...traffic },
    sticky,
    parity,
    others: [{ path: "/planet", definition: planet, stripsPath: true }],
    after: [],
  });
  await settled(pulumi.output(platform.namespace));
  return { recording, routes, before };
}

const specOf = (made: Awaited<ReturnType<typeof make>>, kind: string, name: string) =>
  made.recording.find(`${CUSTOM}:${kind}`, name).inputs["spec"] as { [key: string]: unknown };

describe("GatewayRoutes", () => {
  it("is a Gateway with a certificate, a redirect to it and the routes of the services", async () => {
    const made = await make();
    expect(childrenOf(made.recording).filter((child) => child.includes(" gateway-"))).toEqual([
      "Certificate gateway-entrance-certificate",
      "Gateway gateway-entrance",
      "HTTPRoute gateway-entrance-redirect",
      "HTTPRoute gateway-routes",
      "Service gateway-routes-nobody",
    ]);
    expect(made.routes.url).toBe("https://api.trials.example");
  });

  const rulesOf = async (wish: Wish) =>
    (specOf(await make(wish), "HTTPRoute", "gateway-routes") as { rules: HttpRouteRule[] }).rules;
  const paths = ["/v1", "/docs", "/openapi.json"].map((value) => ({ path: { type: "PathPrefix", value } }));
  const matches = (...methods: string[]) =>
    paths.flatMap((path) => methods.map((method) => ({ ...path, method })));

  it.each([0, 5, 25, 100])(
    "gives Python %i percent of the reads and logins, and the rest to Node",
    async (pythonWeight) => {
      const backendRefs = [
        { name: "backend-node", port: 8080, weight: 100 - pythonWeight },
        { name: "backend-python", port: 8080, weight: pythonWeight },
      ];
      const login = { path: { type: "PathPrefix", value: "/v1/auth/login" }, method: "POST" };
      expect((await rulesOf({ pythonWeight })).slice(2, 5)).toEqual([
        { matches: matches("GET"), backendRefs },
        { matches: matches("HEAD", "OPTIONS"), backendRefs },
        { matches: [login], backendRefs },
      ]);
    },
  );

  it("keeps clients with their backend by their tokens, and copies what either gets", async () => {
    const rules = await rulesOf({
      sticky: true,
      pythonWeight: 25,
      parity: { definition: parity, share: 100 },
    });
    const told = (rule: HttpRouteRule | undefined) => [
      rule?.matches?.[0]?.headers,
      rule?.backendRefs?.map(({ name, weight }) => `${name} ${weight}`),
    ];
    const header = (value: string) => [{ type: "RegularExpression", name: "authorization", value }];
    const split = [
      [header(".*([A-P].).$"), ["backend-python 1"]],
      [header(".+"), ["backend-node 1"]],
      [undefined, ["backend-node 75", "backend-python 25"]],
    ];
    expect(rules.slice(2, 8).map(told)).toEqual([...split, ...split]);
    expect(rules.slice(2, 8).map(({ filters }) => filters?.length ?? 0)).toEqual([1, 1, 1, 0, 0, 0]);
    expect((await rulesOf({ sticky: true, pythonWeight: 0 })).slice(2, 4).map(told)).toEqual([
      [header(".+"), ["backend-node 1"]],
      [undefined, ["backend-node 100", "backend-python 0"]],
    ]);
  });

  it.each([
    [100, {}],
    [30, { percent: 30 }],
  ])("sends copies of %i percent of the reads to the comparator", async (share, told) => {
    const rules = await rulesOf({ parity: { definition: parity, share } });
    const backendRef = { name: "parity", port: 8080 };
    const mirror = { type: "RequestMirror", requestMirror: { backendRef, ...told } };
    expect(rules[2]?.filters).toEqual([mirror]);
    expect(rules.filter(({ filters }) => filters?.some(({ type }) => type === "RequestMirror"))).toHaveLength(
      1,
    );
  });

  it.each(["node", "python"] as const)(
    "gives all else to the system of record, %s, and gives a write up after ten seconds",
    async (systemOfRecord) => {
      expect((await rulesOf({ systemOfRecord })).at(-2)).toEqual({
        matches: paths,
        backendRefs: [{ name: `backend-${systemOfRecord}`, port: 8080, weight: 1 }],
        timeouts: { request: "10s" },
      });
    },
  );

  it("refuses writes for a moment by a Service that nothing is behind; reads go on", async () => {
    const made = await make({ writes: "frozen" });
    const { rules } = specOf(made, "HTTPRoute", "gateway-routes") as { rules: HttpRouteRule[] };
    expect(rules.at(-2)).toMatchObject({
      filters: [
        {
          type: "ResponseHeaderModifier",
          responseHeaderModifier: { set: [{ name: "Retry-After", value: "5" }] },
        },
      ],
      backendRefs: [{ name: "nobody", port: 80, weight: 1 }],
    });
    expect(rules.slice(0, -2)).toEqual((await rulesOf({ writes: "open" })).slice(0, -2));
    const { spec } = made.recording.find("kubernetes:core/v1:Service", "gateway-routes-nobody").inputs;
    expect(spec).not.toHaveProperty("selector");
  });

  it("lets a client read from the backend that it names in a header, whatever the weights", async () => {
    const rules = await rulesOf({ pythonWeight: 0 });
    const headers = [{ type: "Exact", name: "x-canary", value: "python" }];
    expect(rules[0]).toEqual({
      matches: matches("GET", "HEAD", "OPTIONS").map((match) => ({ ...match, headers })),
      backendRefs: [{ name: "backend-python", port: 8080, weight: 1 }],
    });
    expect(rules[1]?.backendRefs).toMatchObject([{ name: "backend-node" }]);
  });

  it("gives other services a path of their own, which they need not know", async () => {
    const { rules } = specOf(await make(), "HTTPRoute", "gateway-routes") as { rules: object[] };
    expect(rules.at(-1)).toEqual({
      matches: [{ path: { type: "PathPrefix", value: "/planet" } }],
      filters: [
        {
          type: "URLRewrite",
          urlRewrite: { path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" } },
        },
      ],
      backendRefs: [{ name: "planet", port: 8080, weight: 1 }],
    });
  });

  it("speaks TLS for its host and sends plain requests there", async () => {
    const made = await make();
    expect(specOf(made, "Gateway", "gateway-entrance")).toEqual({
      gatewayClassName: "eg",
      listeners: [
        {
          name: "https",
          hostname: "api.trials.example",
          port: 443,
          protocol: "HTTPS",
          tls: { mode: "Terminate", certificateRefs: [{ name: "gateway-certificate" }] },
          allowedRoutes: { namespaces: { from: "Same" } },
        },
        {
          name: "http",
          hostname: "api.trials.example",
          port: 80,
          protocol: "HTTP",
          allowedRoutes: { namespaces: { from: "Same" } },
        },
      ],
    });
    expect(specOf(made, "HTTPRoute", "gateway-entrance-redirect")).toMatchObject({
      rules: [
        { filters: [{ type: "RequestRedirect", requestRedirect: { scheme: "https", statusCode: 301 } }] },
      ],
    });
  });

  it("waits until the controller has the gateway working, the routes accepted and the certificate issued", async () => {
    const { recording } = await make();
    const waits = recording.resources
      .filter(({ name, type }) => name.startsWith("gateway-") && !type.endsWith(":Service"))
      .map(({ inputs }) => (inputs["metadata"] as { annotations: object }).annotations);
    expect(waits).toHaveLength(4);
    for (const annotations of waits) expect(annotations).toHaveProperty(["pulumi.com/waitFor"]);
  });

  it("asks the issuer of the settings for a certificate", async () => {
    const { recording } = await make({ tls: { kind: "cert-manager", issuer: "company" } });
    const { spec } = recording.find(
      "kubernetes:cert-manager.io/v1:Certificate",
      "gateway-entrance-certificate",
    ).inputs;
    expect(spec).toMatchObject({
      secretName: "gateway-certificate",
      dnsNames: ["api.trials.example"],
      issuerRef: { kind: "ClusterIssuer", name: "company" },
    });
  });

  it("uses a certificate that somebody else keeps", async () => {
    const made = await make({ tls: { kind: "secret", name: "company-tls" } });
    expect(childrenOf(made.recording).join()).not.toContain("Certificate");
    expect(specOf(made, "Gateway", "gateway-entrance")).toMatchObject({
      listeners: [{ tls: { certificateRefs: [{ name: "company-tls" }] } }, {}],
    });
  });
});
