import type { Host } from "./host.ts";

/** Where Debian's packages come from. */
export interface DebianMirrors {
  readonly archive: string;
  readonly security: string;
}

/** Debian's own, as its official images have them. */
export const DEFAULT_MIRRORS: DebianMirrors = {
  archive: "http://deb.debian.org/debian",
  security: "http://deb.debian.org/debian-security",
};

/** Release of the base image. */
export const SUITE = "trixie";

/** The mirrors that this machine's apt uses for Debian, else Debian's own. */
export function debianMirrors(host: Pick<Host, "aptSources">): DebianMirrors {
  const lines = host
    .aptSources()
    .split("\n")
    .filter((line) => /^\s*(URIs:|deb\s)/.test(line));
  const addresses = lines.flatMap((line) => line.match(/https?:\/\/\S+/g) ?? []);
  const found = addresses.map((address) => address.replace(/\/+$/, ""));
  const archive = found.find((address) => address.endsWith("/debian"));
  const security = found.find((address) => address.endsWith("/debian-security"));
  if (archive === undefined) return DEFAULT_MIRRORS;
  return { archive, security: security ?? DEFAULT_MIRRORS.security };
}

/** Lines of a `sources.list` for the base image's release, its updates and security updates. */
export function sourceLines(mirrors: DebianMirrors, options = ""): string[] {
  return [
    `deb ${options}${mirrors.archive} ${SUITE} main`,
    `deb ${options}${mirrors.archive} ${SUITE}-updates main`,
    `deb ${options}${mirrors.security} ${SUITE}-security main`,
  ];
}
