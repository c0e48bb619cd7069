import { z } from "zod";
import { requestBody } from "./request-body.ts";
import { tags } from "./shared.ts";

export const flexClusterBody = requestBody({
  name: z.string(),
  providerSettings: requestBody(
    { backingProviderName: z.enum(["AWS", "AZURE", "GCP"]), regionName: z.string() },
    ["diskSizeGB", "providerName"],
  ),
  tags: tags.optional(),
  terminationProtectionEnabled: z.boolean().optional(),
});

export const flexClusterChange = requestBody({
  tags: tags.optional(),
  terminationProtectionEnabled: z.boolean().optional(),
});

export type FlexClusterBody = z.infer<typeof flexClusterBody>;
