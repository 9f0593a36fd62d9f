/**
 * Reads what macOS's loader reads of a 64-bit Mach-O file: libraries, the oldest system, segments, the symbols offered and
 * asked for, and where its signature is. <mach-o/loader.h> and <mach-o/nlist.h> name the numbers.
 */
/** A symbol that the file takes from elsewhere. */
export interface MachOImport {
  /** Without C's underscore. */
  readonly name: string;
  /** The library that it must come from; "any" is whatever the process has loaded, its program first. */
  readonly from: string;
}

export interface MachOSegment {
  readonly name: string;
  readonly address: number;
  readonly offset: number;
  readonly length: number;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

export interface MachO {
  readonly cpu: 'x64' | 'arm64' | 'other';
  readonly type: 'bundle' | 'dylib' | 'other';
  readonly libraries: readonly string[];
  /** LC_RPATH: where else the loader would look for libraries. */
  readonly searchPaths: readonly string[];
  /** As in "11.0". */
  readonly oldestSystem: string | undefined;
  readonly segments: readonly MachOSegment[];
  /** The symbols that the loader finds in the export trie, without C's underscore. */
  readonly exports: readonly string[];
  readonly imports: readonly MachOImport[];
  /** Symbols that neither offer nor ask for anything: what stripping removes. */
  readonly numOtherSymbols: number;
  readonly signature: { readonly offset: number; readonly length: number } | undefined;
}

const MAGIC_64 = 0xfeedfacf;
const HEADER_LEN = 32;
const SYMBOL_LEN = 16;
const CPU: Readonly<Record<number, 'x64' | 'arm64'>> = { 0x01000007: 'x64', 0x0100000c: 'arm64' };
const TYPE: Readonly<Record<number, 'bundle' | 'dylib'>> = { 6: 'dylib', 8: 'bundle' };
const LC = {
  symtab: 2, loadDylib: 0xc, loadWeakDylib: 0x80000018, reexportDylib: 0x8000001f, segment: 0x19, rpath: 0x8000001c,
  codeSignature: 0x1d, dyldInfo: 0x22, dyldInfoOnly: 0x80000022, exportsTrie: 0x80000033, versionMin: 0x24, buildVersion: 0x32,
} as const; // prettier-ignore
const N = { external: 1, privateExternal: 0x10, typeMask: 0x0e, debug: 0xe0 };
const PROTECTION = { write: 2, execute: 4 };
/** Special ordinals, which do not mean a library. */
const SPECIAL: Readonly<Record<number, string>> = { 0: 'itself', 0xfe: 'any', 0xff: 'program' };

interface Command {
  readonly kind: number;
  readonly at: number;
}

function* commandsOf(bytes: Buffer): Generator<Command> {
  let at = HEADER_LEN;
  for (let left = bytes.readUInt32LE(16); left > 0; --left) {
    yield { kind: bytes.readUInt32LE(at), at };
    at += bytes.readUInt32LE(at + 4);
  }
}

const textAt = (bytes: Buffer, at: number) => bytes.toString('latin1', at, bytes.indexOf(0, at));
const plain = (name: string) => name.replace(/^_/, '');

function readSymbols(
  bytes: Buffer,
  at: number,
  libraries: readonly string[],
): Pick<MachO, 'imports' | 'numOtherSymbols'> {
  const table = bytes.readUInt32LE(at + 8);
  const names = bytes.readUInt32LE(at + 16);
  const imports: MachOImport[] = [];
  let numOtherSymbols = 0;
  for (let i = 0; i < bytes.readUInt32LE(at + 12); ++i) {
    const entry = table + i * SYMBOL_LEN;
    const type = bytes.readUInt8(entry + 4);
    const isOutside = (type & N.external) !== 0 && (type & (N.debug | N.privateExternal)) === 0;
    if (!isOutside) ++numOtherSymbols;
    if (!isOutside || (type & N.typeMask) !== 0) continue;
    const ordinal = bytes.readUInt8(entry + 7);
    const from = SPECIAL[ordinal] ?? libraries[ordinal - 1] ?? `library ${ordinal}`;
    imports.push({ name: plain(textAt(bytes, names + bytes.readUInt32LE(entry))), from });
  }
  return { imports, numOtherSymbols };
}

/** A number in LEB128, and the place behind it. */
function readNumber(bytes: Buffer, start: number): [value: number, end: number] {
  let value = 0;
  for (let at = start, shift = 0; ; ++at, shift += 7) {
    const byte = bytes.readUInt8(at);
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) return [value, at + 1];
  }
}

