// `npm start`: from a fresh clone to the running main job. Builds what is out of date, then runs `hermetic-ssl demo`.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { build } from './build.mjs';
import { repoRoot } from './lib/paths.mjs';
import { runMain } from './lib/user-error.mjs';

await runMain(async () => {
  await build();
  const demo = [path.join(repoRoot, 'dist', 'cli', 'main.js'), 'demo', ...process.argv.slice(2)];
  const { status, signal } = spawnSync(process.execPath, demo, { stdio: 'inherit' });
  if (signal) console.error(`the demo ended with ${signal}`);
  return status ?? 1;
});
