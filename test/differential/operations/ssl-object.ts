/** SSLObject: the arguments of wrap_bio, the information about an end, and its reads and writes. */
import type { Script, Step, Value } from '../support/script.js';
import {
  bytearray,
  bytes,
  call,
  float,
  get,
  int,
  make,
  memoryview,
  ODD_VALUES,
  ref,
  repeated,
  thing,
} from '../support/script.js';
import {
  both,
  clientContext,
  connected,
  inEachVersion,
  information,
  pair,
  read,
  serverContext,
  setTo,
  shake,
  unverified,
  write,
  type Change,
} from '../support/tls-steps.js';

const BIOS: readonly Step[] = [make('up', 'ssl.MemoryBIO'), make('down', 'ssl.MemoryBIO')];

const wrap = (context: string, kwargs?: Record<string, Value>): Step =>
  call(`${context}.wrap_bio`, [ref('down'), ref('up')], kwargs, { show: 'type' });

const NAMES: readonly Value[] = [
  ...['localhost', 'LOCALHOST', 'example.com', 'a.b.c.d.e', 'example.com.', 'localhost..'],
  ...['xn--nxasmq6b', 'under_score', '-x', '*.example.com', 'x'.repeat(63), 'x'.repeat(64)],
  ...[`${'x'.repeat(63)}.com`, `${'x'.repeat(64)}.com`, 'a..b', '.', '.example.com', '..', ''],
  ...['127.0.0.1', '::1', '[::1]', '0:0:0:0:0:0:0:1', '10.0.1', '1.2.3.4.5', '256.1.1.1', '1'],
  ...[
    'a\0b',
    '\0',
    ' ',
    'a b',
    'pyth\u00f6n.org',
    'K\u00d6NIG.example',
    'stra\u00dfe.example',
    '\u4f8b\u3048.jp',
  ],
  ...['\u2603.net', 'a\u0301.com', '\ufb01.com', 'x\u3002com', '\u00df', '\ud800', 'fe80::1%eth0'],
  ...['a/b', 'http://localhost', 'localhost:443', 'user@localhost', 'x'.repeat(300)],
];

const names: Script = {
  name: 'server_hostname',
  steps: [
    ...clientContext(),
    ...BIOS,
    ...NAMES.flatMap((name) => [
      make('c', 'client.wrap_bio', [ref('down'), ref('up')], { server_hostname: name }),
      get('c.server_hostname'),
    ]),
    ...[1, true, thing, [], float(1)].map((name) => wrap('client', { server_hostname: name })),
  ],
};

const wrapping: Script = {
  name: 'wrap_bio',
  steps: [
    ...clientContext(),
    ...clientContext(unverified, 'trustful'),
    ...serverContext(),
    ...BIOS,
    wrap('client'),
    wrap('client', { server_hostname: null }),
    wrap('client', { server_hostname: '' }),
    wrap('client', { server_side: true }),
    wrap('client', { server_side: true, server_hostname: 'localhost' }),
    wrap('trustful'),
    wrap('trustful', { server_hostname: null }),
    wrap('trustful', { server_hostname: '' }),
    wrap('server'),
    wrap('server', { server_hostname: 'localhost' }),
    wrap('server', { server_side: true }),
    wrap('server', { server_side: true, server_hostname: null }),
    wrap('server', { server_side: true, server_hostname: 'localhost' }),
    wrap('server', { server_side: true, server_hostname: '' }),
    ...[...ODD_VALUES, 1, true].flatMap((value) => [
      call('trustful.wrap_bio', [value, ref('up')]),
      call('trustful.wrap_bio', [ref('down'), value]),
      wrap('trustful', { session: value }),
      wrap('server', { server_side: true, session: value }),
      wrap('trustful', { server_hostname: 'localhost', session: value }),
    ]),
    call('trustful.wrap_bio', [ref('up'), ref('up')], null, { show: 'type' }),
    call('trustful.wrap_bio'),
    call('trustful.wrap_bio', [ref('up')]),
    call('ssl.SSLObject', [], null, { show: 'type' }),
  ],
};

const told = inEachVersion('what is told', (version) => [
  ...pair({ client: version }),
  ...information('c'),
  ...information('s'),
  shake,
  ...information('c'),
  ...information('s'),
  call('c.cipher', [], null, { show: 'type' }),
  call('c.shared_ciphers', [], null, { show: 'type' }),
  call('s.shared_ciphers', [], null, { show: 'type' }),
  call('c.get_channel_binding', [1]),
  call('c.get_channel_binding', [null]),
]);

const CIPHERS = ['ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384'];

const suites: Script = {
  name: 'the suites of TLS 1.2',
  steps: CIPHERS.flatMap((cipher) => [
    ...pair({
      client: both(setTo('maximum_version', ref('ssl.TLSVersion.TLSv1_2')), (context) => [
        call(`${context}.set_ciphers`, [cipher]),
      ]),
    }),
    call('c.cipher'),
    shake,
    call('c.cipher'),
    call('s.cipher'),
    call('s.shared_ciphers'),
    call('c.shared_ciphers'),
    call('c.get_channel_binding', [], null, { show: 'length' }),
    call('s.get_channel_binding', ['tls-unique'], null, { show: 'length' }),
  ]),
};

const ALPN: readonly (readonly [client: Value | null, server: Value | null])[] = [
  [
    ['h2', 'http/1.1'],
    ['http/1.1', 'h2'],
  ],
  [['h2'], ['h2']],
  [['h2'], ['http/1.1']],
  [['h2'], null],
  [null, ['h2']],
  [['x'.repeat(255)], ['x'.repeat(255)]],
  [[], ['h2']],
  [['H2'], ['h2']],
];

const offering =
  (protocols: Value | null): Change =>
  (context) =>
    protocols === null ? [] : [call(`${context}.set_alpn_protocols`, [protocols])];

const alpn = inEachVersion('ALPN', (version) =>
  ALPN.flatMap(([client, server]) => [
    ...connected({ client: both(version, offering(client)), server: offering(server) }),
    call('c.selected_alpn_protocol'),
    call('s.selected_alpn_protocol'),
  ]),
);

const DATA: readonly Value[] = [
  ...[bytes('abc'), bytearray('abc'), memoryview('abc'), bytes('')],
  ...['abc', '', null, 1, 0, true, [], [1], thing],
];

const LENGTHS: readonly Value[] = [
  ...[0, 1, 2, 100, -1, -2, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), int(2n ** 64n), float(1.5), 'x'],
  ...[bytes('x'), []],
];

const transfer = inEachVersion('read and write', (version) => [
  ...connected({ client: version }),
  ...DATA.flatMap((data) => [write('c', data), call('s.pending'), call('s.read')]),
  ...LENGTHS.flatMap((length) => [write('c', bytes('12345')), call('s.read', [length]), read('s')]),
  write('s', repeated('ab', 40_000)),
  read('c', 10),
  call('c.pending'),
  call('c.read', [20_000], null, { show: 'length' }),
  call('c.pending'),
  call('c.read', [100_000], null, { show: 'length' }),
  call('c.read', [100_000], null, { show: 'length' }),
  call('c.read', [100_000], null, { show: 'length' }),
  call('c.read', [100_000], null, { show: 'length' }),
  call('c.read', [100_000], null, { show: 'length' }),
  call('c.read'),
]);

export const sslObject: readonly Script[] = [
  names,
  wrapping,
  ...told,
  suites,
  ...alpn,
  ...transfer,
];
