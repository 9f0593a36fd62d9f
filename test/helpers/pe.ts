/**
 * Reads the parts of a 64-bit PE file that Windows' loader reads: the processor, sections, exports and imports, and its
 * fields for time and debugging. "PE Format" of Microsoft's documentation names the numbers.
 */
/** Imports of a file from a library. */
export interface PeImport {
  readonly library: string;
  readonly names: readonly string[];
}

export interface PeSection {
  readonly name: string;
  readonly isWritable: boolean;
  readonly isExecutable: boolean;
}

export interface Pe {
  readonly cpu: 'x64' | 'arm64' | 'other';
  readonly isLibrary: boolean;
  /** Seconds since 1970, or a hash, or 0. */
  readonly time: number;
  /** Loaded anywhere in 64 bits, and data are not run. */
  readonly isHardened: boolean;
  readonly sections: readonly PeSection[];
  readonly exports: readonly string[];
  readonly imports: readonly PeImport[];
  /** Whether libraries are loaded at the first call of a function. */
  readonly hasDelayedImports: boolean;
  /** Whether it names a file of debug symbols. */
  readonly hasDebugDirectory: boolean;
}

const CPU: Readonly<Record<number, 'x64' | 'arm64'>> = { 0x8664: 'x64', 0xaa64: 'arm64' };
const IS_LIBRARY = 0x2000;
const HIGH_ENTROPY = 0x20;
const DYNAMIC_BASE = 0x40;
const NO_EXECUTION_OF_DATA = 0x100;
const HARDENED = HIGH_ENTROPY | DYNAMIC_BASE | NO_EXECUTION_OF_DATA;
const SECTION_LEN = 40;
const IMPORT_LEN = 20;
const DIRECTORY = { exports: 0, imports: 1, debug: 6, delayed: 13 } as const;

interface Table extends PeSection {
  readonly address: number;
  readonly length: number;
  readonly offset: number;
}

class Reader {
  readonly header: number;
  readonly optional: number;
  readonly sections: readonly Table[];

  constructor(readonly bytes: Buffer) {
    this.header = bytes.readUInt32LE(0x3c);
    this.optional = this.header + 24;
    if (bytes.readUInt32BE(this.header) !== 0x50450000 || this.half(this.optional) !== 0x20b)
      throw new Error('not a 64-bit PE file');
    const first = this.optional + this.half(this.header + 20);
    const count = this.half(this.header + 6);
    this.sections = Array.from({ length: count }, (_, i) => this.section(first + i * SECTION_LEN));
  }

  half = (at: number) => this.bytes.readUInt16LE(at);
  word = (at: number) => this.bytes.readUInt32LE(at);
  text = (at: number) => this.bytes.toString('latin1', at, this.bytes.indexOf(0, at));

  private section(at: number): Table {
    const flags = this.word(at + 36);
    return {
      name: this.bytes.toString('latin1', at, at + 8).replace(/\0+$/, ''),
      length: this.word(at + 8),
      address: this.word(at + 12),
      offset: this.word(at + 20),
      isExecutable: (flags & 0x20000000) !== 0,
      isWritable: flags >= 0x80000000,
    };
  }

  /** Returns the position in the file of the bytes at an address. */
  place(address: number): number {
    const isIn = ({ address: start, length }: Table) =>
      address >= start && address < start + length;
    const section = this.sections.find(isIn);
    if (!section) throw new Error(`no section has the address ${address}`);
    return section.offset + address - section.address;
  }

  /** The address of a table, or 0. */
  directory = (index: number) => this.word(this.optional + 112 + index * 8);
}

function readExports(file: Reader): string[] {
  const address = file.directory(DIRECTORY.exports);
  if (address === 0) return [];
  const at = file.place(address);
  const names = file.place(file.word(at + 32));
  const named = Array.from({ length: file.word(at + 24) }, (_, i) =>
    file.text(file.place(file.word(names + i * 4))),
  );
  const unnamed = file.word(at + 20) - named.length;
  return [...named, ...Array.from({ length: unnamed }, () => 'a number')];
}

function* readNames(file: Reader, table: number): Generator<string> {
  for (let at = file.place(table); ; at += 8) {
    const entry = file.bytes.readBigUInt64LE(at);
    if (entry === 0n) return;
    const isNumber = entry >> 63n === 1n;
    yield isNumber ? `number ${entry & 0xffffn}` : file.text(file.place(Number(entry)) + 2);
  }
}

function* readImports(file: Reader): Generator<PeImport> {
  const address = file.directory(DIRECTORY.imports);
  if (address === 0) return;
  for (let at = file.place(address); file.word(at + 12) !== 0; at += IMPORT_LEN) {
    const library = file.text(file.place(file.word(at + 12)));
    yield { library, names: [...readNames(file, file.word(at))] };
  }
}

/** Reads a PE file. */
export function readPe(bytes: Buffer): Pe {
  const file = new Reader(bytes);
  return {
    cpu: CPU[file.half(file.header + 4)] ?? 'other',
    isLibrary: (file.half(file.header + 22) & IS_LIBRARY) !== 0,
    time: file.word(file.header + 8),
    isHardened: (file.half(file.optional + 70) & HARDENED) === HARDENED,
    sections: file.sections,
    exports: readExports(file),
    imports: [...readImports(file)],
    hasDelayedImports: file.directory(DIRECTORY.delayed) !== 0,
    hasDebugDirectory: file.directory(DIRECTORY.debug) !== 0,
  };
}
