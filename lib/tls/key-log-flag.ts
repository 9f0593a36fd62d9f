// `--tls-keylog=FILE`: appends the secrets of every connection to a file.
import { appendFile } from 'node:fs';

import { flagValue } from './flags.js';
import type { TLSSocketLike } from './socket-state.js';

const file = flagValue('tls-keylog');
let hasWarned = false;
let hasWarnedOfFailure = false;

function append(line: Buffer): void {
  appendFile(file!, line, { mode: 0o600 }, (error) => {
    if (error === null || hasWarnedOfFailure) return;
    hasWarnedOfFailure = true;
    process.emitWarning(
      `Failed to write TLS keylog (this warning will not be repeated): ${String(error)}`,
    );
  });
}

/** Logs the keys of a socket if the command line asks for it. */
export function logKeys(socket: TLSSocketLike): void {
  if (file === null) return;
  if (!hasWarned)
    process.emitWarning(
      `Using --tls-keylog makes TLS connections insecure by writing secret key material to file ${file}`,
    );
  hasWarned = true;
  socket.on('keylog', append);
}
