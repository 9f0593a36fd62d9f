/** Inserted when dist/ is made (scripts/lib/bundle.mjs). */
declare const HERMETIC_SSL_VERSION: string;

/** The version of this package, as package.json has it. */
export const packageVersion: string = HERMETIC_SSL_VERSION;
