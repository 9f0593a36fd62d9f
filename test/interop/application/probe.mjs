// Counts the handshakes that hermetic-ssl makes: zero in a process without it. Loaded before the application, which
// does not know of it.
import { subscribe } from 'node:diagnostics_channel';

let count = 0;
subscribe('hermetic-ssl.tls.handshake.end', () => {
  count += 1;
});
process.on('exit', () => process.stderr.write(`handshakes ${count}\n`));
