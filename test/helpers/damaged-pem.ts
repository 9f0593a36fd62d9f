/** The ways in which PEM arrives damaged, with what an error has to say of each. */

export interface Damage {
  readonly name: string;
  readonly damage: (pem: string) => string | Buffer;
  /** The text of the message. */
  readonly says: string | RegExp;
  /** Whether the message has JavaScript that undoes the damage. */
  readonly isUndone?: boolean;
}

const lines = (pem: string, by: string): string => pem.replaceAll('\n', by);
const body = (pem: string): string => pem.replaceAll(/-----[^-]+-----/g, '').trim();
const wide = (pem: string): Buffer => Buffer.from(pem, 'utf16le');

const LINE_BREAKS: readonly Damage[] = [
  { name: 'line breaks as \\n', damage: (pem) => lines(pem, '\\n'), says: 'the characters \\n', isUndone: true },
  { name: 'line breaks as \\r\\n', damage: (pem) => lines(pem, '\\r\\n'), says: 'the characters \\n', isUndone: true },
  { name: 'line breaks as \\\\n', damage: (pem) => lines(pem, '\\\\n'), says: 'the characters \\n', isUndone: true },
  { name: 'line breaks as \\n and real ones', damage: (pem) => pem.replaceAll('\n', '\\n\n'), says: 'the characters \\n', isUndone: true },
  { name: 'a JSON string', damage: (pem) => JSON.stringify(pem), says: 'JSON.parse(text)', isUndone: true },
  { name: 'blanks for line breaks', damage: (pem) => lines(pem, ' '), says: 'blanks where line breaks belong', isUndone: true },
  { name: 'tabs for line breaks', damage: (pem) => lines(pem, '\t'), says: 'blanks where line breaks belong', isUndone: true },
  { name: 'no line breaks', damage: (pem) => lines(pem, ''), says: 'no line break after its BEGIN line', isUndone: true },
  { name: 'CR alone', damage: (pem) => lines(pem, '\r'), says: 'CR alone', isUndone: true },
  { name: 'empty lines between all', damage: (pem) => lines(pem, '\n\n'), says: /line \d+ is empty/, isUndone: true },
]; // prettier-ignore

const AROUND: readonly Damage[] = [
  { name: 'indentation', damage: (pem) => pem.replaceAll(/^/gm, '    '), says: 'is indented', isUndone: true },
  { name: 'indentation by tabs', damage: (pem) => pem.replaceAll(/^/gm, '\t'), says: 'is indented', isUndone: true },
  { name: 'a value of YAML', damage: (pem) => `tls: |\n${pem.replaceAll(/^/gm, '  ')}`, says: 'is indented', isUndone: true },
  { name: 'a quotation of mail', damage: (pem) => pem.replaceAll(/^/gm, '> '), says: '">" before every line', isUndone: true },
  { name: 'commented-out lines', damage: (pem) => pem.replaceAll(/^/gm, '# '), says: '"#" before every line', isUndone: true },
  { name: 'double quotation marks', damage: (pem) => `"${pem}"`, says: 'a quotation mark before its BEGIN line', isUndone: true },
  { name: 'single quotation marks', damage: (pem) => `'${pem.trim()}'\n`, says: 'a quotation mark before its BEGIN line', isUndone: true },
  { name: 'an assignment', damage: (pem) => `CERT="${pem}"\n`, says: 'a quotation mark before its BEGIN line', isUndone: true },
  { name: 'text before BEGIN', damage: (pem) => `cert: ${pem}`, says: 'other text before its BEGIN line', isUndone: true },
  { name: 'text after BEGIN', damage: (pem) => pem.replace('-----\n', '----- mine\n'), says: 'other text after its BEGIN line' },
  { name: 'text behind END', damage: (pem) => `${pem.trimEnd()} # mine\n`, says: 'other text is in its END line', isUndone: true },
  { name: 'END and BEGIN joined', damage: (pem) => pem.trimEnd() + pem, says: 'its END line and the next BEGIN line are joined', isUndone: true },
]; // prettier-ignore

const ENCODINGS: readonly Damage[] = [
  { name: 'UTF-16, little-endian', damage: wide, says: 'is UTF-16', isUndone: true },
  { name: 'UTF-16 with a mark, little-endian', damage: (pem) => wide(`\ufeff${pem}`), says: 'is UTF-16', isUndone: true },
  { name: 'UTF-16, big-endian', damage: (pem) => wide(pem).swap16(), says: 'is UTF-16', isUndone: true },
  { name: 'UTF-16 with a mark, big-endian', damage: (pem) => wide(`\ufeff${pem}`).swap16(), says: 'is UTF-16', isUndone: true },
  { name: 'UTF-32', damage: (pem) => Buffer.from(Uint32Array.from(Buffer.from(pem)).buffer), says: 'is UTF-32' },
  { name: 'base64 of PEM', damage: (pem) => Buffer.from(pem).toString('base64'), says: 'is base64 of PEM', isUndone: true },
  { name: 'base64 alone', damage: body, says: 'is base64 without BEGIN and END lines', isUndone: true },
  { name: 'base64 in one line', damage: (pem) => body(pem).replaceAll('\n', ''), says: 'is base64 without BEGIN and END lines', isUndone: true },
  { name: 'hexadecimal', damage: (pem) => Buffer.from(body(pem), 'base64').toString('hex'), says: 'is hexadecimal', isUndone: true },
  { name: 'URL encoding', damage: (pem) => encodeURIComponent(pem), says: 'is URL-encoded', isUndone: true },
]; // prettier-ignore

