import { DRIFTED, readAnswer, reviewAndAnswer } from "./drift/answer.ts";
import { openStack, stackFlags } from "./stack.ts";
import type { Verb } from "./verb.ts";

export const driftVerb: Verb = {
  name: "drift",
  usage: "STACK [revert|accept|ignore ID…]",
  summary: "what differs live from what is recorded, why, and whose it is; three answers for each",
  flags: {
    ...stackFlags,
    markdown: { type: "string", summary: "write the review to this file as Markdown" },
    html: { type: "string", summary: "write the review to this file as a page" },
    all: { type: "boolean", default: false, summary: "revert: everything that was found" },
    yes: { type: "boolean", default: false, summary: "revert, accept: do not ask" },
    until: { type: "string", summary: "ignore: last day that it holds, for example 2027-01-31" },
    reason: { type: "string", summary: "ignore: why" },
    owner: { type: "string", summary: "ignore: who answers for it (default: the finding's owner)" },
  },
  examples: [
    "./infra drift dev",
    "./infra drift cloud --json --markdown drift.md",
    "./infra drift dev revert d-0a1b2c3d",
    "./infra drift dev accept d-0a1b2c3d",
    './infra drift dev ignore d-0a1b2c3d --until 2027-01-31 --reason "load test"',
  ],
  exitCodes: {
    0: "nothing wants an answer; or the answer was carried out",
    [DRIFTED]: "drift wants an answer",
  },
  async run(args, output) {
    const [, word, ...ids] = args.positionals;
    const answer = readAnswer(word, args.flags);
    const opened = await openStack(args, (line) => output.stderr.write(`${line}\n`));
    const asked = { opened, answer, ids, flags: args.flags };
    return await reviewAndAnswer(asked, output);
  },
};
