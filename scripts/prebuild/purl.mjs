// The names of a platform package and its OpenSSL for scanners: the bill of materials and the OpenVEX document must use
// the same.

/** Returns the name of an npm package. */
export const packagePurl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Returns the name of a library whose decoder is linked. */
export const decoderPurl = ({ name, version }) => `pkg:generic/${name}@${version}`;

/** Returns the name of the linked OpenSSL. */
export const opensslPurl = ({ version }) => `pkg:generic/openssl@${version}`;
