import { z } from "zod";
import { type CostRow, HOURS_A_MONTH, type PricedResource, priced, unpriced } from "./cost-row.ts";
import type { Price, PriceTable } from "./price-table.ts";

type AtlasPrices = PriceTable["atlas"];

/** Prices are those of three nodes. */
const NODES = 3;

const specs = z.object({
  instanceSize: z.string().optional(),
  nodeCount: z.number().default(0),
  diskSizeGb: z.number().optional(),
});
const regionSchema = z.object({
  providerName: z.string(),
  regionName: z.string(),
  electableSpecs: specs.optional(),
  readOnlySpecs: specs.optional(),
  analyticsSpecs: specs.optional(),
  autoScaling: z.object({ computeMaxInstanceSize: z.string().optional() }).optional(),
});
const clusterSchema = z.object({
  paused: z.boolean().default(false),
  backupEnabled: z.boolean().default(false),
  replicationSpecs: z.array(z.object({ regionConfigs: z.array(regionSchema) })).min(1),
});

type Region = z.infer<typeof regionSchema>;

const FREE_TYPES =
  /:(Project|DatabaseUser|CustomDbRole|ProjectIpAccessList|CloudBackupSchedule|BackupCompliancePolicy|AlertConfiguration|MaintenanceWindow|NetworkContainer|EncryptionAtRest|SearchIndex|Team|ServiceAccount|ProjectServiceAccount|ProjectServiceAccountSecret|X509AuthenticationDatabaseUser)$/;

/** What a resource at Atlas costs; nothing for settings, accounts and lists. */
export function atlasCost(resource: PricedResource, prices: AtlasPrices): readonly CostRow[] {
  const { urn, type } = resource;
  if (FREE_TYPES.test(type)) return [];
  if (type.endsWith(":FlexCluster")) return [flexRow(urn, prices)];
  if (!type.endsWith(":AdvancedCluster")) return [unpriced({ urn, item: `Atlas ${kindOf(type)}` })];
  const cluster = clusterSchema.safeParse(resource.inputs);
  if (!cluster.success) return [unpriced({ urn, item: "Atlas cluster", note: "its size is not known yet" })];
  const { replicationSpecs, paused, backupEnabled } = cluster.data;
  const regions = replicationSpecs.flatMap(({ regionConfigs }) => regionConfigs);
  if (regions.some(({ providerName }) => providerName === "FLEX")) return [flexRow(urn, prices)];
  if (paused)
    return [unpriced({ urn, item: "Atlas cluster, paused", note: "its storage is still paid for" })];
  const sharded = replicationSpecs.length > 1;
  return [
    ...regions.flatMap((region) => regionRows(urn, region, prices)),
    ...(sharded ? [unpriced({ urn, item: "Atlas config servers" })] : []),
    ...(backupEnabled ? [unpriced({ urn, item: "Atlas backup storage", note: "by use" })] : []),
  ];
}

function kindOf(type: string): string {
  return type.slice(type.lastIndexOf(":") + 1);
}

function flexRow(urn: string, { flexMonth, flexMonthMost }: AtlasPrices): CostRow {
  const note = flexMonthMost === undefined ? "more by use" : `up to $${flexMonthMost.usd} by use`;
  return priced({ urn, item: "Atlas flex", note }, flexMonth, 1);
}

function regionRows(urn: string, region: Region, prices: AtlasPrices): CostRow[] {
  const { electableSpecs, readOnlySpecs, analyticsSpecs } = region;
  const all = [electableSpecs, readOnlySpecs, analyticsSpecs].filter((one) => one !== undefined);
  return all
    .filter(({ nodeCount }) => nodeCount > 0)
    .flatMap((nodes) => {
      const rows = [serverRow(urn, { region, nodes }, prices)];
      const disk = diskRow(urn, { region, nodes }, prices);
      return disk === undefined ? rows : [...rows, disk];
    });
}

interface Nodes {
  readonly region: Region;
  readonly nodes: z.infer<typeof specs>;
}

function serverRow(urn: string, { region, nodes }: Nodes, prices: AtlasPrices): CostRow {
  const size = nodes.instanceSize ?? "of unknown size";
  const place = `${region.providerName} ${region.regionName}`;
  const factor = prices.regionFactor[place];
  const most = region.autoScaling?.computeMaxInstanceSize;
  const notes = [
    ...(factor === undefined ? ["priced as AWS US_EAST_1"] : []),
    ...(most !== undefined && most !== size ? [`may scale itself up to ${most}`] : []),
  ];
  return priced(
    {
      urn,
      item: `Atlas ${size}, ${nodes.nodeCount} ${nodes.nodeCount === 1 ? "node" : "nodes"}, ${place}`,
      note: notes.join("; "),
    },
    unlessElsewhere(prices.clusterHour[size], factor),
    (HOURS_A_MONTH * (factor ?? 1) * nodes.nodeCount) / NODES,
  );
}

/** A price for a region that is not on file is no verified one. */
function unlessElsewhere(price: Price | undefined, factor: number | undefined): Price | undefined {
  return price && { ...price, verified: price.verified && factor !== undefined };
}

function diskRow(urn: string, { region, nodes }: Nodes, prices: AtlasPrices): CostRow | undefined {
  const included = prices.includedDisk[nodes.instanceSize ?? ""];
  const { diskSizeGb } = nodes;
  if (diskSizeGb === undefined || (included !== undefined && diskSizeGb <= included)) return undefined;
  const item = `Atlas disk beyond the size's own, ${region.providerName}`;
  if (included === undefined) return unpriced({ urn, item });
  const units = ((diskSizeGb - included) * HOURS_A_MONTH * nodes.nodeCount) / NODES;
  return priced(
    { urn, item, note: `${diskSizeGb - included} GB` },
    prices.diskHour[region.providerName],
    units,
  );
}
