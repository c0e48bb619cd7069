import type Docker from "dockerode";
import { ROLE_LABEL, type StackName, stackLabels } from "../../stack-name.ts";
import { readContainerLog } from "./container-log.ts";
import { removeContainer } from "./remove-container.ts";
import type { VolumeStore } from "./stores.ts";

/** Hidden folders at the top of a volume while its content is replaced. */
const INCOMING = ".incoming";
const ARRIVED = ".arrived";
const OUTGOING = ".outgoing";

/** Where a data snapshot is unpacked to. */
export function incomingPath({ path }: VolumeStore): string {
  return `${path}/${INCOMING}`;
}

const MEASURE = `du -sb . | cut -f1; df -B1 --output=avail . | tail -1`;

const PREPARE = `rm -rf ${INCOMING} && mkdir -m 700 ${INCOMING}`;

const DISCARD = `rm -rf ${INCOMING}`;

/**
 * Puts what was unpacked in the place of what was there. Each rename says how far it has come, so that it can be run
 * again after it was broken off anywhere: the old content leaves, then \`${ARRIVED}\` appears, then its content moves up.
 */
export const SWITCH = `
shopt -s dotglob nullglob
if [ -d ${INCOMING} ] && [ ! -d ${ARRIVED} ]; then
  sync -f .
  mkdir -p ${OUTGOING}
  for entry in *; do
    case $entry in ${INCOMING} | ${OUTGOING}) ;; *) mv -- "$entry" ${OUTGOING}/ ;; esac
  done
  mv -- ${INCOMING}/* ${ARRIVED}
fi
if [ -d ${ARRIVED} ]; then
  rm -rf ${INCOMING}
  for entry in ${ARRIVED}/*; do mv -- "$entry" .; done
  rmdir ${ARRIVED}
fi
rm -rf ${OUTGOING}
sync -f .`;

/** What a volume holds, and what its disk has left. */
export interface VolumeSize {
  readonly used: number;
  readonly free: number;
}

/** Works on the volumes of one stack, each time in a container of the store's own image, without a network. */
export class VolumeWork {
  private readonly docker: Docker;
  private readonly name: StackName;

  constructor(docker: Docker, name: StackName) {
    this.docker = docker;
    this.name = name;
  }

  async measure(store: VolumeStore): Promise<VolumeSize> {
    const [used = Number.NaN, free = Number.NaN] = (await this.run(store, MEASURE)).split("\n").map(Number);
    return { used, free };
  }

  /** Makes an empty folder to unpack to. */
  async prepare(store: VolumeStore): Promise<void> {
    await this.run(store, PREPARE);
  }

  /** Forgets what was unpacked. */
  async discard(store: VolumeStore): Promise<void> {
    await this.run(store, DISCARD);
  }

  /** Puts what was unpacked in place; again after half of it is the same as once. */
  async switch(store: VolumeStore): Promise<void> {
    await this.run(store, SWITCH);
  }

  private async run(store: VolumeStore, script: string): Promise<string> {
    const container = await this.create(store, script);
    try {
      await container.start();
      const { StatusCode } = (await container.wait()) as { StatusCode: number };
      const log = await readContainerLog(container);
      if (StatusCode !== 0) throw new Error(`work on the volume of ${store.role} failed: ${log}`);
      return log;
    } finally {
      await removeContainer(container);
    }
  }

  /** A terminal makes its log plain text. The name is fixed: what a killed run left behind is replaced. */
  private async create(store: VolumeStore, script: string): Promise<Docker.Container> {
    const name = `${store.volume}-work`;
    await removeContainer(this.docker.getContainer(name));
    return await this.docker.createContainer({
      name,
      Image: store.image,
      User: store.user,
      Entrypoint: ["/bin/bash", "-ec"],
      Cmd: [script],
      WorkingDir: store.path,
      Tty: true,
      Labels: Object.fromEntries(
        [...stackLabels(this.name), `${ROLE_LABEL}=volume-work`].map(
          (label) => label.split("=") as [string, string],
        ),
      ),
      HostConfig: {
        NetworkMode: "none",
        ReadonlyRootfs: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges:true"],
        Mounts: [{ Type: "volume", Source: store.volume, Target: store.path }],
      },
    });
  }
}
