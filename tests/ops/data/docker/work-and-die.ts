import Docker from "dockerode";
import type { DataSnapshot } from "../../../../contracts/release.ts";
import { DockerKeeper } from "../../../../ops/data/docker/docker-keeper.ts";

/** Works on the data of a stack and is killed when it says what `killAt` names. */
const { name, folder, killAt, restore } = JSON.parse(process.argv[2] ?? "") as {
  readonly name: { readonly project: string; readonly stack: string };
  readonly folder: string;
  readonly killAt: string;
  readonly restore?: DataSnapshot[];
};
const keeper = new DockerKeeper({ docker: new Docker(), name, folder });
const onProgress = ({ message }: { readonly message: string }) => {
  if (message === killAt) process.kill(process.pid, "SIGKILL");
};
if (restore === undefined) await keeper.takeSnapshot({ label: "dies", onProgress });
else await keeper.restore(restore, { onProgress });
