// LeakSanitizer over a process that makes connections of every kind. Node frees little at its end, and memory that only
// its heap points to looks lost, so a leak counts only if the addon's own code has allocated it.
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeCertificates } from '../soak/certificates.mjs';
import { repoRoot } from '../lib/paths.mjs';
import { capture } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';

const HANDSHAKES = 300;
/** The exit code of a process with leaks. */
const LEAKS = 23;
const ADDON = 'hermetic_ssl.node';
/** Library frames between the allocating code and the allocator. */
const ALLOCATORS = /\((?:\S*\/)?lib(?:asan|ubsan|stdc\+\+|c|gcc_s)\.so[\d.]*\)$/;

/**
 * Returns the leaks of a report whose first frame outside the allocators is in the addon.
 * @param {string} report
 * @returns {string[]}
 */
export function leaksOfAddon(report) {
  const blocks = report.split(/\n\n+/).filter((block) => /^(?:In|D)irect leak of /m.test(block));
  return blocks.filter((block) => {
    const frames = block.split('\n').filter((line) => /^\s+#\d+ /.test(line));
    return frames.find((line) => !ALLOCATORS.test(line))?.endsWith(`${ADDON})`) ?? false;
  });
}

/** Compiles a second addon, of the same name, that leaks memory when it is loaded. */
function plantLeak(folder) {
  const file = path.join(folder, ADDON);
  const [program, ...rest] = (process.env.CXX || 'c++').split(/\s+/);
  const source = path.join(repoRoot, 'test', 'native', 'planted_leak.cc');
  const flags = ['-shared', '-fPIC', '-g', '-O0', '-fsanitize=address', source, '-o', file];
  const { ok, stderr } = capture(program, [...rest, ...flags]);
  if (!ok) throw new UserError(`the planted leak cannot be compiled: ${stderr}`);
  return file;
}

/** Runs the process and prints the addon's leaks; returns the exit code. */
export function checkLeaks({ binary, preload, planted }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'leaks-'));
  try {
    makeCertificates(folder);
    const program = path.join(repoRoot, 'test', 'helpers', 'soak-cycles.mjs');
    const load = planted ? ['--require', writeLoader(folder, plantLeak(folder))] : [];
    const args = ['--expose-gc', ...load, program, folder, String(HANDSHAKES)];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        HERMETIC_SSL_BINARY: binary,
        LD_PRELOAD: preload,
        ASAN_OPTIONS: `detect_leaks=1:exitcode=${LEAKS}:stack_trace_format="    #%n %p in %f (%m)"`,
      },
    });
    const hasEnded =
      status === 0 || (status === LEAKS && stderr.includes('LeakSanitizer: detected'));
    if (!hasEnded)
      throw new UserError(`the process ended with code ${status}:\n${stdout}${stderr}`);
    const leaks = leaksOfAddon(stderr);
    for (const leak of leaks) console.log(`${leak}\n`);
    console.log(`leaks: ${leaks.length} of the addon's`);
    return leaks.length === 0 ? 0 : 1;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function writeLoader(folder, file) {
  const loader = path.join(folder, 'load.cjs');
  fs.writeFileSync(loader, `process.dlopen({ exports: {} }, ${JSON.stringify(file)});\n`);
  return loader;
}
