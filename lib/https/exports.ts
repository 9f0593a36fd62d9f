// The one object of exports of hermetic-ssl/https: `globalAgent` may be replaced on it.

/** The members that the implementation looks up. lib/https.ts adds the others. */
export const ownExports = {} as { globalAgent: { options?: Record<string, unknown> } };
