import { isDeepStrictEqual } from "node:util";
import type { StackOutputs } from "../../contracts/stack-outputs.ts";
import type { SchemaVersions } from "../data/plan-schema.ts";
import { readSchemaVersions } from "../data/schema.ts";
import {
  beginRelease,
  finishRelease,
  type ReleaseSite,
  type UpdatedRelease,
} from "../release/make-release.ts";
import { readHistory } from "../release/read-state.ts";
import { recordUpdate } from "../release/standing.ts";
import { measureParity } from "../shift/measure-parity.ts";
import type { RollbackRecord, RollbackReleases } from "./parts.ts";

/** Makes releases of a rollback's updates. Between update and record lie other phases, and perhaps another process. */
export class UpdateRecorder implements RollbackReleases {
  private readonly where: Omit<ReleaseSite, "request">;
  private readonly schemas: (outputs: StackOutputs) => Promise<SchemaVersions>;
  private begun: UpdatedRelease | undefined;

  constructor(
    where: Omit<ReleaseSite, "request">,
    schemas = (outputs: StackOutputs) => readSchemaVersions(where.opened, outputs),
  ) {
    this.where = where;
    this.schemas = schemas;
  }

  async update(record: RollbackRecord, update: () => Promise<void>): Promise<void> {
    // An update that was made before this one is undone by it: no release.
    if (this.begun !== undefined) await this.where.store.clearIntent(this.begun.intent.id);
    this.begun = undefined;
    this.begun = await beginRelease(this.site(record), async () => {
      await update();
      return undefined;
    });
  }

  async record(record: RollbackRecord): Promise<void> {
    if (await this.isRecorded()) return;
    const site = this.site(record);
    await finishRelease(site, this.begun ?? (await beginRelease(site, async () => undefined)));
  }

  private async isRecorded(): Promise<boolean> {
    const { opened, store } = this.where;
    const [entry] = await readHistory(opened.stack);
    const newest = await store.newest();
    return entry !== undefined && isDeepStrictEqual(newest?.update, recordUpdate(entry));
  }

  private site({ cause, message, dataSnapshots }: RollbackRecord): ReleaseSite {
    const { where, schemas } = this;
    const parity = (outputs: StackOutputs) => measureParity(where.opened, outputs);
    return { ...where, request: { cause, message, dataSnapshots, schemas, parity } };
  }
}
