/** The vocabulary that every peer speaks: what a test may ask of a server or client, and what it learns about it. */

export type ProtocolVersion = 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

/** A certificate chain (leaf first) and its key; an IssuedCertificate fits. */
export interface Identity {
  readonly chainPem: string;
  readonly keyPem: string;
}

interface CommonOptions {
  readonly minVersion?: ProtocolVersion | undefined;
  readonly maxVersion?: ProtocolVersion | undefined;
  /** TLS 1.2 cipher list in OpenSSL's syntax. */
  readonly ciphers?: string | undefined;
  /** Groups of the key exchange in OpenSSL's syntax; for Python one name that OpenSSL's objects have, 'secp384r1'. */
  readonly groups?: string | undefined;
  readonly alpn?: readonly string[] | undefined;
  /** Trusted certificates in PEM; nothing else is trusted. */
  readonly ca?: string | undefined;
}

export interface PeerServerOptions extends CommonOptions {
  readonly identity: Identity;
  readonly clientCertificate?: 'none' | 'optional' | 'required' | undefined;
  /** Other certificates by the name that the client asks for. */
  readonly sni?: Readonly<Record<string, Identity>> | undefined;
  /**
   * echo: returns what it gets until the client closes, then closes properly. send-then-close: sends `payload`, then
   * close_notify. ragged: sends `payload`, then closes TCP without close_notify.
   */
  readonly behaviour?: 'echo' | 'send-then-close' | 'ragged' | undefined;
  readonly payload?: Uint8Array | undefined;
}

export interface PeerClientOptions extends CommonOptions {
  readonly port: number;
  readonly host?: string | undefined;
  /** The name to send and to check; 'localhost' when absent, null for neither. */
  readonly servername?: string | null | undefined;
  /** true unless given. */
  readonly verify?: boolean | undefined;
  readonly identity?: Identity | undefined;
  readonly send?: Uint8Array | undefined;
  /** How many bytes to wait for, or up to the end; as many as were sent, or with nothing sent up to the end. */
  readonly read?: number | 'end' | undefined;
}

export interface PeerError {
  readonly phase: 'connect' | 'handshake' | 'data' | 'close';
  /** The peer's own name of the error: a Python class, a Node code. */
  readonly kind: string;
  readonly message: string;
  /** OpenSSL's reason mnemonic where the peer reports one. */
  readonly reason: string | null;
  /** X509_V_ERR_* of a failed verification. */
  readonly verifyCode: number | null;
}

export interface ConnectionFacts {
  readonly version: ProtocolVersion | null;
  /** OpenSSL's name of the cipher suite. */
  readonly cipher: string | null;
  readonly alpn: string | null;
  /** Common name of the other side's certificate. */
  readonly peerCommonName: string | null;
  /** On a server: the name that the client sent. */
  readonly sni: string | null;
  readonly reused: boolean;
  readonly received: Buffer;
  /** Whether the other side sent close_notify; null if the peer cannot distinguish it from a closed TCP connection. */
  readonly cleanClose: boolean | null;
  readonly error: PeerError | null;
}

export interface PeerServer {
  readonly port: number;
  /** Facts of the first `count` connections, in the order in which they ended. */
  connections(count: number): Promise<ConnectionFacts[]>;
  close(): Promise<void>;
}
