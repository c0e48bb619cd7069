import { describe, expect, it } from "vitest";
import { DEFAULT_MIRRORS, debianMirrors, sourceLines } from "../../../ops/bootstrap/debian-mirrors.ts";

const mirrors = (aptSources: string) => debianMirrors({ aptSources: () => aptSources });

describe("debianMirrors", () => {
  it("gives Debian's own where the machine names none", () => {
    expect(mirrors("")).toEqual(DEFAULT_MIRRORS);
    expect(mirrors("deb http://archive.ubuntu.com/ubuntu noble main")).toEqual(DEFAULT_MIRRORS);
    expect(mirrors("# deb http://old.example/debian trixie main")).toEqual(DEFAULT_MIRRORS);
  });

  it("gives the machine's own, of both styles of source lists", () => {
    const lines = [
      "deb [trusted=yes] http://mirror.example/debian trixie main",
      "Types: deb",
      "URIs: https://safe.example/debian-security/",
    ];
    expect(mirrors(lines.join("\n"))).toEqual({
      archive: "http://mirror.example/debian",
      security: "https://safe.example/debian-security",
    });
  });
});

describe("sourceLines", () => {
  it("names the release, its updates and its security updates", () => {
    expect(sourceLines(DEFAULT_MIRRORS)).toEqual([
      "deb http://deb.debian.org/debian trixie main",
      "deb http://deb.debian.org/debian trixie-updates main",
      "deb http://deb.debian.org/debian-security trixie-security main",
    ]);
  });
});
