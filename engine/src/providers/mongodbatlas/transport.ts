import http from "node:http";
import https from "node:https";

export interface HttpCall {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  /** The header's value; null where it is missing. */
  readonly header: (name: string) => string | null;
  readonly text: string;
}

/** One exchange with a server. Node's fetch will not do: it refuses ports that a simulator may have. */
export function exchange({ method, url, headers, body, signal }: HttpCall): Promise<HttpAnswer> {
  const { request } = url.protocol === "https:" ? https : http;
  const length = body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) };
  return new Promise((settle, fail) => {
    const sent = request(url, { method, headers: { ...headers, ...length }, signal }, (response) => {
      readAnswer(response).then(settle, fail);
    });
    sent.on("error", fail);
    sent.end(body);
  });
}

async function readAnswer(response: http.IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return {
    status: response.statusCode ?? 0,
    statusText: response.statusMessage ?? "",
    header: (name) => response.headers[name]?.toString() ?? null,
    text: Buffer.concat(chunks).toString("utf8"),
  };
}
