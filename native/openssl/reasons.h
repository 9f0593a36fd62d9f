// Names of error libraries and reasons, from tables generated out of OpenSSL's own lists. Python's
// ssl module has the same names in SSLError.library and SSLError.reason.
#pragma once

namespace hermetic::openssl {

// LibraryName is the library's name as Python writes it ("SSL", "PEM", "X509", "ASN1"), nullptr
// when unknown.
const char* LibraryName(int library);

// ReasonName is OpenSSL's mnemonic without its prefix ("CERTIFICATE_VERIFY_FAILED"), nullptr when
// unknown. A reason that every library shares (ERR_R_*, such as ERR_R_PEM_LIB) has no name, as in
// Python. Where the channels' mnemonics differ it is the one of the OpenSSL that this file was
// compiled with.
const char* ReasonName(int library, int reason);

}  // namespace hermetic::openssl
