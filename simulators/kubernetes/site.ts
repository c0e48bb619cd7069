import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Authority,
  createAuthority,
  createTokenKey,
  type Identity,
  issueClient,
  issueServer,
  renderKubeconfig,
} from "./certificates.ts";
import type { Layout } from "./commands.ts";
import { findFreePorts } from "./free-port.ts";

/** Everything that the processes of one control plane share. */
export interface Site {
  readonly layout: Layout;
  readonly logs: string;
  /** URL of the API server. */
  readonly server: string;
  /** Of a user that may do everything. */
  readonly kubeconfig: string;
  readonly kubeconfigFile: string;
  /** Files, each of a user that may do what its part needs. */
  readonly kubeconfigs: { readonly controllers: string; readonly scheduler: string };
}

const ADMINISTRATOR = { name: "administrator", commonName: "administrator", organization: "system:masters" };
const CONTROLLERS = { name: "controllers", commonName: "system:kube-controller-manager" };
const SCHEDULER = { name: "scheduler", commonName: "system:kube-scheduler" };

/** Makes folders, certificates and kubeconfigs. @throws ControlPlaneError */
export async function prepareSite(folder: string, programs: string): Promise<Site> {
  const data = resolve(folder);
  const certificates = join(data, "certificates");
  const logs = join(data, "logs");
  for (const name of ["etcd", "logs", "certificates"])
    rmSync(join(data, name), { recursive: true, force: true });
  for (const made of [certificates, logs]) mkdirSync(made, { recursive: true, mode: 0o700 });
  const authority = await createAuthority(certificates);
  const [serverPort = 0, etcdPort = 0, peer = 0, machines = 0] = await findFreePorts(4);
  const server = `https://127.0.0.1:${serverPort}`;
  const tokenKey = createTokenKey(certificates);
  const write = (identity: Identity) => writeKubeconfig(data, { server, authority, identity });
  const [serving, administrator, controllers, scheduler] = await Promise.all([
    issueServer(authority, "kube-apiserver"),
    write(ADMINISTRATOR),
    write(CONTROLLERS),
    write(SCHEDULER),
  ]);
  const ports = { etcd: etcdPort, peer, server: serverPort, machines };
  return {
    layout: { programs, data, ports, authority, serving, tokenKey },
    logs,
    server,
    kubeconfig: administrator.text,
    kubeconfigFile: administrator.file,
    kubeconfigs: { controllers: controllers.file, scheduler: scheduler.file },
  };
}

async function writeKubeconfig(
  folder: string,
  user: { readonly server: string; readonly authority: Authority; readonly identity: Identity },
): Promise<{ readonly file: string; readonly text: string }> {
  const client = await issueClient(user.authority, user.identity);
  const text = renderKubeconfig(user.server, user.authority, client);
  const isMain = user.identity === ADMINISTRATOR;
  const file = join(folder, isMain ? "kubeconfig" : join("certificates", `${user.identity.name}.kubeconfig`));
  writeFileSync(file, text, { mode: 0o600 });
  return { file, text };
}
