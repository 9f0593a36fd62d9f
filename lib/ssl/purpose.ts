// The purposes of certificates.
import { typeError, valueError } from '../errors.js';
import { describeWithValue } from '../internal/validate.js';

/** An object identifier with its names (Python: ssl._ASN1Object). */
export interface Asn1Object {
  /** OpenSSL's number for it. */
  readonly nid: number;
  /** OpenSSL's short name: `'serverAuth'`. */
  readonly shortname: string;
  /** OpenSSL's long name: `'TLS Web Server Authentication'`. */
  readonly longname: string;
  /** The dotted form: `'1.3.6.1.5.5.7.3.1'`. */
  readonly oid: string;
}

/**
 * The purposes for which a context can be created (Python: ssl.Purpose): extended key usages of certificates (RFC 5280,
 * 4.2.1.12).
 */
export const Purpose = {
  /** Clients, which verify servers. */
  SERVER_AUTH: {
    nid: 129,
    shortname: 'serverAuth',
    longname: 'TLS Web Server Authentication',
    oid: '1.3.6.1.5.5.7.3.1',
  },
  /** Servers, which may verify clients. */
  CLIENT_AUTH: {
    nid: 130,
    shortname: 'clientAuth',
    longname: 'TLS Web Client Authentication',
    oid: '1.3.6.1.5.5.7.3.2',
  },
} as const;
export type Purpose = (typeof Purpose)[keyof typeof Purpose];

function isAsn1Object(value: unknown): value is Asn1Object {
  const { nid, oid } = (value ?? {}) as Partial<Asn1Object>;
  return typeof nid === 'number' && typeof oid === 'string';
}

/**
 * Throws unless the value is a member of Purpose: RangeError for another object identifier, TypeError for anything else.
 */
export function requirePurpose(value: unknown): asserts value is Purpose {
  if (value === Purpose.SERVER_AUTH || value === Purpose.CLIENT_AUTH) return;
  if (!isAsn1Object(value))
    throw typeError(`purpose must be a member of Purpose, not ${describeWithValue(value)}`);
  throw valueError('purpose must be Purpose.SERVER_AUTH or Purpose.CLIENT_AUTH');
}
