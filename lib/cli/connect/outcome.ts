// The outcome of `hermetic-ssl connect`: the facts that the page shows and that --json prints.
import { SSLCertVerificationError, systemCertificates, type SSLSocket } from '../../ssl.js';
import { readCertificate, type CertificateFacts } from './certificate.js';
import { isRevoked, stapledTo, type Stapled } from './ocsp.js';
import type { Clock, Opened, Phase } from './probe.js';
import type { Resumption } from './resumption.js';
import type { Settings } from './settings.js';
import { certificateWayOut, wayOut } from './way-out.js';

export interface Agreed {
  readonly address: string;
  readonly protocol: string | null;
  readonly suite: string | null;
  readonly suiteBits: number | null;
  readonly group: string | null;
  readonly isPostQuantum: boolean;
  readonly signature: string | null;
  readonly alpn: string | null;
}

export interface Failure {
  readonly code: string;
  readonly message: string;
  /** X509_V_ERR_*, if the certificate does not verify. */
  readonly verifyCode: number | null;
  /** The place in `chain` of the certificate that failed. */
  readonly depth: number | null;
  readonly remedy: string | null;
}

export interface Outcome {
  readonly target: string;
  readonly serverHostname: string;
  /** Whether the certificate verifies. */
  readonly verified: boolean;
  readonly connected: boolean;
  readonly agreed: Agreed | null;
  /** Leaf first. */
  readonly chain: readonly CertificateFacts[];
  /** The source of the trust in the last certificate of the chain. */
  readonly anchor: string | null;
  /** The stapled OCSP response; null without one. */
  readonly ocsp: Stapled | null;
  readonly resumption: Resumption | null;
  readonly phases: readonly Phase[];
  readonly failure: Failure | null;
}

export const EXIT = { verified: 0, notVerified: 1, notConnected: 3 } as const;

const POST_QUANTUM = /MLKEM|KYBER/i;

function agreedBy({ socket, address }: Opened): Agreed {
  const [suite, , suiteBits] = socket.cipher() ?? [null, null, null];
  const group = socket.group();
  return {
    address,
    protocol: socket.version(),
    suite,
    suiteBits,
    group,
    isPostQuantum: POST_QUANTUM.test(group ?? ''),
    signature: socket.serverSigalg(),
    alpn: socket.selectedAlpnProtocol(),
  };
}

/** Returns the place that trusts the last certificate of a verified chain. */
function anchorOf(root: Buffer | undefined, { authority }: Settings): string | null {
  if (root === undefined) return null;
  if (authority !== null) return authority;
  return systemCertificates().find(({ der }) => der.equals(root))?.source ?? null;
}

export function failureOf(error: unknown, settings: Settings): Failure {
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof SSLCertVerificationError) {
    const { verifyCode, depth } = error;
    return { code, message, verifyCode, depth, remedy: certificateWayOut(verifyCode, message) };
  }
  return {
    code,
    message,
    verifyCode: null,
    depth: null,
    remedy: wayOut({ code, message }, settings),
  };
}

const targetOf = ({ host, port }: Settings): string =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;

const ders = (socket: SSLSocket): readonly Buffer[] => {
  const verified = socket.getVerifiedChain();
  return verified.length > 0 ? verified : socket.getUnverifiedChain();
};

/** Returns the outcome of a connection, before it is closed. */
export function outcomeOf(settings: Settings, opened: Opened, clock: Clock): Outcome {
  const { authorizationError, authorized } = opened.socket;
  const chain = authorizationError?.chain ?? ders(opened.socket);
  return {
    target: targetOf(settings),
    serverHostname: settings.serverHostname,
    verified: authorized && authorizationError === null,
    connected: true,
    agreed: agreedBy(opened),
    chain: chain.map(readCertificate),
    anchor: authorizationError === null && authorized ? anchorOf(chain.at(-1), settings) : null,
    ocsp: stapledTo(opened.socket, chain),
    resumption: null,
    phases: clock.phases,
    failure: authorizationError === null ? null : failureOf(authorizationError, settings),
  };
}

/** Returns the outcome of an attempt that failed. */
export function failedOutcome(settings: Settings, error: unknown, clock: Clock): Outcome {
  const chain = error instanceof SSLCertVerificationError ? error.chain : [];
  return {
    target: targetOf(settings),
    serverHostname: settings.serverHostname,
    verified: false,
    connected: false,
    agreed: null,
    chain: chain.map(readCertificate),
    anchor: null,
    ocsp: null,
    resumption: null,
    phases: clock.phases,
    failure: failureOf(error, settings),
  };
}

/** Returns the exit code: with --insecure a certificate that does not verify, or is revoked, is not a failure. */
export function exitCodeOf({ connected, failure, ocsp }: Outcome, insecure: boolean): number {
  if (connected) return isRevoked(ocsp) && !insecure ? EXIT.notVerified : EXIT.verified;
  return failure?.verifyCode === null ? EXIT.notConnected : EXIT.notVerified;
}
