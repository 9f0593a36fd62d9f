// An application of thirteen libraries that knows nothing of hermetic-ssl. It prints what each library has seen, in lines of JSON.
import * as http from './http-clients.mjs';
import { startServers } from './servers.mjs';
import * as services from './services.mjs';

/** Ports of the peers, and the identity of the application's own servers. */
const peers = JSON.parse(process.env.PEERS);
const servers = await startServers(peers);
const places = { ...peers, ...servers.ports };

for (const [name, part] of Object.entries({ ...http, ...services })) {
  const lines = [];
  const say = (...values) => lines.push(values);
  try {
    await part(places, say);
  } catch (error) {
    say('failed', error.code ?? null, error.message);
  }
  process.stdout.write(`${JSON.stringify({ name, lines })}\n`);
}
servers.close();
process.exit(0); // sessions of http2 that clients keep would hold it
