import { ProviderError } from "../../errors.ts";
import type { PropertyMap } from "../../protocol/property-value.ts";
import type { LiveObject } from "../live-object.ts";
import { findMapAt, flagAt, mapsAt, sameValue, textAt } from "../plain-values.ts";
import { hasCode, isNotFound, OperationError } from "./atlas-error.ts";
import type { AtlasRequest } from "./client.ts";
import { changedArguments, changedRequest, clusterRequest, isFlex, regionsOf } from "./cluster-request.ts";
import { clusterValues } from "./cluster-values.ts";
import type { CallContext, Change, ResourceKind } from "./kind.ts";
import { ADVANCED_CLUSTER } from "./schema-clusters.ts";
import {
  awaitNew,
  CLUSTER_POLL_MS,
  limitOf,
  TimeUpError,
  waitUntilGone,
  waitUntilIdle,
} from "./wait-for-state.ts";

const READ_VERSION = "2024-08-05";
const WRITE_VERSION = "2024-10-23";
const DELETE_VERSION = "2023-02-01";
const PIN_VERSION = "2024-05-30";

/** A cluster of its own machines, of one or more shards and regions. */
export const advancedClusterKind: ResourceKind = {
  schema: ADVANCED_CLUSTER,
  create: async (context, { planned }) => {
    requireDedicated(planned);
    const at = new Cluster(context, planned);
    // Atlas refuses to make a cluster that is paused.
    const { paused, ...body } = clusterRequest(planned);
    await at.step("create", () => at.send("POST", { path: listOf(planned), body }));
    await at.idleAfterCreate();
    if (paused === true) await at.patch("pause after create", { paused });
    await at.changeArguments({}, planned);
    if (planned["pinnedFcv"] !== undefined) await at.pin();
    return at.live();
  },
  read: async (context, id, recorded) => {
    const at = new Cluster(context, Object.keys(recorded).length === 0 ? keysOfId(id) : recorded);
    try {
      return await at.live();
    } catch (error) {
      if (isNotFound(error) || hasCode(error, "CLUSTER_NOT_FOUND")) return undefined;
      throw error;
    }
  },
  resumption: {
    find: (context, planned) => advancedClusterKind.read(context, "", planned),
    late: ["advancedConfiguration", "paused", "pinnedFcv"],
    finish: async (context, { recorded, planned }) => {
      const at = new Cluster(context, planned);
      await at.step("create", () => at.idle("create"));
      if (planned["paused"] === true && recorded["paused"] !== true) {
        await at.patch("pause after create", { paused: true });
      }
      await at.changeArguments(recorded, planned);
      if (!sameValue(pinOf(recorded), pinOf(planned))) await at.pin();
      return at.live();
    },
  },
  update: async (context, { recorded, planned }: Change) => {
    requireDedicated(planned);
    const at = new Cluster(context, planned);
    // An earlier run gave the waiting up.
    if (recorded["stateName"] !== "IDLE") await at.step("update", () => at.idle("update"));
    if (!sameValue(pinOf(recorded), pinOf(planned))) {
      await (pinOf(planned) === null ? at.unpin() : at.pin());
    }
    const { paused, ...changes } = changedRequest(recorded, planned);
    // Atlas takes a change of the pause only by itself.
    if (paused === false) await at.patch("resume before update", { paused });
    if (Object.keys(changes).length > 0) await at.patch("update", changes);
    if (paused === true) await at.patch("pause after update", { paused });
    await at.changeArguments(recorded, planned);
    return at.live();
  },
  remove: async (context, _id, recorded) => {
    const at = new Cluster(context, recorded);
    try {
      await at.step("delete", () => at.remove());
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },
};

function requireDedicated(planned: PropertyMap): void {
  if (!isFlex(planned)) return;
  throw new ProviderError(
    "flex and tenant clusters are not served through AdvancedCluster by this engine; use mongodbatlas.FlexCluster",
    { status: "ok" },
  );
}

function pinOf(values: PropertyMap) {
  return findMapAt(values, "pinnedFcv")?.["expirationDate"] ?? null;
}

/** From an id that a person wrote, and that we record: `project-name`. */
function keysOfId(id: string): PropertyMap {
  const [, projectId, name] = /^([0-9a-fA-F]{24})-(.*)$/s.exec(id) ?? [];
  if (projectId === undefined || name === undefined) {
    throw new ProviderError("import format error: to import a cluster, use the format {project_id}-{name}", {
      status: "ok",
    });
  }
  return { projectId, name };
}

function listOf(values: PropertyMap): string {
  return `/groups/${encodeURIComponent(textAt(values, "projectId"))}/clusters`;
}

/** The calls about one cluster. */
class Cluster {
  private readonly context: CallContext;
  private readonly values: PropertyMap;
  private readonly name: string;
  private readonly path: string;

  constructor(context: CallContext, values: PropertyMap) {
    this.context = context;
    this.values = values;
    this.name = textAt(values, "name");
    this.path = `${listOf(values)}/${encodeURIComponent(this.name)}`;
  }

  send(method: AtlasRequest["method"], request: Partial<AtlasRequest>): Promise<PropertyMap> {
    const headers = flagAt(this.values, "useEffectiveFields")
      ? { "Use-Effective-Instance-Fields": "true" }
      : {};
    return this.context.client.request({
      version: WRITE_VERSION,
      path: this.path,
      headers,
      ...request,
      method,
    });
  }

  read(): Promise<PropertyMap> {
    return this.send("GET", { version: READ_VERSION });
  }

  /** Runs one step of an operation and says which one failed. */
  async step<Result>(operation: string, run: () => Promise<Result>): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const detail =
        error instanceof TimeUpError
          ? `cluster=${this.name} didn't reach desired state: IDLE, error: ${error.message}`
          : `cluster name: ${this.name}, API error details: ${error.message}`;
      throw new OperationError(`Error in ${operation}`, detail, { cause: error });
    }
  }

  idle(operation: "create" | "update"): Promise<PropertyMap> {
    const limit = limitOf(this.context, this.values, [operation]);
    return waitUntilIdle(this.context, { read: () => this.read(), every: CLUSTER_POLL_MS, limit });
  }

  async idleAfterCreate(): Promise<void> {
    await this.step("create", () =>
      awaitNew(() => this.idle("create"), {
        planned: this.values,
        drop: () => this.send("DELETE", { version: DELETE_VERSION }),
        live: () => this.live(),
      }),
    );
  }

  async patch(operation: string, body: PropertyMap): Promise<void> {
    await this.step(operation, async () => {
      await this.send("PATCH", { body });
      await this.idle("update");
    });
  }

  async changeArguments(recorded: PropertyMap, planned: PropertyMap): Promise<void> {
    const body = changedArguments(recorded, planned);
    if (Object.keys(body).length === 0) return;
    await this.step("update advanced configuration", async () => {
      await this.send("PATCH", { path: `${this.path}/processArgs`, version: READ_VERSION, body });
      await this.idle("update");
    });
  }

  async pin(): Promise<void> {
    const body = { expirationDate: pinOf(this.values) };
    await this.step("FCV pinning", async () => {
      await this.send("POST", {
        path: `${this.path}:pinFeatureCompatibilityVersion`,
        version: PIN_VERSION,
        body,
      });
      await this.idle("update");
    });
  }

  async unpin(): Promise<void> {
    await this.step("FCV unpinning", async () => {
      await this.send("POST", {
        path: `${this.path}:unpinFeatureCompatibilityVersion`,
        version: PIN_VERSION,
      });
      await this.idle("update");
    });
  }

  async remove(): Promise<void> {
    const retain = this.values["retainBackupsEnabled"];
    const query = typeof retain === "boolean" ? `?retainBackups=${retain}` : "";
    await this.send("DELETE", { path: `${this.path}${query}`, version: DELETE_VERSION });
    const limit = limitOf(this.context, this.values, ["delete"]);
    await waitUntilGone(this.context, { read: () => this.read(), every: CLUSTER_POLL_MS, limit });
  }

  /** Everything that Atlas says of the cluster. */
  async live(): Promise<LiveObject> {
    const cluster = await this.step("read", () => this.read());
    const answers = {
      cluster,
      processArguments: await this.step("read", () =>
        this.send("GET", { path: `${this.path}/processArgs`, version: READ_VERSION }),
      ),
      containers: await this.step("read", () => this.containers(cluster)),
    };
    const id = `${textAt(cluster, "groupId")}-${textAt(cluster, "name")}`;
    return { id, values: clusterValues(answers, this.values) };
  }

  /** The network containers of the cluster's regions; Google has one for all. */
  private async containers(cluster: PropertyMap): Promise<{ readonly [region: string]: string }> {
    const found: { [region: string]: string } = {};
    const regions = regionsOf(cluster);
    for (const provider of new Set(regions.map((each) => each.provider))) {
      const path = `${listOf(this.values).replace(/clusters$/, "containers")}?${new URLSearchParams({ providerName: provider })}`;
      const list = mapsAt(await this.send("GET", { path, version: "2023-01-01" }), "results");
      for (const { region } of regions.filter((each) => each.provider === provider)) {
        const container = list.find(
          (each) => provider === "GCP" || [each["regionName"], each["region"]].includes(region),
        );
        if (container !== undefined) found[`${provider}:${region}`] = textAt(container, "id");
      }
    }
    return found;
  }
}
