import { parseArgs } from "node:util";
import { credentialsFileOf } from "./credentials.ts";
import { dockerDataPlane } from "./data-plane/docker-data-plane.ts";
import { startAtlasAdmin } from "./start-atlas-admin.ts";

const USAGE = `usage: node simulators/atlas-admin/main.ts --state FILE [--port PORT] [--poll-step SECONDS] [--data-plane docker] [--json]

  --state FILE         keeps the state between runs; the credentials lie beside it
  --port PORT          default: a free one
  --poll-step SECONDS  virtual time that passes after each GET; 0: by POST /__sim/advance only (default: 30)
  --data-plane docker  clusters keep their documents in real stores, a container each
  --json               print where it listens as JSON`;

const { values } = parseArgs({
  options: {
    state: { type: "string" },
    port: { type: "string", default: "0" },
    "poll-step": { type: "string", default: "30" },
    "data-plane": { type: "string", default: "none" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

const port = Number(values.port);
const dataPlane = values["data-plane"];
const pollStep = Number(values["poll-step"]) * 1000;
if (values.help) {
  console.log(USAGE);
} else if (
  values.state === undefined ||
  !Number.isInteger(port) ||
  !(pollStep >= 0) ||
  !["none", "docker"].includes(dataPlane)
) {
  console.error(USAGE);
  process.exitCode = 64;
} else {
  await run(values.state);
}

async function run(stateFile: string): Promise<void> {
  const atlas = await startAtlasAdmin({
    stateFile,
    port,
    pollStep,
    ...(dataPlane === "docker" ? { dataPlane: dockerDataPlane } : {}),
  });
  const place = {
    url: atlas.url,
    organisationId: atlas.organisationId,
    credentialsFile: credentialsFileOf(stateFile),
  };
  if (values.json) console.log(JSON.stringify(place));
  else
    console.log(
      `Atlas Admin API: ${place.url}\norganisation:    ${place.organisationId}\ncredentials:     ${place.credentialsFile}`,
    );
  const stop = () => void atlas.close();
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}
