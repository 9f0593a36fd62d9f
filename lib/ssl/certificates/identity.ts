// Reads certificate chains with their keys and sets them in contexts. A call reads all its input before the context
// changes.
import { isRecord, typeError, unwrap } from '../../errors.js';
import { requireSignal, unlessAborted } from '../../internal/abort.js';
import {
  binding,
  type Bytes,
  type CancellationHandle,
  type ContextHandle,
  type IdentityHandle,
  type Native,
} from '../../internal/native/binding.js';
import { derive } from '../../hashlib/derivation.js';
import { requireFlags } from '../../internal/validate.js';
import {
  askedPassword,
  askedPasswordAsync,
  Copies,
  givenPassword,
  LastingCopies,
  type CertChain,
  type CertChainAsync,
  type PathLike,
} from './cert-chain.js';
import { changing } from '../engine/dormant.js';
import { compressChains } from './certificate-compression.js';
import {
  inputsOf,
  membersOf,
  readInputs,
  readInputsAsync,
  type Inputs,
  type Source,
} from './chain-source.js';

/** The arguments of identityRead. */
const argumentsOf = ({ certificates, key }: Source, password: Bytes | null, legacy: boolean) =>
  [
    key?.name ?? null,
    key?.bytes ?? null,
    password,
    legacy,
    ...certificates.flatMap((one) => [one.name, one.bytes] as const),
  ] as const;

/** Null when a password is needed. */
function attempt(source: Source, password: Bytes | null, legacy: boolean): IdentityHandle | null {
  const [{ name, bytes }] = source.certificates;
  const outcome = source.isPkcs12
    ? binding.identityReadPkcs12(name, bytes, password, legacy)
    : binding.identityRead(...argumentsOf(source, password, legacy));
  return unwrap(outcome) || null;
}

type Outcome = Native<IdentityHandle | false>;

/** Frees a key that was read after its loading was aborted. */
function closeLate(outcome: Outcome): void {
  if (outcome !== false && !isRecord(outcome)) binding.identityClose(outcome);
}

/** Does the same on the pool. */
async function attemptOnPool(
  source: Source,
  password: Bytes | null,
  legacy: boolean,
  signal: AbortSignal | undefined,
): Promise<IdentityHandle | null> {
  const reading: Promise<Outcome>[] = [];
  const start = (cancellation?: CancellationHandle): Promise<Outcome> => {
    const inputs = argumentsOf(source, password, legacy);
    const started = unwrap(
      binding.identityReadOnPool(source.isPkcs12, cancellation ?? null, ...inputs),
    );
    reading.push(started);
    return started;
  };
  try {
    return (await derive(start, signal)) || null;
  } catch (error) {
    for (const outcome of reading) void outcome.then(closeLate);
    throw error;
  }
}

/** The input whose password is needed. */
const ownerOf = ({ key, certificates }: Source): string => (key ?? certificates[0]).name;

function requireOpened(handle: IdentityHandle | null, name: string): IdentityHandle {
  if (handle === null) throw typeError(`${name} is encrypted: give its password`);
  return handle;
}

function readChain(value: unknown, prefix: string): IdentityHandle {
  const chain = membersOf(value, prefix);
  requireFlags(chain, ['legacy']);
  const { password, legacy = false } = chain;
  const copies = new Copies();
  try {
    const inputs = inputsOf(chain, prefix, copies);
    const given = givenPassword(password, copies);
    const source = readInputs(inputs, copies);
    const name = ownerOf(source);
    const read = (key: Bytes | null) => attempt(source, key, legacy === true);
    return requireOpened(read(given) ?? read(askedPassword(password, copies, name)), name);
  } finally {
    copies.wipe();
  }
}

/** A chain as it was at the call: later changes of the arguments do not matter. */
interface Taken {
  readonly inputs: Inputs;
  readonly given: Bytes | null;
  readonly password: unknown;
  readonly legacy: boolean;
  readonly copies: Copies;
}

function takeChain(value: unknown, prefix: string): Taken {
  const chain = membersOf(value, prefix);
  requireFlags(chain, ['legacy']);
  const { password, legacy = false } = chain;
  const copies = new LastingCopies();
  try {
    const inputs = inputsOf(chain, prefix, copies);
    const given = givenPassword(password, copies);
    return { inputs, given, password, legacy: legacy === true, copies };
  } catch (error) {
    copies.wipe();
    throw error;
  }
}

