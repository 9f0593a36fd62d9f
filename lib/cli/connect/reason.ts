// The reason of a failed verification as the page shows it: without advice to programmers, which the way out replaces.

/** Words that only a program can act on. */
const ADVICE = /\b(?:context\.\w|VerifyFlags|CERT_NONE|@SECLEVEL)/;

/** Returns a clause without its advice: "the root is not trusted: context.loadVerifyLocations()". */
function withoutAdvice(clause: string): string | null {
  if (!ADVICE.test(clause)) return clause;
  const colon = clause.search(/: (?=[^:]*\b(?:context\.\w|VerifyFlags))/);
  const rest = colon === -1 ? '' : clause.slice(0, colon);
  return rest === '' || ADVICE.test(rest) ? null : rest;
}

/** Messages of Node about the system's errors, and the same in words. */
const SYSTEM_ERRORS: readonly (readonly [RegExp, string])[] = [
  [/^getaddrinfo (ENOTFOUND|ENODATA) (.+)$/, '$2 has no address ($1)'],
  [/^getaddrinfo (EAI_AGAIN) (.+)$/, 'the name server did not answer about $2 ($1)'],
  [/^connect (ECONNREFUSED) (.+)$/, '$2 refuses the connection ($1)'],
  [/^connect (EHOSTUNREACH|ENETUNREACH) (.+?)(?: - .*)?$/, '$2 cannot be reached ($1)'],
  [/^connect (ETIMEDOUT) (.+)$/, '$2 does not answer ($1)'],
  [/^read (ECONNRESET)$/, 'the server reset the connection ($1)'],
];

/** Returns the message of an error of the system for users of the command. */
export function plainMessage(message: string): string {
  const [pattern, words] = SYSTEM_ERRORS.find(([it]) => it.test(message)) ?? [];
  return pattern === undefined || words === undefined ? message : message.replace(pattern, words);
}

/** The clause that lists all faults of this sort, the first one included. */
const STRICT = /^VERIFY_X509_STRICT rejects /;

/** Whether only the strict rules of RFC 5280 reject the certificate, among others. */
export const isStrictFailure = (message: string): boolean =>
  message.includes('; VERIFY_X509_STRICT rejects ');

/** Returns the message of an SSLCertVerificationError for users of the command. */
export function reasonOf(message: string): string {
  const [first = '', ...others] = message
    .replace(/^\[SSL: \w+\] (?:certificate verify failed: )?/, '')
    .replace(/ \(certificate of [^()]*\)/, '') // the page marks it in the chain
    .split('; ');
  const clauses = others.map(withoutAdvice).filter((clause) => clause !== null);
  const strict = clauses.find((clause) => STRICT.test(clause));
  if (strict === undefined) return [first, ...clauses].join('; ');
  const faults = strict.replace(STRICT, 'the strict rules of RFC 5280 reject ');
  return [faults, ...clauses.filter((clause) => clause !== strict)].join('; ');
}
