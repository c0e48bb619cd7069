import { DEFAULT_MIRRORS, debianMirrors, sourceLines } from "../debian-mirrors.ts";
import type { Host } from "../host.ts";
import { splitCertificates, TRUST_STORE_PASSWORD, toJavaTrustStore } from "./trust-store.ts";

/** Where the settings image is mounted while an image is built. */
export const MOUNT = "/run/build-settings";

/** A file of the settings image. */
export interface SettingsFile {
  readonly name: string;
  readonly content: string | Buffer;
}

/**
 * What package clients need in order to work on this machine: certificates, mirrors, proxies.
 *
 * `env` is a POSIX shell file that points each client at the files beside it. Empty where the machine has no
 * settings of its own.
 */
export function collectBuildSettings(host: Host): SettingsFile[] {
  const parts = [certificates(host), apt(host), pip(host), npm(host), maven(host), proxies(host)];
  const variables = Object.assign({}, ...parts.map((part) => part.variables)) as Record<string, string>;
  const env = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  return [{ name: "env", content: env.join("") }, ...parts.flatMap((part) => part.files)];
}

interface Part {
  readonly files: readonly SettingsFile[];
  readonly variables: { readonly [name: string]: string };
}

const NOTHING: Part = { files: [], variables: {} };

const CA_BUNDLES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

const CA_VARIABLES = [
  "SSL_CERT_FILE",
  "CURL_CA_BUNDLE",
  "GIT_SSL_CAINFO",
  "PIP_CERT",
  "REQUESTS_CA_BUNDLE",
  "NODE_EXTRA_CA_CERTS",
  "npm_config_cafile",
];

function certificates(host: Host): Part {
  const system = [host.env["SSL_CERT_FILE"], ...CA_BUNDLES].find((path) => path && host.read(path));
  const extra = CA_VARIABLES.map((name) => host.env[name]);
  const paths = new Set([system, ...extra].filter((path) => path !== undefined));
  const blocks = splitCertificates([...paths].map((path) => host.read(path) ?? "").join("\n"));
  if (blocks.length === 0) return NOTHING;
  const pem = `${blocks.join("\n")}\n`;
  const trust = `-Djavax.net.ssl.trustStore=${MOUNT}/trust-store.jks -Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`;
  return {
    files: [
      { name: "ca-certificates.crt", content: pem },
      { name: "trust-store.jks", content: toJavaTrustStore(pem) },
    ],
    variables: {
      ...Object.fromEntries(CA_VARIABLES.map((name) => [name, `${MOUNT}/ca-certificates.crt`])),
      MAVEN_OPTS: trust,
    },
  };
}

const APT_OPTIONS = [
  "Acquire::Check-Valid-Until",
  "Acquire::Check-Date",
  "Acquire::http::Proxy",
  "Acquire::https::Proxy",
];

function apt(host: Host): Part {
  const options = APT_OPTIONS.flatMap((name) => {
    const value = host.aptOption(name);
    return value ? [`${name} "${value}";\n`] : [];
  });
  const mirrors = debianMirrors(host);
  const ownMirror = mirrors.archive !== DEFAULT_MIRRORS.archive;
  if (ownMirror) {
    options.push(`Dir::Etc::sourcelist "${MOUNT}/sources.list";\n`, 'Dir::Etc::sourceparts "/dev/null";\n');
  }
  if (options.length === 0) return NOTHING;
  const sources = sourceLines(mirrors, "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ");
  return {
    files: [
      { name: "apt.conf", content: options.join("") },
      ...(ownMirror ? [{ name: "sources.list", content: `${sources.join("\n")}\n` }] : []),
    ],
    variables: { APT_CONFIG: `${MOUNT}/apt.conf` },
  };
}

const PIP_KEYS = [
  "index-url",
  "extra-index-url",
  "trusted-host",
  "proxy",
  "default-timeout",
  "timeout",
  "retries",
];

function pip(host: Host): Part {
  const own = host.env["PIP_CONFIG_FILE"];
  const files = ["/etc/pip.conf", `${host.home}/.pip/pip.conf`, `${host.home}/.config/pip/pip.conf`, own];
  const settings = new Map<string, string>();
  for (const text of files.map((path) => path && host.read(path))) {
    for (const [key, value] of readGlobalSection(text ?? "")) settings.set(key, value);
  }
  for (const key of PIP_KEYS) {
    const value = host.env[`PIP_${key.toUpperCase().replaceAll("-", "_")}`];
    if (value) settings.set(key, value);
  }
  const lines = PIP_KEYS.flatMap((key) => (settings.has(key) ? [`${key} = ${settings.get(key)}\n`] : []));
  if (lines.length === 0) return NOTHING;
  return {
    files: [{ name: "pip.conf", content: `[global]\n${lines.join("")}` }],
    variables: { PIP_CONFIG_FILE: `${MOUNT}/pip.conf` },
  };
}

/** `key = value` lines of `[global]`; a value goes on in the indented lines below it. */
function readGlobalSection(text: string): [string, string][] {
  const sections = text.split(/^\[(.+)\][ \t]*$/m);
  const header = sections.indexOf("global");
  const body = header === -1 ? "" : (sections[header + 1] ?? "");
  return body
    .replaceAll(/\n[ \t]+(?=\S)/g, " ")
    .split("\n")
    .flatMap((line) => {
      const [, key, value] = /^([\w-]+)\s*[=:]\s*(.+?)\s*$/.exec(line) ?? [];
      return key !== undefined && value !== undefined ? [[key, value] as [string, string]] : [];
    });
}

const NPM_KEYS = /^(registry|@[^:]+:registry|\/\/.+|proxy|https-proxy|noproxy|strict-ssl|fetch-.+)$/;

function npm(host: Host): Part {
  const files = [
    "/usr/etc/npmrc",
    "/usr/local/etc/npmrc",
    "/etc/npmrc",
    host.env["NPM_CONFIG_GLOBALCONFIG"],
    `${host.home}/.npmrc`,
    host.env["NPM_CONFIG_USERCONFIG"],
  ];
  const settings = new Map<string, string>();
  for (const line of files.flatMap((path) => (path && host.read(path))?.split("\n") ?? [])) {
    const [, key, value] = /^\s*([^=#;]+?)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (key !== undefined && NPM_KEYS.test(key)) settings.set(key, value ?? "");
  }
  const registry = host.env["npm_config_registry"] ?? host.env["NPM_CONFIG_REGISTRY"];
  if (registry) settings.set("registry", registry);
  if (settings.size === 0) return NOTHING;
  const content = [...settings].map(([key, value]) => `${key}=${value}\n`).join("");
  return { files: [{ name: "npmrc", content }], variables: { NPM_CONFIG_USERCONFIG: `${MOUNT}/npmrc` } };
}

function maven(host: Host): Part {
  const settings = host.read(`${host.home}/.m2/settings.xml`);
  if (settings === undefined) return NOTHING;
  return {
    files: [{ name: "settings.xml", content: settings }],
    variables: { MAVEN_ARGS: `-s ${MOUNT}/settings.xml` },
  };
}

const PROXY_VARIABLES = ["http_proxy", "https_proxy", "no_proxy"];

function proxies(host: Host): Part {
  const found = PROXY_VARIABLES.flatMap((name) => {
    const value = host.env[name] ?? host.env[name.toUpperCase()];
    return value ? [[name, value] as const] : [];
  });
  return { files: [], variables: Object.fromEntries(found) };
}

/** As one word of a POSIX shell. */
function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
