"use strict";

/**
 * Stands for the SDK's module that traces a run. Spans lead nowhere unless it is started: only then are the exporters
 * of OpenTelemetry loaded.
 */
function tracingOf(load, module) {
  let started;
  return {
    start(destination) {
      started = load();
      return started.start(destination);
    },
    stop: () => started?.stop(),
    newSpan: (name) => (started === undefined ? spanOf(name, module) : started.newSpan(name)),
  };
}

/** As the SDK makes one outside of its own tracing: whoever else has registered a provider sees it. */
function spanOf(name, module) {
  const { context, trace } = module.require("@opentelemetry/api");
  const around = trace.setSpan(context.active(), trace.getActiveSpan());
  return trace.getTracer("nodejs-runtime").startSpan(name, undefined, around);
}

module.exports = { tracingOf };
