/** Groups of the finite-field key exchange in PEM. */

/** The group ffdhe3072 (RFC 7919, A.2). */
export const FFDHE3072 = `-----BEGIN DH PARAMETERS-----
MIIBiAKCAYEA//////////+t+FRYortKmq/cViAnPTzx2LnFg84tNpWp4TZBFGQz
+8yTnc4kmz75fS/jY2MMddj2gbICrsRhetPfHtXV/WVhJDP1H18GbtCFY2VVPe0a
87VXE15/V8k1mE8McODmi3fipona8+/och3xWKE2rec1MKzKT0g6eXq8CrGCsyT7
YdEIqUuyyOP7uWrat2DX9GgdT0Kj3jlN9K5W7edjcrsZCwenyO4KbXCeAvzhzffi
7MA0BM0oNC9hkXL+nOmFg/+OTxIy7vKBg8P+OxtMb61zO7X8vC7CIAXFjvGDfRaD
ssbzSibBsu/6iGtCOGEfz9zeNVs7ZRkDW7w09N75nAI4YbRvydbmyQd62R0mkff3
7lmMsPrBhtkcrv4TCYUTknC0EwyTvEN5RPT9RFLi103TZPLiHnH1S/9croKrnJ32
nuhtK8UiNjoNq8Uhl5sN6todv5pC1cRITgq80Gv6U93vPBsg7j/VnXwl5B0rZsYu
N///////////AgEC
-----END DH PARAMETERS-----
`;
/** A safe prime of 512 bits: parameters, but far too weak. */
export const DH_512 = `-----BEGIN DH PARAMETERS-----
MEYCQQC4g6P3yt564MAX6C+HNWqypiDZ6he+0X86xD9cK5s/yBoYbHdC8H7w1XDp
GzdBOQ1mdxpubWF5Y0FL2+ogk9PvAgEC
-----END DH PARAMETERS-----
`;
