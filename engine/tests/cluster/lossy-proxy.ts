import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { kubeconfig, serverUrl } from "./cluster.ts";

/** What becomes of a request: it goes through; it is cut before the server hears of it; its answer is lost. */
export type Fate = "pass" | "cut" | "lose answer";

/** A way to the API server that loses what a test wants lost. */
export interface LossyProxy {
  /** For a user that may do everything. */
  readonly kubeconfig: string;
  /** Decides for each request from now on. */
  decide(fate: (method: string, path: string) => Fate): void;
  close(): void;
}

export async function startLossyProxy(): Promise<LossyProxy> {
  const config = new KubeConfig();
  config.loadFromString(kubeconfig);
  let decide = (_method: string, _path: string): Fate => "pass";
  const server = http.createServer(async (request, response) => {
    const { method = "GET", url = "/" } = request;
    const fate = decide(method, url);
    if (fate === "cut") return void request.socket.destroy();
    const options: https.RequestOptions = { method, agent: false };
    await config.applyToHTTPSOptions(options);
    const headers = { ...request.headers, host: new URL(serverUrl).host };
    const onward = https.request(`${serverUrl}${url}`, { ...options, headers }, (answer) => {
      if (fate === "lose answer") {
        answer.resume().on("end", () => request.socket.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(response);
    });
    onward.on("error", () => request.socket.destroy());
    response.on("close", () => onward.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    kubeconfig: configFor((server.address() as AddressInfo).port),
    decide: (fate) => {
      decide = fate;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function configFor(port: number): string {
  const name = "proxy";
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server: `http://127.0.0.1:${port}`, "insecure-skip-tls-verify": true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  });
}