async function openChain(taken: Taken, signal: AbortSignal | undefined): Promise<IdentityHandle> {
  const { inputs, given, password, legacy, copies } = taken;
  const unlessEnded = <T>(work: Promise<T>): Promise<T> =>
    signal === undefined ? work : unlessAborted(work, signal);
  const source = await unlessEnded(readInputsAsync(inputs, copies));
  const name = ownerOf(source);
  const opened = await attemptOnPool(source, given, legacy, signal);
  if (opened !== null) return opened;
  const asked = await unlessEnded(askedPasswordAsync(password, copies, name));
  return requireOpened(await attemptOnPool(source, asked, legacy, signal), name);
}

function closeAll(identities: readonly IdentityHandle[]): void {
  for (const identity of identities) binding.identityClose(identity);
}

/** Adds identities to the context; those with other types of keys remain. All chains are compressed once, at the end. */
export function addIdentities(context: ContextHandle, identities: readonly IdentityHandle[]): void {
  for (const identity of identities)
    unwrap(binding.contextAddIdentity(changing(context), identity));
  compressChains(context);
}

function replaceIdentities(context: ContextHandle, identities: readonly IdentityHandle[]): void {
  unwrap(binding.contextReplaceIdentities(changing(context), ...identities));
  compressChains(context);
}

/** Adds the chain to the context; chains with other types of keys remain. */
export function addChain(context: ContextHandle, chain: PathLike | CertChain): void {
  const identity = readChain(chain, '');
  try {
    addIdentities(context, [identity]);
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
    replaceIdentities(context, identities);
  } finally {
    closeAll(identities);
  }
}

/** The loads of each context that have not ended: they change it in the order of their calls. */
const pending = new WeakMap<ContextHandle, Promise<unknown>>();

/** Opens all chains in order, like `replaceChains`, or fails. Wipes the copies of their secrets. */
async function openAll(
  taken: readonly Taken[],
  signal: AbortSignal | undefined,
): Promise<IdentityHandle[]> {
  const opened: IdentityHandle[] = [];
  try {
    for (const one of taken) opened.push(await openChain(one, signal));
    return opened;
  } catch (error) {
    closeAll(opened);
    throw error;
  } finally {
    for (const { copies } of taken) copies.wipe();
  }
}

async function installInTurn(
  before: Promise<unknown> | undefined,
  opening: Promise<IdentityHandle[]>,
  install: (identities: readonly IdentityHandle[]) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const identities = await opening;
  try {
    if (before !== undefined) await (signal === undefined ? before : unlessAborted(before, signal));
    signal?.throwIfAborted();
    install(identities);
  } finally {
    closeAll(identities);
  }
}

async function load(
  context: ContextHandle,
  taken: readonly Taken[],
  signal: AbortSignal | undefined,
  install: (identities: readonly IdentityHandle[]) => void,
): Promise<void> {
  const before = pending.get(context);
  const loading = installInTurn(before, openAll(taken, signal), install, signal);
  const ended = Promise.allSettled([before, loading]);
  pending.set(context, ended);
  try {
    await loading;
  } finally {
    if (pending.get(context) === ended) pending.delete(context);
  }
}

/** The signal of a load that has not been aborted before it began. */
function liveSignal(options: unknown): AbortSignal | undefined {
  const signal = requireSignal(options);
  signal?.throwIfAborted();
  return signal;
}

/** Does what `addChain` does, on the pool; the context changes on this thread. */
export async function addChainAsync(
  context: ContextHandle,
  chain: PathLike | CertChainAsync,
  options: unknown,
): Promise<void> {
  const signal = liveSignal(options);
  await load(context, [takeChain(chain, '')], signal, (identities) => {
    addIdentities(context, identities);
  });
}

/** Sets all chains, or changes nothing. */
function takeAll(chains: readonly (PathLike | CertChainAsync)[]): Taken[] {
  const taken: Taken[] = [];
  try {
    for (const [i, chain] of chains.entries()) taken.push(takeChain(chain, `chains[${i}].`));
    return taken;
  } catch (error) {
    for (const { copies } of taken) copies.wipe();
    throw error;
  }
}

/** Does what `replaceChains` does, on the pool; the context changes on this thread. */
export async function replaceChainsAsync(
  context: ContextHandle,
  chains: readonly (PathLike | CertChainAsync)[],
  options: unknown,
): Promise<void> {
  const signal = liveSignal(options);
  await load(context, takeAll(chains), signal, (identities) => {
    replaceIdentities(context, identities);
  });
}
