// Compressed certificates (RFC 8879): the algorithms of a context, and its chains in compressed form. The addon has only
// the decoders, so the runtime's node:zlib compresses each chain once, when it is loaded.
import type * as Zlib from 'node:zlib';
import { notImplementedError, typeError, unwrap, valueError } from '../../errors.js';
import { binding, type ContextHandle } from '../../internal/native/binding.js';
import { describe } from '../../internal/validate.js';
import { changing } from '../engine/dormant.js';

/** An algorithm of {@link SSLContext}'s `certificateCompression` (RFC 8879). */
export type CertificateCompression = 'zlib' | 'brotli' | 'zstd';

/** The numbers of the algorithms (RFC 8879, 7.3). */
const NUMBERS: Readonly<Record<CertificateCompression, number>> = { zlib: 1, brotli: 2, zstd: 3 };
const NAMES = Object.keys(NUMBERS) as CertificateCompression[];

const available: readonly number[] = binding.certificateCompressionAlgorithms();

/**
 * Returns the algorithms that `SSLContext.certificateCompression` accepts: `['zlib', 'brotli', 'zstd']`, or an empty list
 * where this package's OpenSSL is built without them, as on Windows (node:tls: getCertificateCompressionAlgorithms).
 */
export function getCertificateCompressionAlgorithms(): CertificateCompression[] {
  return NAMES.filter((name) => available.includes(NUMBERS[name]));
}

/** More than a chain needs, and a decoder with this window needs less memory than with the default. */
const WINDOW_BITS = 16;

type Encode = (message: Buffer) => Buffer | null;

/** The types are those of the oldest Node that this package supports, which lacks zstd. */
type Encoders = typeof Zlib & { zstdCompressSync?: (message: Buffer) => Buffer };

const zlib = (): Encoders => process.getBuiltinModule('node:zlib');

/** Null if the runtime does not have the encoder: Node has zstd since 22.15. */
const ENCODERS: Readonly<Record<CertificateCompression, Encode>> = {
  zlib: (message) => zlib().deflateSync(message, { level: 9 }),
  brotli: (message) => {
    const { brotliCompressSync, constants } = zlib();
    return brotliCompressSync(message, {
      params: {
        [constants.BROTLI_PARAM_LGWIN]: WINDOW_BITS,
        [constants.BROTLI_PARAM_SIZE_HINT]: message.length,
      },
    });
  },
  zstd: (message) => zlib().zstdCompressSync?.(message) ?? null,
};

interface Setting {
  readonly algorithms: readonly CertificateCompression[];
  readonly isServer: boolean;
}

const settings = new WeakMap<ContextHandle, Setting>();
const NOTHING: readonly CertificateCompression[] = Object.freeze([]);

/** Returns the algorithms of a context. */
export const certificateCompressionOf = (
  context: ContextHandle,
): readonly CertificateCompression[] => settings.get(context)?.algorithms ?? NOTHING;

function requireAlgorithm(value: unknown): asserts value is CertificateCompression {
  if (typeof value !== 'string')
    throw typeError(`certificateCompression must hold strings, not ${describe(value)}`);
  if (!Object.hasOwn(NUMBERS, value))
    throw valueError(`certificateCompression must hold ${NAMES.join(', ')}, not '${value}'`);
  if (!available.includes(NUMBERS[value as CertificateCompression]))
    throw notImplementedError(
      `certificateCompression is not available: this build of hermetic-ssl has OpenSSL without ${value} ` +
        '(ssl.getCertificateCompressionAlgorithms() lists the algorithms)',
    );
}

function checkedAlgorithms(value: unknown): readonly CertificateCompression[] {
  if (!Array.isArray(value))
    throw typeError(`certificateCompression must be an array of strings, not ${describe(value)}`);
  const algorithms: CertificateCompression[] = [];
  for (const one of value as unknown[]) {
    requireAlgorithm(one);
    if (algorithms.includes(one)) throw valueError(`certificateCompression holds '${one}' twice`);
    algorithms.push(one);
  }
  return Object.freeze(algorithms);
}

/** Sets the algorithms of a context in order of preference. @param isServer whether it may be a server's */
export function setCertificateCompression(
  context: ContextHandle,
  value: unknown,
  isServer: boolean,
): void {
  const setting = { algorithms: checkedAlgorithms(value), isServer };
  applySetting(context, setting);
  settings.set(context, setting);
}

/** Compresses the chains of a context after they have changed, if it is set to. */
export function compressChains(context: ContextHandle): void {
  const setting = settings.get(context);
  if (setting !== undefined && setting.algorithms.length > 0) applySetting(context, setting);
}

function applySetting(context: ContextHandle, { algorithms, isServer }: Setting): void {
  const numbers = Uint8Array.from(algorithms, (name) => NUMBERS[name]);
  unwrap(binding.contextSetCertificateCompression(changing(context), numbers));
  if (algorithms.length === 0 || !isServer) return;
  for (const [index, message] of unwrap(binding.contextCertificateMessages(context)).entries())
    for (const name of algorithms) addCompressed(context, index, name, message);
}

/** A chain that does not become shorter is sent as it is. */
function addCompressed(
  context: ContextHandle,
  index: number,
  name: CertificateCompression,
  message: Buffer,
): void {
  const compressed = ENCODERS[name](message);
  if (compressed === null || compressed.length >= message.length) return;
  const number = NUMBERS[name];
  unwrap(binding.contextAddCompressedChain(changing(context), index, number, compressed));
}
