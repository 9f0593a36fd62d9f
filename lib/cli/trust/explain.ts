// Explains in words why a chain verifies or does not.
import { fromRecord, isRecord } from '../../errors.js';
import type {
  CertificateDict,
  ChainCertificate,
  ChainVerdict,
  FailureCause,
} from '../../internal/native/binding.js';
import { whyNoIssuer } from '../../internal/missing-issuer.js';
import { Purpose } from '../../ssl/purpose.js';
import type { SystemCertificate } from '../../ssl/trust/system-certificates.js';
import { dayOf, describePurposes, fullName, isoTime } from './names.js';

/** The X509_V_ERR_* that have an explanation here. */
const CODE = {
  NO_ISSUER: 2,
  EXPIRED: 10,
  NOT_YET: 9,
  SELF_SIGNED_LEAF: 18,
  SELF_SIGNED_CHAIN: 19,
  NO_LOCAL_ISSUER: 20,
  LEAF_ALONE: 21,
  REJECTED: 28,
  HOSTNAME: 62,
  IP_ADDRESS: 64,
} as const;

export interface Facts {
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly names: readonly string[];
}

/** Returns the facts of a certificate to show. */
export function factsOf({ certificate }: ChainCertificate): Facts {
  if (isRecord(certificate)) throw fromRecord(certificate);
  const {
    subject,
    issuer,
    notBefore,
    notAfter,
    subjectAltName = [],
  }: CertificateDict = certificate;
  return {
    subject: fullName(subject ?? []),
    issuer: fullName(issuer ?? []),
    notBefore: isoTime(notBefore ?? ''),
    notAfter: isoTime(notAfter ?? ''),
    names: subjectAltName.flatMap(([, name]) => (typeof name === 'string' ? [name] : [])),
  };
}

/** Returns the platform's entry with exactly this certificate. */
export const entryOf = (
  { der }: ChainCertificate,
  platform: readonly SystemCertificate[],
): SystemCertificate | undefined => platform.find((entry) => entry.der.equals(der));

const SEARCH =
  'Add it to the system’s certificates, name a bundle that has it in SSL_CERT_FILE, or give it to ' +
  'SSLContext.loadVerifyLocations.';

function whyNoRoot(
  last: Facts,
  cause: FailureCause,
  platform: readonly SystemCertificate[],
): string {
  const isSent = cause.defects.length > 0 || cause.issuers.some(({ isTrusted }) => !isTrusted);
  const why = isSent ? whyNoIssuer(cause, `"${last.issuer}"`) : null;
  if (why !== null) return `About "${last.subject}": ${why}.`;
  if (platform.length === 0) return `This machine does not trust any certificate. ${SEARCH}`;
  const namesakes = platform.filter(({ subject }) => fullName(subject) === last.issuer);
  const [namesake] = namesakes;
  if (namesake === undefined)
    return `No certificate named "${last.issuer}" is trusted here or was sent along. ${SEARCH}`;
  const unfit = namesakes.every(
    ({ trustedFor }) => trustedFor !== 'all' && !trustedFor.includes(Purpose.SERVER_AUTH.oid),
  );
  if (unfit)
    return `"${last.issuer}" of ${namesake.source} is trusted for other purposes only: ${describePurposes(namesake)}.`;
  return `"${last.issuer}" of ${namesake.source} has another key, or did not issue this certificate.`;
} // prettier-ignore

function whyEnded(verdict: ChainVerdict, { subject, source }: SystemCertificate, day: string) {
  const [leaf] = verdict.chain;
  const issued = leaf === undefined ? '' : ` This one was issued on ${factsOf(leaf).notBefore.slice(0, day.length)}.`;
  return `"${fullName(subject)}" of ${source} vouches only for certificates issued until ${day}.${issued}`;
} // prettier-ignore

function whyRejected(verdict: ChainVerdict, platform: readonly SystemCertificate[]): string {
  const entries = verdict.chain.flatMap((it) => entryOf(it, platform) ?? []);
  const isDistrusted = ({ distrustedFor }: SystemCertificate): boolean => distrustedFor.length > 0;
  const ended = entries.find(({ distrustedAfter: end }) => end?.purposes === 'all' || end?.purposes.includes(Purpose.SERVER_AUTH.oid)); // prettier-ignore
  const distrusted = entries.find(isDistrusted) ?? ended ?? entries[0];
  if (distrusted === undefined) return 'A certificate of the chain is distrusted.';
  if (distrusted === ended && ended.distrustedAfter)
    return whyEnded(verdict, ended, dayOf(ended.distrustedAfter.time));
  const said = describePurposes(distrusted);
  if (distrusted.distrustedFor === 'all')
    return `"${fullName(distrusted.subject)}" is distrusted by ${distrusted.source}.`;
  return `"${fullName(distrusted.subject)}" is not trusted for servers by ${distrusted.source}: ${said}.`;
}

function whyDate({ subject, notBefore, notAfter }: Facts): string {
  const now = new Date();
  const isOver = new Date(notAfter) < now;
  const when = isOver ? `expired at ${notAfter}` : `is not valid before ${notBefore}`;
  return `"${subject}" ${when}; this machine’s clock says ${now.toISOString()}.`;
}

/** Returns one or two sentences on the failure and its remedy; nothing for a chain that verified. */
export function explain(verdict: ChainVerdict, platform: readonly SystemCertificate[]): string {
  const [leaf] = verdict.presented;
  const end = verdict.chain.at(-1) ?? leaf;
  const concerned = verdict.chain[verdict.depth] ?? leaf;
  if (leaf === undefined || end === undefined || concerned === undefined) return '';
  switch (verdict.code) {
    case 0:
      return '';
    case CODE.NO_ISSUER:
    case CODE.NO_LOCAL_ISSUER:
    case CODE.LEAF_ALONE:
      return whyNoRoot(factsOf(end), verdict.cause, platform);
    case CODE.SELF_SIGNED_LEAF:
      return `It signed itself, and is not trusted here. ${SEARCH}`;
    case CODE.SELF_SIGNED_CHAIN:
      return `The chain ends in "${factsOf(end).subject}", which is sent along but not trusted here. ${SEARCH}`;
    case CODE.EXPIRED:
    case CODE.NOT_YET:
      return whyDate(factsOf(concerned));
    case CODE.REJECTED:
      return whyRejected(verdict, platform);
    case CODE.HOSTNAME:
    case CODE.IP_ADDRESS:
      return `It is for ${factsOf(leaf).names.join(', ') || factsOf(leaf).subject}.`;
    default:
      return `It is about "${factsOf(concerned).subject}".`;
  }
}
