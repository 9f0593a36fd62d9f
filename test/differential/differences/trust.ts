/** Listed differences of what contexts load: certificates, keys, and whom they trust. */
import type { Listed } from './listed.js';

export const trust: readonly Listed[] = [
  {
    cause: 'on purpose',
    reason:
      'all forms that loadCertChain accepts are accepted as trust: DER in files, PEM as bytes, text beyond ASCII, lists and trusted blocks in cadata',
    steps: {
      'load_verify_locations of what Python refuses | context.cert_store_stats()':
        '{"crl":0,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (2)':
        '{"crl":0,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (3)':
        '{"crl":1,"x509":0,"x509Ca":0}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (4)':
        '{"crl":1,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (5)':
        '{"crl":0,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (6)':
        '{"crl":0,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.cert_store_stats() (7)':
        '{"crl":0,"x509":1,"x509Ca":1}',
      'load_verify_locations of what Python refuses | context.get_ca_certs(binary_form=True)':
        '"list of 1"',
      'load_verify_locations of what Python refuses | context.get_ca_certs(binary_form=True) (2)':
        '"list of 1"',
      'load_verify_locations of what Python refuses | context.get_ca_certs(binary_form=True) (5)':
        '"list of 1"',
      'load_verify_locations of what Python refuses | context.get_ca_certs(binary_form=True) (6)':
        '"list of 1"',
      'load_verify_locations of what Python refuses | context.get_ca_certs(binary_form=True) (7)':
        '"list of 1"',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cadata=content(ca.pem))':
        'null',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cadata=text(ca.pem)+"ä")':
        'null',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cadata=text(crl.pem))':
        'null',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cadata=text(trusted.pem))':
        'null',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cafile=path(ca.der))':
        'null',
      'load_verify_locations of what Python refuses | context.load_verify_locations(cafile=pathbytes(ca.der))':
        'null',
    },
  },
  {
    cause: 'on purpose',
    reason: 'capath that names a file is an error; Python ignores it',
    steps: {
      'load_verify_locations(capath) | context.load_verify_locations(capath=path(ca.pem))':
        'raises OSError ENOTDIR',
    },
  },
  {
    cause: 'on purpose',
    reason: 'text beyond ASCII is text without certificates; an empty array contains no data',
    steps: {
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata="ä")':
        'raises SSLError [None: None]',
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(binary.pem))':
        'raises SSLError [None: None]',
      'load_verify_locations(cadata) of anything | context.load_verify_locations(cadata=[])':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a block with other text on its BEGIN line is an error; Python skips it',
    steps: {
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(ca.pem)+"\\u0000"+text(intermediate.pem))':
        'raises SSLError [None: None]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'the error describes the damage in the PEM; Python only reports a missing certificate',
    steps: {
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(damaged-ca.pem))':
        'raises SSLError [PEM: BAD_BASE64_DECODE]',
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(shortened-ca.pem))':
        'raises SSLError [ASN1: None]',
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(unended.pem))':
        'raises SSLError [PEM: BAD_END_LINE]',
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata="-----BEGIN CERTIFICATE-----")':
        'raises SSLError [PEM: BAD_END_LINE]',
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata="-----BEGIN CERTIFICATE-----\\nMAA=\\n-----END CERTIFICATE---…)':
        'raises SSLError [ASN1: FIELD_MISSING]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a certificate without content is an error; Python skips it',
    steps: {
      'load_verify_locations(cadata) of text | context.load_verify_locations(cadata=text(ca.pem)+"-----BEGIN CERTIFICATE-----\\n-----END CERTIFI…)':
        'raises SSLError [None: None]',
    },
  },
  {
    cause: 'older Python',
    reason:
      'data after a certificate in DER is an error, as in Python 3.15; Python before 3.13 accepts it, and OpenSSL 3.0 gives another reason',
    when: { opensslBelow: [3, 2] },
    steps: {
      'load_verify_locations(cadata) of bytes | context.load_verify_locations(cadata=content(ca.der)+b"A")':
        'raises SSLError [ASN1: None]',
      'load_verify_locations(cadata) of bytes | context.load_verify_locations(cadata=content(ca.der)+b"\\u0000")':
        'raises SSLError [ASN1: None]',
      'load_verify_locations(cadata) of bytes | context.load_verify_locations(cadata=content(ca.der)+b"0")':
        'raises SSLError [ASN1: None]',
      'load_verify_locations(cadata) of bytes | context.load_verify_locations(cadata=content(ca.der)+b"0")':
        'raises SSLError [ASN1: None]',
    },
  },
  {
    cause: 'older Python',
    reason: 'a default context verifies strictly, as in Python 3.13 and later',
    when: { pythonBelow: [3, 13] },
    steps: {
      'ssl.create_default_context | context.verify_flags': '557088',
      'ssl.create_default_context | context.verify_flags (2)': '557088',
    },
  },
  {
    cause: 'on purpose',
    reason:
      "certificate and key are compared before they are used, so that the pair in use stays; the reason is then X509_check_private_key's",
    steps: {
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(path(cert.pem), path(rsa.pem))':
        'raises SSLError [X509: KEY_TYPE_MISMATCH]',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(pathbytes(cert.pem), pathbytes(rsa.pem))':
        'raises SSLError [X509: KEY_TYPE_MISMATCH]',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(path(rsa.pem), path(key.pem))':
        'raises SSLError [X509: KEY_TYPE_MISMATCH]',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(pathbytes(rsa.pem), pathbytes(key.pem))':
        'raises SSLError [X509: KEY_TYPE_MISMATCH]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a password is bytes of any kind; Python takes bytes and bytearray',
    steps: {
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(cert.pem), path(encrypted.pem), memoryview(77726f6e67))':
        'raises SSLError [SSL: None]',
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(encrypted-both.pem), None, memoryview(77726f6e67))':
        'raises SSLError [SSL: None]',
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(rsa-cert.pem), path(encrypted-traditional.pem), memoryview(77726f6e67))':
        'raises SSLError [SSL: None]',
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(cert.pem), path(key.pem), memoryview(77726f6e67))':
        'null',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a password that is too long is refused even if the key is not encrypted',
    steps: {
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(cert.pem), path(key.pem), 78*1025)':
        'raises ValueError',
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(cert.pem), path(key.pem), "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…)':
        'raises ValueError',
      'load_cert_chain(certfile, keyfile, password) | context.load_cert_chain(path(cert.pem), path(key.pem), "ääääääääääääääääääääääääääääääääääääääääääääääääääääääääää…)':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'files may be DER as well as PEM; errors for missing parts of DER do not come from OpenSSL',
    steps: {
      'load_cert_chain(certfile) | context.load_cert_chain(path(cert.der))':
        'raises SSLError [None: None]',
      'load_cert_chain(certfile) | context.load_cert_chain(pathbytes(cert.der))':
        'raises SSLError [None: None]',
      'load_cert_chain(certfile) | context.load_cert_chain(path(cert.der), None)':
        'raises SSLError [None: None]',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(path(cert.pem), path(key.der))':
        'null',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(pathbytes(cert.pem), pathbytes(key.der))':
        'null',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(path(cert.der), path(key.pem))':
        'null',
      'load_cert_chain(certfile, keyfile) | context.load_cert_chain(pathbytes(cert.der), pathbytes(key.pem))':
        'null',
    },
  },
];
