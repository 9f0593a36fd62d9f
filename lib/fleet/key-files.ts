// Keys in files, which are read again from time to time: files are small, and times of files lie.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { typeError, valueError } from '../errors.js';
import { describe } from '../internal/validate.js';
import type { KeyList, KeySource } from './key-source.js';
import { keysOfFile, type TicketKey } from './ticket-key.js';
import { Trouble } from '../internal/trouble.js';

/** Returns the pattern of a file name with `*` and `?`. */
function matcher(name: string): RegExp {
  const text = name.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${text.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** Returns the files of a pattern, sorted by name. A pattern is only in the last part of a path. */
function filesOf(pattern: string): string[] {
  const name = path.basename(pattern);
  if (!/[*?]/.test(name)) return [pattern];
  const folder = path.dirname(pattern);
  const matches = matcher(name);
  const names = readdirSync(folder).filter((one) => !one.startsWith('.') && matches.test(one));
  if (names.length === 0) throw valueError(`no file matches '${pattern}'`);
  return names.toSorted().map((one) => path.join(folder, one));
}

export function requirePatterns(value: unknown): readonly string[] {
  const patterns: readonly unknown[] = Array.isArray(value) ? value : [value];
  for (const pattern of patterns)
    if (typeof pattern !== 'string')
      throw typeError(`patterns must be a string or an array of strings, not ${describe(pattern)}`);
  if (patterns.length === 0) throw valueError('patterns must name at least one file');
  return patterns as readonly string[];
}

export class FileKeys implements KeySource {
  readonly kind = 'files';
  readonly #patterns: readonly string[];
  readonly #poll: number;
  readonly #trouble = new Trouble('HERMETIC_TICKET_KEY_FILES');
  #keys: readonly TicketKey[];
  #timer: NodeJS.Timeout | null = null;

  /** Throws if the files cannot be read. */
  constructor(patterns: readonly string[], poll: number) {
    this.#patterns = patterns;
    this.#poll = poll;
    this.#keys = this.#read();
  }

  keysAt(): KeyList {
    return { keys: this.#keys, since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };
  }

  start(changed: () => void): void {
    this.#timer = setInterval(() => this.#reload(changed), this.#poll);
    this.#timer.unref();
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#replace([]);
  }

  #read(): TicketKey[] {
    return this.#patterns.flatMap(filesOf).flatMap((file) => {
      const content = readFileSync(file);
      try {
        return keysOfFile(content, file);
      } finally {
        content.fill(0);
      }
    });
  }

  /** Takes what the files have now. While they cannot be used, the keys stay as they are. */
  #reload(changed: () => void): void {
    try {
      this.#replace(this.#read());
      this.#trouble.end();
    } catch (error) {
      this.#trouble.warn('the ticket keys stay as they are', error);
      return;
    }
    changed();
  }

  #replace(keys: readonly TicketKey[]): void {
    for (const { bytes } of this.#keys) bytes.fill(0);
    this.#keys = keys;
  }
}
