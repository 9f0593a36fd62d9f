// Names of error libraries and reasons, from tables generated out of OpenSSL's own lists. Python's
// ssl module has the same names in SSLError.library and SSLError.reason.
#pragma once

namespace hermetic::openssl {

// LibraryName returns the library's name as Python writes it ("SSL", "PEM", "X509", "ASN1"), or
// nullptr if unknown.
const char* LibraryName(int library);

// ReasonName returns OpenSSL's mnemonic without its prefix ("CERTIFICATE_VERIFY_FAILED"), or
// nullptr if unknown. A reason that every library shares (ERR_R_*, such as ERR_R_PEM_LIB) has no
// name, as in Python. If the channels' mnemonics differ, it is that of the OpenSSL with which this
// file was compiled.
const char* ReasonName(int library, int reason);

}  // namespace hermetic::openssl
