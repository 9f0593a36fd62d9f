/** Performs scripts with our modules, as script.py does with Python's: the same values, the same kinds of errors. */
import { readFileSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';

import * as hashlib from 'hermetic-ssl/hashlib';
import * as hmac from 'hermetic-ssl/hmac';
import * as os from 'hermetic-ssl/os';
import * as secrets from 'hermetic-ssl/secrets';
import * as ssl from 'hermetic-ssl/ssl';

import type { Outcome, Plain } from './outcome.js';
import type { Keywords, Show, Special, Step, Value } from './script.js';
import { toOurs } from '../../helpers/python-names.js';

const ROUNDS = 6;
const NAME_MISMATCHES: readonly number[] = [62, 64];
const MODULES: Readonly<Record<string, unknown>> = { ssl, hashlib, hmac, secrets, os };

/** Functions whose Python keywords are options here, with the position of the options argument. */
const OPTIONS_AT: Readonly<Record<string, number>> = {
  new: 2,
  load_verify_locations: 0,
  get_ca_certs: 0,
  get_groups: 0,
  getpeercert: 0,
  create_default_context: 1,
  wrap_bio: 2,
  scrypt: 1,
};
const OPTIONS_OF_HASHES = 1;

/** The forms of our functions that answer at once. */
const AT_ONCE: Readonly<Record<string, string>> = {
  pbkdf2_hmac: 'pbkdf2HmacSync',
  scrypt: 'scryptSync',
  file_digest: 'fileDigestSync',
};

/** Properties that are bigints here, because they are masks of 64 bits. */
const MASKS: ReadonlySet<string> = new Set(['options']);

/** The error that a callback of a script throws. */
class CallbackError extends Error {}

/** Python's AttributeError: there is no such name, or it cannot be set. */
class AttributeError extends Error {}

/** Makes an object of no particular kind, which is not an options object. */
const makeThing = (): unknown => Object.create({ what: 'nothing in particular' });

type Members = Record<string, unknown>;

class Run {
  private readonly names = new Map(Object.entries(MODULES));

  constructor(private readonly files: string) {}

  outcome(step: Step): Outcome {
    return attempt(() => {
      const result = this.perform(step);
      if (step.as !== undefined) this.names.set(step.as, result);
      return SHOW[step.show ?? 'value'](result);
    });
  }

  private perform(step: Step): unknown {
    if ('handshake' in step) return this.handshake(step.handshake);
    if ('get' in step) return this.resolve(step.get);
    if ('set' in step) return this.set(step.set, step.to);
    const [owner, name] = this.ownerOf(step.call);
    const callee = member(owner, AT_ONCE[name] ?? toOurs(name));
    if (typeof callee !== 'function') throw new AttributeError(step.call);
    const args = this.arguments(name, step.args ?? [], step.kwargs);
    if (isClass(callee)) return Reflect.construct(callee, args) as unknown;
    return Reflect.apply(callee, owner, args) as unknown;
  }

  private ownerOf(path: string): [owner: unknown, name: string] {
    const parts = path.split('.');
    const name = parts.pop() ?? '';
    return [this.resolve(parts.join('.')), name];
  }

  private resolve(path: string): unknown {
    const [first = '', ...rest] = path.split('.');
    let found = this.names.get(first);
    for (const name of rest) found = member(found, toOurs(name));
    return found;
  }

  private arguments(name: string, values: readonly Value[], kwargs?: Keywords): unknown[] {
    const args = values.map((value) => this.decode(value));
    if (kwargs === undefined) return args;
    const options = Object.fromEntries(
      Object.entries(kwargs).map(([key, value]) => [toOurs(key), this.decode(value)]),
    );
    args[Math.max(OPTIONS_AT[name] ?? OPTIONS_OF_HASHES, args.length)] = options;
    return args;
  }

  private set(path: string, value: Value): unknown {
    const [owner, name] = this.ownerOf(path);
    if (!isSettable(owner, toOurs(name))) throw new AttributeError(path);
    const given = this.decode(value);
    const isWhole = typeof given === 'number' && Number.isInteger(given);
    (owner as Members)[toOurs(name)] = MASKS.has(name) && isWhole ? BigInt(given) : given;
    return this.resolve(path);
  }

  private handshake(sides: readonly string[]): string[][] {
    const told: string[][] = [];
    const ended = new Set<string>();
    for (let round = 0; round < ROUNDS; round++) {
      for (const name of sides.filter((side) => !ended.has(side))) {
        const outcome = attempt(() => {
          (this.names.get(name) as ssl.SSLObject).doHandshake();
          return null;
        });
        const how = 'raised' in outcome ? outcome.raised : 'done';
        told.push([name, how]);
        if (!how.includes('SSLWantReadError')) ended.add(name);
      }
    }
    return told;
  }

  private decode(value: Value): unknown {
    if (Array.isArray(value)) return value.map((item: Value) => this.decode(item));
    if (typeof value !== 'object' || value === null) return value;
    const { $: kind, v } = value as Special;
    const decoder = this.decoders[kind];
    if (decoder === undefined) throw new Error(`no such kind of value: ${kind}`);
    return decoder(v);
  }

  private readonly decoders: Readonly<Record<string, (given: unknown) => unknown>> = {
    int: (digits) => wholeNumber(BigInt(digits as string)),
    float: (text) => Number(String(text).replace('inf', 'Infinity')),
    bytes: (digits) => Buffer.from(digits as string, 'hex'),
    bytearray: (digits) => new Uint8Array(Buffer.from(digits as string, 'hex')),
    memoryview: (digits) =>
      new DataView(new Uint8Array(Buffer.from(digits as string, 'hex')).buffer),
    repeated: (given) => {
      const [digits, times] = given as [string, number];
      return Buffer.alloc((digits.length / 2) * times, Buffer.from(digits, 'hex'));
    },
    object: makeThing,
    ref: (path) => this.resolve(path as string),
    path: (name) => this.path(name),
    pathbytes: (name) => Buffer.from(this.path(name)),
    text: (name) => readFileSync(this.path(name), 'latin1'),
    content: (name) => readFileSync(this.path(name)),
    open: (name) => this.path(name),
    joined: (values) => join((values as Value[]).map((value) => this.decode(value))),
    returning: (value) => () => this.decode(value as Value),
    raising: () => () => {
      throw new CallbackError('of the callback');
    },
  };

  private path(name: unknown): string {
    return `${this.files}/${String(name)}`;
  }
}

/** Python's integers have any size; ours are bigints where a number would lose digits. */
const wholeNumber = (value: bigint): number | bigint =>
  BigInt(Number(value)) === value ? Number(value) : value;

function join(parts: readonly unknown[]): unknown {
  if (parts.every((part) => typeof part === 'string')) return parts.join('');
  return Buffer.concat(parts as Buffer[]);
}

function member(owner: unknown, name: string): unknown {
  if (owner === null || owner === undefined || !(name in Object(owner)))
    throw new AttributeError(name);
  return (owner as Members)[name];
}

function isSettable(owner: unknown, name: string): boolean {
  for (let at: unknown = owner; at !== null && at !== undefined; at = Object.getPrototypeOf(at)) {
    const found = Object.getOwnPropertyDescriptor(at, name);
    if (found !== undefined) return found.set !== undefined || found.writable === true;
  }
  return false;
}

const CLASSES: ReadonlySet<unknown> = new Set([
  ssl.SSLContext,
  ssl.MemoryBIO,
  ssl.SSLObject,
  hmac.HMAC,
]);

const isClass = (callee: unknown): boolean => CLASSES.has(callee);

/** Returns the result of `act`, or the kind of error that it throws. */
function attempt(act: () => Plain): Outcome {
  try {
    return { gave: act() };
  } catch (error) {
    return { raised: kindOf(error) };
  }
}

const KINDS: Readonly<Record<string, string>> = {
  ERR_INVALID_ARG_TYPE: 'TypeError',
  ERR_INVALID_ARG_VALUE: 'ValueError',
  ERR_OUT_OF_RANGE: 'OverflowError',
  ERR_METHOD_NOT_IMPLEMENTED: 'NotImplementedError',
};

/** Returns the Python kind that an error of ours stands for. Any other error differs from all of Python's. */
function kindOf(error: unknown): string {
  if (error instanceof CallbackError) return 'callback error';
  if (error instanceof AttributeError) return 'AttributeError';
  if (error instanceof ssl.SSLError) return kindOfSslError(error);
  const { name, code = '', message } = error as Error & { code?: string };
  const kind = KINDS[code];
  if (kind === 'TypeError' && !(error instanceof TypeError)) return `${code} without its class`;
  if ((kind === 'ValueError' || kind === 'OverflowError') && !(error instanceof RangeError))
    return `${code} without its class`;
  if (kind !== undefined) return kind;
  return isSystemError(error as Error) ? `OSError ${code}` : `${name} ${code}: ${message}`;
}

const SYSTEM_CODES: ReadonlySet<string> = new Set(
  [...getSystemErrorMap().values()].map(([code]) => code),
);

const isSystemError = (error: Error & { code?: string; errno?: number; syscall?: string }) =>
  SYSTEM_CODES.has(error.code ?? '') &&
  typeof error.errno === 'number' &&
  typeof error.syscall === 'string';

function kindOfSslError(error: ssl.SSLError): string {
  const told = `${error.name} [${error.library ?? 'None'}: ${error.reason ?? 'None'}]`;
  if (!(error instanceof ssl.SSLCertVerificationError)) return told;
  // The other messages are OpenSSL's words, which change.
  const isMismatch = NAME_MISMATCHES.includes(error.verifyCode);
  return `${told} ${error.verifyCode}${isMismatch ? ` ${error.verifyMessage}` : ''}`;
}

/** The value as both sides can write it in JSON. */
function plain(value: unknown): Plain {
  if (value === undefined || value === null) return null;
  if (typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number' && Math.abs(value) < 2 ** 53) return value;
  if (typeof value === 'number' || typeof value === 'bigint') {
    const safe = Math.abs(Number(value)) < 2 ** 53;
    return safe ? Number(value) : { int: String(BigInt(value)) };
  }
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString('hex') };
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Set) return [...(value as Set<string>)].toSorted();
  if (typeof value === 'object' && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
  return '<object>';
}

function typeOf(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (Buffer.isBuffer(value)) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (typeof value === 'number' || typeof value === 'bigint') return 'int';
  if (typeof value === 'string') return 'text';
  if (typeof value === 'boolean') return 'bool';
  return Object.getPrototypeOf(value) === Object.prototype ? 'dict' : 'object';
}

/** Describes a hash or an HMAC, with its digest so far. */
function hashOf(value: unknown): Plain {
  const { name, digestSize, blockSize } = value as hashlib.Hash;
  const digest = (value as hashlib.Hash).hexdigest(digestSize === 0 ? 20 : undefined);
  return [name, digestSize, blockSize, digest];
}

const SHOW: Readonly<Record<Show, (value: unknown) => Plain>> = {
  value: plain,
  type: typeOf,
  length: (value) => `${typeOf(value)} of ${(value as { length: number }).length}`,
  hash: hashOf,
  sorted: (value) =>
    (value as Buffer[])
      .map((item) => item.toString('hex'))
      .toSorted()
      .map((bytes) => ({ bytes })),
  nothing: () => null,
  names: (value) =>
    (value as unknown[]).map((item) =>
      Array.isArray(item) ? String(item[0]) : (item as { name: string }).name,
    ),
};

/** The outcome of each step. `files` is the folder with the files that scripts name. */
export function runScript(steps: readonly Step[], files: string): Outcome[] {
  const run = new Run(files);
  return steps.map((step) => run.outcome(step));
}
