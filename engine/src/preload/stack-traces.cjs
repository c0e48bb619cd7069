"use strict";

const { quickenSourceMaps } = require("./source-positions.cjs");

/** Keeps a program that makes every resource in a place of its own from growing without end. */
const MAX_TRACES = 5000;

/**
 * The SDK records where each resource was made, and formats a whole stack for that. Resources made in a loop or by a
 * component come from the same places: what they are called is worked out once.
 * @param module the module of the SDK that made `Resource`
 */
function rememberStackTraces(Resource, module) {
  const stackTrace = Resource?.stackTrace;
  if (typeof stackTrace !== "function") return;
  let known = new Map();
  let count = 0;
  let formatter;
  Resource.stackTrace = function rememberedStackTrace(skip) {
    const { prepareStackTrace } = Error;
    // By now whoever reads source maps is loaded.
    if (formatter === undefined && prepareStackTrace !== undefined) quickenSourceMaps(module);
    // Who formats stacks decides which source maps count.
    if (formatter !== prepareStackTrace || count >= MAX_TRACES) {
      known = new Map();
      count = 0;
    }
    formatter = prepareStackTrace;
    const traces = placeOf(currentSites(), known);
    const found = traces.get(skip);
    if (found !== undefined) return found;
    // One more than asked: the frame of this function.
    const trace = stackTrace.call(this, skip + 1);
    traces.set(skip, trace);
    count++;
    return trace;
  };
}

/** The whole stack, as V8 has it. */
function currentSites() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = (_error, sites) => sites;
    return new Error().stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

/** Where a stack leads in a tree of sites, which tells stacks apart as finely as any text of them can. */
function placeOf(sites, root) {
  let place = root;
  for (const site of sites) {
    const source = site.getScriptNameOrSourceURL() ?? (site.isEval() ? site.getEvalOrigin() : "");
    const kind =
      (site.getFunctionName() ? 1 : 0) +
      (site.isToplevel() ? 2 : 0) +
      (site.isConstructor() ? 4 : 0) +
      (site.isAsync() ? 8 : 0);
    place = below(place, String(source));
    place = below(place, site.getLineNumber());
    place = below(place, site.getColumnNumber() * 16 + kind);
  }
  return place;
}

function below(place, key) {
  const found = place.get(key);
  if (found !== undefined) return found;
  const made = new Map();
  place.set(key, made);
  return made;
}

module.exports = { rememberStackTraces };
