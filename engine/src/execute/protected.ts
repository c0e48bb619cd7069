import type { Ledger } from "./ledger.ts";

/** The recorded resources that are protected: with what they need, they stay when all others are destroyed. */
export function protectedUrns(ledger: Ledger): readonly string[] {
  return ledger.base.filter(({ state }) => state.protect && !state.delete).map(({ state }) => state.urn);
}
