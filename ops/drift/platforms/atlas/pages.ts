import { z } from "zod";
import type { VendorApi } from "../../../data/cloud/vendor-api.ts";

const PAGE = 500;
const pageSchema = z.object({ results: z.array(z.unknown()) });

export interface AtlasList<Row> {
  /** Below the project: `clusters`. */
  readonly list: string;
  /** Oldest version that answers. */
  readonly version: string;
  readonly query?: { readonly [name: string]: string };
  readonly row: z.ZodType<Row>;
}

/** A whole list of a project, page by page; empty where the project is gone. @throws UserError `vendor` */
export async function readList<Row>(
  api: VendorApi,
  projectId: string,
  { list, version, query, row }: AtlasList<Row>,
): Promise<Row[]> {
  const rows: Row[] = [];
  for (let page = 1; ; page += 1) {
    const search = new URLSearchParams({ ...query, itemsPerPage: String(PAGE), pageNum: String(page) });
    const answer = await api.find({
      method: "GET",
      path: `api/atlas/v2/groups/${encodeURIComponent(projectId)}/${list}?${search}`,
      media: `application/vnd.atlas.${version}+json`,
    });
    if (answer === undefined) return rows;
    const { results } = pageSchema.parse(answer);
    rows.push(...results.map((each) => row.parse(each)));
    if (results.length < PAGE) return rows;
  }
}
