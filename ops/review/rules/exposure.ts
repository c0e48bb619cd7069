import type { Change } from "../change.ts";
import { isMap, leavesOf, type Value, valueAt } from "../values.ts";
import type { Rule } from "./rule.ts";

/** Who can reach what, and what may be done there. */
export const exposureRules: readonly Rule[] = [
  {
    id: "public-access",
    level: "danger",
    about: "something can be reached from everywhere, or from more than this machine",
    find: (change) => {
      const before = new Set(openings(change.old?.inputs, change.type));
      const opened = openings(change.new?.inputs, change.type).filter((opening) => !before.has(opening));
      return opened.length === 0 ? undefined : `open to ${[...new Set(opened)].join(", ")}`;
    },
  },
  {
    id: "network-loosened",
    level: "danger",
    about: "a network policy is gone, covers less, or lets more through",
    find: (change) => {
      if (!/:NetworkPolicy$/.test(change.type)) return undefined;
      if (change.op === "delete") return "the network policy is gone";
      if (change.old === undefined) return undefined;
      const kinds = policyTypes(change.old.inputs).filter(
        (kind) => !policyTypes(change.new?.inputs).includes(kind),
      );
      if (kinds.length > 0) return `no longer restricts ${kinds.join(" and ")}`;
      const added = ways(change.new?.inputs).filter((way) => !ways(change.old?.inputs).includes(way));
      return added.length === 0 ? undefined : `lets through: ${added.join(", ")}`;
    },
  },
  {
    id: "privileges-raised",
    level: "danger",
    about: "a container or a database user may do more than before",
    find: (change) => {
      const before = new Set(privileges(change, change.old?.inputs));
      const more = privileges(change, change.new?.inputs).filter((one) => !before.has(one));
      const isNewUser = change.old === undefined && /DatabaseUser|CustomDbRole/.test(change.type);
      return more.length === 0 || isNewUser ? undefined : `gains ${more.join(", ")}`;
    },
  },
];

const LOOPBACK = /^(127\.|::1$|localhost$)/;
const EVERYWHERE = ["0.0.0.0/0", "::/0"];

/** Addresses and ways that let strangers in. */
function openings(inputs: Value | undefined, type: string): string[] {
  if (inputs === undefined) return [];
  if (type === "docker:index/container:Container") {
    return listAt(inputs, "ports").flatMap((port) => {
      const ip = valueAt(port, "ip");
      return typeof ip === "string" && !LOOPBACK.test(ip) ? [ip] : [];
    });
  }
  if (type === "kubernetes:core/v1:Service") {
    const kind = valueAt(inputs, "spec.type");
    return kind === "LoadBalancer" || kind === "NodePort" ? [`the network by a ${kind}`] : [];
  }
  return leavesOf(inputs).flatMap(([path, value]) =>
    /(cidr|cidrBlock|loadBalancerSourceRanges\.\d+)$/i.test(path) && EVERYWHERE.includes(String(value))
      ? [String(value)]
      : [],
  );
}

function listAt(inputs: Value, path: string): readonly Value[] {
  const value = valueAt(inputs, path);
  return Array.isArray(value) ? (value as readonly Value[]) : [];
}

function policyTypes(inputs: Value | undefined): string[] {
  return inputs === undefined ? [] : listAt(inputs, "spec.policyTypes").map(String);
}

/** Peers and ports that a policy lets through, in a few words each. */
function ways(inputs: Value | undefined): string[] {
  if (inputs === undefined) return [];
  return ["ingress", "egress"].flatMap((direction) =>
    listAt(inputs, `spec.${direction}`).flatMap((rule) => {
      const peers = [...listAt(rule, "from"), ...listAt(rule, "to")];
      const ports = listAt(rule, "ports").map((port) => {
        const [first, last] = [valueAt(port, "port"), valueAt(port, "endPort")];
        return last === undefined ? String(first) : `${String(first)}-${String(last)}`;
      });
      const shown = peers.length === 0 ? ["anyone"] : peers.map(peerText);
      return shown.flatMap((peer) =>
        (ports.length === 0 ? ["any port"] : ports).map((port) => `${direction} ${peer} ${port}`),
      );
    }),
  );
}

function peerText(peer: Value): string {
  const cidr = valueAt(peer, "ipBlock.cidr");
  if (typeof cidr === "string") return cidr;
  const leaves = leavesOf(peer).map(([, value]) => String(value));
  return leaves.length === 0 ? "anyone" : leaves.join("/");
}

const RAISED: { readonly [path: string]: Value } = {
  privileged: true,
  allowPrivilegeEscalation: true,
  hostNetwork: true,
  hostPID: true,
  automountServiceAccountToken: true,
  runAsNonRoot: false,
  readOnly: false,
  readOnlyRootFilesystem: false,
};

function privileges({ type }: Change, inputs: Value | undefined): string[] {
  if (inputs === undefined) return [];
  if (/DatabaseUser|CustomDbRole/.test(type)) {
    const roles = [...listAt(inputs, "roles"), ...listAt(inputs, "actions")];
    return roles.map((role) =>
      isMap(role)
        ? leavesOf(role)
            .map(([, leaf]) => String(leaf))
            .join("@")
        : String(role),
    );
  }
  if (!isPods(type)) return [];
  return leavesOf(inputs).flatMap(([path, value]) => {
    const key = path.split(".").pop() ?? "";
    if (Object.hasOwn(RAISED, key) && RAISED[key] === value && !path.includes("volumes"))
      return [`${key}: ${String(value)}`];
    return /capabilities\.adds?\.\d+$/.test(path) ? [`capability ${String(value)}`] : [];
  });
}

export function isPods(type: string): boolean {
  return (
    type === "docker:index/container:Container" ||
    /^kubernetes:(apps|batch|core|ray\.io)\/v\w+:(Deployment|StatefulSet|DaemonSet|(Ray|Cron)?Job|RayCluster|Pod)$/.test(
      type,
    )
  );
}
