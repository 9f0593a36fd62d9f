// Puts the decoders of compressed certificates into the unpacked source of OpenSSL, whose build then compiles them into
// libcrypto: a second static library would have to be linked wherever libcrypto is. Their archives are pinned with
// OpenSSL's (deps/openssl/pin.json).
import fs from 'node:fs';
import path from 'node:path';
import { decodersFolder } from './configure.mjs';
import { mustRun } from '../lib/process.mjs';
import { UserError } from '../lib/user-error.mjs';

/** The folder of OpenSSL's source that uses the decoders. */
const PLACE = path.join('crypto', 'comp');
/** The name of the licence in each of the archives. */
const LICENSE = 'LICENSE';

/**
 * @param {ReturnType<import('./configure.mjs').describeBuild>} build
 * @param {{ source: string, archives?: string[], work: string, log: (line: string) => void }} where `archives` are the
 *   verified files of `build.decoders`, in their order
 */
export function addDecoders({ version, decoders = [] }, { source, archives = [], work, log }) {
  if (decoders.length === 0) return;
  const place = path.join(source, PLACE);
  for (const [index, decoder] of decoders.entries()) {
    log(`OpenSSL ${version}: adding the decoder of ${decoder.name} ${decoder.version}`);
    addDecoder(decoder, { archive: archives[index], place, work });
  }
  fs.copyFileSync(path.join(decodersFolder, 'encoders.c'), path.join(place, 'encoders.c'));
  const rules = fs.readFileSync(path.join(decodersFolder, 'build.info'), 'utf8');
  fs.appendFileSync(path.join(place, 'build.info'), `\n${rules}`);
}

function addDecoder({ name, folder, parts }, { archive, place, work }) {
  const unpacked = path.join(work, 'decoders');
  fs.mkdirSync(unpacked, { recursive: true });
  mustRun('tar', ['-xf', archive, '-C', unpacked, '--no-same-owner', '--no-same-permissions', folder]); // prettier-ignore
  for (const part of parts) {
    const from = path.join(unpacked, folder, part);
    if (!fs.existsSync(from))
      throw new UserError(`${archive} does not hold ${folder}/${part}, which deps/openssl/pin.json names.`); // prettier-ignore
    copySources(from, path.join(place, name, part), name);
  }
  fs.copyFileSync(path.join(unpacked, folder, LICENSE), path.join(place, name, LICENSE));
}

/** Copies sources and headers. An archive holds one member of a name, so each source gets its library's name. */
function copySources(from, to, name) {
  fs.mkdirSync(to, { recursive: true });
  for (const file of fs.readdirSync(from)) {
    if (file.endsWith('.h')) fs.copyFileSync(path.join(from, file), path.join(to, file));
    if (file.endsWith('.c')) fs.copyFileSync(path.join(from, file), path.join(to, `${name}_${file}`)); // prettier-ignore
  }
}

/** Returns the licences of the decoders, as text to add to OpenSSL's. */
export function decoderLicenses({ decoders = [] }, source) {
  return decoders.map(({ name, version }) => {
    const text = fs.readFileSync(path.join(source, PLACE, name, LICENSE), 'utf8');
    return `\n${'-'.repeat(78)}\n\nThe decoder of ${name} ${version} is part of libcrypto. Its licence:\n\n${text}`;
  });
}
