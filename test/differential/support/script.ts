/**
 * Scripts: operations written down as data under Python's names, so that script.py can perform them with Python's own
 * modules and run-script.ts with ours. The result of each step, or the kind of error it throws, is an outcome.
 */

/** A value as JSON carries it: the ones that JSON lacks are objects with `$`. */
export type Value = null | boolean | number | string | Special | readonly Value[];

export interface Special {
  readonly $: string;
  readonly v?: unknown;
}

/**
 * The part of a result that an outcome has: all of it, its type, type and length, the names of its suites, the digest of
 * a hash, a list of bytes in another order than its own, or nothing.
 */
export type Show = 'value' | 'type' | 'length' | 'names' | 'hash' | 'sorted' | 'nothing';

export type Step = (
  | { readonly call: string; readonly args?: readonly Value[]; readonly kwargs?: Keywords }
  | { readonly get: string }
  | { readonly set: string; readonly to: Value }
  | { readonly handshake: readonly [string, string] }
) & {
  /** The name under which later steps find the result. */
  readonly as?: string;
  readonly show?: Show;
};

export type Keywords = Readonly<Record<string, Value>>;

export interface Script {
  readonly name: string;
  readonly steps: readonly Step[];
}

export const int = (value: bigint | string): Special => ({ $: 'int', v: String(value) });
export const float = (value: number): Special => ({ $: 'float', v: floatText(value) });
export const bytes = (value: string | Uint8Array): Special => ({ $: 'bytes', v: hex(value) });
export const bytearray = (value: string): Special => ({ $: 'bytearray', v: hex(value) });
export const memoryview = (value: string): Special => ({ $: 'memoryview', v: hex(value) });
/** The same bytes many times over. */
export const repeated = (value: string, times: number): Special => ({
  $: 'repeated',
  v: [hex(value), times],
});
export const thing: Special = { $: 'object' };
/** Something that has a name already: a module's, or one given by `as`. */
export const ref = (path: string): Special => ({ $: 'ref', v: path });
/** A file of the files that the scripts share: its path, its text, its bytes, or the file opened. */
export const file = (name: string): Special => ({ $: 'path', v: name });
export const fileAsBytes = (name: string): Special => ({ $: 'pathbytes', v: name });
export const textOf = (name: string): Special => ({ $: 'text', v: name });
export const contentOf = (name: string): Special => ({ $: 'content', v: name });
export const opened = (name: string): Special => ({ $: 'open', v: name });
/** Texts, or bytes, one after the other. */
export const joined = (...values: readonly Value[]): Special => ({ $: 'joined', v: values });
/** Callbacks. */
export const returning = (value: Value): Special => ({ $: 'returning', v: value });
export const raising: Special = { $: 'raising' };

/** Values of many types, without booleans and without numbers that make sense for more than a few settings. */
export const ODD_VALUES: readonly Value[] = [
  null,
  'text',
  '',
  bytes('bytes'),
  [],
  [1],
  thing,
  float(1.5),
  float(Number.NaN),
];

export const BOOLEANS: readonly Value[] = [true, false];

/** Whole numbers around the limits of C's types. Those above 2^53 are powers of two, which are numbers here too. */
export const INTEGERS: readonly Value[] = [
  ...[0, 1, 2, 3, 4, 5, 8, 12, 32, 42, 255, 256, 768, 771, 772, 0x80000, -1, -2, -3],
  ...[2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1, 2 ** 32, 2 ** 53 - 1],
  ...[2n ** 63n, 2n ** 64n, 2n ** 100n, -(2n ** 63n)].map(int),
];

function hex(value: string | Uint8Array): string {
  return Buffer.from(value as string, 'latin1').toString('hex');
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : String(value).replace('Infinity', 'inf');
}

interface Extras {
  readonly as?: string;
  readonly show?: Show;
}

export const call = (
  path: string,
  args: readonly Value[] = [],
  kwargs?: Keywords | null,
  extras: Extras = {},
): Step => ({ call: path, args, ...(kwargs ? { kwargs } : {}), ...extras });

export const get = (path: string, extras: Extras = {}): Step => ({ get: path, ...extras });
/** Sets a property; the result is what it then is. */
export const put = (path: string, to: Value): Step => ({ set: path, to });

/** Makes something that later steps use. */
export const make = (
  as: string,
  path: string,
  args: readonly Value[] = [],
  kwargs?: Keywords,
): Step => call(path, args, kwargs, { as, show: 'nothing' });

/** Both handshakes until neither side goes on; what each call of do_handshake did. */
export const handshake = (client: string, server: string): Step => ({
  handshake: [client, server],
});

/** A step as Python would write it, with values shortened; two steps of a script may have the same text. */
export function describeStep(step: Step): string {
  if ('handshake' in step) return `handshake(${step.handshake.join(', ')})`;
  if ('get' in step) return step.get;
  if ('set' in step) return `${step.set} = ${describeValue(step.to)}`;
  const keywords = Object.entries(step.kwargs ?? {});
  const given = [
    ...(step.args ?? []).map(describeValue),
    ...keywords.map(([name, value]) => `${name}=${describeValue(value)}`),
  ];
  return `${step.call}(${given.join(', ')})`;
}

const LONGEST = 60;

export function describeValue(value: Value): string {
  const text = fullText(value);
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function fullText(value: Value): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value !== 'object') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(fullText).join(', ')}]`;
  const { $: kind, v } = value as Special;
  if (kind === 'int' || kind === 'float' || kind === 'ref') return String(v);
  if (kind === 'bytes')
    return `b${JSON.stringify(Buffer.from(String(v), 'hex').toString('latin1'))}`;
  if (kind === 'joined') return (v as Value[]).map(fullText).join('+');
  if (kind === 'repeated') return `${String((v as unknown[])[0])}*${String((v as unknown[])[1])}`;
  if (kind === 'returning') return `returning(${fullText(v as Value)})`;
  return v === undefined ? kind : `${kind}(${typeof v === 'string' ? v : JSON.stringify(v)})`;
}
