import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { listPrices } from "../../../contracts/cost/prices.ts";
import { chooseEngine } from "../../../ops/engine-choice.ts";
import type { ReviewRequest } from "../../../ops/review/gather.ts";
import type { StackReview } from "../../../ops/review/stack-review.ts";
import { reviewStacks } from "../../../ops/review.ts";
import { Checkout } from "../../checkout.ts";
import { cloudConfig } from "../../cloud-config.ts";
import { captureOutput } from "../output.ts";
import { recordStack } from "./recorded-stack.ts";

const PROJECT = "reviewed";

/** Secret settings as a team's file has them: nobody here can decrypt them. */
const SECRETS = {
  atlasClientSecret: cloudConfig.atlasClientSecret,
  graphCredentials: cloudConfig.graphCredentials,
};
export const CIPHERTEXT = "v1:AAAAAAAAAAAAAAAA:aW5kZWVkIGEgc2VjcmV0IHRoYXQgbm9ib2R5IG9wZW5z";

/** A checkout with recorded states whose program and settings a test changes and puts back. */
export class ReviewedCheckout {
  readonly checkout = new Checkout(PROJECT);
  readonly states: { [stack: string]: string } = {};

  async record(stack: string): Promise<void> {
    if (stack === "cloud") this.writeCloudSettings();
    else this.checkout.edit(`Pulumi.${stack}.yaml`, (text) => text.replaceAll("trials:", `${PROJECT}:`));
    const secrets = stack === "cloud" ? SECRETS : {};
    this.states[stack] = await recordStack({ folder: this.folder, project: PROJECT, stack, secrets });
  }

  get folder(): string {
    return this.checkout.folder;
  }

  /** The committed settings of cloud, completed as a team does. */
  private writeCloudSettings(): void {
    const { atlasClientSecret: _a, graphCredentials: _b, ...plain } = cloudConfig;
    const secure = Object.fromEntries(Object.keys(SECRETS).map((key) => [key, { secure: CIPHERTEXT }]));
    const kubernetes = { ...plain.kubernetes, quota: { cpu: 32, memory: 65_536, pods: 100 } };
    const atlas = {
      ...plain.atlas,
      accessList: [{ range: "203.0.113.0/24", comment: "office" }],
      cluster: { ...plain.atlas.cluster, tier: "M30", nodes: 3, backup: { daily: 14 } },
    };
    const entries = Object.entries({ ...plain, kubernetes, atlas, ...secure });
    const config = Object.fromEntries(entries.map(([key, value]) => [`${PROJECT}:${key}`, value]));
    const text = stringify({ encryptionsalt: "v1:c2FsdHNhbHQ=:v1:AAAAAAAAAAAAAAAA:bm90aGluZw==", config });
    writeFileSync(join(this.folder, "Pulumi.cloud.yaml"), text);
  }

  /** Reviews one stack from its recorded state, with files changed for that time. */
  async review(
    stack: string,
    edits: { readonly [file: string]: (text: string) => string } = {},
    more: Partial<ReviewRequest> = {},
  ): Promise<StackReview> {
    const before = Object.keys(edits).map(
      (file) => [file, readFileSync(join(this.folder, file), "utf8")] as const,
    );
    try {
      for (const [file, edit] of Object.entries(edits)) this.checkout.edit(file, edit);
      const [review] = await reviewStacks([stack], await this.request(more), captureOutput());
      if (review === undefined) throw new Error("no review");
      return review;
    } finally {
      for (const [file, text] of before) writeFileSync(join(this.folder, file), text);
    }
  }

  async request(more: Partial<ReviewRequest> = {}): Promise<ReviewRequest> {
    return {
      root: this.folder,
      local: join(this.folder, ".infra"),
      engine: await chooseEngine("embedded", process.env),
      baseRoot: undefined,
      states: this.states,
      live: false,
      policyPack: "none",
      prices: listPrices,
      env: {},
      ...more,
    };
  }

  remove(): void {
    this.checkout.remove();
  }
}
