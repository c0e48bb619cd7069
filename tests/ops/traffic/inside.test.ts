import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { tellMonitoring } from "../../../ops/data/tell-monitoring.ts";
import { askInside, requestInside, runInside } from "../../../ops/traffic/inside.ts";
import { captureOutput } from "../output.ts";

/** Answers GET /page, takes what is posted below /metrics into a file of its own, and knows nothing else. */
const SERVER = `
use IO::Socket::INET;
my $socket = IO::Socket::INET->new(LocalPort => 9091, Listen => 5, ReuseAddr => 1) or die;
while (my $client = $socket->accept) {
  my ($method, $path) = <$client> =~ m{^(\\S+) (\\S+)}; my $length = 0;
  while (my $line = <$client>) { last if $line !~ /\\S/; $length = $1 if $line =~ /^content-length: (\\d+)/i }
  my $status = "404 Not Found"; my $body = "";
  if ($method eq "GET" && $path eq "/page") { $status = "200 OK"; $body = "it's \\"quoted\\" \\$HOME" }
  if ($method eq "POST" && $path =~ m{^/metrics/job/(.+)$}) {
    read $client, my $posted, $length; open my $file, ">", "/tmp/$1" or die; print $file $posted; close $file;
    $status = "202 Accepted";
  }
  print $client "HTTP/1.0 $status\\r\\n\\r\\n$body"; close $client;
}`;

let container: Docker.Container;
beforeAll(async () => {
  container = await new Docker().createContainer({
    Image: "debian:trixie-slim",
    Cmd: ["perl", "-e", SERVER],
    HostConfig: { NetworkMode: "none" },
  });
  await container.start();
  await vi.waitFor(() => askInside(container.id, 9091, "/page"), { timeout: 30_000, interval: 100 });
});
afterAll(() => container.remove({ force: true }));

describe("a service that publishes no port", () => {
  it("is asked inside its container", async () => {
    expect(await askInside(container.id, 9091, "/page")).toBe(`it's "quoted" $HOME`);
  });

  it("is sent what stands in no shell's way", async () => {
    const body = `a 'b' "c" $(d) %s\\n\n`;
    await requestInside(container.id, 9091, { method: "POST", path: "/metrics/job/odd", body });
    expect(await runInside(container.id, ["cat", "/tmp/odd"])).toBe(body);
  });

  it("does not answer where nobody listens, and where it refuses", async () => {
    for (const [port, path] of [
      [9092, "/page"],
      [9091, "/missing"],
    ] as const) {
      await expect(askInside(container.id, port, path)).rejects.toMatchObject({
        code: "not-answering",
        message: expect.stringContaining(`does not answer GET ${path}`),
      });
    }
  });

  it("that is not there is said to be away", async () => {
    await expect(askInside("no-such-container", 1, "/")).rejects.toMatchObject({
      code: "not-answering",
      message: "nothing can be run in no-such-container",
    });
  });
});

it("a command in a container that fails tells its exit code and its last words", async () => {
  const failing = runInside(container.id, ["sh", "-c", "echo first >&2; echo last >&2; exit 7"]);
  await expect(failing).rejects.toMatchObject({
    code: "command-failed",
    message: expect.stringMatching(/^sh in \w+ ended with exit code 7: last$/),
  });
});

describe("data snapshots", () => {
  const snapshots = ["graph-store", "documents"].map((store, index) => ({
    store,
    kind: "docker-volume" as const,
    id: `${index}`,
    at: `2026-01-02T03:04:0${index}.500Z`,
  }));
  const services = (name: string) => ({
    services: { pushgateway: { name, imageId: "sha256:1", ports: {} } },
  });

  it("are told to the monitoring, each store's by itself", async () => {
    const output = captureOutput();
    await tellMonitoring(snapshots, services(container.id), output);
    const told = await runInside(container.id, ["cat", "/tmp/graph-store", "/tmp/documents"]);
    expect(told.split("\n").filter((line) => !line.startsWith("#") && line !== "")).toEqual([
      "data_snapshot_last_success_timestamp_seconds 1767323040.5",
      "data_snapshot_last_success_timestamp_seconds 1767323041.5",
    ]);
    expect(output.err()).toBe("");
  });

  it("are no worse where it cannot be told, which is a warning, or where there is none", async () => {
    const output = captureOutput();
    await tellMonitoring(snapshots, services("no-such-container"), output);
    expect(output.err()).toBe(
      "warning: the monitoring was not told of the data snapshots: nothing can be run in no-such-container\n",
    );
    await tellMonitoring(snapshots, { services: {} }, output);
    expect(output.err().split("\n")).toHaveLength(2);
  });
});
