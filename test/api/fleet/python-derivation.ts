/**
 * The key of period 1000 of twelve hours, for the secret 'a secret of thirty-two characters', by Python:
 *
 *     prk = hmac.digest(b'hermetic-ssl/fleet ticket key 1', secret, 'sha256')
 *     info = struct.pack('>QQ', 43200, 1000)
 *     t1 = hmac.digest(prk, info + b'\x01', 'sha256')
 *     t2 = hmac.digest(prk, t1 + info + b'\x02', 'sha256')
 *     t3 = hmac.digest(prk, t2 + info + b'\x03', 'sha256')
 *     key = (t1 + t2 + t3)[:80]
 */
export const PYTHON = {
  key:
    '6a79f059dab316ae6ceaf2c10dc307a3b97f9835ecb62e4c470f21db9260056682f5be10342451ff' +
    '7789759e1ede314c3f2f6d7f51b1a0e46e6f264f0938295b811af8e48d007b53c27984790a0fa275',
} as const;
