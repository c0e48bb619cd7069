// Node 20.20's util.inspect(error, { colors: true }) never ends on a stack line like
// "…/node_modules/@pulumi/resource.ts:1:2" (a scope directly followed by a file; the SDK's source maps
// give such paths): it grows a string until the engine refuses (about 100 s and 2 GB here), then the SDK
// falls back to the plain stack. Without colours the same text comes at once.
const util = require("util"),
  inspect = util.inspect;
const quick = (v, o, ...rest) =>
  inspect(v, o && typeof o === "object" ? { ...o, colors: false } : o, ...rest);
Object.setPrototypeOf(quick, inspect);
util.inspect = quick;
