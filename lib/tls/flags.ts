// The flags of Node's command line that concern TLS, from the command line itself and from NODE_OPTIONS.

import { notYet } from './errors.js';

/** Flags that ask for more than this package's OpenSSL has, which must not be ignored. */
const REFUSED = ['enable-fips', 'force-fips'];
/** Flags about the runtime's OpenSSL, which this package does not use. */
const WITHOUT_EFFECT = ['openssl-config', 'openssl-legacy-provider', 'openssl-shared-config'];

let isChecked = false;

/** Returns the flags, each as `--name` or `--name=value` with hyphens. */
function all(): string[] {
  const words = (process.env['NODE_OPTIONS'] ?? '').split(/\s+/);
  return [...words, ...process.execArgv];
}

/** Whether the flag is given, and not taken back by `--no-...`. */
export function hasFlag(name: string): boolean {
  const spelled = all().map((word) => word.replaceAll('_', '-'));
  return spelled.lastIndexOf(`--${name}`) > spelled.lastIndexOf(`--no-${name}`);
}

/** Returns the value of a flag `--name=value`; null without it. */
export function flagValue(name: string): string | null {
  const prefix = `--${name}=`;
  return (
    all()
      .findLast((word) => word.startsWith(prefix))
      ?.slice(prefix.length) ?? null
  );
}

/** Throws if the command line asks for FIPS, and warns once of flags that have no effect here. */
export function checkFlags(): void {
  const refused = REFUSED.find((name) => hasFlag(name));
  if (refused !== undefined) throw notYet(`--${refused}`);
  if (isChecked) return;
  isChecked = true;
  const unused = WITHOUT_EFFECT.find((name) => hasFlag(name) || flagValue(name) !== null);
  if (unused === undefined) return;
  process.emitWarning(
    `--${unused} has no effect on hermetic-ssl/tls, which has an OpenSSL of its own`,
    { type: 'HermeticSslWarning', code: 'HERMETIC_FLAG_IGNORED' },
  );
}
