// Loaded into the program's process before the SDK (node --require).
"use strict";

const util = require("node:util");
const { isMainThread } = require("node:worker_threads");

// Where the SDK formats an uncaught error with colours, some Node versions spend more than a minute on stack
// lines like node_modules/@pulumi/resource.ts:1:2, which the SDK's source maps produce. The same text without
// colours comes at once.
const inspect = util.inspect;
function inspectPlainly(value, options, ...rest) {
  const plain = typeof options === "object" && options !== null && value instanceof Error;
  return inspect(value, plain ? { ...options, colors: false } : options, ...rest);
}
Object.setPrototypeOf(inspectPlainly, inspect);
util.inspect = inspectPlainly;

// The program must not outlive an engine that was killed. It is the first of its process group, so its children
// end with it. Processes that it forks load this file too, but are not told the engine's id: they are left alone.
const engine = process.env.PULUMI_EMBEDDED_ENGINE_PID;
delete process.env.PULUMI_EMBEDDED_ENGINE_PID;
if (isMainThread && engine !== undefined) {
  setInterval(() => {
    if (process.ppid !== Number(engine)) process.kill(-process.pid, "SIGKILL");
  }, 1000).unref();
}
