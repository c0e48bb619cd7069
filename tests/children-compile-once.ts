/**
 * Where coverage is measured, vitest lets its workers compile all they load: what comes from Node's cache is not
 * counted. The processes that tests start are not counted either, and take twice the time without that cache.
 */
delete process.env["NODE_DISABLE_COMPILE_CACHE"];
