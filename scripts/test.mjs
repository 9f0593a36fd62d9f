// `npm test`: builds what is out of date, then runs the tests. Arguments go to vitest:
//   npm test -- test/api        some of them
//   HERMETIC_OPENSSL_CHANNEL=latest npm test
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain } from './lib/user-error.mjs';

const at = (file) => path.join(repoRoot, file);

/** Variables that the tests must not inherit: the user's own trust settings would affect trust tests. */
function testEnvironment() {
  const env = { ...process.env };
  for (const name of ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'SSLKEYLOGFILE'])
    delete env[name];
  return env;
}

await runMain(async () => {
  await build();
  const args = [at('node_modules/vitest/vitest.mjs'), 'run', ...process.argv.slice(2)];
  const reporters = ['--reporter=default', `--reporter=${at('scripts/lib/summary-reporter.mjs')}`];
  const { status } = spawnSync(process.execPath, [...args, ...reporters], {
    cwd: repoRoot,
    env: testEnvironment(),
    stdio: 'inherit',
  });
  return status ?? 1;
});
