import { z } from "zod";

const port = z.int().min(1).max(65_535);
const word = z.string().regex(/^[A-Za-z0-9@.:_+-]+$/, "is not an address");

const receiver = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("none").describe("Alerts are shown, and sent to nobody") }),
    z.strictObject({
      kind: z.literal("webhook").describe("Alerts are posted to the address in `alertWebhookUrl`"),
    }),
    z.strictObject({
      kind: z.literal("email").describe("Alerts are mailed"),
      to: word.describe("Who gets them"),
      from: word.describe("Sender"),
      server: word.describe("SMTP server, host:port"),
      user: word.optional().describe("Login at the server, with `alertMailPassword`; absent: none"),
    }),
  ])
  .prefault({ kind: "none" })
  .describe("How alerts reach people");

/** Prometheus and Alertmanager of a Docker stack. */
export const dockerMonitoringSettings = z
  .strictObject({
    enabled: z
      .boolean()
      .default(true)
      .describe("Runs Prometheus, Alertmanager and what they need; off makes a light environment"),
    prometheusPort: port.optional().describe("Published port of Prometheus; absent: not published"),
    alertmanagerPort: port.optional().describe("Published port of Alertmanager; absent: not published"),
    pushgatewayPort: port
      .optional()
      .describe("Published port that operations push figures to; absent: not published"),
    retention: z.int().min(1).max(365).default(7).describe("How long figures are kept, days (1 GB at most)"),
    memory: z.int().min(96).default(256).describe("Memory limit of Prometheus, MiB"),
    receiver,
  })
  .prefault({})
  .describe("Monitoring");

/** Secrets that the receiver needs and that are missing, by their keys. */
export function missingReceiverSecrets(settings: {
  readonly monitoring: z.infer<typeof dockerMonitoringSettings>;
  readonly alertWebhookUrl?: unknown;
  readonly alertMailPassword?: unknown;
}): string[] {
  const { receiver: to } = settings.monitoring;
  if (to.kind === "webhook" && settings.alertWebhookUrl === undefined) return ["alertWebhookUrl"];
  const needsPassword = to.kind === "email" && to.user !== undefined;
  return needsPassword && settings.alertMailPassword === undefined ? ["alertMailPassword"] : [];
}
