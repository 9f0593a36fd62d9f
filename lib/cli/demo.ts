// `hermetic-ssl demo`: shows the package's main functions against real peers, then ends; exit code 0 if all steps passed.
import { linked } from '../internal/native/binding.js';
import { packageVersion } from '../internal/package-version.js';
import { demoAlgorithms } from './demo/algorithms.js';
import { demoLibrary } from './demo/library.js';
import { demoPbkdf2 } from './demo/pbkdf2.js';
import { demoRandom } from './demo/random.js';
import { demoTls } from './demo/tls.js';
import { Report } from './report.js';

/** Runs the demo and returns the exit code. */
export async function demo({ json }: { json: boolean }): Promise<number> {
  const report = new Report({ json });
  report.heading(`hermetic-ssl ${packageVersion} on its own ${linked.openssl}`);
  await demoLibrary(report);
  await demoRandom(report);
  await demoAlgorithms(report);
  await demoPbkdf2(report);
  await demoTls(report);
  return report.finish();
}
