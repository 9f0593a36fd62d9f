// The page of `hermetic-ssl connect`.
import { clip, printable, wrap } from '../frame/text.js';
import type { Paint } from '../frame/style.js';
import type { CertificateFacts } from './certificate.js';
import { isRevoked, type Stapled } from './ocsp.js';
import type { Outcome, Agreed } from './outcome.js';
import { plainMessage, reasonOf } from './reason.js';
import type { Phase } from './probe.js';
import type { Resumption } from './resumption.js';

export interface Look {
  readonly width: number;
  readonly paint: Paint;
}

const LABEL = 12;
const DAY = 24 * 60 * 60 * 1000;
const SOON = 30;
const MOST_NAMES = 8;
const DATE = 'YYYY-MM-DD'.length;

function row(label: string, value: string, { width, paint }: Look): string[] {
  const [first = '', ...rest] = wrap(value, width - LABEL - 2);
  const indent = ' '.repeat(LABEL + 2);
  return [`  ${paint('dim', label.padEnd(LABEL))}${first}`, ...rest.map((line) => indent + line)];
}

function resumptionText({ tried, resumed, milliseconds, failure }: Resumption): string {
  if (!tried) return 'not offered by the server';
  if (failure !== null) return `unknown: the second connection failed (${printable(failure)})`;
  return resumed ? `resumed in ${milliseconds.toFixed(1)} ms` : 'refused: a full handshake again';
}

const dayOf = (time: string): string => time.slice(0, DATE);

/** "good, produced 2026-05-01, next update 2026-05-08". */
function ocspText(stapled: Stapled | null, { paint }: Look): string {
  if (stapled === null) return 'not stapled';
  const { status, reason, producedAt, nextUpdate, revokedAt, isCurrent, isSigned } = stapled;
  if (status === 'unreadable') return paint('yellow', 'stapled, but it cannot be read');
  if (status === 'no answer')
    return paint('yellow', `no answer about this certificate (${reason ?? 'it is about another one'})`); // prettier-ignore
  const why = reason === null ? '' : ` (${reason})`;
  const when = revokedAt === null ? '' : ` since ${dayOf(revokedAt)}`;
  const times = [
    ...(producedAt === null ? [] : [`produced ${dayOf(producedAt)}`]),
    ...(nextUpdate === null ? [] : [`next update ${dayOf(nextUpdate)}`]),
  ];
  const doubts = [
    ...(isSigned ? [] : ['its signature does not verify']),
    ...(isCurrent ? [] : ['it is out of date']),
  ];
  const text = [`${status}${when}${why}`, ...times].join(', ');
  if (doubts.length > 0) return paint('yellow', `${text}; but ${doubts.join(' and ')}`);
  return status === 'good' ? text.replace('good', paint('green', 'good')) : paint('red', text);
}

function agreedRows(
  agreed: Agreed,
  { ocsp, resumption }: Pick<Outcome, 'ocsp' | 'resumption'>,
  look: Look,
): string[] {
  const { address, protocol, suite, suiteBits, group, isPostQuantum, signature, alpn } = agreed;
  const quantum = isPostQuantum ? look.paint('green', 'post-quantum') : 'not post-quantum';
  return [
    ...row('address', address, look),
    ...row('protocol', protocol ?? 'unknown', look),
    ...row('suite', `${suite} (${suiteBits} bits)`, look),
    ...row(
      'group',
      group === null ? 'not used: without forward secrecy' : `${group} (${quantum})`,
      look,
    ),
    ...row('signature', signature ?? 'none', look),
    ...row('ALPN', alpn === null ? 'none' : printable(alpn), look),
    ...row('OCSP', ocspText(ocsp, look), look),
    ...(resumption === null ? [] : row('resumption', resumptionText(resumption), look)),
  ];
}

function expiry(notAfter: string, notBefore: string, { paint }: Look): string {
  if (notAfter === '') return paint('red', 'its dates cannot be read');
  const left = Math.floor((Date.parse(notAfter) - Date.now()) / DAY);
  const day = `until ${notAfter.slice(0, DATE)}`;
  if (Date.parse(notBefore) > Date.now())
    return paint('red', `not valid before ${notBefore.slice(0, DATE)}`);
  if (left < 0) return paint('red', `expired ${notAfter.slice(0, DATE)}`);
  const text = `${day} (${left} ${left === 1 ? 'day' : 'days'})`;
  return left < SOON ? paint('yellow', text) : text;
}

