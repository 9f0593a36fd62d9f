// The names that the demonstration serves, and the facts that its clients need.
import type { Authority } from '../development-authority.js';

/** The names that one port serves. */
export const HOST_NAMES = ['alpha.test', 'beta.test', 'gamma.test'] as const;

export interface Served {
  port: number;
  authority: Authority;
}
