import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

export interface Asset {
  readonly type: string;
  readonly body: Buffer;
  readonly etag: string;
}

export interface Assets {
  /** By path. */
  readonly files: ReadonlyMap<string, Asset>;
  /** Changes with any of them. */
  readonly version: string;
  /** The page's Content-Security-Policy: this server alone, and the one inline script that names its modules. */
  readonly policy: string;
}

const PAGE = join(import.meta.dirname, "page");

const TYPES: { readonly [extension: string]: string } = {
  ".html": "text/html; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** Libraries of the page, by the path that its import map gives them. */
const LIBRARIES = {
  "/modules/preact.js": "preact",
  "/modules/preact-hooks.js": "preact/hooks",
  "/modules/htm.js": "htm",
} as const;

/** Everything that the page is made of, read once: it is served as it lies here, with no build. */
export function readAssets(): Assets {
  const files = new Map<string, Asset>();
  for (const entry of readdirSync(PAGE, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    files.set(path.slice(PAGE.length).replace("/index.html", "/"), toAsset(type, readFileSync(path)));
  }
  for (const [path, library] of Object.entries(LIBRARIES)) {
    const file = fileURLToPath(import.meta.resolve(library));
    files.set(path, toAsset("text/javascript; charset=utf-8", readFileSync(file)));
  }
  const version = digest([...files.values()].map(({ etag }) => etag).join(), "hex").slice(0, 16);
  return { files, version, policy: policyFor(files.get("/")?.body.toString() ?? "") };
}

function toAsset(type: string, body: Buffer): Asset {
  return { type, body, etag: `"${digest(body, "hex").slice(0, 32)}"` };
}

function policyFor(html: string): string {
  const map = /<script type="importmap">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${digest(map, "base64")}'`,
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
}

function digest(content: string | Buffer, encoding: "hex" | "base64"): string {
  return createHash("sha256").update(content).digest(encoding);
}
