import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { KeyPair } from "./certificates.ts";

/** Where the parts of a control plane are and listen. */
export interface Layout {
  /** Folder of the built programs. */
  readonly programs: string;
  /** Folder of the data. */
  readonly data: string;
  readonly ports: {
    readonly etcd: number;
    readonly peer: number;
    readonly server: number;
    /** Where the machines say that they are looked after. */
    readonly machines: number;
  };
  readonly authority: KeyPair;
  readonly serving: KeyPair;
  readonly tokenKey: string;
}

export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

export function etcdCommand({ programs, data, ports }: Layout): Command {
  const client = `http://127.0.0.1:${ports.etcd}`;
  const peer = `http://127.0.0.1:${ports.peer}`;
  return {
    command: join(programs, "etcd"),
    args: [
      `--data-dir=${join(data, "etcd")}`,
      "--unsafe-no-fsync",
      `--listen-client-urls=${client}`,
      `--advertise-client-urls=${client}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=default=${peer}`,
    ],
  };
}

export function serverCommand({ programs, ports, authority, serving, tokenKey }: Layout): Command {
  return {
    command: "env",
    args: [
      // Half of what its start costs is collecting garbage: 20 instead of 27 s of processor time, for 0.4 GiB.
      "GOGC=200",
      join(programs, "kube-apiserver"),
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`,
      "--bind-address=127.0.0.1",
      "--advertise-address=127.0.0.1",
      `--secure-port=${ports.server}`,
      `--tls-cert-file=${serving.certificate}`,
      `--tls-private-key-file=${serving.key}`,
      `--client-ca-file=${authority.certificate}`,
      "--authorization-mode=RBAC",
      "--service-account-issuer=https://kubernetes.default.svc",
      `--service-account-key-file=${tokenKey}`,
      `--service-account-signing-key-file=${tokenKey}`,
      "--service-cluster-ip-range=10.96.0.0/16",
      "--endpoint-reconciler-type=none",
      "--profiling=false",
    ],
  };
}

export function controllersCommand({ programs, authority, tokenKey }: Layout, kubeconfig: string): Command {
  return {
    command: join(programs, "kube-controller-manager"),
    args: [
      `--kubeconfig=${kubeconfig}`,
      "--secure-port=0",
      "--leader-elect=false",
      "--use-service-account-credentials=true",
      `--service-account-private-key-file=${tokenKey}`,
      `--root-ca-file=${authority.certificate}`,
      "--concurrent-deployment-syncs=20",
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ],
  };
}

export function schedulerCommand({ programs }: Layout, kubeconfig: string): Command {
  return {
    command: join(programs, "kube-scheduler"),
    args: [
      `--kubeconfig=${kubeconfig}`,
      "--secure-port=0",
      "--leader-elect=false",
      "--kube-api-qps=500",
      "--kube-api-burst=1000",
    ],
  };
}

export function kwokCommand({ programs, ports }: Layout, kubeconfig: string): Command {
  const stages = join(import.meta.dirname, "stages");
  return {
    command: join(programs, "kwok"),
    args: [
      `--kubeconfig=${kubeconfig}`,
      "--manage-all-nodes=true",
      "--node-ip=127.0.0.1",
      "--node-port=0",
      `--server-address=127.0.0.1:${ports.machines}`,
      // Without leases the controllers take the machines for dead after 40 seconds.
      "--node-lease-duration-seconds=40",
      ...readdirSync(stages).map((file) => `--config=${join(stages, file)}`),
    ],
  };
}
