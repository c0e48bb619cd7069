// Loaded before anything else: most of a short command is loading modules. Nothing changes but when that is done.
"use strict";

const { createRequire, enableCompileCache } = require("node:module");

/** What the Pulumi SDK loads at its start and needs only to turn functions into code: an npm client, and TypeScript. */
const LATE_MODULES = ["@npmcli/arborist", "./typescript-shim.js"];

// What Node has compiled once it takes from its cache the next time.
enableCompileCache();
const requireOfSdk = createRequire(require.resolve("@pulumi/pulumi"));
for (const name of LATE_MODULES) postpone(requireOfSdk.resolve(name));

/** Whoever requires the file gets a stand-in, which loads it when something of it is used. */
function postpone(filename) {
  const isLoaded = () => requireOfSdk.cache[filename] !== standIn;
  const load = () => {
    if (!isLoaded()) delete requireOfSdk.cache[filename];
    return requireOfSdk(filename);
  };
  const exports = new Proxy(
    {},
    {
      // Compiled code asks before it uses a module, and takes one that says so as it is.
      get: (_target, key) => (key === "__esModule" ? true : load()[key]),
      has: (_target, key) => key in load(),
    },
  );
  const standIn = { id: filename, filename, loaded: true, children: [], exports };
  requireOfSdk.cache[filename] = standIn;
}
