import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { Release } from "../../contracts/release.ts";
import { UserError } from "../errors.ts";
import { canonicalJson, sha256 } from "./canonical-json.ts";
import { type Disk, fileDisk } from "./disk.ts";
import { type Intent, parseIntent } from "./intent.ts";
import type { Checkpoint, ReleaseDraft, ReleaseStore, StoredRelease } from "./release-store.ts";
import { parseRelease, sealRelease } from "./seal-release.ts";

const RECORD = /^(\d{6,})\.json$/;

/** The releases of one stack in a folder: `000012.json`, `checkpoints/<sha256>.json`, `intents/<id>.json`. */
export class FileReleaseStore implements ReleaseStore {
  readonly location: string;
  private readonly disk: Disk;
  /** For messages. */
  private readonly stack: string;

  constructor(args: { readonly folder: string; readonly stack: string; readonly disk?: Disk }) {
    this.location = args.folder;
    this.stack = args.stack;
    this.disk = args.disk ?? fileDisk;
  }

  async list(): Promise<readonly StoredRelease[]> {
    return Promise.all((await this.numbers()).map((number) => this.read(number)));
  }

  async newest(): Promise<Release | undefined> {
    const number = (await this.numbers()).at(-1);
    return number === undefined ? undefined : this.intact(await this.read(number));
  }

  async get(number: number): Promise<Release> {
    const numbers = await this.numbers();
    if (numbers.includes(number)) return this.intact(await this.read(number));
    if (numbers.length === 0) {
      throw new UserError("no-history", `stack ${this.stack} has no releases yet`, {
        help: `./infra up ${this.stack} makes the first`,
      });
    }
    throw new UserError(
      "release-unknown",
      `stack ${this.stack} has no release ${number}; there are ${renderRanges(numbers)}`,
      { help: `./infra history ${this.stack} lists them` },
    );
  }

  async checkpoint(release: Release): Promise<Checkpoint> {
    const data = await this.disk.read(this.checkpointFile(release.checkpoint.sha256));
    if (data === undefined) {
      throw new UserError(
        "checkpoint-pruned",
        `the checkpoint of release ${release.number} of ${this.stack} is gone: only those of the newest releases are kept`,
        { help: `./infra history ${this.stack} shows which releases can be made current again` },
      );
    }
    if (sha256(data) !== release.checkpoint.sha256) {
      throw new UserError(
        "checkpoint-damaged",
        `the checkpoint of release ${release.number} of ${this.stack} has been changed: its hash is another`,
        { help: `bring ${this.checkpointFile(release.checkpoint.sha256)} back from a backup` },
      );
    }
    return JSON.parse(data.toString()) as Checkpoint;
  }

  async append(draft: ReleaseDraft, checkpoint: Checkpoint): Promise<Release> {
    const text = JSON.stringify(checkpoint);
    const digest = sha256(text);
    await this.disk.write(this.checkpointFile(digest), text);
    for (;;) {
      const newest = await this.newest();
      if (newest !== undefined && isSameUpdate(newest, draft)) return newest;
      const release = sealRelease({
        format: 1,
        number: (newest?.number ?? 0) + 1,
        ...draft,
        checkpoint: { sha256: digest, bytes: Buffer.byteLength(text) },
        previous: newest?.hash ?? null,
      });
      const record = `${JSON.stringify(release, null, 2)}\n`;
      if (await this.disk.create(this.recordFile(release.number), record)) return release;
    }
  }

  async writeIntent(intent: Intent): Promise<void> {
    await this.disk.write(this.intentFile(intent.id), JSON.stringify(intent));
  }

  async intents(): Promise<readonly Intent[]> {
    const names = await this.disk.names(join(this.location, "intents"));
    const read = names.map((name) => this.disk.read(join(this.location, "intents", name)));
    return (await Promise.all(read)).flatMap((data) => parseIntent(data?.toString() ?? "") ?? []);
  }

  clearIntent(id: string): Promise<void> {
    return this.disk.remove(this.intentFile(id));
  }

  async fingerprintSalt(): Promise<string> {
    const file = join(this.location, "fingerprint-salt");
    await this.disk.create(file, randomBytes(32).toString("hex"));
    return String(await this.disk.read(file));
  }

  removeCheckpoint({ checkpoint }: Release): Promise<void> {
    return this.disk.remove(this.checkpointFile(checkpoint.sha256));
  }

  async hasCheckpoint({ checkpoint }: Release): Promise<boolean> {
    const names = await this.disk.names(join(this.location, "checkpoints"));
    return names.includes(`${checkpoint.sha256}.json`);
  }

  private async numbers(): Promise<number[]> {
    const names = await this.disk.names(this.location);
    return names.flatMap((name) => RECORD.exec(name)?.[1] ?? []).map(Number);
  }

  private async read(number: number): Promise<StoredRelease> {
    const data = await this.disk.read(this.recordFile(number));
    return { number, ...parseRelease(data?.toString() ?? "", number) };
  }

  private intact(stored: StoredRelease): Release {
    if ("release" in stored) return stored.release;
    throw new UserError(
      "release-damaged",
      `the record of release ${stored.number} of ${this.stack} ${stored.damage}`,
      { help: `bring ${this.recordFile(stored.number)} back from a backup` },
    );
  }

  private recordFile(number: number): string {
    return join(this.location, `${String(number).padStart(6, "0")}.json`);
  }

  private checkpointFile(digest: string): string {
    return join(this.location, "checkpoints", `${digest}.json`);
  }

  private intentFile(id: string): string {
    return join(this.location, "intents", `${id}.json`);
  }
}

/**
 * Whether a record tells of the update that is to be recorded. History counts whole seconds, in which two updates may
 * lie: two makers have made two; one who records belatedly has made none.
 */
function isSameUpdate(record: ReleaseDraft, draft: ReleaseDraft): boolean {
  const isBelated = [record, draft].some(({ cause }) => cause.kind === "recovered");
  return isBelated && canonicalJson(record.update) === canonicalJson(draft.update);
}

/** `1 to 3, 5, 7 to 9`. */
function renderRanges(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from} to ${to}`)).join(", ");
}
