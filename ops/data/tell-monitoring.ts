import type { DataSnapshot } from "../../contracts/release.ts";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import { firstLineOf } from "../errors.ts";
import { requestInside } from "../traffic/inside.ts";
import type { Output } from "../verb.ts";

const METRIC = "data_snapshot_last_success_timestamp_seconds";
const PORT = 9091;

/**
 * Tells the environment's monitoring that data snapshots were taken: of each store when, which the alert
 * `DataSnapshotOld` looks at. Snapshots are no worse where it cannot be told: that is a warning.
 */
export async function tellMonitoring(
  snapshots: readonly DataSnapshot[],
  { services }: Pick<StackOutputs, "services">,
  output: Output,
): Promise<void> {
  const gateway = services["pushgateway"];
  if (gateway === undefined) return;
  try {
    for (const { store, at } of snapshots) {
      const body = `# TYPE ${METRIC} gauge\n${METRIC} ${Date.parse(at) / 1000}\n`;
      const path = `/metrics/job/${encodeURIComponent(store)}`;
      await requestInside(gateway.name, PORT, { method: "POST", path, body });
    }
  } catch (error) {
    output.stderr.write(
      `warning: the monitoring was not told of the data snapshots: ${firstLineOf(error)}\n`,
    );
  }
}
