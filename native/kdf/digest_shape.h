// The digests that kernels compute. All others go through EVP.
#pragma once

#include <openssl/evp.h>

#include <array>
#include <cstddef>
#include <optional>

#include "native/kdf/kernel.h"

namespace hermetic::kdf {

enum class ShapeId : uint8_t {
  kSha1,
  kSha224,
  kSha256,
  kSha384,
  kSha512,
  kSha512t224,
  kSha512t256
};

inline constexpr size_t kNumShapes = 7;

// Indexed by ShapeId.
inline constexpr std::array<Shape, kNumShapes> kShapes = {{
    {Compression::kSha1, 5, 4, 20},
    {Compression::kSha256, 8, 4, 28},
    {Compression::kSha256, 8, 4, 32},
    {Compression::kSha512, 8, 8, 48},
    {Compression::kSha512, 8, 8, 64},
    {Compression::kSha512, 8, 8, 28},
    {Compression::kSha512, 8, 8, 32},
}};

constexpr const Shape& ShapeOf(ShapeId id) { return kShapes[static_cast<size_t>(id)]; }

// FindShape returns nothing for a digest that no kernel computes.
std::optional<ShapeId> FindShape(const EVP_MD* md);

}  // namespace hermetic::kdf
