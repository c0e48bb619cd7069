import { generateKeyPairSync } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

export interface Identity {
  readonly name: string;
  readonly commonName: string;
  /** Becomes a group of the user. */
  readonly organization?: string;
}

export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Files of a control plane's own certificate authority. */
export interface Authority extends KeyPair {
  readonly folder: string;
}

/** The defaults of a machine's openssl.cnf would add extensions of an authority to every certificate. */
const CONFIGURATION = "[req]\ndistinguished_name = subject\n[subject]\n";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "30"];

/** Makes an authority in `folder`. @throws ControlPlaneError where openssl is missing */
export async function createAuthority(folder: string): Promise<Authority> {
  writeFileSync(join(folder, "openssl.cnf"), CONFIGURATION);
  const authority = { folder, certificate: join(folder, "ca.crt"), key: join(folder, "ca.key") };
  await runCommand("openssl", [
    ...request(authority),
    ...["-subj", "/CN=trials control plane"],
    ...["-addext", "basicConstraints=critical,CA:TRUE"],
    ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
  ]);
  return authority;
}

/** Issues a certificate for a server on the loopback interface. */
export async function issueServer(authority: Authority, name: string): Promise<KeyPair> {
  return issue(authority, name, ["-subj", `/CN=${name}`, ...extensions("serverAuth")]);
}

/** Issues a certificate that the API server takes for a user. */
export async function issueClient(authority: Authority, identity: Identity): Promise<KeyPair> {
  const organization = identity.organization === undefined ? "" : `/O=${identity.organization}`;
  const subject = `${organization}/CN=${identity.commonName}`;
  return issue(authority, identity.name, ["-subj", subject, ...extensions("clientAuth")]);
}

/** Makes the key that signs the tokens of service accounts. Gives its file. */
export function createTokenKey(folder: string): string {
  const file = join(folder, "service-accounts.key");
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  writeFileSync(file, privateKey.export({ type: "pkcs1", format: "pem" }), { mode: 0o600 });
  return file;
}

/** A kubeconfig with everything in it. */
export function renderKubeconfig(server: string, authority: KeyPair, client: KeyPair): string {
  const inline = (file: string) => readFileSync(file).toString("base64");
  const cluster = { server, "certificate-authority-data": inline(authority.certificate) };
  const user = {
    "client-certificate-data": inline(client.certificate),
    "client-key-data": inline(client.key),
  };
  const config = {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "trials", cluster }],
    users: [{ name: "trials", user }],
    contexts: [{ name: "trials", context: { cluster: "trials", user: "trials" } }],
    "current-context": "trials",
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

async function issue(authority: Authority, name: string, args: readonly string[]): Promise<KeyPair> {
  const pair = {
    certificate: join(authority.folder, `${name}.crt`),
    key: join(authority.folder, `${name}.key`),
  };
  const signing = ["-CA", authority.certificate, "-CAkey", authority.key];
  await runCommand("openssl", [...request({ ...pair, folder: authority.folder }), ...signing, ...args]);
  return pair;
}

function request({ folder, certificate, key }: Authority): string[] {
  const config = join(folder, "openssl.cnf");
  return ["req", "-x509", "-config", config, ...NEW_KEY, "-keyout", key, "-out", certificate];
}

function extensions(usage: string): string[] {
  return [
    ...["-addext", "basicConstraints=CA:FALSE"],
    ...["-addext", "keyUsage=digitalSignature"],
    ...["-addext", `extendedKeyUsage=${usage}`],
    ...["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"],
  ];
}
