"use strict";

/** Keeps a program that makes every resource in a place of its own from growing without end. */
const MAX_TRACES = 5000;

/**
 * The SDK records where each resource was made, and formats a whole stack for that. Resources made in a loop or by a
 * component come from the same places: what they are called is worked out once.
 */
function rememberStackTraces(Resource) {
  const stackTrace = Resource?.stackTrace;
  if (typeof stackTrace !== "function") return;
  const known = new Map();
  let formatter;
  Resource.stackTrace = function rememberedStackTrace(skip) {
    const { prepareStackTrace } = Error;
    // Who formats stacks decides which source maps count.
    if (formatter !== prepareStackTrace) known.clear();
    formatter = prepareStackTrace;
    const place = `${skip}${currentPlaces()}`;
    const found = known.get(place);
    if (found !== undefined) return found;
    // One more than asked: the frame of this function.
    const trace = stackTrace.call(this, skip + 1);
    if (known.size >= MAX_TRACES) known.clear();
    known.set(place, trace);
    return trace;
  };
}

/** The whole stack, told apart as finely as any text of it can be. */
function currentPlaces() {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = Number.POSITIVE_INFINITY;
    Error.prepareStackTrace = placesOf;
    return new Error().stack;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    Error.prepareStackTrace = prepareStackTrace;
  }
}

function placesOf(_error, sites) {
  let places = "";
  for (const site of sites) {
    const source = site.getScriptNameOrSourceURL() ?? (site.isEval() ? site.getEvalOrigin() : "");
    const kind =
      (site.getFunctionName() ? 1 : 0) +
      (site.isToplevel() ? 2 : 0) +
      (site.isConstructor() ? 4 : 0) +
      (site.isAsync() ? 8 : 0);
    places += `\n${source}:${site.getLineNumber()}:${site.getColumnNumber()}:${kind}`;
  }
  return places;
}

module.exports = { rememberStackTraces };
