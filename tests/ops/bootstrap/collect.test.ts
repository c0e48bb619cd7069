import { describe, expect, it } from "vitest";
import { collectBuildSettings } from "../../../ops/bootstrap/build-settings/collect.ts";
import { type FakeMachineOptions, fakeMachine } from "./fake-machine.ts";

const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nTUlJQg==\n-----END CERTIFICATE-----";
const OWN_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nb3du\n-----END CERTIFICATE-----";

function collect(options: FakeMachineOptions): { [name: string]: string } {
  const files = collectBuildSettings(fakeMachine(options));
  return Object.fromEntries(files.map(({ name, content }) => [name, content.toString("latin1")]));
}

describe("collectBuildSettings", () => {
  it("is an empty env on a machine without settings of its own", () => {
    expect(collect({})).toEqual({ env: "" });
  });

  it("points every client at the machine's certificates below the mount", () => {
    const files = collect({ files: { "/etc/ssl/certs/ca-certificates.crt": CERTIFICATE } });
    expect(files["ca-certificates.crt"]).toBe(`${CERTIFICATE}\n`);
    for (const name of ["SSL_CERT_FILE", "PIP_CERT", "NODE_EXTRA_CA_CERTS", "npm_config_cafile"]) {
      expect(files["env"]).toContain(`export ${name}='/run/build-settings/ca-certificates.crt'\n`);
    }
    expect(files["env"]).toContain("-Djavax.net.ssl.trustStore=/run/build-settings/trust-store.jks");
    expect(files["trust-store.jks"]?.slice(0, 4)).toBe("\xfe\xed\xfe\xed");
  });

  it("adds certificates that only one client is told of, each once", () => {
    const files = collect({
      env: { NODE_EXTRA_CA_CERTS: "/own.pem", PIP_CERT: "/own.pem", SSL_CERT_FILE: "/missing.pem" },
      files: { "/etc/ssl/certs/ca-certificates.crt": CERTIFICATE, "/own.pem": OWN_CERTIFICATE },
    });
    expect(files["ca-certificates.crt"]).toBe(`${CERTIFICATE}\n${OWN_CERTIFICATE}\n`);
  });

  it("carries apt's options and proxies, and no mirror where it is Debian's own", () => {
    const files = collect({
      aptOptions: { "Acquire::Check-Valid-Until": "false", "Acquire::http::Proxy": "http://proxy:3128" },
      aptSources: "deb http://deb.debian.org/debian bookworm main",
    });
    expect(files["apt.conf"]).toBe(
      'Acquire::Check-Valid-Until "false";\nAcquire::http::Proxy "http://proxy:3128";\n',
    );
    expect(files["env"]).toBe("export APT_CONFIG='/run/build-settings/apt.conf'\n");
    expect(files).not.toHaveProperty(["sources.list"]);
  });

  it("carries a Debian mirror of the machine", () => {
    const files = collect({
      aptSources: "Types: deb\nURIs: https://mirror.example/debian/\nSuites: bookworm",
    });
    expect(files["sources.list"]?.split("\n")[0]).toBe(
      "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] https://mirror.example/debian trixie main",
    );
    expect(files["sources.list"]).toContain("http://deb.debian.org/debian-security trixie-security main");
    expect(files["apt.conf"]).toContain('Dir::Etc::sourcelist "/run/build-settings/sources.list";');
  });

  it("carries pip's index from the most specific place, and leaves paths of this machine behind", () => {
    const files = collect({
      env: { PIP_CONFIG_FILE: "/pip.conf", PIP_TIMEOUT: "90", PIP_FIND_LINKS: "/opt/wheels" },
      files: {
        "/etc/pip.conf": "[global]\ncert = /etc/ca.pem\nindex-url = https://one.example/simple\n",
        "/pip.conf":
          "[install]\nretries = 9\n[global]\nindex-url: https://two.example/simple\nextra-index-url =\n",
        "/home/someone/.config/pip/pip.conf": "[global]\ntrusted-host = a.example\n    b.example\n",
      },
    });
    expect(files["pip.conf"]).toBe(
      "[global]\nindex-url = https://two.example/simple\ntrusted-host = a.example b.example\ntimeout = 90\n",
    );
    expect(files["env"]).toContain("export PIP_CONFIG_FILE='/run/build-settings/pip.conf'");
  });

  it("reads nothing from a pip configuration without a global section", () => {
    expect(
      collect({ files: { "/etc/pip.conf": "index-url = https://one.example\n[install]\nretries = 9\n" } }),
    ).toEqual({
      env: "",
    });
  });

  it("carries npm's registries, tokens and proxies, and leaves its other settings behind", () => {
    const npmrc = [
      "cafile=/etc/ca.pem",
      "registry = https://npm.example/",
      "@own:registry=https://own.example/",
      "//own.example/:_authToken=token",
      "; comment",
      "fund=false",
      "noproxy=",
    ];
    const files = collect({
      env: { NPM_CONFIG_REGISTRY: "https://env.example/" },
      files: { "/home/someone/.npmrc": npmrc.join("\n") },
    });
    expect(files["npmrc"]?.split("\n")).toEqual([
      "registry=https://env.example/",
      "@own:registry=https://own.example/",
      "//own.example/:_authToken=token",
      "noproxy=",
      "",
    ]);
    expect(files["env"]).toContain("NPM_CONFIG_USERCONFIG");
  });

  it("carries Maven's settings and the proxies of the environment, quoted for a shell", () => {
    const files = collect({
      env: { HTTPS_PROXY: "http://it's:3128", no_proxy: "localhost" },
      files: { "/home/someone/.m2/settings.xml": "<settings/>" },
    });
    expect(files["settings.xml"]).toBe("<settings/>");
    expect(files["env"]).toBe(
      "export MAVEN_ARGS='-s /run/build-settings/settings.xml'\nexport https_proxy='http://it'\\''s:3128'\nexport no_proxy='localhost'\n",
    );
  });
});