/** The chain as a tree, the anchor first. */
function tree({ chain, anchor, failure }: Outcome, look: Look): string[] {
  const { width, paint } = look;
  return chain.toReversed().flatMap((certificate: CertificateFacts, index) => {
    const branch = index === 0 ? '' : `${'   '.repeat(index - 1)}└─ `;
    const under = ' '.repeat(index === 0 ? 0 : branch.length);
    const isFailed = failure?.depth === chain.length - 1 - index;
    const title = `${branch}${clip(certificate.subject, width - branch.length - 4)}`;
    const { key, signature, notAfter, notBefore, names } = certificate;
    const shown = names.slice(0, MOST_NAMES).join(', ');
    const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
    const notes = [
      ...(index === 0 && anchor !== null ? [`trusted by ${anchor}`] : []),
      ...(index === 0 && certificate.issuer !== certificate.subject
        ? [`issued by ${certificate.issuer}`]
        : []),
      ...(shown === '' ? [] : wrap(`names ${shown}${more}`, width - under.length - 2)),
    ];
    return [
      `  ${isFailed ? paint('red', `${title} ✗`) : paint('bold', title)}`,
      `  ${under}${key}, ${signature}, ${expiry(notAfter, notBefore, look)}`,
      ...notes.map((note) => `  ${under}${paint('dim', note)}`),
    ];
  });
}

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** A bar of whole and eighth blocks; at least an eighth. */
export function bar(share: number, width: number): string {
  const eighths = Math.max(1, Math.round(share * width * EIGHTHS.length));
  return (
    '█'.repeat(Math.floor(eighths / EIGHTHS.length)) + (EIGHTHS[eighths % EIGHTHS.length] ?? '')
  );
}

function bars(phases: readonly Phase[], { width, paint }: Look): string[] {
  const total = phases.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const room = Math.min(50, width - LABEL - 16);
  return [...phases, { name: 'total', milliseconds: total }].map(({ name, milliseconds }) => {
    const time = `${milliseconds.toFixed(1)} ms`.padStart(11);
    const drawn = name === 'total' ? '' : bar(total > 0 ? milliseconds / total : 0, room);
    return `  ${paint('dim', name.padEnd(LABEL))}${time}  ${paint('cyan', drawn)}`.trimEnd();
  });
}

function headline(
  { target, serverHostname, connected, verified, failure, ocsp }: Outcome,
  look: Look,
): string {
  const asked = target.includes(serverHostname) ? target : `${target} as ${serverHostname}`;
  const { paint } = look;
  if (connected && isRevoked(ocsp))
    return `${paint('bold', asked)}  ${paint('red', '✗ the certificate is revoked')}`;
  if (connected && verified) return `${paint('bold', asked)}  ${paint('green', '✓ verified')}`;
  if (connected)
    return `${paint('bold', asked)}  ${paint('yellow', '⚠ connected, but the certificate does not verify')}`;
  const what = failure?.verifyCode === null ? 'not connected' : 'the certificate does not verify';
  return `${paint('bold', asked)}  ${paint('red', `✗ ${what}`)}`;
}

/** Returns the lines of the page. */
export function page(outcome: Outcome, look: Look): string[] {
  const { agreed, chain, failure, phases } = outcome;
  const { paint, width } = look;
  const why =
    failure === null
      ? []
      : [
          printable(
            failure.verifyCode === null ? plainMessage(failure.message) : reasonOf(failure.message),
          ),
          ...(failure.remedy === null ? [] : [failure.remedy]),
        ];
  return [
    headline(outcome, look),
    ...why.flatMap((text) => ['', ...wrap(text, width - 2).map((line) => `  ${line}`)]),
    ...(agreed === null ? [] : ['', ...agreedRows(agreed, outcome, look)]),
    ...(chain.length === 0 ? [] : ['', paint('bold', 'chain'), ...tree(outcome, look)]),
    ...(phases.length === 0 ? [] : ['', paint('bold', 'time'), ...bars(phases, look)]),
  ];
}
