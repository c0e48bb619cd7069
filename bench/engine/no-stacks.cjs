// Loaded before the SDK: no error has a stack.
"use strict";

Object.defineProperty(Error, "stackTraceLimit", { get: () => 0, set: () => undefined });
