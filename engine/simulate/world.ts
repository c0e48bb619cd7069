import type { Blobs } from "../src/state/blobs.ts";
import { createFileStore, type FileStackStore } from "../src/state/file-store.ts";
import { emptySnapshot, type Snapshot } from "../src/state/resource.ts";
import type { SecretsManager } from "../src/state/secrets.ts";
import { stackFiles } from "../src/state/stack-files.ts";
import type { StackJournal } from "../src/state/stack-journal.ts";
import { BlobDisk } from "./blob-disk.ts";
import { Cloud } from "./cloud.ts";
import type { Disk } from "./disk.ts";
import { FaultPlan } from "./fault-plan.ts";
import { FileDisk } from "./file-disk.ts";
import { Random } from "./random.ts";
import type { Scenario } from "./scenario.ts";
import type { Scheduler } from "./scheduler.ts";
import { CANARY, seededSecrets } from "./secrets.ts";
import { Trace } from "./trace.ts";
import { Violation } from "./violation.ts";

export const REFERENCE = { organization: "organization", project: "proj", stack: "sim" };
const FILES = stackFiles("/sim", REFERENCE);
const START = Date.UTC(2026, 0, 1);

/** Everything that outlives a process: the cloud, the disk, the time. */
export class World {
  readonly random: Random;
  readonly trace = new Trace();
  readonly cloud = new Cloud();
  readonly faults = new FaultPlan();
  readonly disk: Disk;
  readonly secrets: SecretsManager;
  /** What the disk says, as it was last read. */
  state: Snapshot = emptySnapshot();
  /** Some runs fold their journal all the time. */
  private readonly journalLimit: number;
  private readonly env: { readonly [name: string]: string };
  /** Disk and stack as whoever looks from outside sees them. */
  private readonly mounted: Blobs;
  private readonly outside: FileStackStore;
  private time = START;
  private nanoseconds = 0n;

  constructor(random: Random, disk: Scenario["disk"]) {
    this.random = random;
    this.secrets = seededSecrets(new Random(random.word(), 3));
    this.env = random.chance(0.8) ? { PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true" } : {};
    this.journalLimit = random.chance(0.2) ? 2_000 : 1_000_000;
    const parts = { faults: this.faults, random, seen: refuseSecrets };
    this.disk = disk === "files" ? new FileDisk(parts) : new BlobDisk(parts);
    this.mounted = this.disk.mount(undefined);
    this.outside = this.store();
  }

  readonly clock = {
    now: (): Date => {
      this.time += 7;
      return new Date(this.time);
    },
  };

  /** The stack as a process sees it that waits through a scheduler, or as we look at it from outside. */
  store(scheduler?: Scheduler): FileStackStore {
    const store = createFileStore({
      blobs: this.disk.mount(scheduler),
      files: FILES,
      reference: REFERENCE,
      secrets: this.secrets,
      compression: "",
      env: this.env,
      locking: {},
      journalLimit: this.journalLimit,
      notify: (notice) => this.trace.note(`  notice: ${notice}`),
      now: this.clock.now,
      nanoseconds: () => BigInt(START) * 1_000_000n + ++this.nanoseconds,
      uuid: () => this.random.uuid(),
    });
    return { ...store, openJournal: (start) => withoutTimer(store.openJournal(start)) };
  }

  /** Makes the stack, and what is in the cloud before anybody manages anything. */
  async begin(): Promise<void> {
    await this.outside.create();
    this.cloud.create("fake:index:Thing", "", { value: 1, zone: 0, label: "wild-thing" });
    this.cloud.create("fake:index:Box", "", { value: 1, zone: 0, label: "wild-box" });
  }

  /** Reads what the disk says. @throws Violation where it cannot be read. */
  async look(): Promise<Snapshot> {
    try {
      this.state = await this.outside.load();
      return this.state;
    } catch (error) {
      throw new Violation("integrity", error instanceof Error ? error.message : String(error));
    }
  }

  async historyLength(): Promise<number> {
    const names = await this.mounted.list(FILES.history);
    return names.filter((name) => name.endsWith(".history.json")).length;
  }
}

function refuseSecrets(content: Buffer, path: string): void {
  if (content.includes(CANARY)) throw new Violation("secret-in-clear", `${path} shows a secret`);
}

/** A journal that folds by its size only: no real time passes here. */
function withoutTimer(journal: StackJournal): StackJournal {
  return {
    append: (changes) => journal.append(changes),
    fold: (snapshot) => journal.fold(snapshot),
    discard: () => journal.discard(),
    get isLarge() {
      return journal.isLarge;
    },
    idleMilliseconds: undefined,
  };
}
