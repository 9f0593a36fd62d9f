// CertificateDirectory: the certificates in a directory, by the names of servers, and their change while servers run.
import { EventEmitter } from 'node:events';

import { stateError, typeError, unwrap } from '../errors.js';
import { digest } from '../hashlib.js';
import { binding, type CertificateDict } from '../internal/native/binding.js';
import { ownOptions, requireString } from '../internal/validate.js';
import { certTimeToSeconds } from '../ssl/certificates/certificate-time.js';
import { PROTOCOL_TLS_SERVER } from '../ssl/constants.js';
import { SSLContext } from '../ssl/context.js';
import type { SniCallback, SSLPeer } from '../ssl/callbacks.js';
import { createDefaultContext } from '../ssl/defaults.js';
import { Purpose } from '../ssl/purpose.js';
import type { Emits } from '../ssl/typed-events.js';
import { requireSeconds, type Duration } from './duration.js';
import { findPairs, readPair, type PairFiles } from './pair-files.js';

/** Options of `CertificateDirectory.watch`. */
export interface CertificateDirectoryOptions {
  /** How often the files are read; `'10s'` by default. */
  poll?: Duration | undefined;
  /** How long before the end of a certificate `expiry` is emitted; `'14d'` by default. */
  expiryWarning?: Duration | undefined;
  /** Makes a server's context without certificates, once for each name; `createDefaultContext(Purpose.CLIENT_AUTH)` by default. */
  createContext?: (() => SSLContext) | undefined;
}

/** The events of CertificateDirectory. */
interface CertificateDirectoryEvents {
  reload: [names: string[]];
  reloadError: [error: Error, file: string];
  expiry: [names: string[], notAfter: Date];
}

interface Pair {
  readonly file: string;
  readonly print: string;
  readonly chain: { readonly cert: Buffer; readonly key: Buffer };
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
}

const Emitter: new () => Emits<CertificateDirectoryEvents> & EventEmitter = EventEmitter;
const CREATE = Symbol('create');
const DAY = 86_400;

function namesOf({ subjectAltName = [] }: CertificateDict): string[] {
  const names = subjectAltName.filter(([kind]) => kind === 'DNS').map(([, name]) => name);
  return names.filter((name) => typeof name === 'string').map((name) => name.toLowerCase());
}

/** Throws if the key is not that of the certificate, and for everything else that a server could not use. */
async function loadPair(files: PairFiles, before: Pair | undefined): Promise<Pair> {
  const [cert, key] = await readPair(files);
  const print = digest('sha256', cert, 'hex') + digest('sha256', key, 'hex');
  if (before?.print === print) {
    key.fill(0);
    return before;
  }
  try {
    return { file: files.certificate, print, chain: { cert, key }, ...factsOf({ cert, key }) };
  } catch (error) {
    key.fill(0);
    throw error;
  }
}

/** Throws for a pair that a server could not use. */
function factsOf(chain: Pair['chain']): Pick<Pair, 'names' | 'notBefore' | 'notAfter'> {
  const probe = new SSLContext(PROTOCOL_TLS_SERVER);
  probe.loadCertChain(chain);
  const leaf = unwrap(binding.contextCertificate(probe.handle));
  const facts = leaf === null ? {} : unwrap(binding.decodeCertificate(leaf));
  const { notBefore = '', notAfter = '' } = facts;
  return {
    names: namesOf(facts),
    notBefore: certTimeToSeconds(notBefore),
    notAfter: certTimeToSeconds(notAfter),
  };
}

/** Wipes the keys of the pairs that are not among the next ones. Returns the next ones. */
function wipeUnused(pairs: ReadonlyMap<string, Pair>, next: Map<string, Pair>): Map<string, Pair> {
  for (const [file, pair] of pairs) if (next.get(file) !== pair) pair.chain.key.fill(0);
  return next;
}

