#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <vector>

#include "alexnet/core/files.h"
#include "alexnet/image/image.h"

#include "support/source_tree.h"

namespace alexnet::test {

/// tests/data/image, made by tools/fixtures/make_image_fixtures.py.
inline std::filesystem::path fixture(const std::string& name) { return testing_support::test_data() / "image" / name; }

/// Rows of a table of words; lines with # are its heading.
inline std::vector<std::vector<std::string>> fixture_table(const std::string& name) {
  std::ifstream in(fixture(name));
  std::vector<std::vector<std::string>> rows;
  for (std::string line; std::getline(in, line);) {
    if (line.empty() || line.front() == '#') {
      continue;
    }
    std::istringstream words(line);
    rows.emplace_back(std::istream_iterator<std::string>(words), std::istream_iterator<std::string>());
  }
  return rows;
}

inline std::string digest(const std::vector<std::uint8_t>& bytes) { return sha256(std::as_bytes(std::span(bytes))); }

/// Top bytes of the generator s := 1664525 s + 1013904223 mod 2^32 from s = 1, row by row.
inline Image generated(int width, int height, int channels) {
  Image image(width, height, channels);
  std::uint32_t s = 1;
  for (std::uint8_t& pixel : image.pixels) {
    s = 1664525U * s + 1013904223U;
    pixel = static_cast<std::uint8_t>(s >> 24);
  }
  return image;
}

inline Image image_of(int width, int height, int channels, std::vector<std::uint8_t> pixels) {
  Image image(width, height, channels);
  image.pixels = std::move(pixels);
  return image;
}

}  // namespace alexnet::test
