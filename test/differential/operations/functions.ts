/** The functions and constants of the ssl module itself. */
import type { Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  contentOf,
  float,
  get,
  INTEGERS,
  joined,
  memoryview,
  ODD_VALUES,
  repeated,
  textOf,
} from '../support/script.js';
import type { Random } from '../support/random.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const seconds = (text: Value): Step => call('ssl.cert_time_to_seconds', [text]);

const ORDINARY = MONTHS.flatMap((month) => [
  `${month}  5 09:34:43 2018 GMT`,
  `${month} 31 23:59:59 1999 GMT`,
  `${month.toUpperCase()} 29 0:0:0 2100 gmt`,
  `${month.toLowerCase()} 30 12:00:60 0001 GMT`,
]);

const LENIENT = [
  ...['Jan 5 9:4:3 2018 GMT', 'Jan 05 09:04:03 2018 GMT', 'Jan\t5  09:34:43\n2018   GMT'],
  ...['Jan 5 09:34:60 2018 GMT', 'Jan 5 09:34:61 2018 GMT', 'Feb 29 00:00:00 2024 GMT'],
  ...['Feb 29 00:00:00 2023 GMT', 'Feb 30 00:00:00 2024 GMT', 'Feb 31 00:00:00 2024 GMT'],
  ...['Dec 31 23:59:60 2016 GMT', 'Dec 31 23:59:59 9999 GMT', 'Jan 1 00:00:00 1970 GMT'],
  ...['Jan 5 09:34:43 0099 GMT', 'Jan 5 09:34:43 1900 GMT', 'Jan 5 09:34:43 0100 GMT'],
];

const WRONG = [
  ...[
    '',
    ' ',
    'GMT',
    'Jan',
    'Jan 5',
    'Jan 5 09:34:43',
    'Jan 5 09:34:43 2018',
    'January 5 09:34:43 2018 GMT',
  ],
  ...['Jan 0 09:34:43 2018 GMT', 'Jan 32 09:34:43 2018 GMT', 'Jan 5 24:34:43 2018 GMT'],
  ...['Jan 5 09:60:43 2018 GMT', 'Jan 5 09:34:62 2018 GMT', 'Jan 5 09:34 2018 GMT'],
  ...['Jan 5 09:34:43 18 GMT', 'Jan 5 09:34:43 10000 GMT', 'Jan 5 09:34:43 0000 GMT'],
  ...['Jan 5 09:34:43 2018 UTC', 'Jan 5 09:34:43 2018 EST', 'Jan 5 09:34:43 2018 GMT+1'],
  ...[' Jan 5 09:34:43 2018 GMT', 'Jan 5 09:34:43 2018 GMT ', 'Jan 5 09:34:43 2018 GMT\n'],
  ...['Jan 5 09:34:43 2018GMT', 'Jan5 09:34:43 2018 GMT', 'Jan 509:34:43 2018 GMT'],
  ...['Jan 105 09:34:43 2018 GMT', 'Jan -5 09:34:43 2018 GMT', 'Jan +5 09:34:43 2018 GMT'],
  ...['Jan 5 9:4:3:1 2018 GMT', 'Jan 5 09.34.43 2018 GMT', 'Jan 5 ٠٩:34:43 2018 GMT'],
  ...['Mai 5 09:34:43 2018 GMT', 'M\u00e4r 5 09:34:43 2018 GMT', 'Jan 5 09:34:43 ２０１８ GMT'],
  ...['Jan\u00a05 09:34:43 2018 GMT', 'Jan 5 09:34:43 2018\u2003GMT', 'Jan 5 09:34:43 2018 GMT\0'],
  ...['2018-01-05T09:34:43Z', '180105093443Z', '20180105093443Z', 'Fri Jan 5 09:34:43 2018 GMT'],
];

const PARTS = [
  'Jan',
  'feb',
  '5',
  '31',
  '09',
  '24',
  ':',
  '::',
  '34',
  '60',
  '2018',
  'GMT',
  ' ',
  '  ',
  'x',
];

/** An ordinary time with one thing changed. */
function mutated(random: Random): string {
  const time = random.pick([...ORDINARY, ...LENIENT]);
  const at = random.below(time.length + 1);
  const removed = random.below(3);
  const put = random.below(2) === 0 ? '' : random.pick(PARTS);
  return time.slice(0, at) + put + time.slice(at + removed);
}