const DAMAGED: readonly Damage[] = [
  { name: 'no END line', damage: (pem) => pem.slice(0, pem.indexOf('-----END')), says: 'its END line is missing' },
  { name: 'a cut', damage: (pem) => pem.slice(0, 100), says: 'its END line is missing' },
  { name: 'a cut within the END line', damage: (pem) => pem.slice(0, -8), says: 'its END line is missing' },
  { name: 'no BEGIN line', damage: (pem) => pem.slice(pem.indexOf('\n') + 1), says: 'an END line without its BEGIN line' },
  { name: 'another label at the end', damage: (pem) => pem.replace(/END [A-Z0-9 ]+/, 'END PUBLIC KEY'), says: 'ends with END PUBLIC KEY, another label' },
  { name: 'an unknown label', damage: (pem) => pem.replaceAll(/(BEGIN|END) [A-Z0-9 ]+/g, '$1 SECRETLABEL'), says: 'a block with an unknown label in line 1' },
  { name: 'a character that is not base64', damage: (pem) => pem.replace(/\n(.)/, '\n!$1'), says: 'line 2 has a character that is not base64' },
  { name: 'a lost character', damage: (pem) => pem.replace(/\n./, '\n'), says: 'its base64 is incomplete' },
  { name: 'no content', damage: (pem) => pem.replace(/\n[^]*\n-----END/, '\n-----END'), says: 'nothing is between its BEGIN and its END line' },
  { name: 'an empty line at the end', damage: (pem) => pem.replace('\n-----END', '\n\n-----END'), says: /line \d+ is empty/, isUndone: true },
  { name: 'two empty lines at the beginning', damage: (pem) => pem.replace('\n', '\n\n\n'), says: 'line 2 is empty', isUndone: true },
  { name: 'an empty line within', damage: (pem) => pem.replace(/\n(.{64})\n/, '\n$1\n\n'), says: 'line 3 is empty', isUndone: true },
  { name: 'dashes for hyphens', damage: (pem) => pem.replaceAll('-----', '–––––'), says: 'five hyphens' },
  { name: 'four hyphens', damage: (pem) => pem.replaceAll('-----', '----'), says: 'five hyphens' },
  { name: 'small letters', damage: (pem) => pem.replaceAll(/-----[A-Z0-9 ]+-----/g, (line) => line.toLowerCase()), says: 'capital letters' },
]; // prettier-ignore

/** Damage that leaves one block's text recognisable. */
export const DAMAGES: readonly Damage[] = [...LINE_BREAKS, ...AROUND, ...ENCODINGS, ...DAMAGED];

/** Other content in the place of PEM. */
export const FOREIGN: readonly (readonly [name: string, content: string | Buffer, says: string])[] = [
  ['nothing', '', 'is empty'],
  ['white space', ' \r\n\t\n', 'is empty but for white space'],
  ['a page of HTML', '\n<!DOCTYPE html><html><title>404</title></html>', 'is HTML'],
  ['a page of HTML without a doctype', '<html><body>403', 'is HTML'],
  ['XML', '<?xml version="1.0"?><Error/>', 'is XML'],
  ['JSON', '{"cert": "-----BEGIN CERTIFICATE-----\\nMIIB"}', 'is JSON'],
  ['the name of a file', '/etc/ssl/private/server.pem', 'is the name of a file'],
  ['the relative name of a file', 'server.crt', 'is the name of a file'],
  ['a key of PuTTY', 'PuTTY-User-Key-File-3: ssh-rsa\nEncryption: none\n', "PuTTY's own format"],
  ['a public key of OpenSSH', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI me@host\n', 'a public key of OpenSSH'],
  ['a key of SSH2', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n---- END SSH2 PUBLIC KEY ----\n', 'SSH2'],
  ['OpenPGP', '-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n', 'but OpenPGP data'],
  ['a keystore of Java', Buffer.from('feedfeed0000000200000001', 'hex'), 'a keystore of Java (JKS)'],
  ['a keystore of JCE', Buffer.from('cececece0000000200000001', 'hex'), 'a keystore of Java (JCEKS)'],
  ['a ZIP archive', Buffer.from('504b030414000000', 'hex'), 'is a ZIP archive'],
  ['gzip', Buffer.from('1f8b0800000000000003', 'hex'), 'is compressed with gzip'],
  ['zeros', Buffer.alloc(100), 'is neither PEM nor DER'],
  ['rubbish', Buffer.from('\u0001\u0002\u0003 rubbish'), 'is neither PEM nor DER'],
]; // prettier-ignore

/** Does what the message says, as code: the text behind "as in". */
export function follow(message: string, given: string | Buffer): string | Buffer {
  const [, code] = /as in ([^]+)$/.exec(message) ?? [];
  if (code === undefined) throw new Error(`no code in: ${message}`);
  const bytes = Buffer.from(given);
  // oxlint-disable-next-line typescript/no-implied-eval -- the hint is to be followed to the letter
  const run = new Function('text', 'bytes', `return ${code}`) as (
    text: string,
    bytes: Buffer,
  ) => string | Buffer;
  return run(bytes.toString(), bytes);
}
