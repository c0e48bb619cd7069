import { z } from "zod";

/** The widest range that still names somebody's network. */
const SHORTEST_PREFIX = 8;

/** An IPv4 or IPv6 range in CIDR notation, for example `10.20.0.0/16`; one that means "everybody" is refused. */
export const networkRange = z
  .union([z.cidrv4(), z.cidrv6()], "is not a range in CIDR notation such as 10.20.0.0/16")
  .refine((range) => Number(range.split("/")[1]) >= SHORTEST_PREFIX, {
    message: "would let nearly everybody in; name the networks that need it, each with a prefix of 8 or more",
  });
