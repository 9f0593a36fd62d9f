// One measurement in a fresh process: node measure.mjs KIND MODE. KIND: hermetic-ssl, preloaded, own-ca, system,
// bundled, ca. MODE: times, or the number of contexts whose memory is measured. Prints one JSON document.
import { readFileSync } from 'node:fs';

const BUNDLE = process.env.BENCH_TRUST_BUNDLE;
const [kind, mode] = process.argv.slice(2);

const KINDS = {
  async 'hermetic-ssl'() {
    const ssl = await import('hermetic-ssl/ssl');
    return () => ssl.createDefaultContext();
  },
  async preloaded() {
    const ssl = await import('hermetic-ssl/ssl');
    await ssl.preloadSystemCertificates();
    return () => ssl.createDefaultContext();
  },
  // With another authority in addition to the platform's, as in many companies.
  async 'own-ca'() {
    const ssl = await import('hermetic-ssl/ssl');
    const [own] = readFileSync(BUNDLE, 'latin1').match(/-----BEGIN[^]*?END CERTIFICATE-----/);
    return () => {
      const context = ssl.createDefaultContext();
      context.loadVerifyLocations({ cadata: own });
      return context;
    };
  },
  // tls.getCACertificates came with Node 22.15 and 23.10.
  async system() {
    const tls = await import('node:tls');
    return () => tls.createSecureContext({ ca: tls.getCACertificates('system') });
  },
  async bundled() {
    const tls = await import('node:tls');
    return () => tls.createSecureContext();
  },
  async ca() {
    const tls = await import('node:tls');
    return () => tls.createSecureContext({ ca: readFileSync(BUNDLE) });
  },
};

function time(make) {
  const [cpu, wall] = [process.cpuUsage(), performance.now()];
  const context = make();
  const milliseconds = performance.now() - wall;
  const { user, system } = process.cpuUsage(cpu);
  return { context, wall: milliseconds, cpu: (user + system) / 1000 };
}

function times(make) {
  const [first, second] = [time(make), time(make)];
  return [first, second].map(({ wall, cpu }) => ({ wall, cpu }));
}

const resident = () => {
  globalThis.gc();
  return process.memoryUsage().rss;
};

/** Returns the bytes for each context beyond the first few. */
function memory(make, count) {
  const kept = Array.from({ length: 5 }, make);
  const before = resident();
  for (let i = 0; i < count; i += 1) kept.push(make());
  return (resident() - before) / count;
}

const make = await KINDS[kind]();
const answer = mode === 'times' ? times(make) : memory(make, Number(mode));
console.log(JSON.stringify(answer));
