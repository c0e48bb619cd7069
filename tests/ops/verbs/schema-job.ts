import type Docker from "dockerode";
import { BASE_IMAGE } from "../../../ops/bootstrap/base-image.ts";
import type { SmallCheckout } from "./small-checkout.ts";

/** Answers as a schema job does; its versions are files of the stack's volume. Undoing the second migration loses data. */
const JOB = `#!/bin/bash
version() { cat /data/$1 2>/dev/null || echo 2; }
migration() { echo "{\\"number\\":$1,\\"name\\":\\"$2\\",\\"down\\":{\\"safety\\":\\"$3\\",\\"why\\":\\"$4\\"}}"; }
case $1 in
  status) echo "{\\"versions\\":{\\"documents\\":$(version documents),\\"graph\\":$(version graph)},\\"migrations\\":[\
$(migration 1 begin safe "nothing is in it"),$(migration 2 more lossy "a field goes")]}" ;;
  *) echo $3 >/data/$5; echo "$5 went $1" ;;
esac`;

/** Puts a container that has run as a schema job into the stack. Gives what removes its image. */
export async function addSchemaJob({ docker, project, volume }: SmallCheckout): Promise<() => Promise<void>> {
  const maker = await docker.createContainer({
    Image: BASE_IMAGE,
    Cmd: ["bash", "-c", 'echo "$JOB" >/job; chmod +x /job'],
    Env: [`JOB=${JOB}`],
  });
  await maker.start();
  await maker.wait();
  const { Id } = (await maker.commit({ changes: 'ENTRYPOINT ["/job"]' })) as Docker.ImageInspectInfo;
  await maker.remove();
  const container = await docker.createContainer({
    Image: Id,
    name: `${project}-backend-node-schema`,
    Labels: { "trials.project": project, "trials.stack": "dev", "trials.role": "backend-node-schema" },
    HostConfig: { NetworkMode: "none", Mounts: [{ Type: "volume", Source: volume, Target: "/data" }] },
  });
  return async () => {
    await container.remove({ force: true });
    await docker.getImage(Id).remove({ force: true });
  };
}
