import type { Price, PriceTable } from "./price-table.ts";

const PRICING_PAGE = { source: "mongodb.com/pricing", date: "2026-09-20", verified: true };
const INVOICE_PAGE = {
  source: "Atlas documentation, breakdown of an invoice (undated)",
  date: "2026-11-23",
  verified: true,
};
const FLEX_PAGE = {
  source: "Atlas documentation, costs of flex (undated)",
  date: "2026-11-23",
  verified: true,
};
const NOT_CHECKED = { source: "not checked against the vendor's page", date: "2026-11-23", verified: false };

const usd = (amount: number, read: Omit<Price, "usd">): Price => ({ usd: amount, ...read });

/** When the prices were last looked over. */
export const PRICES_DATE = "2026-11-23";

/**
 * List prices in US dollars, without tax, discounts, backup storage and traffic. To correct one: here, for everybody, or
 * in a file of prices (`./infra preview STACK --prices FILE`), for one place.
 */
export const listPrices: PriceTable = {
  atlas: {
    clusterHour: {
      M10: usd(0.08, PRICING_PAGE),
      M20: usd(0.2, NOT_CHECKED),
      M30: usd(0.54, INVOICE_PAGE),
      M40: usd(1.04, NOT_CHECKED),
      M50: usd(2, NOT_CHECKED),
    },
    includedDisk: { M10: 10, M20: 20, M30: 40, M40: 80, M50: 160 },
    // M30 with 200 GB instead of 40 costs 0.11 an hour more.
    diskHour: {
      AWS: usd(0.11 / 160, { ...INVOICE_PAGE, source: `${INVOICE_PAGE.source}, derived`, verified: false }),
    },
    // M30 in São Paulo: 0.98 instead of 0.54.
    regionFactor: { "AWS US_EAST_1": 1, "AWS SA_EAST_1": 0.98 / 0.54 },
    flexMonth: usd(8, FLEX_PAGE),
    flexMonthMost: usd(30, FLEX_PAGE),
  },
  aura: {
    gigabyteMonth: {
      "free-db": usd(0, {
        source: "neo4j.com/pricing, third-party copy",
        date: "2026-05-01",
        verified: false,
      }),
      "professional-db": usd(65, {
        source: "neo4j.com/pricing, third-party copy",
        date: "2026-05-01",
        verified: false,
      }),
      "business-critical": usd(146, NOT_CHECKED),
    },
    pausedShare: 0.2,
  },
  // Depends on whose cluster it is.
  kubernetes: {},
};