const times: Script = {
  name: 'cert_time_to_seconds',
  steps: [
    ...[...ORDINARY, ...LENIENT, ...WRONG].map(seconds),
    ...[null, 1, bytes('Jan  5 09:34:43 2018 GMT'), [], true].map(seconds),
  ],
};

export const randomTimes = (random: Random): Script => ({
  name: 'cert_time_to_seconds of random texts',
  steps: Array.from({ length: 400 }, () => seconds(mutated(random))),
});

const toPem = (der: Value): Step => call('ssl.DER_cert_to_PEM_cert', [der]);
const toDer = (pem: Value): Step => call('ssl.PEM_cert_to_DER_cert', [pem]);

const HEADER = '-----BEGIN CERTIFICATE-----';
const FOOTER = '-----END CERTIFICATE-----';

const PEMS: readonly Value[] = [
  ...['ca.pem', 'cert.pem', 'both.pem', 'junk-around.pem', 'crlf.pem', 'unended.pem'].map(textOf),
  ...['key.pem', 'empty.pem', 'text.pem', 'trusted.pem', 'damaged-ca.pem', 'crl.pem'].map(textOf),
  joined(' \n\t', textOf('ca.pem'), '  \n'),
  joined('x', textOf('ca.pem')),
  joined(textOf('ca.pem'), 'x'),
  ...['', HEADER, FOOTER, `${HEADER}${FOOTER}`, `${HEADER}\n${FOOTER}`, `${HEADER}\n\n${FOOTER}\n`],
  ...[`${HEADER}\nMAA=\n${FOOTER}`, `${HEADER}MAA=${FOOTER}`, `${HEADER}\nMA A=\n${FOOTER}`],
  ...[`${HEADER}\n!!!!\n${FOOTER}`, `${HEADER}\nä\n${FOOTER}`, `${HEADER}\nMA==\nMA==\n${FOOTER}`],
  `${FOOTER}\nMAA=\n${HEADER}`,
];

const conversions: Script = {
  name: 'DER and PEM',
  steps: [
    ...['ca.der', 'cert.der', 'key.der', 'empty.pem', 'text.pem'].map((name) =>
      toPem(contentOf(name)),
    ),
    ...Array.from({ length: 50 }, (_, length) => toPem(repeated('\xa5', length))),
    ...[bytearray('abc'), memoryview('abc'), 'abc', null, 1, true, [1], float(1)].map(toPem),
    ...PEMS.map(toDer),
    ...[bytes(`${HEADER}\nMAA=\n${FOOTER}`), null, 1, true, []].map(toDer),
  ],
};

const names: Script = {
  name: 'get_protocol_name',
  steps: [...INTEGERS, 16, 17, 18, ...ODD_VALUES, true].map((value) =>
    call('ssl.get_protocol_name', [value]),
  ),
};

const purposes: Script = {
  name: 'Purpose',
  steps: ['SERVER_AUTH', 'CLIENT_AUTH'].flatMap((purpose) =>
    ['nid', 'shortname', 'longname', 'oid'].map((field) => get(`ssl.Purpose.${purpose}.${field}`)),
  ),
};

/** Of the library rather than of the module, lists that are longer here, and other modules' names. */
const NO_CONSTANTS = new Set([
  ...['SOCK_STREAM', 'SOL_SOCKET', 'SO_TYPE'],
  ...['OPENSSL_VERSION', 'OPENSSL_VERSION_INFO', 'OPENSSL_VERSION_NUMBER', 'CHANNEL_BINDING_TYPES'],
]);

/** Every constant of a list of Python's names. */
export const constantsOf = (list: readonly string[]): Script => ({
  name: 'constants',
  steps: list
    .filter((name) => name === name.toUpperCase() || /^(?:OP|HAS|PROTOCOL|VERIFY)_/.test(name))
    .filter((name) => !NO_CONSTANTS.has(name))
    .map((name) => get(`ssl.${name}`)),
});

export const membersOf = (enumeration: string, members: readonly string[]): Script => ({
  name: `members of ${enumeration}`,
  steps: members.map((name) => get(`ssl.${enumeration}.${name}`)),
});

const versions: Script = {
  name: 'the version of OpenSSL',
  steps: [
    get('ssl.OPENSSL_VERSION', { show: 'type' }),
    get('ssl.OPENSSL_VERSION_NUMBER', { show: 'type' }),
    get('ssl.OPENSSL_VERSION_INFO', { show: 'length' }),
  ],
};

export const functions: readonly Script[] = [times, conversions, names, purposes, versions];
