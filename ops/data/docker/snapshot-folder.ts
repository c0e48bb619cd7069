import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { type DataSnapshot, dataSnapshotSchema } from "../../../contracts/release.ts";
import { syncFolder, writeDurably } from "../../replace-file.ts";

const MANIFEST = "snapshots.json";
const PARTIAL = ".partial";

/**
 * Data snapshots of one stack on disk: a folder for each time they were taken, in it a file for each store and a list
 * of them. A folder without its list was never finished: it has another name until then.
 */
export class SnapshotFolder {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  }

  /** Disk that it lies on. */
  get path(): string {
    return this.folder;
  }

  list(): DataSnapshot[] {
    const ids = readdirSync(this.folder).filter((id) => !id.endsWith(PARTIAL));
    return ids.sort().flatMap((id) => this.read(id));
  }

  /** File of one store. */
  fileOf({ id, store }: Pick<DataSnapshot, "id" | "store">): string {
    return join(this.folder, id, `${store}.tar`);
  }

  has(snapshot: DataSnapshot): boolean {
    return existsSync(this.fileOf(snapshot));
  }

  /** Begins a folder; gives where the files go. */
  begin(id: string): (store: string) => string {
    const partial = join(this.folder, `${id}${PARTIAL}`);
    mkdirSync(partial, { mode: 0o700 });
    return (store) => join(partial, `${store}.tar`);
  }

  /** Makes a folder that was begun one of those that count. */
  finish(id: string, snapshots: readonly DataSnapshot[]): void {
    const partial = join(this.folder, `${id}${PARTIAL}`);
    writeDurably(join(partial, MANIFEST), `${JSON.stringify(snapshots, null, 2)}\n`);
    renameSync(partial, join(this.folder, id));
    syncFolder(this.folder);
  }

  /** Removes a folder that was begun and will not be finished. */
  abandon(id: string): void {
    rmSync(join(this.folder, `${id}${PARTIAL}`), { recursive: true, force: true });
  }

  /** Removes one store's file; the folder goes with its last. */
  remove(snapshot: DataSnapshot): void {
    const left = this.read(snapshot.id).filter(({ store }) => store !== snapshot.store);
    if (left.length === 0) {
      rmSync(join(this.folder, snapshot.id), { recursive: true, force: true });
      return;
    }
    writeDurably(join(this.folder, snapshot.id, MANIFEST), `${JSON.stringify(left, null, 2)}\n`);
    rmSync(this.fileOf(snapshot), { force: true });
  }

  private read(id: string): DataSnapshot[] {
    const file = join(this.folder, id, MANIFEST);
    return existsSync(file) ? z.array(dataSnapshotSchema).parse(JSON.parse(readFileSync(file, "utf8"))) : [];
  }
}
