// The entry point `hermetic-ssl/addon/sea`: takes the addon out of a single executable application of Node, where it is
// the asset hermetic_ssl.node. It must be imported before anything else of the package.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type * as NodeSeaModule from 'node:sea';
import { openAddon, seaError, setCarriedAddon } from './load-addon.js';

const ASSET = 'hermetic_ssl.node';

function asset(): ArrayBuffer {
  const sea = process.getBuiltinModule('node:sea') as typeof NodeSeaModule | undefined;
  try {
    if (sea?.isSea()) return sea.getRawAsset(ASSET) as ArrayBuffer;
  } catch (cause) {
    throw seaError(`this application has no asset ${ASSET}`, cause);
  }
  throw seaError('this is not a single executable application of Node', undefined);
}

/** The system loads code only from files: a folder that only this user can write holds the file while it is loaded. */
function loadFrom(content: ArrayBuffer): unknown {
  const folder = mkdtempSync(join(tmpdir(), 'hermetic-ssl-'));
  const file = join(folder, ASSET);
  try {
    writeFileSync(file, new Uint8Array(content), { mode: 0o700 });
    return openAddon(file);
  } catch (cause) {
    throw seaError(`${file} could not be loaded`, cause);
  } finally {
    // Windows cannot delete the file of loaded code.
    if (process.platform !== 'win32') rmSync(folder, { recursive: true, force: true });
  }
}

setCarriedAddon(loadFrom(asset()));
