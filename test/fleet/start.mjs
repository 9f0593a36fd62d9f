// Starts a run of the fleet (run.mjs) in a network namespace of its own, if this machine has what it needs.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const PROGRAMS = ['ip', 'unshare', 'nsenter', 'redis-server', 'nginx', 'haproxy', 'openssl'];
const FOLDERS = ['/usr/lib/x86_64-linux-gnu/faketime', '/usr/lib/aarch64-linux-gnu/faketime'];

/** The library of Debian's libfaketime for programs with threads; undefined without it. */
const findFakeTime = () =>
  FOLDERS.map((folder) => path.join(folder, 'libfaketimeMT.so.1')).find((file) => existsSync(file));

const has = (program) =>
  spawnSync('sh', ['-c', 'command -v "$0"', program], { stdio: 'ignore' }).status === 0;

/** In a namespace of processes too: all of them end with the first one. */
const UNSHARE = ['--net', '--pid', '--mount-proc', '--fork', '--kill-child'];

/** Returns the reason why a run is impossible here, or null. */
export function missingParts() {
  if (process.platform !== 'linux') return 'needs network namespaces, which only Linux has';
  if (process.getuid?.() !== 0) return 'needs network namespaces, which only root can make';
  const missing = PROGRAMS.find((program) => !has(program));
  if (missing !== undefined) return `needs ${missing}, which was not found`;
  if (findFakeTime() === undefined) return "needs Debian's libfaketime, which was not found";
  const attempt = 'ip link add name end0 type veth peer name end1 && unshare --net true';
  const { status } = spawnSync('unshare', [...UNSHARE, 'sh', '-c', attempt], { stdio: 'ignore' });
  return status === 0 ? null : 'needs network namespaces, which cannot be made here';
}

/**
 * Runs a fleet to its end, and returns the result.
 * @param {{ connections: number, rotate: number, skew: number, pause: number, keep: number }} settings
 * @param {{ onProgress?: (text: string) => void, seconds: number }} options
 */
export async function runFleet(settings, { onProgress = () => {}, seconds }) {
  const given = JSON.stringify({ ...settings, fakeTime: findFakeTime() });
  const program = path.join(import.meta.dirname, 'run.mjs');
  const child = spawn('unshare', [...UNSHARE, process.execPath, program, given], {
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: seconds * 1000,
    killSignal: 'SIGKILL',
  });
  const out = [];
  child.stdout.on('data', (chunk) => out.push(chunk));
  let said = '';
  child.stderr.on('data', (chunk) => {
    said = (said + chunk).slice(-4000);
    onProgress(String(chunk));
  });
  const status = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(signal ?? code));
  });
  if (status !== 0) throw new Error(`the fleet ended with ${status}:\n${said}`);
  return JSON.parse(Buffer.concat(out).toString().trim().split('\n').at(-1));
}
