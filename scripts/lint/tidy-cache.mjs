// Records in the cache the files in which clang-tidy has found nothing. Its findings depend on the file, on every
// header that the file includes, on the flags, on .clang-tidy and on the program itself: a file is checked again if one
// of them differs.
import fs from 'node:fs';
import path from 'node:path';
import { sha256Text } from '../lib/checksum.mjs';
import { cacheDir, repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { run } from './step.mjs';

const DAY = 24 * 60 * 60 * 1000;
const KEPT_DAYS = 60;

const folder = () => path.join(cacheDir(), 'clang-tidy');
/** Another clone has another path, but the same file. */
const withoutPlace = (text) => text.replaceAll(repoRoot, '.');

/** Returns the files in a make rule, as `clang++ -M` prints it. */
function filesOfRule(rule) {
  const [, list] = /^[^:]+: ([^]*)$/.exec(rule.replaceAll('\\\n', ' ')) ?? [];
  return (list ?? '').split(/(?<!\\)\s+/).filter(Boolean).map((name) => name.replaceAll('\\ ', ' ')); // prettier-ignore
}

export class TidyCache {
  #common;
  #compiler;
  #flags;
  /** Caches the hashes of files, since many files include the same ones. */
  #sums = new Map();

  /**
   * @param {{ program: string, compiler: string | null, flags: string[] }} tools clang-tidy, the clang++ of the same
   * version, and how the files are compiled; without the compiler nothing is recorded
   */
  constructor({ program, compiler, flags }) {
    this.#compiler = compiler;
    this.#flags = flags;
    const { stdout } = capture(program, ['--version']);
    this.#common = [stdout, this.#sumOf('.clang-tidy'), withoutPlace(flags.join(' '))];
  }

  /**
   * Returns the outcome for a file: the recorded absence of findings, or else the result that `look` finds.
   * @param {string} file
   * @param {() => Promise<import('./step.mjs').Outcome>} look
   */
  async ask(file, look) {
    const key = await this.#keyOf(file);
    if (key !== null && this.#has(key)) return { status: 'passed', output: '', isKnown: true };
    const outcome = await look();
    if (key !== null && outcome.status === 'passed') this.#add(key);
    return outcome;
  }

  /** Returns a key of everything that the outcome depends on; null if it cannot be determined. */
  async #keyOf(file) {
    if (this.#compiler === null) return null;
    const { status, output } = await run(this.#compiler, ['-M', '-w', ...this.#flags, file]);
    const files = status === 'passed' ? filesOfRule(output) : [];
    if (!files.includes(file)) return null;
    const contents = files.map((name) => [withoutPlace(name), this.#sumOf(name)]);
    return sha256Text(JSON.stringify([...this.#common, contents]));
  }

  #sumOf(file) {
    const absolute = path.resolve(repoRoot, file);
    if (!this.#sums.has(absolute)) this.#sums.set(absolute, sha256Text(fs.readFileSync(absolute)));
    return this.#sums.get(absolute);
  }

  #has(key) {
    try {
      fs.utimesSync(path.join(folder(), key), new Date(), new Date());
      return true;
    } catch {
      return false;
    }
  }

  #add(key) {
    fs.mkdirSync(folder(), { recursive: true });
    fs.writeFileSync(path.join(folder(), key), '');
  }

  /** Removes entries that have not been used for a long time. */
  prune(now = Date.now()) {
    if (!fs.existsSync(folder())) return;
    for (const name of fs.readdirSync(folder())) {
      const file = path.join(folder(), name);
      const age = now - (fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now);
      if (age > KEPT_DAYS * DAY) fs.rmSync(file, { force: true });
    }
  }
}
