import type { KubernetesObject } from "@kubernetes/client-node";

const ZONES = ["zone-a", "zone-b"];

/** A machine that exists only in the API server. */
export function fakeNode(index: number): KubernetesObject & { readonly status: unknown } {
  const name = `node-${index}`;
  const room = { cpu: "64", memory: "256Gi", pods: "1000" };
  const labels = {
    "kubernetes.io/hostname": name,
    "kubernetes.io/os": "linux",
    "kubernetes.io/arch": "amd64",
    "topology.kubernetes.io/region": "region-1",
    "topology.kubernetes.io/zone": ZONES[index % ZONES.length] ?? "",
  };
  const metadata = { name, labels, annotations: { "kwok.x-k8s.io/node": "fake" } };
  return { apiVersion: "v1", kind: "Node", metadata, status: { allocatable: room, capacity: room } };
}

/** The class of volumes that the stages provide. */
export const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  provisioner: "simulator.trials/volumes",
  reclaimPolicy: "Delete",
  volumeBindingMode: "Immediate",
};

/** The class of gateways that the stages programme. */
export const gatewayClass = {
  apiVersion: "gateway.networking.k8s.io/v1",
  kind: "GatewayClass",
  metadata: { name: "simulated" },
  spec: { controllerName: "simulator.trials/gateway" },
};
