import { type CommandLine, readCommandLine, USAGE } from "./command-line.ts";
import { credentialsFileOf } from "./credentials.ts";
import { dockerDataPlane } from "./data-plane/docker-data-plane.ts";
import { startAtlasAdmin } from "./start-atlas-admin.ts";

const WRONG_USAGE = 64;

const command = readCommandLine(process.argv.slice(2));
switch (command.kind) {
  case "help":
    console.log(USAGE);
    break;
  case "wrong":
    console.error(`${command.problem}\n\n${USAGE}`);
    process.exitCode = WRONG_USAGE;
    break;
  case "run":
    await run(command).catch(fail);
}

async function run({
  stateFile,
  port,
  pollStep,
  hasDataPlane,
  isJson,
}: CommandLine & { kind: "run" }): Promise<void> {
  const dataPlane = hasDataPlane ? { dataPlane: dockerDataPlane } : {};
  const atlas = await startAtlasAdmin({ stateFile, port, pollStep, ...dataPlane });
  const credentialsFile = credentialsFileOf(stateFile);
  const { url, organisationId } = atlas;
  if (isJson) console.log(JSON.stringify({ url, organisationId, credentialsFile }));
  else
    console.log(
      `Atlas Admin API: ${url}\norganisation:    ${organisationId}\ncredentials:     ${credentialsFile}`,
    );
  const stop = () => void atlas.close().catch(fail);
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: Error): void {
  console.error(error.message);
  process.exitCode = 1;
}
