/** Listed differences of hashlib, hmac and secrets. */
import type { Listed } from './listed.js';

export const hashing: readonly Listed[] = [
  {
    cause: 'older Python',
    reason: 'a negative length is a ValueError, as in Python 3.15',
    when: { pythonBelow: [3, 15] },
    steps: {
      'hashlib.shake_128 | hash.digest(-1)': 'raises ValueError',
      'hashlib.shake_128 | hash.hexdigest(-1)': 'raises ValueError',
      'hashlib.shake_256 | hash.digest(-1)': 'raises ValueError',
      'hashlib.shake_256 | hash.hexdigest(-1)': 'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'names of algorithms are case-insensitive',
    steps: {
      'names of algorithms | hashlib.new("SHA3_224")':
        '["sha3_224",28,144,"6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7"]',
      'names of algorithms | hashlib.new("SHA3_256")':
        '["sha3_256",32,136,"a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a"]',
      'names of algorithms | hashlib.new("SHA3_384")':
        '["sha3_384",48,104,"0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2ac3713831264adb47fb6bd1e058d5f004"]',
      'names of algorithms | hashlib.new("SHA3_512")':
        '["sha3_512",64,72,"a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26"]',
      'names of algorithms | hashlib.new("BLAKE2B")':
        '["blake2b",64,128,"786a02f742015903c6c6fd852552d272912f4740e15847618a86e217f71f5419d25e1031afee585313896444934eb04b903a685b1448b755d56f701afe9be2ce"]',
      'names of algorithms | hashlib.new("BLAKE2S")':
        '["blake2s",32,64,"69217a3079908094e11121d042354a7c1f55b6482ca1a51e1b250dfd1ed0eef9"]',
      'names of algorithms | hashlib.new("SHAKE_128")':
        '["shake_128",0,168,"7f9c2ba4e88f827d616045507605853ed73b8093"]',
      'names of algorithms | hashlib.new("SHAKE_256")':
        '["shake_256",0,136,"46b9dd2b0ba88d13233b3feb743eeb243fcd52ea"]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a name with a NUL is a wrong value; Python has a TypeError, and hmac stops at the NUL',
    steps: {
      'names of algorithms | hashlib.new("sha256\\u0000")': 'raises ValueError',
      'digests of HMAC | hmac.new(b"key", b"msg", "sha256\\u0000")': 'raises ValueError',
      'digests of HMAC | hmac.HMAC(b"key", b"msg", "sha256\\u0000")': 'raises ValueError',
      'digests of HMAC | hmac.digest(b"key", b"msg", "sha256\\u0000")': 'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'NULL is not a digest; Python makes an object without a digest',
    steps: {
      'names of algorithms | hashlib.new("null")': 'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason:
      'a negative cost is a ValueError, and one that does not fit the C type an OverflowError; in Python a TypeError',
    steps: {
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=-1, r=8, p=1)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=-2, r=8, p=1)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=18446744073709551616, r=8, p=1)':
        'raises OverflowError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=-1, p=1)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=-2, p=1)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=18446744073709551616, p=1)':
        'raises OverflowError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=-1)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=-2)': 'raises ValueError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=18446744073709551616)':
        'raises OverflowError',
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=1, dklen=18446744073709551616)':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'maxmem and dklen have one error for all values out of range',
    steps: {
      'scrypt | hashlib.scrypt(b"password", salt=b"salt", n=16, r=8, p=1, maxmem=18446744073709551616)':
        'raises ValueError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'a key is bytes of any kind; Python takes bytes and bytearray',
    steps: {
      'keys of HMAC | hmac.new(memoryview(6b6579), b"msg", "sha256")':
        '["hmac-sha256",32,64,"2d93cbc1be167bcb1637a4a23cbff01a7878f0c50ee833954ea5221bb1b8c628"]',
      'keys of HMAC | hmac.HMAC(memoryview(6b6579), b"msg", "sha256")':
        '["hmac-sha256",32,64,"2d93cbc1be167bcb1637a4a23cbff01a7878f0c50ee833954ea5221bb1b8c628"]',
      'keys of HMAC | hmac.new(memoryview(6b6579), b"msg", "sha3_256")':
        '["hmac-sha3_256",32,136,"56b616feab81d996beb8cf47719b253cfe6d1da9be562c63520fef130a6d935e"]',
      'keys of HMAC | hmac.HMAC(memoryview(6b6579), b"msg", "sha3_256")':
        '["hmac-sha3_256",32,136,"56b616feab81d996beb8cf47719b253cfe6d1da9be562c63520fef130a6d935e"]',
      'keys of HMAC | hmac.new(memoryview(6b6579), b"msg", "blake2s")':
        '["hmac-blake2s",32,64,"7732085652cb630ef3c124b68f2470f5f6209189c913dabc862b2b062f0242c8"]',
      'keys of HMAC | hmac.HMAC(memoryview(6b6579), b"msg", "blake2s")':
        '["hmac-blake2s",32,64,"7732085652cb630ef3c124b68f2470f5f6209189c913dabc862b2b062f0242c8"]',
    },
  },
  {
    cause: 'on purpose',
    reason: 'an empty digestmod counts as missing in hmac.digest as well',
    steps: {
      'digests of HMAC | hmac.digest(b"key", b"msg", "")': 'raises TypeError',
    },
  },
  {
    cause: 'on purpose',
    reason: 'IndexError is a RangeError with ERR_OUT_OF_RANGE',
    steps: {
      'choice | secrets.choice([])': 'raises OverflowError',
      'choice | secrets.choice("")': 'raises OverflowError',
      'choice | secrets.choice(b"")': 'raises OverflowError',
    },
  },
];
