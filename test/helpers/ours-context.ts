/** Contexts of this package made from the options that every peer here takes, and its errors in the peers' common form. */
import * as ssl from 'hermetic-ssl/ssl';

import { peerError } from './fact-log.js';
import type {
  ConnectionFacts,
  PeerClientOptions,
  PeerError,
  PeerServerOptions,
  ProtocolVersion,
} from './peer-types.js';

/** Options that only this package's own ends have. */
export interface OurOptions {
  /** Whether a server refuses a client without a common application protocol. */
  readonly strictAlpn?: boolean | undefined;
  /** TLS 1.3 suites, names between colons. */
  readonly ciphersuites?: string | undefined;
  /** Whether TLS 1.2 sessions are kept in tickets; true unless given. */
  readonly tickets?: boolean | undefined;
}

export interface OurFacts extends ConnectionFacts {
  /** The group of the key exchange. */
  readonly group: string | null;
  /** How many certificates the verified chain of the other side has, its root included; 0 without one. */
  readonly chainLength: number;
}

const VERSIONS: Readonly<Record<ProtocolVersion, ssl.TLSVersion>> = {
  TLSv1: ssl.TLSVersion.TLSv1,
  'TLSv1.1': ssl.TLSVersion.TLSv1_1,
  'TLSv1.2': ssl.TLSVersion.TLSv1_2,
  'TLSv1.3': ssl.TLSVersion.TLSv1_3,
};

const CLIENT_CERTIFICATES = {
  none: ssl.CERT_NONE,
  optional: ssl.CERT_OPTIONAL,
  required: ssl.CERT_REQUIRED,
} as const;

type Options = (PeerServerOptions | PeerClientOptions) & OurOptions;

function configure(context: ssl.SSLContext, options: Options): ssl.SSLContext {
  const { minVersion, maxVersion, ciphers, ciphersuites, groups, alpn, ca, identity } = options;
  if (minVersion) context.minimumVersion = VERSIONS[minVersion];
  if (maxVersion) context.maximumVersion = VERSIONS[maxVersion];
  if (ciphers) context.setCiphers(ciphers);
  if (ciphersuites) context.setCiphersuites(ciphersuites);
  if (groups) context.setGroups(groups);
  if (options.tickets === false) context.options |= ssl.Options.OP_NO_TICKET;
  if (alpn) context.setAlpnProtocols(alpn);
  context.strictAlpn = options.strictAlpn ?? false;
  if (ca) context.loadVerifyLocations({ cadata: ca });
  if (identity) context.loadCertChain({ cert: identity.chainPem, key: identity.keyPem });
  return context;
}

export function ourServerContext(options: PeerServerOptions & OurOptions): ssl.SSLContext {
  const context = configure(new ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), options);
  context.verifyMode = CLIENT_CERTIFICATES[options.clientCertificate ?? 'none'];
  return context;
}

export function ourClientContext(options: PeerClientOptions & OurOptions): ssl.SSLContext {
  const { verify = true, servername } = options;
  const context = new ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT);
  context.checkHostname = verify && servername !== null;
  context.verifyMode = verify ? ssl.CERT_REQUIRED : ssl.CERT_NONE;
  return configure(context, options);
}

type HandshakeFacts = Pick<
  OurFacts,
  'version' | 'cipher' | 'alpn' | 'peerCommonName' | 'reused' | 'group' | 'chainLength'
>;

/** Returns the facts that an end knows as soon as the handshake is done. */
export function handshakeFacts(socket: ssl.SSLSocket): HandshakeFacts {
  return {
    version: socket.version() as ProtocolVersion | null,
    cipher: socket.cipher()?.[0] ?? null,
    alpn: socket.selectedAlpnProtocol(),
    peerCommonName: commonName(socket.getpeercert()),
    reused: socket.sessionReused,
    group: socket.group(),
    chainLength: socket.getVerifiedChain().length,
  };
}

function commonName(certificate: ssl.CertificateDict | null): string | null {
  const names = certificate?.subject?.flat() ?? [];
  const value = names.find(([key]) => key === 'commonName')?.[1] ?? null;
  return value === null ? null : String(value);
}

export const nothingYet = (): { group: string | null; chainLength: number } => ({
  group: null,
  chainLength: 0,
});

/** The error as the peers report theirs: the class of an SSLError, the code of any other. */
export function describeOurs(error: Error, phase: PeerError['phase']): PeerError {
  if (!(error instanceof ssl.SSLError)) {
    return peerError(phase, (error as NodeJS.ErrnoException).code ?? error.name, error.message);
  }
  const { name, message, reason } = error;
  const verifyCode = error instanceof ssl.SSLCertVerificationError ? error.verifyCode : null;
  return peerError(phase, name, message, { reason, verifyCode });
}