/**
 * The certificates in a directory with their keys, for servers with many names. The layouts are those of certbot
 * (`NAME/fullchain.pem`, `privkey.pem`), of secrets of Kubernetes (`tls.crt`, `tls.key`), and of Caddy (`NAME.crt`,
 * `NAME.key`), in the directory itself or up to four below it. All of them are read again from time to time, and taken over if
 * their contents have changed: a pair whose key does not fit is refused, and the earlier one stays. Existing connections keep
 * their certificates.
 *
 * Events: `reload` with the names whose certificates have changed; `reloadError` with an error and a file, once for each
 * content; `expiry` with the names of a certificate and its end, once a day. An error without a listener is a process warning
 * (HERMETIC_CERTIFICATES).
 */
export class CertificateDirectory extends Emitter {
  readonly #folder: string;
  readonly #createContext: () => SSLContext;
  readonly #expiryWarning: number;
  readonly #contexts = new Map<string, SSLContext>();
  readonly #complaints = new Map<string, string>();
  readonly #warned = new Map<string, number>();
  readonly #missing = new Set<string>();
  #isClosed = false;
  #pairs = new Map<string, Pair>();
  #fallback: SSLContext | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** @internal */
  constructor(token: unknown, folder: string, options: CertificateDirectoryOptions) {
    if (token !== CREATE)
      throw typeError(
        'CertificateDirectory has no public constructor; use CertificateDirectory.watch',
      );
    super();
    this.#folder = folder;
    this.#expiryWarning = requireSeconds(options.expiryWarning ?? '14d', 'expiryWarning');
    this.#createContext =
      options.createContext ?? (() => createDefaultContext(Purpose.CLIENT_AUTH));
  }

  /**
   * Reads a directory and watches it. The process does not stay alive for it.
   * @throws the error of node:fs for a directory that cannot be read; Error if it has no usable certificate
   */
  static async watch(
    folder: string,
    options: CertificateDirectoryOptions = {},
  ): Promise<CertificateDirectory> {
    requireString(folder, 'folder');
    const given = ownOptions(options);
    const poll = requireSeconds(given.poll ?? '10s', 'poll');
    const directory = new CertificateDirectory(CREATE, folder, given);
    await directory.#begin(poll * 1000);
    return directory;
  }

