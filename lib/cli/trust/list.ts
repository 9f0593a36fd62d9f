// `hermetic-ssl trust`: the platform's certificates as a table, as JSON, as a PEM bundle.
import * as hashlib from '../../hashlib.js';
import { derCertToPemCert } from '../../ssl/certificates/pem.js';
import { Purpose } from '../../ssl/purpose.js';
import { systemCertificates, type SystemCertificate } from '../../ssl/trust/system-certificates.js';
import { binding } from '../../internal/native/binding.js';
import { trustEnvironment } from '../../ssl/trust/environment.js';
import { paint } from '../frame/style.js';
import { widthFor } from '../frame/text.js';
import { describePurposes, expiryOf, fullName, isoTime, shortName, type Expiry } from './names.js';

export interface ListOptions {
  format: 'table' | 'json' | 'pem';
  /** Null for every certificate, including distrusted ones. */
  purpose: Purpose | null;
  /** How many days before its end a certificate counts as expiring. */
  soonDays: number;
}

interface Row {
  certificate: SystemCertificate;
  expiry: Expiry;
}

const SUBJECT_WIDTH = 46;
const LEAST_WIDTH = 20;
const DATE_LENGTH = 10;

const clip = (text: string, width: number): string =>
  text.length > width ? `${text.slice(0, width - 1)}…` : text;

const searched = (): string => binding.rootPlaces(...trustEnvironment()).searched.join(', ');

function describe({ certificate, expiry }: Row): Record<string, unknown> {
  const { der, subject, issuer, notBefore, notAfter, distrustedAfter, ...rest } = certificate;
  return {
    subject: fullName(subject),
    issuer: fullName(issuer),
    ...rest,
    distrustedAfter: distrustedAfter && {
      ...distrustedAfter,
      time: new Date(distrustedAfter.time * 1000).toISOString(),
    },
    notBefore: isoTime(notBefore),
    notAfter: isoTime(notAfter),
    expiry,
    sha256: hashlib.sha256(der).hexdigest(),
  };
}

const MARKS: Readonly<Record<Expiry, string>> = {
  valid: '',
  expiring: ' soon',
  expired: ' expired',
  'not yet valid': ' not yet',
};

const paintRow = (row: Row, line: string): string => {
  if (row.expiry === 'expired' || row.certificate.distrustedFor === 'all')
    return paint('red', line);
  return row.expiry === 'valid' ? line : paint('yellow', line);
};

/** On a terminal, the table has no column for one source of all certificates, and subjects get the room that is left. */
function tableOf(rows: readonly Row[]): string[] {
  const sources = new Set(rows.map(({ certificate }) => certificate.source));
  const isShort = process.stdout.isTTY && sources.size === 1;
  const table = cellsOf(rows, SUBJECT_WIDTH, isShort);
  const over = Math.max(...table.map((line) => line.length)) - widthFor(process.stdout);
  const fitting = over > 0 ? cellsOf(rows, Math.max(LEAST_WIDTH, SUBJECT_WIDTH - over), isShort) : table; // prettier-ignore
  const [header = '', ...lines] = fitting;
  return [
    ...(isShort ? [`from ${[...sources].join('')}`, ''] : []),
    paint('bold', header),
    ...rows.map((row, i) => paintRow(row, lines[i] ?? '')),
  ];
}

/** Returns the header and a line for each row. */
function cellsOf(rows: readonly Row[], subjectWidth: number, isShort: boolean): string[] {
  const header = ['subject', 'purposes', 'expires', ...(isShort ? [] : ['source'])];
  const cells = rows.map(({ certificate, expiry }) => [
    clip(shortName(certificate.subject), subjectWidth),
    describePurposes(certificate),
    isoTime(certificate.notAfter).slice(0, DATE_LENGTH) + MARKS[expiry],
    ...(isShort ? [] : [certificate.source]),
  ]);
  const widths = header.map((_, i) =>
    Math.max(...[header, ...cells].map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join('  ').trimEnd(); // prettier-ignore
  return [header, ...cells].map(line);
}

function summary(rows: readonly Row[], soonDays: number): string {
  const count = (expiry: Expiry): number => rows.filter((row) => row.expiry === expiry).length;
  const distrusted = rows.filter(({ certificate }) => certificate.distrustedFor.length > 0).length;
  return (
    `${rows.length} certificates, ${distrusted} of them distrusted; ` +
    `${count('expired')} expired, ${count('expiring')} to expire within ${soonDays} days`
  );
}

function print(rows: readonly Row[], { format, soonDays }: ListOptions): void {
  if (format === 'json') {
    const places = binding.rootPlaces(...trustEnvironment());
    console.log(
      JSON.stringify({ places, certificates: rows.map((row) => describe(row)) }, null, 2),
    );
  } else if (format === 'pem') {
    for (const { certificate } of rows)
      console.log(`# ${fullName(certificate.subject)}\n${derCertToPemCert(certificate.der)}`);
  } else {
    console.log([...tableOf(rows), '', summary(rows, soonDays)].join('\n'));
  }
}

/** Prints the certificates that the platform trusts, and returns the exit code: 1 if the list is empty. */
export function listCertificates(options: ListOptions): number {
  const { format, soonDays } = options;
  // PEM cannot express for which purposes a certificate is not trusted.
  const purpose = options.purpose ?? (format === 'pem' ? Purpose.SERVER_AUTH : null);
  const now = Date.now() / 1000;
  const rows = systemCertificates({ purpose })
    .filter(({ isAnchor }) => isAnchor || format !== 'pem')
    .map((certificate) => ({ certificate, expiry: expiryOf(certificate, now, soonDays) }))
    .toSorted((a, b) =>
      shortName(a.certificate.subject).localeCompare(shortName(b.certificate.subject), 'en'),
    );
  if (rows.length > 0 || format === 'json') print(rows, options);
  if (rows.length === 0)
    console.error(`hermetic-ssl: no trusted certificate was found; looked for ${searched()}`);
  return rows.length > 0 ? 0 : 1;
}
