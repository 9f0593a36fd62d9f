/** Listed differences of the settings of contexts. */
import type { Listed } from './listed.js';

export const context: readonly Listed[] = [
  {
    cause: 'on purpose',
    reason: 'null is not a protocol; Python treats it as the deprecated default',
    steps: {
      'SSLContext() | ssl.SSLContext(None)': 'raises TypeError',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'masks and counts are 32 bits wide and not negative; Python truncates or wraps values that do not fit the C type',
    steps: {
      'context.verify_flags | context.verify_flags = -1': 'raises ValueError',
      'context.verify_flags | context.verify_flags = -2': 'raises ValueError',
      'context.verify_flags | context.verify_flags = -3': 'raises ValueError',
      'context.verify_flags | context.verify_flags = -2147483648': 'raises ValueError',
      'context.verify_flags | context.verify_flags = -2147483649': 'raises ValueError',
      'context.verify_flags | context.verify_flags = 4294967296': 'raises OverflowError',
      'context.verify_flags | context.verify_flags = 9007199254740991': 'raises OverflowError',
      'context.verify_flags | context.verify_flags = 9223372036854775808': 'raises OverflowError',
      'context.verify_flags | context.verify_flags = 18446744073709551616': 'raises OverflowError',
      'context.verify_flags | context.verify_flags = 1267650600228229401496703205376':
        'raises OverflowError',
      'context.verify_flags | context.verify_flags = -9223372036854775808': 'raises ValueError',
      'context.num_tickets | context.num_tickets = 4294967296': 'raises OverflowError',
      'context.num_tickets | context.num_tickets = 9007199254740991': 'raises OverflowError',
    },
  },
  {
    cause: 'older Python',
    reason: 'options is an unsigned mask: a negative one is a ValueError, as in Python 3.15',
    when: { pythonBelow: [3, 14] },
    steps: {
      'context.options | context.options = -1': 'raises ValueError',
      'context.options | context.options = -2': 'raises ValueError',
      'context.options | context.options = -3': 'raises ValueError',
      'context.options | context.options = -2147483648': 'raises ValueError',
      'context.options | context.options = -2147483649': 'raises ValueError',
      'context.options | context.options = -9223372036854775808': 'raises ValueError',
    },
  },
  {
    cause: 'older Python',
    reason: 'options has 64 bits, as in Python 3.12 and later',
    when: { pythonBelow: [3, 12] },
    steps: {
      'context.options | context.options = 9223372036854775808': '{"int":"9223372036854775808"}',
      'context.options | context.options = 18446744073709551615': '{"int":"18446744073709551615"}',
    },
  },
  {
    cause: 'on purpose',
    reason: 'SRP is not compiled into the private OpenSSL',
    steps: {
      'context.set_ciphers | context.set_ciphers("SRP")': 'raises SSLError [None: None]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a string is not a list of protocols; Python takes its characters',
    steps: {
      'context.set_alpn_protocols | context.set_alpn_protocols("h2")': 'raises TypeError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a list of protocols that no handshake can carry is refused (RFC 7301, 3.1)',
    steps: {
      'context.set_alpn_protocols | context.set_alpn_protocols(["yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy…) (2)':
        'raises ValueError',
      'context.set_alpn_protocols | context.set_alpn_protocols(["y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y", "y"…)':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a curve is named by a string; Python takes bytes too',
    steps: {
      'context.set_ecdh_curve | context.set_ecdh_curve(b"prime256v1")': 'raises TypeError',
      'context.set_ecdh_curve | context.set_ecdh_curve(b"foo")': 'raises TypeError',
      'context.set_ecdh_curve | context.set_ecdh_curve(78*1)': 'raises TypeError',
    },
  },
  {
    cause: 'OpenSSL',
    reason: 'OpenSSL 4 has no SSLv3',
    when: { oursFrom: [4, 0] },
    steps: {
      'context.minimum_version | context.minimum_version = 768': 'raises ValueError',
      'context.maximum_version | context.maximum_version = 768': 'raises ValueError',
    },
  },
];
