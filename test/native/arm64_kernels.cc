// Runs every kernel of the arm64 engines that this processor has over the file that
// kernel_vectors.py wrote: all batch sizes, different streams side by side and, from call to call,
// different counts. It needs neither OpenSSL nor Node, so it can be cross-compiled and emulated.
#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "native/kdf/cpu.h"
#include "native/kdf/kernel.h"

using namespace hermetic::kdf;

namespace {

struct Vector {
  uint32_t num_iterations;
  Stream start;
  std::array<uint64_t, 8> t;
};

const std::map<std::string, Shape> kShapeByName = {
    {"sha1", {Compression::kSha1, 5, 4, 20}},
    {"sha224", {Compression::kSha256, 8, 4, 28}},
    {"sha256", {Compression::kSha256, 8, 4, 32}},
    {"sha384", {Compression::kSha512, 8, 8, 48}},
    {"sha512", {Compression::kSha512, 8, 8, 64}},
    {"sha512_224", {Compression::kSha512, 8, 8, 28}},
    {"sha512_256", {Compression::kSha512, 8, 8, 32}},
};

// Big-endian hexadecimal as words; the rest is zero.
void ReadWords(const Shape& shape, std::string hex, uint64_t* words) {
  hex.resize(8 * 2 * shape.word_len, '0');
  for (size_t i = 0; i < 8; ++i) {
    words[i] = std::stoull(hex.substr(i * 2 * shape.word_len, 2 * shape.word_len), nullptr, 16);
  }
}

std::map<std::string, std::vector<Vector>> ReadVectors(const char* path) {
  std::map<std::string, std::vector<Vector>> vectors;
  std::ifstream file(path);
  std::string name, inner, outer, u, t;
  uint32_t num_iterations = 0;
  while (file >> name >> num_iterations >> inner >> outer >> u >> t) {
    const Shape& shape = kShapeByName.at(name);
    Vector vector = {num_iterations, {}, {}};
    ReadWords(shape, inner, vector.start.inner);
    ReadWords(shape, outer, vector.start.outer);
    ReadWords(shape, u, vector.start.u);
    ReadWords(shape, u, vector.start.t);
    ReadWords(shape, t, vector.t.data());
    vectors[name].push_back(vector);
  }
  return vectors;
}

alignas(64) unsigned char scratch[Kernel::kScratchLen];

// RunBatch brings each stream to its own count, in quanta, and says how many came out wrong.
int RunBatch(const Kernel& kernel, const Shape& shape, const Vector* vectors, size_t num_streams) {
  std::vector<Stream> streams;
  std::vector<uint32_t> rest;
  for (size_t i = 0; i < num_streams; ++i) {
    streams.push_back(vectors[i].start);
    rest.push_back(vectors[i].num_iterations - 1);
  }
  while (true) {
    std::vector<Stream*> lanes;
    uint32_t quantum = 0;
    for (size_t i = 0; i < num_streams; ++i) {
      if (rest[i] == 0) continue;
      lanes.push_back(&streams[i]);
      quantum = quantum == 0 ? rest[i] : std::min(quantum, rest[i]);
    }
    if (lanes.empty()) break;
    kernel.run(shape, lanes.data(), lanes.size(), quantum, scratch);
    for (size_t i = 0; i < num_streams; ++i) rest[i] -= rest[i] == 0 ? 0 : quantum;
  }
  int num_wrong = 0;
  for (size_t i = 0; i < num_streams; ++i) {
    num_wrong += std::memcmp(streams[i].t, vectors[i].t.data(), sizeof streams[i].t) != 0;
    num_wrong += std::memcmp(streams[i].inner, vectors[i].start.inner, 128) != 0;
    for (size_t word = 0; word < 8; ++word) {  // of u nothing beyond the digest either
      const size_t begin = word * shape.word_len;
      if (begin >= shape.digest_len) num_wrong += streams[i].u[word] != 0;
      if (begin < shape.digest_len && begin + shape.word_len > shape.digest_len) {
        num_wrong += static_cast<uint32_t>(streams[i].u[word]) != 0;
      }
    }
  }
  return num_wrong;
}

int RunKernel(const Kernel& kernel, const std::string& digest, const std::vector<Vector>& vectors) {
  std::mt19937 random(1);
  size_t num_done = 0;
  int num_wrong = 0;
  for (size_t num_streams = 1; num_streams <= kernel.num_lanes; ++num_streams) {
    for (size_t at = 0; at + num_streams <= vectors.size(); at += num_streams) {
      num_wrong += RunBatch(kernel, kShapeByName.at(digest), &vectors[at], num_streams);
      num_done += num_streams;
    }
  }
  std::printf("%-20s %-11s %zu blocks, %d wrong\n", std::string(kernel.name).c_str(),
              digest.c_str(), num_done, num_wrong);
  return num_wrong;
}

}  // namespace

int main(int /*argc*/, char** argv) {
  const auto vectors = ReadVectors(argv[1]);
  const Cpu& cpu = ThisCpu();
  std::printf("neon %d sha1_sha2 %d sha512 %d\n", cpu.neon, cpu.sha1_sha2, cpu.sha512);
  int num_wrong = 0;
  for (const Engine* engine : {&kArmv8Engine, &kArmv8Sha512Engine, &kNeonEngine}) {
    if (!engine->runs_on(cpu)) {
      std::printf("%s does not run here\n", std::string(engine->name).c_str());
      continue;
    }
    for (const Kernel& kernel : engine->kernels) {
      for (const auto& [digest, of_digest] : vectors) {
        const Shape& shape = kShapeByName.at(digest);
        if (shape.compression != kernel.compression) continue;
        if (shape.IsTruncated() != kernel.is_truncated) continue;
        num_wrong += RunKernel(kernel, digest, of_digest);
      }
    }
  }
  return num_wrong == 0 ? 0 : 1;
}
