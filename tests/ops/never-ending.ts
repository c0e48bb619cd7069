/** Loaded before a command, to keep its process from ending. */
setInterval(() => undefined, 60_000);
