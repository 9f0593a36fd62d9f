// Reads certificate chains with their keys and gives them to contexts. All of a call is read before a context changes.
import { typeError, unwrap, valueError } from '../errors.js';
import {
  binding,
  type Bytes,
  type ContextHandle,
  type IdentityHandle,
} from '../internal/binding.js';
import { describe, givenOptions, isBytes, requireFlags } from '../internal/validate.js';
import {
  askedPassword,
  Copies,
  givenPassword,
  isPath,
  readPath,
  type CertChain,
  type CertChainFiles,
  type CertChainInMemory,
  type PathLike,
  type Pfx,
} from './cert-chain.js';

/** Bytes, and what messages call them. */
interface Named {
  readonly name: string;
  readonly bytes: Bytes;
}

interface Source {
  readonly certificates: readonly [Named, ...Named[]];
  /** Null where the key is among the certificates. */
  readonly key: Named | null;
  readonly isPkcs12: boolean;
}

/** The members of a chain, before anything is known of their types. */
type Unchecked = {
  readonly [Member in keyof CertChainInMemory | keyof CertChainFiles | keyof Pfx]?: unknown;
};

const CONTENT_IS_TAKEN = 'give it in memory, as { cert, key }';

function readFile(path: unknown, name: string, copies: Copies): Named {
  const bytes = copies.add(readPath(path, name, CONTENT_IS_TAKEN));
  return { name: `${name} '${String(path)}'`, bytes };
}

function fromFiles({ certfile, keyfile }: Unchecked, prefix: string, copies: Copies): Source {
  const certificates = readFile(certfile, `${prefix}certfile`, copies);
  const isPkcs12 = binding.isPkcs12(certificates.bytes);
  const hasKeyfile = keyfile !== undefined && keyfile !== null;
  if (isPkcs12 && hasKeyfile) {
    throw valueError(
      `${certificates.name} is PKCS#12, which has a key of its own: leave out keyfile`,
    );
  }
  const key = hasKeyfile ? readFile(keyfile, `${prefix}keyfile`, copies) : null;
  return { certificates: [certificates], key, isPkcs12 };
}

function inMemory(value: unknown, name: string, copies: Copies): Named {
  if (typeof value === 'string' || isBytes(value)) return { name, bytes: copies.bytesOf(value) };
  throw typeError(`${name} must be PEM text, or PEM or DER bytes, not ${describe(value)}`);
}

function fromMemory({ cert, key }: Unchecked, prefix: string, copies: Copies): Source {
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

function fromPfx({ pfx }: Unchecked, prefix: string): Source {
  if (isBytes(pfx))
    return { certificates: [{ name: `${prefix}pfx`, bytes: pfx }], key: null, isPkcs12: true };
  const hint = typeof pfx === 'string' ? ': decode base64 first; a path is given as certfile' : '';
  throw typeError(`${prefix}pfx must be bytes, not ${describe(pfx)}${hint}`);
}

function wrongChain(value: unknown, prefix: string): Error {
  const name = prefix === '' ? 'certfile' : prefix.slice(0, -1);
  const forms = 'a valid filesystem path, or an object with "cert", "certfile" or "pfx"';
  return typeError(`${name} should be ${forms}, not ${describe(value)}`);
}

function membersOf(value: unknown, prefix: string): Unchecked {
  if (isPath(value)) return { certfile: value };
  if (typeof value === 'object' && value !== null && !isBytes(value)) return givenOptions(value);
  throw wrongChain(value, prefix);
}

function sourceOf(chain: Unchecked, prefix: string, copies: Copies): Source {
  const forms = (['cert', 'certfile', 'pfx'] as const).filter((form) => chain[form] !== undefined);
  const [form, other] = forms;
  if (other !== undefined)
    throw typeError(`${prefix}${form} and ${prefix}${other} exclude each other: give one of them`);
  if (form === 'cert') return fromMemory(chain, prefix, copies);
  if (form === 'pfx') return fromPfx(chain, prefix);
  if (form === 'certfile') return fromFiles(chain, prefix, copies);
  throw wrongChain(chain, prefix);
}

/** Null when a password is needed. */
function attempt(source: Source, password: Bytes | null, legacy: boolean): IdentityHandle | null {
  const { certificates, key, isPkcs12 } = source;
  const [{ name, bytes }] = certificates;
  const outcome = isPkcs12
    ? binding.identityReadPkcs12(name, bytes, password, legacy)
    : binding.identityRead(
        key?.name ?? null,
        key?.bytes ?? null,
        password,
        legacy,
        ...certificates.flatMap((one) => [one.name, one.bytes] as const),
      );
  return unwrap(outcome) || null;
}

function readChain(value: unknown, prefix: string): IdentityHandle {
  const chain = membersOf(value, prefix);
  requireFlags(chain, ['legacy']);
  const { password, legacy = false } = chain;
  const copies = new Copies();
  try {
    const source = sourceOf(chain, prefix, copies);
    const { name } = source.key ?? source.certificates[0];
    const read = (given: Bytes | null) => attempt(source, given, legacy === true);
    const handle =
      read(givenPassword(password, copies)) ?? read(askedPassword(password, copies, name));
    if (handle === null) throw typeError(`${name} is encrypted: give its password`);
    return handle;
  } finally {
    copies.wipe();
  }
}

/** Gives the context the chain beside those of other kinds of keys. */
export function addChain(context: ContextHandle, chain: PathLike | CertChain): void {
  const identity = readChain(chain, '');
  try {
    unwrap(binding.contextAddIdentity(context, identity));
  } finally {
    binding.identityClose(identity);
  }
}

/** Gives the context these chains in place of all it has. */
export function replaceChains(
  context: ContextHandle,
  chains: readonly (PathLike | CertChain)[],
): void {
  const identities: IdentityHandle[] = [];
  try {
    for (const [i, chain] of chains.entries()) identities.push(readChain(chain, `chains[${i}].`));
    unwrap(binding.contextReplaceIdentities(context, ...identities));
  } finally {
    for (const identity of identities) binding.identityClose(identity);
  }
}
