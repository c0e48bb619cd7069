import type { KubernetesObject, KubernetesObjectApi } from "@kubernetes/client-node";
import { PatchStrategy } from "@kubernetes/client-node";
import { callerOf } from "../../simulators/atlas-admin/tests/atlas-caller.ts";
import type { CloudStack } from "./cloud-stack.ts";
import { type CauseRow, recordedResources } from "./drift-review.ts";
import type { Places } from "./places.ts";

const ANNA = "anna@trials.example";
const USERS = "2023-01-01";
const LABELS = { "trials.project": "trials", "trials.stack": "cloud", "trials.role": "backend-node" };

export interface Scene {
  readonly stack: CloudStack;
  readonly places: Places;
  readonly cluster: KubernetesObjectApi;
  readonly namespace: string;
}

export interface Meddling {
  /** What a review has to tell of it. */
  readonly expected: readonly CauseRow[];
  undo(): Promise<void>;
}

/** Changes and adds something at each place, behind the stack's back. */
export async function meddle(scene: Scene): Promise<Meddling> {
  const undoings = [await meddleOnCluster(scene), await meddleAtAtlas(scene), meddleAtAura(scene)];
  return {
    expected: [
      ["guest", "database user added at Atlas", ANNA, true],
      ["documents-backend-node-user roles[0]", "database user changed at Atlas", ANNA, true],
      ["graph-instance desiredState", "changed at Aura, which tells neither who nor when", null, false],
      [
        "node-backend-service-workload spec.template.spec.containers[0].image",
        "kubectl set",
        "kubectl-set",
        true,
      ],
      ["stranger", "made outside of the program", "kubectl-create", true],
    ].sort(),
    async undo() {
      for (const undo of undoings) await undo();
    },
  };
}

async function meddleOnCluster({ cluster, namespace }: Scene): Promise<() => Promise<void>> {
  const metadata = { name: "backend-node", namespace };
  const workload = (await cluster.read({ apiVersion: "apps/v1", kind: "Deployment", metadata })) as Workload;
  const [container] = workload.spec.template.spec.containers;
  const setImage = (image: string | undefined) => {
    const containers = [{ name: container?.name, image }];
    const change = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: { template: { spec: { containers } } },
    };
    const manager = "kubectl-set";
    return cluster.patch(change, undefined, undefined, manager, undefined, PatchStrategy.StrategicMergePatch);
  };
  await setImage("registry.example/other:1");
  const stranger = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "stranger", namespace, labels: LABELS },
  };
  await cluster.create(stranger, undefined, undefined, "kubectl-create");
  return async () => {
    await setImage(container?.image);
    await cluster.delete(stranger);
  };
}

interface Workload extends KubernetesObject {
  readonly spec: {
    readonly template: { readonly spec: { readonly containers: readonly { name: string; image: string }[] } };
  };
}

async function meddleAtAtlas({ stack, places: { atlas } }: Scene): Promise<() => Promise<void>> {
  const resources = await recordedResources(stack);
  const project = resources.find(({ type }) => type.endsWith(":Project"))?.id ?? "";
  const anna = await atlas.addIdentity(ANNA, [{ roleName: "GROUP_OWNER", scope: project }]);
  const call = callerOf(atlas.url, `Bearer ${anna.accessToken}`);
  const users = `/groups/${project}/databaseUsers`;
  const { roles } = (await call("GET", `${users}/admin/backend-node`, USERS)).body;
  const more = [{ roleName: "readAnyDatabase", databaseName: "admin" }];
  await call("PATCH", `${users}/admin/backend-node`, USERS, { roles: more });
  const guest = { username: "guest", databaseName: "admin", password: "canary-guest", roles: more };
  await call("POST", users, USERS, guest);
  return async () => {
    await call("PATCH", `${users}/admin/backend-node`, USERS, { roles });
    await call("DELETE", `${users}/admin/guest`, USERS);
  };
}

function meddleAtAura({ places: { aura } }: Scene): () => Promise<void> {
  const [instance] = aura.simulation.state.instances;
  aura.simulation.edit(instance?.id ?? "", { status: "paused" });
  return async () => aura.simulation.edit(instance?.id ?? "", { status: "running" });
}
