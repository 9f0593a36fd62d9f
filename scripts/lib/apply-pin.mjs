// Writes a new pin and runs what depends on it. Whatever ends this before its end, an error as well as a signal, puts
// the old pin back.
import { writePin } from './pin.mjs';

/**
 * @param {{ before: import('./pin.mjs').Pin, after: import('./pin.mjs').Pin }} pins
 * @param {() => void | Promise<void>} steps throws when the new OpenSSL does not work out
 * @param {(line: string) => void} onRestore told that the old pin is back
 */
export async function applyPin({ before, after }, steps, onRestore) {
  const restore = () => {
    writePin(before);
    onRestore('the old pin is restored');
  };
  const exits = { SIGINT: () => process.exit(130), SIGTERM: () => process.exit(143) };
  process.once('exit', restore);
  for (const [signal, exit] of Object.entries(exits)) process.once(signal, exit);
  try {
    writePin(after);
    await steps();
  } catch (error) {
    restore();
    throw error;
  } finally {
    process.removeListener('exit', restore);
    for (const [signal, exit] of Object.entries(exits)) process.removeListener(signal, exit);
  }
}
