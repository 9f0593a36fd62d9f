/** SSLSession: its properties, and when it may be resumed. */
import type { Script } from '../support/script.js';
import { bytes, call, get, make, put, ref, thing } from '../support/script.js';
import {
  both,
  clientContext,
  connected,
  inEachVersion,
  objects,
  read,
  setTo,
  shake,
  step,
  trusting,
  write,
} from '../support/tls-steps.js';

/** Resumption, and what may be given as a session. */
const sessions = inEachVersion('sessions', (version) => [
  ...connected({ client: version }),
  write('s', bytes('hello')),
  read('c'),
  { get: 'c.session', as: 'session', show: 'type' } as const,
  get('session.has_ticket'),
  get('session.timeout', { show: 'type' }),
  get('session.time', { show: 'type' }),
  get('session.ticket_lifetime_hint', { show: 'type' }),
  get('session.id', { show: 'length' }),
  put('session.has_ticket', true),
  ...['has_ticket', 'id', 'time', 'timeout'].map((name) => put(`session.${name}`, 1)),
  ...['unwrap', 'unwrap'].flatMap((method) => [step('c', method), step('s', method)]),
  ...objects({ session: ref('session') }),
  get('c.session_reused'),
  shake,
  get('c.session_reused'),
  get('s.session_reused'),
  call('c.getpeercert', [], { binary_form: true }),
  write('s', bytes('again')),
  read('c'),
  put('c.session', ref('session')),
  put('c.session', null),
  put('c.session', 1),
  ...objects(),
  ...[null, 1, thing, 'session'].map((value) => put('c.session', value)),
  put('s.session', ref('session')),
  { set: 'c.session', to: ref('session'), show: 'type' } as const,
  shake,
  get('c.session_reused'),
  ...clientContext(both(version, trusting('ca.pem')), 'other'),
  make('bio', 'ssl.MemoryBIO'),
  make('o', 'other.wrap_bio', [ref('bio'), ref('bio')], { server_hostname: 'localhost' }),
  put('o.session', ref('session')),
  call(
    'other.wrap_bio',
    [ref('bio'), ref('bio')],
    { server_hostname: 'localhost', session: ref('session') },
    { show: 'type' },
  ),
  call('server.session_stats'),
  call('client.session_stats'),
]);

const withoutTickets: Script = {
  name: 'a server without tickets',
  steps: [
    ...connected({
      server: setTo('num_tickets', 0),
      client: setTo('minimum_version', ref('ssl.TLSVersion.TLSv1_3')),
    }),
    read('c'),
    get('c.session.has_ticket'),
    get('s.session', { show: 'type' }),
  ],
};

export const sslSessions: readonly Script[] = [...sessions, withoutTickets];
