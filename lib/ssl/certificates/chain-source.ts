// Resolves the members of a certificate chain to named bytes, from memory or from files.
import { typeError, valueError } from '../../errors.js';
import { binding, type Bytes } from '../../internal/native/binding.js';
import { describe, givenOptions, isBytes } from '../../internal/validate.js';
import {
  isPath,
  readPath,
  readPathAsync,
  type CertChainFiles,
  type CertChainInMemory,
  type Copies,
  type Pfx,
} from './cert-chain.js';

/** Bytes, and what messages call them. */
interface Named {
  readonly name: string;
  readonly bytes: Bytes;
}

/** A file that is still to be read. */
interface Unread {
  readonly name: string;
  readonly path: unknown;
}

/** The sources of a chain: bytes or files. */
export interface Inputs<T = Named | Unread> {
  readonly certificates: readonly [T, ...T[]];
  /** Null where the key is among the certificates. */
  readonly key: T | null;
  /** Null where the content of the file decides. */
  readonly isPkcs12: boolean | null;
}

/** A chain whose files have been read. */
export interface Source extends Inputs<Named> {
  readonly isPkcs12: boolean;
}

/** The members of a chain, before anything is known of their types. */
export type Unchecked = {
  readonly [Member in keyof CertChainInMemory | keyof CertChainFiles | keyof Pfx]?: unknown;
};

const CONTENT_IS_TAKEN = 'give it in memory, as { cert, key }';

function fromFiles({ certfile, keyfile }: Unchecked, prefix: string, copies: Copies): Inputs {
  const hasKeyfile = keyfile !== undefined && keyfile !== null;
  return {
    certificates: [{ name: `${prefix}certfile`, path: copies.pathOf(certfile) }],
    key: hasKeyfile ? { name: `${prefix}keyfile`, path: copies.pathOf(keyfile) } : null,
    isPkcs12: null,
  };
}

function inMemory(value: unknown, name: string, copies: Copies): Named {
  if (typeof value === 'string' || isBytes(value)) return { name, bytes: copies.bytesOf(value) };
  throw typeError(`${name} must be PEM text, or PEM or DER bytes, not ${describe(value)}`);
}

function fromMemory({ cert, key }: Unchecked, prefix: string, copies: Copies): Inputs {
  const list: unknown[] = Array.isArray(cert) ? cert : [cert];
  const [first, ...others] = list.map((one, i) =>
    inMemory(one, Array.isArray(cert) ? `${prefix}cert[${i}]` : `${prefix}cert`, copies),
  );
  if (first === undefined) {
    throw valueError(`${prefix}cert is an empty array: give the leaf, then its intermediates`);
  }
  const hasKey = key !== undefined && key !== null;
  return {
    certificates: [first, ...others],
    key: hasKey ? inMemory(key, `${prefix}key`, copies) : null,
    isPkcs12: false,
  };
}

function fromPfx({ pfx }: Unchecked, prefix: string, copies: Copies): Inputs {
  if (isBytes(pfx)) {
    const bytes = copies.bytesOf(pfx);
    return { certificates: [{ name: `${prefix}pfx`, bytes }], key: null, isPkcs12: true };
  }
  const hint = typeof pfx === 'string' ? ': decode base64 first; a path is given as certfile' : '';
  throw typeError(`${prefix}pfx must be bytes, not ${describe(pfx)}${hint}`);
}

function wrongChain(value: unknown, prefix: string): Error {
  const name = prefix === '' ? 'certfile' : prefix.slice(0, -1);
  const forms = 'a valid filesystem path, or an object with "cert", "certfile" or "pfx"';
  return typeError(`${name} should be ${forms}, not ${describe(value)}`);
}

/** The members of a chain; a path is its certfile. */
export function membersOf(value: unknown, prefix: string): Unchecked {
  if (isPath(value)) return { certfile: value };
  if (typeof value === 'object' && value !== null && !isBytes(value)) return givenOptions(value);
  throw wrongChain(value, prefix);
}

/** Returns the sources of the members; `prefix` is the chain's name in messages. */
export function inputsOf(chain: Unchecked, prefix: string, copies: Copies): Inputs {
  const forms = (['cert', 'certfile', 'pfx'] as const).filter((form) => chain[form] !== undefined);
  const [form, other] = forms;
  if (other !== undefined)
    throw typeError(`${prefix}${form} and ${prefix}${other} exclude each other: give one of them`);
  if (form === 'cert') return fromMemory(chain, prefix, copies);
  if (form === 'pfx') return fromPfx(chain, prefix, copies);
  if (form === 'certfile') return fromFiles(chain, prefix, copies);
  throw wrongChain(chain, prefix);
}

/** The bytes of a file that has been read, under a name with its path. */
function readAs({ name, path }: Unread, bytes: Buffer, copies: Copies): Named {
  return { name: `${name} '${String(path)}'`, bytes: copies.add(bytes) };
}

function readInput(input: Named | Unread, copies: Copies): Named {
  if ('bytes' in input) return input;
  return readAs(input, readPath(input.path, input.name, CONTENT_IS_TAKEN), copies);
}

async function readInputAsync(input: Named | Unread, copies: Copies): Promise<Named> {
  if ('bytes' in input) return input;
  return readAs(input, await readPathAsync(input.path, input.name, CONTENT_IS_TAKEN), copies);
}

/** Whether the certificates are a PKCS#12. Throws for one that is given another key. */
function requireOneKey({ key, isPkcs12 }: Inputs, { name, bytes }: Named): boolean {
  const holdsKey = isPkcs12 ?? binding.isPkcs12(bytes);
  if (holdsKey && key !== null)
    throw valueError(`${name} is PKCS#12, which has a key of its own: leave out keyfile`);
  return holdsKey;
}

/** Reads the files, the certificates first. */
export function readInputs(inputs: Inputs, copies: Copies): Source {
  const [first, ...others] = inputs.certificates;
  const read = (input: Named | Unread): Named => readInput(input, copies);
  const leaf = read(first);
  const isPkcs12 = requireOneKey(inputs, leaf);
  return {
    certificates: [leaf, ...others.map(read)],
    key: inputs.key && read(inputs.key),
    isPkcs12,
  };
}

/** Does the same without this thread, in the same order, so that the same input is blamed. */
export async function readInputsAsync(inputs: Inputs, copies: Copies): Promise<Source> {
  const [first, ...others] = inputs.certificates;
  const read = (input: Named | Unread): Promise<Named> => readInputAsync(input, copies);
  const leaf = await read(first);
  const isPkcs12 = requireOneKey(inputs, leaf);
  const certificates: Source['certificates'] = [leaf, ...(await Promise.all(others.map(read)))];
  return { certificates, key: inputs.key && (await read(inputs.key)), isPkcs12 };
}
