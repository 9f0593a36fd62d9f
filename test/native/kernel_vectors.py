"""Writes PBKDF2 vectors for arm64_kernels.cc: kernel_vectors.py FILE COUNT. One line for each block of output,

  digest iterations inner outer u1 t

in hexadecimal. T is hashlib's, U_1 that of hmac; the states after the key come from the compression functions below
(FIPS 180-4), which nothing else gives access to.
"""
import hashlib
import hmac
import random
import sys
from math import isqrt


def primes(n):
    found = []
    k = 2
    while len(found) < n:
        if all(k % p for p in found): found.append(k)
        k += 1
    return found

def icbrt(n):
    x = 1 << ((n.bit_length() + 2) // 3)
    while True:
        y = (2 * x + n // (x * x)) // 3
        if y >= x: return x
        x = y

K512 = [icbrt(p << 192) & (2**64 - 1) for p in primes(80)]
H512 = [isqrt(p << 128) & (2**64 - 1) for p in primes(8)]
H384 = [isqrt(p << 128) & (2**64 - 1) for p in primes(16)[8:]]

class Sha2:
    def __init__(self, bits, rounds, k, r):
        self.bits, self.rounds, self.k, self.r, self.mask = bits, rounds, k, r, 2**bits - 1
    def rot(self, x, n): return (x >> n | x << self.bits - n) & self.mask
    def __call__(self, h, block):
        n, rot, r, m = self.bits // 8, self.rot, self.r, self.mask
        w = [int.from_bytes(block[i * n:i * n + n], 'big') for i in range(16)]
        for i in range(16, self.rounds):
            x, y = w[i - 15], w[i - 2]
            w.append(w[i - 16] + (rot(x, r[6]) ^ rot(x, r[7]) ^ x >> r[8]) + w[i - 7]
                     + (rot(y, r[9]) ^ rot(y, r[10]) ^ y >> r[11]) & m)
        a, b, c, d, e, f, g, s = h
        for i in range(self.rounds):
            t1 = s + (rot(e, r[3]) ^ rot(e, r[4]) ^ rot(e, r[5])) + (e & f ^ ~e & g) + self.k[i] + w[i]
            t2 = (rot(a, r[0]) ^ rot(a, r[1]) ^ rot(a, r[2])) + (a & b ^ a & c ^ b & c)
            a, b, c, d, e, f, g, s = (t1 + t2) & m, a, b, c, (d + t1) & m, e, f, g
        return [x + y & m for x, y in zip(h, (a, b, c, d, e, f, g, s))]

sha256 = Sha2(32, 64, [k >> 32 for k in K512], (2, 13, 22, 6, 11, 25, 7, 18, 3, 17, 19, 10))
sha512 = Sha2(64, 80, K512, (28, 34, 39, 14, 18, 41, 1, 8, 7, 19, 61, 6))

def sha1(h, block):
    rot = lambda x, n: (x << n | x >> 32 - n) & 0xffffffff
    w = [int.from_bytes(block[i * 4:i * 4 + 4], 'big') for i in range(16)]
    for i in range(16, 80): w.append(rot(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1))
    a, b, c, d, e = h
    for i in range(80):
        f, k = ((b & c | ~b & d, 0x5a827999), (b ^ c ^ d, 0x6ed9eba1),
                (b & c | b & d | c & d, 0x8f1bbcdc), (b ^ c ^ d, 0xca62c1d6))[i // 20]
        a, b, c, d, e = (rot(a, 5) + f + e + k + w[i]) & 0xffffffff, a, rot(b, 30), c, d
    return [x + y & 0xffffffff for x, y in zip(h, (a, b, c, d, e))]

def start_of_512_t(t):  # FIPS 180-4, section 5.3.6
    h = [x ^ 0xa5a5a5a5a5a5a5a5 for x in H512]
    name = b'SHA-512/%d' % t
    return sha512(h, name + b'\x80' + bytes(127 - len(name) - 8) + (8 * len(name)).to_bytes(8, 'big'))

DIGESTS = {  # compression, start, word length
    'sha1': (sha1, [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0], 4),
    'sha224': (sha256, [x & 0xffffffff for x in H384], 4),
    'sha256': (sha256, [x >> 32 for x in H512], 4),
    'sha384': (sha512, H384, 8),
    'sha512': (sha512, H512, 8),
    'sha512_224': (sha512, start_of_512_t(224), 8),
    'sha512_256': (sha512, start_of_512_t(256), 8),
}

def state(name, password, pad):
    compress, start, word = DIGESTS[name]
    if len(password) > 16 * word: password = hashlib.new(name, password).digest()
    h = compress(start, bytes(x ^ pad for x in password.ljust(16 * word, b'\0')))
    return b''.join(x.to_bytes(word, 'big') for x in h).hex()

def main(path, count):
    rng = random.Random(1)
    with open(path, 'w') as out:
        for i in range(count):
            for name in DIGESTS:
                password, salt = (rng.randbytes(rng.randrange(301)) for _ in range(2))
                iterations, index = rng.randint(1, 50), rng.choice((1, 2, 3))
                size = hashlib.new(name).digest_size
                u1 = hmac.digest(password, salt + index.to_bytes(4, 'big'), name)
                t = hashlib.pbkdf2_hmac(name, password, salt, iterations, size * index)[-size:]
                print(name, iterations, state(name, password, 0x36), state(name, password, 0x5c),
                      u1.hex(), t.hex(), file=out)

main(sys.argv[1], int(sys.argv[2]))
