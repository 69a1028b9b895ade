#include "data_module/photo_folder.h"

#include <fstream>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"
#include "alexnet/image/encode.h"
#include "alexnet/image/resize.h"

namespace alexnet::testing_support {

void put(const std::filesystem::path& file, std::span<const std::byte> bytes) {
  std::filesystem::create_directories(file.parent_path());
  std::ofstream out(file, std::ios::binary);
  out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

void put(const std::filesystem::path& file, std::string_view text) {
  put(file, std::as_bytes(std::span(text.data(), text.size())));
}

Image noise(int width, int height, int channels, std::uint32_t seed) {
  Image image(width, height, channels);
  RandomStream draws(seed, Purpose::kCrop);
  for (auto& pixel : image.pixels) {
    pixel = static_cast<std::uint8_t>(draws.next());
  }
  return image;
}

Image textured(int width, int height, std::uint32_t seed) {
  Image image(width, height, 3);
  int cells = 3;
  for (const int weight : {50, 30, 20}) {  // of 100: the smaller the shapes, the fainter
    const Image layer = resize(noise(cells, cells, 3, seed + static_cast<std::uint32_t>(cells)), width, height,
                               {.filter = Filter::kBicubic});
    for (std::size_t i = 0; i < image.pixels.size(); ++i) {
      image.pixels[i] = static_cast<std::uint8_t>(image.pixels[i] + layer.pixels[i] * weight / 100);
    }
    cells *= 3;
  }
  return image;
}

void put_photo(const std::filesystem::path& file, std::uint32_t seed, int width, int height) {
  put(file, encode_png(noise(width, height, 3, seed)));
}

void put_class(const std::filesystem::path& folder, int photos, std::uint32_t first_seed) {
  for (int i = 0; i < photos; ++i) {
    put_photo(folder / (std::to_string(i) + ".png"), first_seed + static_cast<std::uint32_t>(i));
  }
}

LogSink Logged::sink() {
  return [this](Severity severity, Message message, const MessageArguments& arguments) {
    entries_.push_back({severity, message, format_message(message, arguments)});
  };
}

std::vector<std::string> Logged::of(Message message) const {
  std::vector<std::string> texts;
  for (const auto& entry : entries_) {
    if (entry.message == message) {
      texts.push_back(entry.text);
    }
  }
  return texts;
}

std::optional<std::string> environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

Environment::Environment(const char* name, const std::optional<std::string>& value)
    : name_(name), before_(environment(name)) {
  value ? ::setenv(name, value->c_str(), 1) : ::unsetenv(name);
}

Environment::~Environment() { before_ ? ::setenv(name_, before_->c_str(), 1) : ::unsetenv(name_); }

}  // namespace alexnet::testing_support
