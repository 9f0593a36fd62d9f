// What the demonstration serves, and what its clients need to know of it.
import type { Authority } from '../development-authority.js';

/** The names that one port serves. */
export const HOST_NAMES = ['alpha.test', 'beta.test', 'gamma.test'] as const;

export interface Served {
  port: number;
  authority: Authority;
}
