// The JavaScript side of PBKDF2's engines: HERMETIC_PBKDF2_ENGINE, and the warnings about them.
import { unwrap } from '../errors.js';
import type { NativeKernel } from '../internal/native/binding.js';
import { binding } from '../internal/native/binding.js';

let isPrepared = false;

/** Applies HERMETIC_PBKDF2_ENGINE, before the first derivation. Throws at every call if it does not name an engine. */
export function prepareEngines(): void {
  if (isPrepared) return;
  const name = process.env['HERMETIC_PBKDF2_ENGINE'];
  if (name) unwrap(binding.pbkdf2Rules(name, ''));
  isPrepared = true;
}

/** Describes the fastest kernel for a single derivation, and the one with the least time per derivation of many. */
export function describeKernels(hashName: string): string {
  prepareEngines();
  const usable = unwrap(binding.pbkdf2Kernels(hashName)).filter(({ passed }) => passed);
  const single = usable.find((kernel) => kernel.single);
  if (single === undefined) return 'evp';
  const perLane = ({ nsPerIteration, lanes }: NativeKernel): number => nsPerIteration / lanes;
  const widest = usable.reduce((best, kernel) => (perLane(kernel) < perLane(best) ? kernel : best));
  const text = (kernel: NativeKernel): string =>
    `${kernel.name} (${perLane(kernel).toFixed(1)} ns an iteration)`;
  return `alone ${text(single)}, many ${text(widest)}`;
}

const seen = new Set<string>();

/** Emits a process warning for each engine that failed the test of its first use; to be called after a derivation. */
export function tellNotices(hashName: string): void {
  if (seen.has(hashName)) return;
  seen.add(hashName);
  for (const notice of binding.pbkdf2Notices())
    process.emitWarning(notice, { type: 'HermeticSslWarning', code: 'HERMETIC_PBKDF2_ENGINE' });
}
