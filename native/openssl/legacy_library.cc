// See legacy_library.h.
#include "native/openssl/legacy_library.h"

#include <utility>

#include "native/base/result.h"
#include "native/openssl/error.h"

namespace hermetic::openssl {

LegacyLibrary::LegacyLibrary(LibCtxPtr ctx, ProviderPtr standard, ProviderPtr legacy)
    : ctx_(std::move(ctx)), standard_(std::move(standard)), legacy_(std::move(legacy)) {}

Result<LegacyLibrary> LegacyLibrary::Create() {
  LibCtxPtr ctx(OSSL_LIB_CTX_new());
  if (!ctx) return CaptureError("out of memory");
  ProviderPtr standard(OSSL_PROVIDER_load(ctx.get(), "default"));
  ProviderPtr legacy(OSSL_PROVIDER_load(ctx.get(), "legacy"));
  if (!standard || !legacy) return CaptureError("the legacy algorithms could not be started");
  return LegacyLibrary(std::move(ctx), std::move(standard), std::move(legacy));
}

}  // namespace hermetic::openssl
