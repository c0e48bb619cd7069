import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { backendNode } from "../../src/catalogue/backend-node.ts";
import { backendPython } from "../../src/catalogue/backend-python.ts";
import { planet } from "../../src/catalogue/planet.ts";
import { GatewayRoutes } from "../../src/components/gateway-routes.ts";
import type { Tls } from "../../src/platforms/kubernetes/certificate.ts";
import { kubernetesPlatform } from "../platforms/kubernetes/fixture.ts";
import { childrenOf, recordRegistrations, settled } from "../registrations.ts";

const CUSTOM = "kubernetes:gateway.networking.k8s.io/v1";

async function make({ pythonWeight = 25, tls }: { pythonWeight?: number; tls?: Tls } = {}) {
  const recording = await recordRegistrations("cloud");
  const platform = kubernetesPlatform(tls && { tls });
  const before = recording.resources.length;
  const routes = new GatewayRoutes("gateway", {
    platform,
    node: backendNode,
    python: backendPython,
    pythonWeight,
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
    ]);
    expect(made.routes.url).toBe("https://api.trials.example");
  });

  it.each([0, 5, 25, 100])(
    "gives Python %i percent of the shared paths, and the rest to Node",
    async (pythonWeight) => {
      const { rules } = specOf(await make({ pythonWeight }), "HTTPRoute", "gateway-routes") as {
        rules: object[];
      };
      expect(rules.at(-2)).toEqual({
        matches: ["/v1", "/docs", "/openapi.json"].map((value) => ({ path: { type: "PathPrefix", value } })),
        backendRefs: [
          { name: "backend-node", port: 8080, weight: 100 - pythonWeight },
          { name: "backend-python", port: 8080, weight: pythonWeight },
        ],
      });
    },
  );

  it("lets a client choose its backend by a header, whatever the weights", async () => {
    const { rules } = specOf(await make({ pythonWeight: 0 }), "HTTPRoute", "gateway-routes") as {
      rules: object[];
    };
    expect(rules[0]).toMatchObject({
      matches: [
        { path: { value: "/v1" }, headers: [{ type: "Exact", name: "x-canary", value: "python" }] },
        {},
        {},
      ],
      backendRefs: [{ name: "backend-python", port: 8080, weight: 1 }],
    });
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
      .filter(({ name }) => name.startsWith("gateway-"))
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
