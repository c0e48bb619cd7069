import { isIP } from "node:net";
import { z } from "zod";
import { requestBody } from "../bodies/request-body.ts";
import { AtlasFailure } from "../errors.ts";
import { type Json, textAt } from "../json.ts";
import { type Call, type Route, route } from "../route.ts";
import { keyOf } from "../state.ts";
import { getRow, shown } from "./rows.ts";

const VERSION = "2023-01-01";
const LIST = "/groups/{groupId}/accessList";
const ENTRY = `${LIST}/{entryValue}`;
const READER = ["GROUP_READ_ONLY"];
const MANAGER = ["GROUP_NETWORK_ACCESS_MANAGER"];

const entry = requestBody(
  {
    awsSecurityGroup: z
      .string()
      .regex(/^sg-[0-9a-f]+$/)
      .optional(),
    cidrBlock: z.string().refine(isCidr, "is not a network").optional(),
    comment: z.string().max(80).optional(),
    deleteAfterDate: z.iso.datetime({ offset: true }).optional(),
    ipAddress: z
      .string()
      .refine((text) => isIP(text) > 0, "is not an address")
      .optional(),
  },
  ["groupId"],
);

const entries = z.array(entry).min(1);

export const accessListRoutes: readonly Route[] = [
  route({
    method: "GET",
    path: LIST,
    version: VERSION,
    roles: READER,
    handle: (call) => call.page(visibleEntries(call)),
  }),
  route({ method: "POST", path: LIST, version: VERSION, roles: MANAGER, body: entries, handle: addEntries }),
  route({
    method: "GET",
    path: ENTRY,
    version: VERSION,
    roles: READER,
    handle: (call) => shown(visibleEntry(call)),
  }),
  route({
    method: "GET",
    path: `${ENTRY}/status`,
    version: VERSION,
    roles: READER,
    handle: (call) => ({ STATUS: textAt(entryAt(call), "$status") }),
  }),
  route({
    method: "DELETE",
    path: ENTRY,
    version: VERSION,
    status: 204,
    roles: MANAGER,
    handle: async (call) => {
      entryAt(call);
      await call.simulation.move("accessList", entryKey(call), "gone");
    },
  }),
];

async function addEntries(call: Call<z.infer<typeof entries>>): Promise<Json> {
  const { simulation, groupId } = call;
  for (const each of call.body) {
    const { cidrBlock, awsSecurityGroup, ipAddress } = each;
    const given = [cidrBlock, awsSecurityGroup, ipAddress].filter((value) => value !== undefined);
    const [value] = given;
    if (given.length !== 1 || value === undefined) {
      throw new AtlasFailure("VALIDATION_ERROR", ["give one of cidrBlock, ipAddress and awsSecurityGroup"]);
    }
    const network =
      ipAddress === undefined ? {} : { cidrBlock: `${ipAddress}/${isIP(ipAddress) === 4 ? 32 : 128}` };
    const row: Json = { ...network, ...each, groupId, links: [], $status: "PENDING" };
    const key = keyOf(groupId, value);
    const old = simulation.table("accessList").find(key);
    // The same entry again changes its comment.
    if (old === undefined) await simulation.begin("accessList", key, row);
    else Object.assign(old, each);
  }
  return call.page(simulation.table("accessList").below(groupId).map(shown));
}

function visibleEntries({ simulation, groupId }: Call): Json[] {
  const rows = simulation.table("accessList").below(groupId);
  return rows.filter(({ $status }) => $status === "ACTIVE").map(shown);
}

function entryKey(call: Call): string {
  const value = call.param("entryValue");
  const asAddress = keyOf(call.groupId, value.replace(/\/(32|128)$/, ""));
  const isAddress = call.simulation.table("accessList").find(asAddress) !== undefined;
  return isAddress ? asAddress : keyOf(call.groupId, value);
}

function entryAt(call: Call): Json {
  return getRow(call.simulation, {
    table: "accessList",
    key: entryKey(call),
    otherwise: "ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND",
    parameters: [call.param("entryValue"), call.groupId],
  });
}

/** An entry shows up some time after it was accepted. */
function visibleEntry(call: Call): Json {
  const row = entryAt(call);
  if (row["$status"] === "ACTIVE") return row;
  throw new AtlasFailure("ATLAS_NETWORK_PERMISSION_ENTRY_NOT_FOUND", [
    call.param("entryValue"),
    call.groupId,
  ]);
}

function isCidr(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  const family = isIP(address);
  return (
    family > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128)
  );
}
