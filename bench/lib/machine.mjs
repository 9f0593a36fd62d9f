// Describes the machine of a measurement.
import { readFileSync } from 'node:fs';
import { cpus, loadavg, release, type } from 'node:os';

function readLine(file, pattern) {
  try {
    return pattern.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** Returns the numbers of the processors that this process may use. */
export function processorsAllowed() {
  const list = readLine('/proc/self/status', /Cpus_allowed_list:\s*(\S+)/);
  if (list === undefined) return cpus().map((_, index) => index);
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Describes machine, processor, system, date and load. */
export function describeMachine() {
  const [family, model] = ['cpu family', 'model'].map((field) =>
    readLine('/proc/cpuinfo', new RegExp(String.raw`^${field}\s*:\s*(\d+)$`, 'm')),
  );
  const flags = readLine('/proc/cpuinfo', /^flags\s*:\s*(.*)$/m)?.split(' ') ?? [];
  const units = ['sha_ni', 'avx2', 'avx512bw'].filter((flag) => flags.includes(flag));
  const system = readLine('/etc/os-release', /^PRETTY_NAME="(.*)"$/m) ?? 'system not named';
  return [
    `${cpus()[0]?.model.trim()} (family ${family}, model ${model}; ${units.join(', ')}), ${processorsAllowed().length} processors`,
    `${system}, ${type()} ${release()}; ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `load average before: ${loadavg()
      .map((load) => load.toFixed(2))
      .join(', ')}`,
  ];
}

const kernelText = ({ name, lanes, nsPerIteration, single, passed }) =>
  [
    `${name} (${lanes === 1 ? '1 lane' : `${lanes} lanes`}, ${nsPerIteration.toFixed(1)} ns${single ? ', for one derivation' : ''}`,
    passed ? ')' : ', failed its self-test)',
  ].join('');

function enginesText(engines) {
  if (engines === null) return 'engines: this build does not name them';
  const kernels = Object.values(engines.kernels).flat();
  const list = kernels.map((kernel) => kernelText(kernel)).join(', ');
  return `engines: ${engines.names.join(', ')}; kernels, as the addon timed them at its start per iteration of all their lanes: ${list}`;
}

/** Lists the runtimes and libraries of the measured peers, and our engines. */
export function describeProcess(met) {
  const versions = [...met].map(
    ([name, { runtime, library }]) => `${name}: ${runtime}, ${library}`,
  );
  const ours = met.get('hermetic-ssl');
  const forced = process.env.HERMETIC_PBKDF2_ENGINE;
  return [
    versions.join('; '),
    ...(ours === undefined ? [] : [enginesText(ours.engines)]),
    ...(forced === undefined ? [] : [`HERMETIC_PBKDF2_ENGINE=${forced}`]),
  ];
}
