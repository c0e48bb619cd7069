// Half of the time that a program spends in the SDK goes into texts that nobody reads and modules that nobody calls.
// What is done here changes neither what the program sees nor what it sends; without the engine the SDK is as it was.
"use strict";

const nodeModule = require("node:module");
const { join } = require("node:path");
const { openInspectorLate } = require("./late-inspector.cjs");
const { lazyModule } = require("./lazy-module.cjs");
const { makeLeanPromises } = require("./lean-promises.cjs");
const { rememberStackTraces } = require("./stack-traces.cjs");
const { tracingOf } = require("./tracing.cjs");

/** The files that run programs, policy packs and plugins, in the folder of the SDK. */
const SDK_RUNNER =
  /^(.+[\\/]@pulumi[\\/]pulumi)[\\/]cmd[\\/](?:run|run-policy-pack|run-plugin|dynamic-provider)[\\/]index\.js$/;

/** Modules that only some programs need, by the file of the SDK that requires them, and what the file gets instead. */
const LATE_MODULES = {
  // These are for functions that are turned into code: dynamic providers and callbacks in the cloud.
  "runtime/closure/codePaths.js": { "@npmcli/arborist": lazyModule, "normalize-package-data": lazyModule },
  "runtime/closure/parseFunction.js": { "../../typescript-shim": lazyModule },
  "index.js": { "./automation": lazyModule },
  "cmd/run/run.js": { "./tracing": tracingOf },
};

/** What is done to the exports of a file of the SDK, which is told the file's module, too. */
function shortcutsFor({ debugMessages }) {
  // Loaded here, where compiled code is kept by now.
  const { callEngineDirectly, callMonitorDirectly } = require("./direct-calls.cjs");
  return {
    "runtime/debuggable.js": makeLeanPromises,
    "runtime/closure/v8Hooks.js": openInspectorLate,
    "proto/engine_grpc_pb.js": callEngineDirectly,
    "proto/resource_grpc_pb.js": callMonitorDirectly,
    "resource.js": (exports, module) => rememberStackTraces(exports.Resource, module),
    ...(debugMessages ? {} : { "log/index.js": dropDebugMessages }),
  };
}

/** The SDK tells four debug messages a resource, one call to the engine each. */
function dropDebugMessages(exports) {
  if (typeof exports.debug === "function") exports.debug = () => Promise.resolve();
}

/**
 * Takes the shortcuts in the copy of the SDK that runs the program, when its files are loaded. The loader itself stays as
 * it is: a function of ours around it would stand in every stack that a program shows.
 */
function takeSdkShortcuts(runner, options) {
  const sdk = SDK_RUNNER.exec(runner)?.[1];
  if (sdk === undefined) return;
  const shortcuts = shortcutsFor(options);
  for (const [file, late] of Object.entries(LATE_MODULES)) {
    atLoadOf(join(sdk, file), (module) => requireLater(module, late));
  }
  for (const [file, change] of Object.entries(shortcuts)) {
    atLoadOf(join(sdk, file), (module) => changeExports(module, change));
  }
}

/** What the runner and nearly every program load, in the runner's order. The paths are the runner's. */
const LOADED_EARLY = [
  "./instrumentation",
  "source-map-support/register",
  "../../log",
  "../../runtime/settings",
  "../../runtime/closure/v8Hooks",
  "../../index.js",
];

/** The SDK reads nothing of its run while it is loaded. What cannot be loaded the runner will say. */
function loadSdk(runner) {
  if (!SDK_RUNNER.test(runner)) return;
  const load = nodeModule.createRequire(runner);
  try {
    for (const file of LOADED_EARLY) load(file);
  } catch {
    // As if nothing had been tried.
  }
}

/** Calls `prepare` with the module of a file, once, when the loader registers it and before it is run. */
function atLoadOf(filename, prepare) {
  Object.defineProperty(nodeModule._cache, filename, {
    configurable: true,
    enumerable: false,
    get: () => undefined,
    set(module) {
      Object.defineProperty(nodeModule._cache, filename, {
        ...{ configurable: true, enumerable: true, writable: true, value: module },
      });
      prepare(module);
    },
  });
}

function changeExports(module, change) {
  const compile = module._compile;
  module._compile = function compileAndChange(...args) {
    const result = compile.apply(module, args);
    change(module.exports, module);
    return result;
  };
}

/**
 * Lets modules that a file requires wait until they are used. After the last of them its `require` is its own again: the
 * file that loads the program stands in every stack of it.
 */
function requireLater(module, late) {
  const load = module.require;
  const awaited = new Set(Object.keys(late));
  module.require = function requireNow(request) {
    const real = () => load.call(module, request);
    if (!awaited.delete(request)) return real();
    if (awaited.size === 0) delete module.require;
    return late[request](real, module);
  };
}

module.exports = { loadSdk, takeSdkShortcuts };