/** The names in an export trie: each node may end one, and has children by what their names go on with. */
function* namesInTrie(trie: Buffer, node = 0, prefix = ''): Generator<string> {
  if (trie.length === 0) return;
  const [endsLen, afterLen] = readNumber(trie, node);
  if (endsLen > 0) yield plain(prefix);
  let at = afterLen + endsLen;
  for (let left = trie.readUInt8(at++); left > 0; --left) {
    const label = textAt(trie, at);
    const [child, next] = readNumber(trie, at + label.length + 1);
    at = next;
    yield* namesInTrie(trie, child, prefix + label);
  }
}

function readExports(bytes: Buffer, commands: readonly Command[]): string[] {
  const names = commands.flatMap(({ kind, at }) => {
    const isInfo = kind === LC.dyldInfo || kind === LC.dyldInfoOnly;
    if (!isInfo && kind !== LC.exportsTrie) return [];
    const place = isInfo ? at + 40 : at + 8;
    const start = bytes.readUInt32LE(place);
    return [...namesInTrie(bytes.subarray(start, start + bytes.readUInt32LE(place + 4)))];
  });
  return names.toSorted();
}

function readSegment(bytes: Buffer, at: number): MachOSegment {
  const number = (place: number) => Number(bytes.readBigUInt64LE(at + place));
  const protection = bytes.readUInt32LE(at + 60);
  return {
    name: textAt(bytes, at + 8),
    address: number(24),
    offset: number(40),
    length: number(48),
    isWritable: (protection & PROTECTION.write) !== 0,
    isExecutable: (protection & PROTECTION.execute) !== 0,
  };
}

function readSystem(bytes: Buffer, commands: readonly Command[]): string | undefined {
  const build = commands.find(({ kind }) => kind === LC.buildVersion);
  const least = commands.find(({ kind }) => kind === LC.versionMin);
  const at = build ? build.at + 12 : least && least.at + 8;
  if (at === undefined) return undefined;
  const version = bytes.readUInt32LE(at);
  return `${version >> 16}.${(version >> 8) & 0xff}`;
}

/** Reads a Mach-O file. */
export function readMachO(bytes: Buffer): MachO {
  if (bytes.readUInt32LE(0) !== MAGIC_64) throw new Error('not a 64-bit Mach-O file');
  const commands = [...commandsOf(bytes)];
  const all = (...kinds: number[]) => commands.filter(({ kind }) => kinds.includes(kind));
  const textsOf = (...kinds: number[]) =>
    all(...kinds).map(({ at }) => textAt(bytes, at + bytes.readUInt32LE(at + 8)));
  const libraries = textsOf(LC.loadDylib, LC.loadWeakDylib, LC.reexportDylib);
  const [symbols] = all(LC.symtab);
  const [signature] = all(LC.codeSignature);
  return {
    cpu: CPU[bytes.readUInt32LE(4)] ?? 'other',
    type: TYPE[bytes.readUInt32LE(12)] ?? 'other',
    libraries,
    searchPaths: textsOf(LC.rpath),
    oldestSystem: readSystem(bytes, commands),
    segments: all(LC.segment).map(({ at }) => readSegment(bytes, at)),
    exports: readExports(bytes, commands),
    ...(symbols ? readSymbols(bytes, symbols.at, libraries) : { imports: [], numOtherSymbols: 0 }),
    signature: signature && {
      offset: bytes.readUInt32LE(signature.at + 8),
      length: bytes.readUInt32LE(signature.at + 12),
    },
  };
}
