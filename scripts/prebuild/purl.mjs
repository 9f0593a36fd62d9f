// The names by which scanners know a platform package and the OpenSSL inside: the bill of materials and the OpenVEX
// document must use the same.

/** Of a package of npm. */
export const packagePurl = ({ name, version }) => `pkg:npm/${name.replace('@', '%40')}@${version}`;

/** Of the linked OpenSSL. */
export const opensslPurl = ({ version }) => `pkg:generic/openssl@${version}`;
