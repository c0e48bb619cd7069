import { z } from "zod";

/** The widest range that still names somebody's network. */
const SHORTEST_PREFIX = 8;

/** The longest prefix of which a sixteenth still has addresses for all containers of the largest network. */
const LONGEST_PREFIX = 23;
const PRIVATE = /^(10|172\.(1[6-9]|2\d|3[01])|192\.168)\./;

/** A private IPv4 range that an environment's Docker networks share out. */
export const containerRange = z
  .cidrv4("is not an IPv4 range in CIDR notation such as 10.90.0.0/20")
  .check(({ value, issues }) => {
    const [address = "", prefix = ""] = value.split("/");
    const problem = rangeProblem(address, Number(prefix));
    if (problem !== undefined) issues.push({ code: "custom", message: problem, input: value });
  });

function rangeProblem(address: string, prefix: number): string | undefined {
  if (!PRIVATE.test(address)) return "is not private: take one of 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16";
  if (prefix < SHORTEST_PREFIX || prefix > LONGEST_PREFIX) {
    return `has to have a prefix of ${SHORTEST_PREFIX} to ${LONGEST_PREFIX}: 16 networks share it`;
  }
  const bits = address.split(".").map((part) => Number(part).toString(2).padStart(8, "0"));
  return bits.join("").slice(prefix).includes("1")
    ? `does not begin at a multiple of its size: ${address} has bits beyond the first ${prefix}`
    : undefined;
}

/** An IPv4 or IPv6 range in CIDR notation, for example `10.20.0.0/16`; one that means "everybody" is refused. */
export const networkRange = z
  .union([z.cidrv4(), z.cidrv6()], "is not a range in CIDR notation such as 10.20.0.0/16")
  .refine((range) => Number(range.split("/")[1]) >= SHORTEST_PREFIX, {
    message: "would let nearly everybody in; name the networks that need it, each with a prefix of 8 or more",
  });
