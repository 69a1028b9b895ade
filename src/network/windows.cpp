#include "network/windows.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "network/checks.h"

namespace alexnet {
namespace {

void check(const SlidingWindow& window) {
  require_at_least(window.name, "a window", 1, window.size);
  require_at_least(window.name, "a stride", 1, window.stride);
  const Padding& p = window.padding;
  if (std::min({p.top, p.left, p.bottom, p.right}) < 0) {
    refuse(window.name, "padding of at least 0 on each side", padding_text(p));
  }
  if (p.mode == Padding::Mode::kSame && p != Padding::same()) {
    refuse(window.name, "padding `same` without numbers of its own",
           fmt::format("{},{},{},{}", p.top, p.left, p.bottom, p.right));
  }
}

/// Number of windows along one axis: floor or ceil((extent + before + after - size) / stride) + 1.
std::int64_t positions(const SlidingWindow& window, std::string_view axis, std::int64_t extent, int before, int after) {
  const std::int64_t room = extent + before + after - window.size;
  if (window.rounding == PoolRounding::kUp) {
    const std::int64_t count = (std::max<std::int64_t>(room, 0) + window.stride - 1) / window.stride + 1;
    const bool last_is_outside = (count - 1) * window.stride >= extent + before;
    return last_is_outside ? count - 1 : count;
  }
  if (room < 0) {
    refuse(window.name,
           fmt::format("an input {} of at least {} (window {}, padding {})", axis, window.size - before - after,
                       window.size, before + after),
           fmt::to_string(extent));
  }
  return room / window.stride + 1;
}

}  // namespace

Shape slide(const SlidingWindow& window, std::int64_t channels, const Shape& input) {
  require_image(window.name, input);
  check(window);
  const Padding p = window.padding.resolved(input[1], input[2], window.size, window.stride);
  return {channels, positions(window, "height", input[1], p.top, p.bottom),
          positions(window, "width", input[2], p.left, p.right)};
}

Shape slide_pool(const SlidingWindow& window, const Shape& input) {
  require_image(window.name, input);
  const Padding& p = window.padding;
  if (std::max({p.top, p.left, p.bottom, p.right}) >= std::max(window.size, 1)) {
    refuse(window.name, fmt::format("padding smaller than the window of {}", window.size), padding_text(p));
  }
  return slide(window, input[0], input);
}

std::string window_text(int size, int stride) { return fmt::format("{}x{}/{}", size, size, stride); }

std::string padding_text(const Padding& padding) {
  if (padding.mode == Padding::Mode::kSame) {
    return "same";
  }
  if (padding == Padding::all(padding.top)) {
    return fmt::format("pad {}", padding.top);
  }
  return fmt::format("pad {},{},{},{}", padding.top, padding.left, padding.bottom, padding.right);
}

std::string pool_text(const SlidingWindow& window) {
  std::string text = window_text(window.size, window.stride);
  if (window.padding != Padding::valid()) {
    text += " " + padding_text(window.padding);
  }
  if (window.rounding == PoolRounding::kUp) {
    text += " up";
  }
  return text;
}

}  // namespace alexnet
