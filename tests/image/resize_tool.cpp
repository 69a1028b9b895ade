// Reads lines "WIDTH HEIGHT FILTER ORDER PHOTO" (ORDER: horizontal or pillow13) and writes the bytes of each result,
// RGB, H x W x 3, to standard output. For tools/fixtures/compare_resize_with_pillow.py.

#include <exception>
#include <iostream>
#include <sstream>
#include <string>

#include "alexnet/image/decode.h"
#include "alexnet/image/resize.h"

int main() {
  try {
    std::string loaded;
    alexnet::Image photo;
    for (std::string line; std::getline(std::cin, line);) {
      std::istringstream words(line);
      int width = 0;
      int height = 0;
      std::string filter;
      std::string order;
      std::string path;
      words >> width >> height >> filter >> order >> std::ws;
      std::getline(words, path);
      if (path != loaded) {
        photo = with_channels(alexnet::load_image(path, {.apply_orientation = false}), 3);
        loaded = path;
      }
      const alexnet::Image out = resize(
          photo, width, height, {.filter = alexnet::filter_by_name(filter), .pillow13_order = order == "pillow13"});
      std::cout.write(reinterpret_cast<const char*>(out.pixels.data()),
                      static_cast<std::streamsize>(out.pixels.size()));
      std::cout.flush();
    }
  } catch (const std::exception& error) {
    std::cerr << "error: " << error.what() << "\n";
    return 1;
  }
  return 0;
}
