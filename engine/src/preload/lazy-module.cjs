"use strict";

/** Stands for the exports of a module, and loads it when one of them is asked for. */
function lazyModule(load) {
  let loaded;
  const real = () => {
    loaded ??= load();
    return loaded;
  };
  return new Proxy(Object.create(null), {
    get(_target, key) {
      // Compiled code asks before it uses a module, and takes one that says so as it is.
      if (key === "__esModule") return true;
      const exports = real();
      return key === "default" && !exports.__esModule ? exports : exports[key];
    },
    has: (_target, key) => key in real(),
    ownKeys: () => Reflect.ownKeys(real()),
    getOwnPropertyDescriptor(_target, key) {
      const found = Reflect.getOwnPropertyDescriptor(real(), key);
      return found && { ...found, configurable: true };
    },
    set: (_target, key, value) => Reflect.set(real(), key, value),
  });
}

module.exports = { lazyModule };
