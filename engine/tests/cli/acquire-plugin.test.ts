import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acquirePlugins } from "../../src/cli/acquire-plugin.ts";
import type { ProviderSpec } from "../../src/providers/provider.ts";
import { testProcess } from "./test-process.ts";

async function archive(): Promise<Buffer> {
  const tar = pack();
  tar.entry({ name: "pulumi-resource-far", mode: 0o755 }, "#!/bin/sh\n");
  tar.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return gzipSync(Buffer.concat(chunks));
}

describe("a plugin that an operation misses", () => {
  let home = "";
  let server: Server;
  let url = "";
  let asked = 0;

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "acquire-"));
    asked = 0;
    const content = await archive();
    server = createServer((request, response) => {
      asked++;
      response.writeHead(request.url?.includes("-far-") ? 200 : 404).end(content);
    });
    await new Promise<void>((settle) => server.listen(0, "127.0.0.1", settle));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.close();
    rmSync(home, { recursive: true, force: true });
  });

  const spec = (pkg: string): ProviderSpec => ({
    ...{ pkg, version: "1.2.3", pluginDownloadURL: url, checksums: {}, parameterization: undefined },
  });

  it("is downloaded, once, and told of beside the output", async () => {
    const { process, stdout, stderr } = testProcess({ env: { PULUMI_HOME: home } });
    const told: string[] = [];
    const acquire = acquirePlugins(process, ({ severity, message }) => told.push(`${severity} ${message}`));
    await Promise.all([acquire?.(spec("far")), acquire?.(spec("far"))]);
    expect(existsSync(join(home, "plugins/resource-far-v1.2.3/pulumi-resource-far"))).toBe(true);
    expect(asked).toBe(1);
    expect(told[0]).toBe("info#err Downloading provider: far\n");
    expect([stdout(), stderr()]).toEqual(["", ""]);
  });

  it("that cannot be downloaded is told how to install", async () => {
    const { process } = testProcess({ env: { PULUMI_HOME: home } });
    const acquire = acquirePlugins(process, () => undefined);
    await expect(acquire?.(spec("near"))).rejects.toThrow(
      "Could not automatically download and install resource plugin 'pulumi-resource-near' at version v1.2.3, " +
        `install the plugin using \`pulumi plugin install resource near v1.2.3 --server ${url}\`: `,
    );
  });

  it("is left alone where the environment says so", () => {
    const env = { PULUMI_HOME: home, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true" };
    expect(acquirePlugins(testProcess({ env }).process, () => undefined)).toBeUndefined();
  });
});
