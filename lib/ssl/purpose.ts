// What a certificate is for.

/** An object identifier with its names (Python: ssl._ASN1Object). */
export interface Asn1Object {
  readonly nid: number;
  readonly shortname: string;
  readonly longname: string;
  readonly oid: string;
}

/** The purposes that a context can be made for (Python: ssl.Purpose). */
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
