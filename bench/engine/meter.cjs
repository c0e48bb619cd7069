// Loaded into every measured process (NODE_OPTIONS): says at the end of the process what it used.
"use strict";

const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { isMainThread } = require("node:worker_threads");

const folder = process.env.BENCH_METER;

/** Which part of a run this process is. */
function role() {
  const script = process.argv[1] ?? "";
  if (/[\\/]cmd[\\/]run(\.js|[\\/]index\.js)?$/.test(script)) return "program";
  return /provider\.js$/.test(script) ? "provider" : "engine";
}

/** Bytes that were handed to the disk, not to sockets and pipes. */
function bytesWritten() {
  try {
    return Number(/^write_bytes: (\d+)/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1] ?? 0);
  } catch {
    return process.resourceUsage().fsWrite * 512;
  }
}

function report() {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const thread = process.threadCpuUsage();
  const used = {
    role: role(),
    cpuMilliseconds: (userCPUTime + systemCPUTime) / 1000,
    mainThreadMilliseconds: (thread.user + thread.system) / 1000,
    peakBytes: maxRSS * 1024,
    writtenBytes: bytesWritten(),
  };
  writeFileSync(join(folder, `${process.pid}.json`), JSON.stringify(used));
}

if (isMainThread && folder) {
  process.on("exit", report);
  // Plugins are ended by a signal.
  if (role() === "provider") process.on("SIGINT", () => process.exit());
}
