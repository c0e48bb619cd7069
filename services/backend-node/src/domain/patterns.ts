/** The form of a company's identifier. */
export const COMPANY_ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** The longest page. */
export const MAX_LIMIT = 100;
