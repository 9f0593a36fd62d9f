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

/** Returns the message of an SSLCertVerificationError for users of the command. */
export function reasonOf(message: string): string {
  const [first = '', ...others] = message
    .replace(/^\[SSL: \w+\] (?:certificate verify failed: )?/, '')
    .split('; ');
  return [first, ...others.map(withoutAdvice)].filter((clause) => clause !== null).join('; ');
}
