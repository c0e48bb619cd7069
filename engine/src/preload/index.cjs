// Loaded into the process of a program, policy pack or plugin before the SDK (node --require). None of them must notice.
"use strict";

const fs = require("node:fs");
const nodeModule = require("node:module");
const util = require("node:util");
const { isMainThread } = require("node:worker_threads");
const { loadSdk, takeSdkShortcuts } = require("./sdk-shortcuts.cjs");

/** Where a process that was started early is told the rest. */
const REST_FD = 3;

/** What the engine says to this file alone: programs and what they start do not see it. */
function takeVariable(name) {
  const value = process.env[name];
  delete process.env[name];
  return value;
}

/** Processes that the program forks are started with the program's own options: those before the one that loads this file. */
function leaveOutOfForks() {
  const at = process.execArgv.indexOf(__filename);
  if (process.execArgv[at - 1] === "--require") process.execArgv.splice(at - 1);
}

/** Waits for the arguments and variables of the run. Without a run there is nothing to do, and that is no success. */
function takeRest() {
  const text = fs.readFileSync(REST_FD, "utf8");
  fs.closeSync(REST_FD);
  if (text === "") process.exit(1);
  const { args, env } = JSON.parse(text);
  process.argv.push(...args);
  Object.assign(process.env, env);
}

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

const engine = takeVariable("PULUMI_EMBEDDED_ENGINE_PID");
const compileCache = takeVariable("PULUMI_EMBEDDED_COMPILE_CACHE");
const waits = takeVariable("PULUMI_EMBEDDED_WAITS") === "true";
const debugMessages = takeVariable("PULUMI_EMBEDDED_DEBUG_MESSAGES") !== "false";

leaveOutOfForks();
// Worker threads load this file too, and are left alone.
if (isMainThread && engine !== undefined) {
  // A folder that cannot be written to is no error: then code is compiled anew.
  if (compileCache && nodeModule.enableCompileCache) nodeModule.enableCompileCache(compileCache);
  takeSdkShortcuts(process.argv[1], { debugMessages });
  if (waits) {
    loadSdk(process.argv[1]);
    takeRest();
  }
  // The program must not outlive an engine that was killed. It is the first of its process group: its children end
  // with it.
  setInterval(() => {
    if (process.ppid !== Number(engine)) process.kill(-process.pid, "SIGKILL");
  }, 1000).unref();
}