  /**
   * The context of clients that name no server, or an unknown one, for `createServer`. Its certificates are those of the
   * first pair by path, and its `sniCallback` switches to the context of the requested name.
   */
  get context(): SSLContext {
    if (this.#fallback === null) throw stateError('the directory has not been read');
    return this.#fallback;
  }

  /** For the `sniCallback` of another context: switches to the context of the name, if there is one. */
  readonly sniCallback: SniCallback = (peer: SSLPeer, serverName: string | null) => {
    const context = serverName === null ? null : this.contextFor(serverName);
    if (context !== null) peer.context = context;
    return undefined;
  };

  /** The names of all certificates, in lower case; wildcards as they are. */
  get names(): string[] {
    return [...this.#contexts.keys()].toSorted();
  }

  /** Returns the context of a name, or of a wildcard of its first label; null without one. */
  contextFor(serverName: string): SSLContext | null {
    const name = serverName.toLowerCase();
    const wildcard = name.replace(/^[^.]+/, '*');
    return this.#contexts.get(name) ?? this.#contexts.get(wildcard) ?? null;
  }

  /** Reads the directory now. Fulfilled when what has changed is in use; never rejected. */
  async refresh(): Promise<void> {
    try {
      await this.#read();
    } catch (error) {
      this.#complain(this.#folder, String(error), error as Error);
    }
  }

  /** Stops watching, and wipes the files of keys in memory. The contexts stay as they are. */
  close(): void {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#pairs = wipeUnused(this.#pairs, new Map());
  }

  async #begin(poll: number): Promise<void> {
    let first: Error | null = null;
    const note = (error: Error) => (first ??= error);
    this.on('reloadError', note);
    await this.#read();
    this.off('reloadError', note);
    const [pair] = this.#pairs.values();
    if (pair === undefined)
      throw first ?? stateError(`'${this.#folder}' has no certificate with its key`);
    const again = () => {
      if (this.#isClosed) return;
      this.#timer = setTimeout(() => void this.refresh().then(again), poll);
      this.#timer.unref();
    };
    again();
  }

  /** Reads all pairs. A pair that cannot be used leaves the earlier one in its place. */
  async #read(): Promise<void> {
    const next = new Map<string, Pair>();
    for (const files of await findPairs(this.#folder)) {
      const before = this.#pairs.get(files.certificate);
      try {
        next.set(files.certificate, await loadPair(files, before));
        this.#complaints.delete(files.certificate);
      } catch (error) {
        if (before !== undefined) next.set(files.certificate, before);
        this.#complain(files.certificate, String(error), error as Error);
      }
    }
    this.#keepMissing(next);
    if (this.#isClosed) return void wipeUnused(next, new Map());
    const before = this.#pairs;
    try {
      this.#use(next);
    } finally {
      wipeUnused(before, next);
    }
  }

  /** A pair that is missing once may be in the middle of an exchange. */
  #keepMissing(next: Map<string, Pair>): void {
    for (const [file, pair] of this.#pairs) {
      const isNew = !next.has(file) && !this.#missing.has(file);
      if (isNew) next.set(file, pair);
      if (isNew) this.#missing.add(file);
      else this.#missing.delete(file);
    }
  }

  #use(next: Map<string, Pair>): void {
    const changed = new Set<string>();
    for (const file of new Set([...this.#pairs.keys(), ...next.keys()])) {
      const [before, after] = [this.#pairs.get(file), next.get(file)];
      if (before === after) continue;
      for (const name of [...(before?.names ?? []), ...(after?.names ?? [])]) changed.add(name);
    }
    const isFirst = this.#fallback === null;
    const [oldFirst] = this.#pairs.values();
    this.#pairs = new Map([...next].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    for (const name of changed) this.#renew(name);
    const [first] = this.#pairs.values();
    if (first !== undefined && first !== oldFirst) this.#setFallback(first);
    if (!isFirst && changed.size > 0) this.emit('reload', [...changed].toSorted());
    this.#warnOfExpiry();
  }

  #setFallback(first: Pair): void {
    this.#fallback ??= this.#createContext();
    this.#fallback.sniCallback ??= this.sniCallback;
    this.#fallback.replaceCertChains([first.chain]);
  }

  /** Gives a name's context the chains of all its pairs: one for each type of key, of several the latest. */
  #renew(name: string): void {
    const pairs = [...this.#pairs.values()].filter(({ names }) => names.includes(name));
    if (pairs.length === 0) return void this.#contexts.delete(name);
    const context = this.#contexts.get(name) ?? this.#createContext();
    const [oldest, ...later] = pairs.toSorted((a, b) => a.notBefore - b.notBefore);
    if (oldest !== undefined) context.replaceCertChains([oldest.chain]);
    for (const { chain } of later) context.loadCertChain(chain); // in place of one with the same type of key
    this.#contexts.set(name, context);
  }

  /** Once for each content of a file. */
  #complain(file: string, text: string, error: Error): void {
    if (this.#complaints.get(file) === text) return;
    this.#complaints.set(file, text);
    if (this.listenerCount('reloadError') > 0) return void this.emit('reloadError', error, file);
    const message = `'${file}' is not used: ${error.message}`;
    process.emitWarning(message, { type: 'HermeticSslWarning', code: 'HERMETIC_CERTIFICATES' });
  }

  #warnOfExpiry(): void {
    const now = Date.now() / 1000;
    for (const { print, names, notAfter } of this.#pairs.values()) {
      const isWarned = now - (this.#warned.get(print) ?? Number.NEGATIVE_INFINITY) < DAY;
      if (isWarned || notAfter - now > this.#expiryWarning) continue;
      this.#warned.set(print, now);
      this.#warnOf(names, notAfter);
    }
  }

  #warnOf(names: readonly string[], notAfter: number): void {
    const end = new Date(notAfter * 1000);
    if (this.listenerCount('expiry') > 0) return void this.emit('expiry', [...names], end);
    const message = `the certificate of ${names.join(', ')} is valid until ${end.toISOString()}`;
    process.emitWarning(message, { type: 'HermeticSslWarning', code: 'HERMETIC_CERTIFICATES' });
  }
}
