/** Listed differences of the functions and constants of the ssl module. */
import type { Listed } from './listed.js';

export const functions: readonly Listed[] = [
  {
    cause: 'on purpose',
    reason: 'the digits of a time are ASCII; Python takes those of any script',
    steps: {
      'cert_time_to_seconds | ssl.cert_time_to_seconds("Jan 5 09:34:43 ２０１８ GMT")':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a time as bytes is a wrong type; Python compares the text of their repr()',
    steps: {
      'cert_time_to_seconds | ssl.cert_time_to_seconds(b"Jan  5 09:34:43 2018 GMT")':
        'raises TypeError',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'characters outside base64 between header and footer are refused; Python skips them and decodes the rest',
    steps: {
      'DER and PEM | ssl.PEM_cert_to_DER_cert(text(damaged-ca.pem))': 'raises ValueError',
      'DER and PEM | ssl.PEM_cert_to_DER_cert("-----BEGIN CERTIFICATE-----\\n!!!!\\n-----END CERTIFICATE---…)':
        'raises ValueError',
      'DER and PEM | ssl.PEM_cert_to_DER_cert("-----BEGIN CERTIFICATE-----\\nMA==\\nMA==\\n-----END CERTIFIC…)':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a protocol is a number; Python has no name for anything else',
    steps: {
      'get_protocol_name | ssl.get_protocol_name(None)': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name("text")': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name("")': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name(b"bytes")': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name(object)': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name(1.5)': 'raises TypeError',
      'get_protocol_name | ssl.get_protocol_name(nan)': 'raises TypeError',
    },
  },
  {
    cause: 'older Python',
    reason: 'newer constants of Python 3.14',
    when: { pythonBelow: [3, 14] },
    steps: {
      'constants | ssl.HAS_PHA': 'true',
    },
  },
  {
    cause: 'older Python',
    reason: 'newer constants of Python 3.13',
    when: { pythonBelow: [3, 13] },
    steps: {
      'constants | ssl.HAS_PSK': 'true',
    },
  },
  {
    cause: 'older Python',
    reason: 'newer constants of Python 3.15',
    when: { pythonBelow: [3, 15] },
    steps: {
      'constants | ssl.HAS_PSK_TLS13': 'true',
    },
  },
  {
    cause: 'older Python',
    reason: 'newer constants of Python 3.12',
    when: { pythonBelow: [3, 12] },
    steps: {
      'constants | ssl.OP_ENABLE_KTLS': '8',
      'constants | ssl.OP_LEGACY_SERVER_CONNECT': '4',
      'members of Options | ssl.Options.OP_LEGACY_SERVER_CONNECT': '4',
      'members of Options | ssl.Options.OP_ENABLE_KTLS': '8',
    },
  },
];
