// Writes a new pin and runs the dependent steps. If an error or a signal interrupts them, the old pin is restored.
import { writePin } from './pin.mjs';

/**
 * @param {{ before: import('./pin.mjs').Pin, after: import('./pin.mjs').Pin }} pins
 * @param {() => void | Promise<void>} steps throws if a step fails with the new OpenSSL
 * @param {(line: string) => void} onRestore called after the old pin is restored
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
