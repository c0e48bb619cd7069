"use strict";
// The runner of policy packs requires its pack. The pack itself is ESM, loaded by Node as the program is:
// no second module system, and no type check at each preview.
module.exports = import("./pack.ts");
