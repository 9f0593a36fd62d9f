/** Listed differences of connections, certificates and host names. */
import type { Listed } from './listed.js';

export const connections: readonly Listed[] = [
  {
    cause: 'on purpose',
    reason:
      'host names are lower case, and in the form of UTS 46 rather than IDNA 2003; an address has no zone, and no name the dot that may end it',
    steps: {
      'server_hostname | c.server_hostname (2)': '"localhost"',
      'server_hostname | c.server_hostname (5)': '"example.com"',
      // The name after it is refused by both, so that the connection is the same.
      'server_hostname | c.server_hostname (6)': '"example.com"',
      'server_hostname | c.server_hostname (34)': '"xn--strae-oqa.example"',
      'server_hostname | c.server_hostname (40)': '"xn--zca"',
      'server_hostname | c.server_hostname (41)': '"xn--zca"',
      'server_hostname | c.server_hostname (42)': '"fe80::1"',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'a host name with white space, brackets, a port or parts of a URL is refused; Python sends it, and no certificate matches',
    steps: {
      'server_hostname | client.wrap_bio(down, up, server_hostname=" ")': 'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="[::1]")': 'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="a b")': 'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="a/b")': 'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="http://localhost")':
        'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="localhost:443")':
        'raises ValueError',
      'server_hostname | client.wrap_bio(down, up, server_hostname="user@localhost")':
        'raises ValueError',
      // After a refusal the connection is the one before.
      'server_hostname | c.server_hostname (22)': '"::1"',
      'server_hostname | c.server_hostname (30)': '"1"',
      'server_hostname | c.server_hostname (31)': '"1"',
      'server_hostname | c.server_hostname (43)': '"fe80::1"',
      'server_hostname | c.server_hostname (44)': '"fe80::1"',
      'server_hostname | c.server_hostname (45)': '"fe80::1"',
      'server_hostname | c.server_hostname (46)': '"fe80::1"',
      'server_hostname | c.server_hostname (47)': '"fe80::1"',
    },
  },
  {
    cause: 'older Python',
    reason: 'wrap_bio checks host names as wrap_socket does, as in Python 3.14.10 and later',
    when: { pythonBelow: [3, 15] },
    steps: {
      'wrap_bio | client.wrap_bio(down, up)': 'raises ValueError',
      'wrap_bio | client.wrap_bio(down, up, server_hostname=None)': 'raises ValueError',
      'wrap_bio | client.wrap_bio(down, up, server_side=True, server_hostname="localhost")':
        'raises ValueError',
      'wrap_bio | server.wrap_bio(down, up, server_side=True, server_hostname="localhost")':
        'raises ValueError',
    },
  },
  {
    cause: 'OpenSSL',
    reason: 'from 3.2 on the record layer gives one reason for all unreadable records',
    when: { opensslBelow: [3, 2] },
    steps: {
      'an ending (down.garbage, c.read, c.read, c.write, c.unwrap, s.read, s.read), TLS 1.2 | c.read()':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (down.garbage, c.read, c.read, c.write, c.unwrap, s.read, s.read), TLS 1.3 | c.read()':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (down.garbage, c.read, c.read, c.write, c.unwrap, s.read, s.read), TLS 1.3 | s.read()':
        'raises SSLError [SSL: TLS_ALERT_UNEXPECTED_MESSAGE]',
      'an ending (c.write, up.garbage, s.read, s.read, s.unwrap, c.read), TLS 1.2 | s.read() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (c.write, up.garbage, s.read, s.read, s.unwrap, c.read), TLS 1.3 | s.read() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (c.write, up.take, s.read, c.write, s.read, s.read, c.read, c.read), TLS 1.2 | s.read() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (c.write, up.take, s.read, c.write, s.read, s.read, c.read, c.read), TLS 1.3 | s.read() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (c.write, up.cut, s.read, up.write_eof, s.read, s.read), TLS 1.2 | s.read()':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'an ending (c.write, up.cut, s.read, up.write_eof, s.read, s.read), TLS 1.3 | s.read()':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'a broken handshake (c.do_handshake, s.do_handshake, down.garbage, c.do_handshake, s.do_handshake), TLS 1.2 | c.do_handshake() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
    },
  },
  {
    cause: 'OpenSSL',
    reason: '3.5 answers a second attempt at a broken handshake with an alert',
    when: { opensslBelow: [3, 2], oursBelow: [4, 0] },
    steps: {
      'a broken handshake (c.do_handshake, up.cut, up.write_eof, s.do_handshake, s.do_handshake), TLS 1.2 | s.do_handshake() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'a broken handshake (c.do_handshake, up.cut, up.write_eof, s.do_handshake, s.do_handshake), TLS 1.3 | s.do_handshake() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'a broken handshake (down.garbage, c.do_handshake, c.do_handshake, s.do_handshake), TLS 1.2 | c.do_handshake() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'a broken handshake (down.garbage, c.do_handshake, c.do_handshake, s.do_handshake), TLS 1.2 | s.do_handshake()':
        'raises SSLError [SSL: WRONG_VERSION_NUMBER]',
      'a broken handshake (down.garbage, c.do_handshake, c.do_handshake, s.do_handshake), TLS 1.3 | c.do_handshake() (2)':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
      'a broken handshake (down.garbage, c.do_handshake, c.do_handshake, s.do_handshake), TLS 1.3 | s.do_handshake()':
        'raises SSLError [SSL: RECORD_LAYER_FAILURE]',
    },
  },
  {
    cause: 'OpenSSL',
    reason: 'from 3.2 on a TLS 1.3 server without a certificate reports that',
    when: { opensslBelow: [3, 2] },
    steps: {
      'a server without a certificate, TLS 1.3 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: NO_SUITABLE_SIGNATURE_ALGORITHM]"],["c","SSLError [SSL: TLS_ALERT_HANDSHAKE_FAILURE]"]]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a session that was set is not returned before the handshake has verified the peer',
    steps: {
      'sessions, TLS 1.2 | c.session = session (2)': '"none"',
      'sessions, TLS 1.3 | c.session = session (2)': '"none"',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'an answer other than an alert from 1 to 255 refuses with internal_error; Python sends close_notify for 0, and nothing for 256',
    steps: {
      'sni_callback = returning(0), TLS 1.2 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
      'sni_callback = returning(0), TLS 1.3 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
      'sni_callback = returning(False), TLS 1.2 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
      'sni_callback = returning(False), TLS 1.3 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
      'sni_callback = returning(256), TLS 1.2 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
      'sni_callback = returning(256), TLS 1.3 | handshake(c, s)':
        '[["c","SSLWantReadError [None: None]"],["s","SSLError [SSL: CALLBACK_FAILED]"],["c","SSLError [SSL: TLSV1_ALERT_INTERNAL_ERROR]"]]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a client whose handshake was refused does not wait',
    when: { oursBelow: [4, 0] },
    steps: {
      'sni_callback = returning(256), TLS 1.2 | c.read(1024)': '{"bytes":""}',
      'sni_callback = returning(256), TLS 1.3 | c.read(1024)': '{"bytes":""}',
    },
  },
  {
    cause: 'on purpose',
    reason: 'invalid UTF-8 becomes U+FFFD; Python cannot decode such a certificate at all',
    steps: {
      'getpeercert of dnsBytes | c.getpeercert()':
        '{"issuer":[[["organizationName","hermetic-ssl tests"]],[["commonName","test root"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","x"]]],"subjectAltName":[["DNS","��"],["DNS","caf�"],["DNS"," "],["DNS","\\n"]],"version":3}',
      'getpeercert of mail | c.getpeercert()':
        '{"issuer":[[["organizationName","hermetic-ssl tests"]],[["commonName","test root"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","x"]]],"subjectAltName":[["email",""],["email","a@b"],["email","a\\u0000@b"],["email","�@x"]],"version":3}',
      'getpeercert of uris | c.getpeercert()':
        '{"issuer":[[["organizationName","hermetic-ssl tests"]],[["commonName","test root"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","x"]]],"subjectAltName":[["URI",""],["URI","urn:x"],["URI","http://a\\u0000b/"],["URI","�"]],"version":3}',
      'getpeercert of accessOdd | c.getpeercert()':
        '{"OCSP":["","http://a\\u0000b"],"caIssuers":["�"],"issuer":[[["organizationName","hermetic-ssl tests"]],[["commonName","test root"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","x"]]],"version":3}',
      'get_ca_certs of dnsBytes | context.get_ca_certs()':
        '[{"issuer":[[["commonName","dnsBytes"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","dnsBytes"]]],"subjectAltName":[["DNS","��"],["DNS","caf�"],["DNS"," "],["DNS","\\n"]],"version":3}]',
      'get_ca_certs of mail | context.get_ca_certs()':
        '[{"issuer":[[["commonName","mail"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","mail"]]],"subjectAltName":[["email",""],["email","a@b"],["email","a\\u0000@b"],["email","�@x"]],"version":3}]',
      'get_ca_certs of uris | context.get_ca_certs()':
        '[{"issuer":[[["commonName","uris"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","uris"]]],"subjectAltName":[["URI",""],["URI","urn:x"],["URI","http://a\\u0000b/"],["URI","�"]],"version":3}]',
      'get_ca_certs of accessOdd | context.get_ca_certs()':
        '[{"OCSP":["","http://a\\u0000b"],"caIssuers":["�"],"issuer":[[["commonName","accessOdd"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","accessOdd"]]],"version":3}]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a name is returned whole; Python, like OpenSSL, stops at the NUL',
    steps: {
      'getpeercert of otherNameNul | c.getpeercert()':
        '{"issuer":[[["organizationName","hermetic-ssl tests"]],[["commonName","test root"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","x"]]],"subjectAltName":[["othername","UPN:good\\u0000evil"]],"version":3}',
      'get_ca_certs of otherNameNul | context.get_ca_certs()':
        '[{"issuer":[[["commonName","otherNameNul"]]],"notAfter":"Oct 28 14:23:16 2525 GMT","notBefore":"Aug  5 04:03:02 2018 GMT","serialNumber":"0A0B0C","subject":[[["commonName","otherNameNul"]]],"subjectAltName":[["othername","UPN:good\\u0000evil"]],"version":3}]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a client whose handshake was refused does not wait: with OpenSSL 4',
    when: { oursFrom: [4, 0] },
    steps: {
      'sni_callback = returning(256), TLS 1.2 | c.read(1024)': 'raises SSLEOFError',
      'sni_callback = returning(256), TLS 1.3 | c.read(1024)': 'raises SSLEOFError',
    },
  },
];
