// Loaded before the SDK: V8 writes stacks itself, whoever would like to write them otherwise.
"use strict";

Object.defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => undefined });
