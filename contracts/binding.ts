import { z } from "zod";

/** What a document database hands one service. The URL carries the credentials, so the whole is secret. */
export const documentBindingSchema = z.strictObject({ url: z.string().min(1), database: z.string().min(1) });

/** What a graph database hands one service: a user of its own. */
export const graphBindingSchema = z.strictObject({
  url: z.string().min(1),
  database: z.string().min(1),
  user: z.string().min(1),
  password: z.string().min(1),
});

/** What a cache hands its one service. */
export const cacheBindingSchema = z.strictObject({ url: z.string().min(1) });

export type DocumentBinding = z.infer<typeof documentBindingSchema>;
export type GraphBinding = z.infer<typeof graphBindingSchema>;
export type CacheBinding = z.infer<typeof cacheBindingSchema>;
