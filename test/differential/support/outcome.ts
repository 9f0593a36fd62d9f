/** The result of a step, in a form in which Python's and ours can be compared. */
import { toOurs } from '../../helpers/python-names.js';

/** A result as JSON: bytes are {bytes: hexadecimal}, large integers {int: digits}. */
export type Plain = null | boolean | number | string | Plain[] | { [key: string]: Plain };

/** A result, or the kind of error under Python's name. */
export type Outcome = { readonly gave: Plain } | { readonly raised: string };

/** An outcome of Python as ours would be: the keys of its dictionaries under our names. */
export function fromPython(outcome: Outcome): Outcome {
  return 'gave' in outcome ? { gave: renamed(outcome.gave) } : outcome;
}

function renamed(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(renamed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [toOurs(key), renamed(item)]),
  );
}

/** OpenSSL 4 calls every alert TLS_ALERT_...; before, each has the name of the version that brought it. */
const ALERT = /\bSSLV3_ALERT_/g;

/** Always with the same reason here; Python's has a reason only while OpenSSL still reports it. */
const EOF_REASON = /\b(SSLEOFError) \[[^\]]*\]/g;

/** One line; two outcomes are the same when their lines are. */
export function describeOutcome(outcome: Outcome): string {
  const text =
    'raised' in outcome ? `raises ${outcome.raised}` : JSON.stringify(sorted(outcome.gave));
  return text.replaceAll(ALERT, 'TLS_ALERT_').replaceAll(EOF_REASON, '$1');
}

function sorted(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item)] as const);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
