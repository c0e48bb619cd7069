import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { LocalWorkspace } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { testWorkspace } from "../../../engine/tests/automation/test-workspace.ts";
import type { TrafficSite } from "../../../ops/traffic/apply.ts";
import { prepareWorkspace } from "../../../ops/workspace.ts";
import { type CapturedOutput, captureOutput } from "../output.ts";

/** A program with the outputs of an environment and one resource that depends on what traffic is told. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const { RandomPet } = require("@pulumi/random");
const config = new pulumi.Config();
const gateway = config.requireObject("gateway");
const replication = config.get("replication") ?? "off";
const place = config.requireObject("place");
const traffic = { systemOfRecord: gateway.systemOfRecord ?? "node", writes: gateway.writes ?? "open", replication };
new RandomPet("traffic", { keepers: { told: JSON.stringify([gateway, traffic]) } });
const service = { name: place.container, imageId: "sha256:1", ports: {} };
module.exports = {
  environment: place.environment,
  gatewayUrl: place.url,
  pythonWeight: gateway.pythonWeight,
  traffic,
  ...(place.environment === "cloud" && { cloud: { namespace: "trials", documents: { projectId: "1", cluster: "c" }, graph: { instanceId: "" } } }),
  services: Object.fromEntries(
    [place.environment === "cloud" ? "backend-python" : "gateway", "replication", "backend-node-cache", "backend-python-cache", ...(place.compared ? ["parity"] : [])]
      .map((role) => [role, service])),
  administrator: { email: "admin@trials.example", password: pulumi.secret("pa55word-of-admin") },
};`;

/** Answers as comparator and gateway do: 100 more comparisons each time, wrong ones while /tmp/bad is there. */
const COUNTERS = `
use IO::Socket::INET;
my $port = shift; my ($all, $bad) = (0, 0);
my $socket = IO::Socket::INET->new(LocalPort => $port, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $socket->accept) {
  my ($path) = <$client> =~ m{GET (\\S+)}; while (<$client> =~ /\\S/) {}
  $all += 100; $bad += 50 if -e "/tmp/bad";
  my $backend = qq({"requests":$all,"errors":0,"classes":[$all]});
  my $report = qq({"startedAt":"then","bounds":[0.1],"endpoints":{"/v1/trials":{"compared":$all,"different":$bad,"node":$backend,"python":$backend}}});
  my $counts = qq(haproxy_server_http_responses_total{proxy="backends",server="python",code="2xx"} $all\\n);
  $counts .= qq(http_request_duration_seconds_count{method="GET",route="/v1/trials",status="200"} $all\\n);
  my $round = "null"; if (open my $file, "<", "/tmp/round") { $round = <$file> }
  my $body = $path eq "/report" ? $report : $path eq "/round" ? $round : $counts;
  print $client $path =~ m{^/(report|metrics|round)$} ? "HTTP/1.0 200 OK\\r\\n\\r\\n$body" : "HTTP/1.0 404 Not Found\\r\\n\\r\\n";
  close $client;
}`;

/** Says as the copying of documents does that another round found both sides equal. */
const ROUNDS = `
i=1; while sleep 0.1; do i=$((i+1))
echo '{"run":"r","round":'$i',"equal":true,"changed":0,"seconds":0.1,"error":null,"collections":{"notes":{"documents":7,"sha256":"x","equal":true}}}' >/tmp/next
mv /tmp/next /tmp/round; done`;

/** What empties a cache as operations do it, written down. */
const CACHE = `
mkdir -p /usr/local/lib/cache
echo 'cache_password() { echo word-of-cache; }' >/usr/local/lib/cache/settings.sh
printf '#!/bin/sh\\necho "$REDISCLI_AUTH $1" >>/tmp/emptied\\n' >/usr/local/bin/valkey-cli
chmod +x /usr/local/bin/valkey-cli`;

/** A stack on the engine whose gateway, comparator, copying and caches are one small container and a server of this process. */
export interface TrafficStack {
  readonly site: TrafficSite;
  readonly output: CapturedOutput;
  readonly container: Docker.Container;
  /** Paths that were asked of the gateway. */
  readonly asked: string[];
  settings(): string;
  /** Rewrites the settings and brings the stack to them. */
  set(change: (text: string) => string): Promise<void>;
  remove(): Promise<void>;
}

export async function trafficStack(): Promise<TrafficStack> {
  const workspace = await testWorkspace();
  const container = await startContainer();
  const asked: string[] = [];
  const root = workspace.program(PROGRAM).workDir;
  const local = join(workspace.folder, "local");
  mkdirSync(local);
  const file = join(root, "Pulumi.dev.yaml");
  const settings = () => readFileSync(file, "utf8");
  const server = await startGateway(asked, () => settings().includes("writes: frozen"));
  const { port } = server.address() as AddressInfo;
  writeFileSync(
    file,
    `config:
  local:place:
    container: ${container.id}
    url: http://127.0.0.1:${port}
    environment: dev
    compared: true
  local:gateway:
    pythonWeight: 10
`,
  );
  const prepare = () => prepareWorkspace({ root, local, stack: "dev", env: process.env }).directory;
  const stack = await LocalWorkspace.createStack({ stackName: "dev", workDir: prepare() }, workspace.inline);
  await stack.up();
  const command = stack.workspace.pulumiCommand;
  const engine = { kind: "embedded", command, version: "v3.260.0", description: "" } as const;
  const output = captureOutput();
  const opened = { name: "dev", project: "local", stack, engine, checkout: { root, local } };
  return {
    site: { opened, output },
    output,
    container,
    asked,
    settings,
    async set(change) {
      writeFileSync(file, change(settings()));
      prepare();
      await stack.up();
    },
    async remove() {
      server.close();
      await container.remove({ force: true });
      workspace.remove();
    },
  };
}

async function startContainer(): Promise<Docker.Container> {
  const container = await new Docker().createContainer({
    Image: "debian:trixie-slim",
    Cmd: ["bash", "-c", `perl -e "$COUNTERS" 8080 & perl -e "$COUNTERS" 8404 & ${CACHE}${ROUNDS}`],
    Env: [`COUNTERS=${COUNTERS}`],
    HostConfig: { NetworkMode: "none" },
  });
  await container.start();
  return container;
}

/** Ready, and logs everybody in; refuses writes while they are stopped. */
async function startGateway(asked: string[], isFrozen: () => boolean): Promise<Server> {
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    const writes = request.method === "POST" && request.url !== "/v1/auth/login";
    if (writes && isFrozen()) response.statusCode = 503;
    response.end(JSON.stringify({ accessToken: "token" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}
