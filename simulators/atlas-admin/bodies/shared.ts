import { z } from "zod";

export const tag = z.strictObject({ key: z.string().min(1).max(255), value: z.string().min(1).max(255) });

export const tags = z.array(tag).max(50);

export const label = z.strictObject({ key: z.string().optional(), value: z.string().optional() });

export const id = z.string().regex(/^[0-9a-f]{24}$/, "must be 24 hexadecimal digits");
