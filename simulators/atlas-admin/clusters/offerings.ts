/** Regions by provider: a choice of those that Atlas names; a missing one is added here. */
export const REGIONS: { readonly [provider: string]: readonly string[] } = {
  AWS: [
    "US_EAST_1",
    "US_EAST_2",
    "US_WEST_1",
    "US_WEST_2",
    "CA_CENTRAL_1",
    "SA_EAST_1",
    "EU_NORTH_1",
    "EU_WEST_1",
    "EU_WEST_2",
    "EU_WEST_3",
    "EU_CENTRAL_1",
    "EU_CENTRAL_2",
    "EU_SOUTH_1",
    "AP_EAST_1",
    "AP_NORTHEAST_1",
    "AP_NORTHEAST_2",
    "AP_SOUTH_1",
    "AP_SOUTHEAST_1",
    "AP_SOUTHEAST_2",
    "ME_SOUTH_1",
    "AF_SOUTH_1",
  ],
  AZURE: [
    "US_EAST",
    "US_EAST_2",
    "US_CENTRAL",
    "US_WEST",
    "US_WEST_2",
    "CANADA_CENTRAL",
    "BRAZIL_SOUTH",
    "EUROPE_NORTH",
    "EUROPE_WEST",
    "UK_SOUTH",
    "FRANCE_CENTRAL",
    "GERMANY_WEST_CENTRAL",
    "SWITZERLAND_NORTH",
    "JAPAN_EAST",
    "ASIA_SOUTH_EAST",
    "AUSTRALIA_EAST",
    "INDIA_CENTRAL",
  ],
  GCP: [
    "CENTRAL_US",
    "EASTERN_US",
    "US_EAST_4",
    "WESTERN_US",
    "US_WEST_2",
    "WESTERN_EUROPE",
    "EUROPE_NORTH_1",
    "EUROPE_WEST_2",
    "EUROPE_WEST_3",
    "EUROPE_WEST_4",
    "EUROPE_WEST_6",
    "EASTERN_ASIA_PACIFIC",
    "NORTHEASTERN_ASIA_PACIFIC",
    "SOUTHEASTERN_ASIA_PACIFIC",
    "ASIA_SOUTH_1",
  ],
};

/** Instance sizes from small to large, with the disk in GB that each gets unless told otherwise. Disks above M30: unverified. */
export const TIERS: { readonly [size: string]: number } = {
  M10: 10,
  M20: 20,
  M30: 40,
  M40: 80,
  M50: 160,
  M60: 320,
  M80: 750,
  M140: 1000,
  M200: 1500,
  M300: 2000,
  R40: 80,
  R50: 160,
  R60: 320,
  R80: 750,
  M40_NVME: 380,
  M50_NVME: 760,
  M60_NVME: 1600,
};

/** Major versions from old to new: a cluster goes from one to the next, never further. */
export const MAJOR_VERSIONS = ["6.0", "7.0", "8.0"];

/** What runs as a major version; `8.2` is the newest of the continuous releases. */
export const FULL_VERSIONS: { readonly [major: string]: string } = {
  "6.0": "6.0.26",
  "7.0": "7.0.26",
  "8.0": "8.0.16",
  "8.2": "8.2.2",
};

export const CONTINUOUS_VERSION = "8.2";
export const DEFAULT_VERSION = "8.0";
