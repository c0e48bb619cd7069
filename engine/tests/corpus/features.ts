/** Cases that need a feature which the engine does not have yet; they are run and reported as `waits`. */
export const waitingCases: { readonly [number: string]: string } = {};
