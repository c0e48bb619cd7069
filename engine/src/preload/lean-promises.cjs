"use strict";

const { hash } = require("node:crypto");

/** The SDK's function, from 3.260 on, whose work is done here (SHA-256 of its text). */
const KNOWN_FUNCTION = "19d27a81e9df719cc4d1ba7ac2958e165c4953ea6f62143e46f634c8446e72c6";

/** Every promise of the SDK, some twenty a resource, carries a stack and a name that only PULUMI_DEBUG_PROMISE_LEAKS shows. */
function makeLeanPromises(exports, module) {
  const { debuggablePromise, debugPromiseLeaks } = exports;
  if (debugPromiseLeaks || typeof debuggablePromise !== "function") return;
  const stackless = withoutStack(debuggablePromise);
  exports.debuggablePromise = stackless;
  if (hash("sha256", String(debuggablePromise)) !== KNOWN_FUNCTION) return;
  const watchPromise = watchWith(module.require("./state"));
  exports.debuggablePromise = (promise, context) => {
    exports.debuggablePromise = watchPromise;
    // The first arranges for what is said of the others in the end.
    return stackless(promise, context);
  };
}

/** Watches promises as the SDK does: those that settle are not leaked. */
function watchWith(state) {
  return function watchPromise(promise) {
    const store = state.getStore();
    store.leakCandidates.add(promise);
    return promise
      .then((value) => {
        store.leakCandidates.delete(promise);
        return value;
      })
      .catch((error) => {
        store.leakCandidates.delete(promise);
        error.promise = promise;
        throw error;
      });
  };
}

function withoutStack(debuggablePromise) {
  return function debugWithoutStack(promise, context) {
    const { stackTraceLimit } = Error;
    try {
      // Where the limit is not a number, an error has no stack at all.
      Error.stackTraceLimit = undefined;
      return debuggablePromise(promise, context);
    } finally {
      Error.stackTraceLimit = stackTraceLimit;
    }
  };
}

module.exports = { makeLeanPromises };
