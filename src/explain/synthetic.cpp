#include "alexnet/explain/synthetic.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/random.h"

#include "explain/blur.h"

namespace alexnet::explain {
namespace {

/// Of (x, y) among the values of a plane, row by row.
std::size_t place(int x, int y, int width) {
  return static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x);
}

using Clock = std::chrono::steady_clock;

constexpr float kGreyLevel = 128;
constexpr double kNoise = 12;       // standard deviation of the beginning, grey levels
constexpr double kFirstRate = 10;   // grey levels a step, falling in a line to
constexpr double kLastRate = 1;     // this one
constexpr double kFirstBlur = 0.8;  // standard deviation, falling in a line to 0 at
constexpr double kBlurEnds = 0.75;  // this share of the steps
constexpr double kBands[] = {0.5, 1, 2, 4, 8};

/// A part of the cut that is drawn on: all that the unit's middle cell can see while it is shifted.
struct Region {
  int left;
  int top;
  int width;
  int height;
};

Region region_of(const Field& field, const Geometry& geometry, int jitter) {
  const auto side = [&](std::int64_t first, int length) {
    const auto from = std::clamp<std::int64_t>(first - jitter, 0, length - 1);
    const auto to = std::clamp<std::int64_t>(first + field.size + jitter, from + 1, length);
    return std::pair(static_cast<int>(from), static_cast<int>(to - from));
  };
  const auto x = side(field.left, geometry.width);
  const auto y = side(field.top, geometry.height);
  return {x.first, y.first, x.second, y.second};
}

/// The pictures of all starts, while they are drawn.
class Drawing {
 public:
  Drawing(const PhotoPass& pass, const Unit& unit, const SyntheticOptions& options)
      : geometry_(pass.model().geometry),
        options_(options),
        unit_(unit.index),
        place_(place_of_units(pass.network(), unit.layer).layer),
        grid_(field_grid(pass.network(), pass.network().index_of(place_))) {
    const Shape& maps = pass.network().facts(pass.network().index_of(place_)).output;
    row_ = maps[1] / 2;
    column_ = maps[2] / 2;
    const Field field = grid_.at(row_, column_);
    jitter_ = static_cast<int>(std::min<std::int64_t>(options.jitter, field.size / 8));
    region_ = region_of(field, geometry_, jitter_);
    program_ = pass.program({.batch = options.starts, .backward = Backward::kInput, .kept = {place_}});
    goal_ = Tensor(ElementType::kF32, {options.starts, maps[0], maps[1], maps[2]});
    const auto cells = static_cast<std::size_t>(element_count(maps));
    for (int s = 0; s < options.starts; ++s) {
      goal_.as<float>()[static_cast<std::size_t>(s) * cells +
                        (unit.index * static_cast<std::size_t>(maps[1]) + static_cast<std::size_t>(row_)) *
                            static_cast<std::size_t>(maps[2]) +
                        static_cast<std::size_t>(column_)] = 1;
    }
    batch_.rows = options.starts;
    batch_.input = Tensor(ElementType::kF32, {options.starts, geometry_.channels, geometry_.height, geometry_.width});
    const Cut centre = centre_cut(geometry_);
    batch_.photos.assign(static_cast<std::size_t>(options.starts),
                         PhotoFacts{.crop_top = centre.top, .crop_left = centre.left});
    begin();
  }

  void step(int number) {
    const double done = static_cast<double>(number) / options_.steps;
    draw_shifts(number);
    fill_input();
    (void)program_->infer(batch_);
    program_->backward(place_, goal_);
    const Tensor gradient = program_->input_gradient().converted(ElementType::kF32);
    for (std::size_t s = 0; s < planes_.size(); ++s) {
      climb(s, gradient, std::lerp(kFirstRate, kLastRate, done));
    }
    const double blur = kFirstBlur * std::max(0.0, 1 - done / kBlurEnds);
    for (auto& start : planes_) {
      for (Plane& plane : start) {
        plane = blurred(plane, blur);
        for (float& value : plane.values) {
          value = std::clamp(value, 0.0F, 255.0F);
        }
      }
    }
  }

  /// Of the pictures in bytes, as photos are read.
  [[nodiscard]] Synthetic best() {
    Batch bytes = batch_;
    bytes.input = Tensor(ElementType::kU8, {options_.starts, geometry_.height, geometry_.width, geometry_.channels});
    std::vector<Image> images;
    auto out = bytes.input.as<std::uint8_t>().begin();
    for (std::size_t s = 0; s < planes_.size(); ++s) {
      images.push_back(image_of(s));
      out = std::ranges::copy(images.back().pixels, out).out;
    }
    (void)program_->infer(bytes);
    const Tensor maps = program_->kept(place_).converted(ElementType::kF64);
    const auto width = static_cast<std::size_t>(maps.shape()[3]);
    const auto cells = static_cast<std::size_t>(maps.shape()[2]) * width;
    const auto units = static_cast<std::size_t>(maps.shape()[1]);
    Synthetic found{.image = {}, .field = {}, .values = {}};
    for (std::size_t s = 0; s < planes_.size(); ++s) {
      const auto map = maps.as<double>().subspan((s * units + unit_) * cells, cells);
      const auto peak = std::ranges::max_element(map);
      if (s == 0 || *peak > found.value) {
        const auto cell = static_cast<std::size_t>(peak - map.begin());
        found.value = *peak;
        found.image = images[s];
        found.field = grid_.at(static_cast<std::int64_t>(cell / width), static_cast<std::int64_t>(cell % width));
      }
      found.values.push_back(*peak);
    }
    return found;
  }

 private:
  void begin() {
    shifts_.resize(static_cast<std::size_t>(options_.starts));
    for (int s = 0; s < options_.starts; ++s) {
      RandomStream draws(options_.seed, Purpose::kColour, 0, static_cast<std::uint32_t>(s));
      auto& start = planes_.emplace_back();
      for (int c = 0; c < geometry_.channels; ++c) {
        Plane plane{region_.width, region_.height, {}};
        for (int i = 0; i < region_.width * region_.height; ++i) {
          plane.values.push_back(kGreyLevel + static_cast<float>(kNoise * draws.normal()));
        }
        start.push_back(std::move(plane));
      }
    }
  }

  void draw_shifts(int number) {
    for (std::size_t s = 0; s < shifts_.size(); ++s) {
      RandomStream draws(options_.seed, Purpose::kJitter, static_cast<std::uint32_t>(number),
                         static_cast<std::uint32_t>(s));
      const auto shift = [&] {
        return static_cast<int>(draws.below(2 * static_cast<std::uint64_t>(jitter_) + 1)) - jitter_;
      };
      shifts_[s].first = shift();
      shifts_[s].second = shift();
    }
  }

  /// Calls f(index in the plane, index in the cut) for all pixels of the region that lie on the cut when it is shifted.
  template <class F>
  void each_pixel(std::size_t start, const F& f) const {
    for (int y = 0; y < region_.height; ++y) {
      const int cut_y = region_.top + y + shifts_[start].second;
      for (int x = 0; cut_y >= 0 && cut_y < geometry_.height && x < region_.width; ++x) {
        const int cut_x = region_.left + x + shifts_[start].first;
        if (cut_x >= 0 && cut_x < geometry_.width) {
          f(place(x, y, region_.width), place(cut_x, cut_y, geometry_.width));
        }
      }
    }
  }

  void fill_input() {
    const auto pixels = static_cast<std::size_t>(geometry_.width) * static_cast<std::size_t>(geometry_.height);
    const auto input = batch_.input.as<float>();
    std::ranges::fill(input, kGreyLevel);
    for (std::size_t s = 0; s < planes_.size(); ++s) {
      for (std::size_t c = 0; c < planes_[s].size(); ++c) {
        const auto to = input.subspan((s * planes_[s].size() + c) * pixels, pixels);
        const auto& from = planes_[s][c].values;
        each_pixel(s, [&](std::size_t own, std::size_t cut) { to[cut] = from[own]; });
      }
    }
  }

  /// x += rate * mean over bands of blurred(g) / rms(blurred(g)): coarse structure counts as much as fine.
  void climb(std::size_t start, const Tensor& gradient, double rate) {
    const auto pixels = static_cast<std::size_t>(geometry_.width) * static_cast<std::size_t>(geometry_.height);
    const std::size_t channels = planes_[start].size();
    std::vector<Plane> slopes;
    for (std::size_t c = 0; c < channels; ++c) {
      const auto from = gradient.as<float>().subspan((start * channels + c) * pixels, pixels);
      Plane plane{region_.width, region_.height, std::vector<float>(planes_[start][c].values.size())};
      each_pixel(start, [&](std::size_t own, std::size_t cut) { plane.values[own] = from[cut]; });
      slopes.push_back(std::move(plane));
    }
    for (const double sigma : kBands) {
      std::vector<Plane> band;
      double squares = 0;
      for (const Plane& slope : slopes) {
        band.push_back(blurred(slope, sigma));
        for (const float value : band.back().values) {
          squares += static_cast<double>(value) * value;
        }
      }
      const double rms = std::sqrt(squares / static_cast<double>(channels * band[0].values.size()));
      const auto scale = static_cast<float>(rms > 0 ? rate / (rms * static_cast<double>(std::size(kBands))) : 0);
      for (std::size_t c = 0; c < channels; ++c) {
        for (std::size_t i = 0; i < band[c].values.size(); ++i) {
          planes_[start][c].values[i] += scale * band[c].values[i];
        }
      }
    }
  }

  [[nodiscard]] Image image_of(std::size_t start) const {
    Image image(geometry_.width, geometry_.height, geometry_.channels);
    std::ranges::fill(image.pixels, static_cast<std::uint8_t>(kGreyLevel));
    for (std::size_t c = 0; c < planes_[start].size(); ++c) {
      for (int y = 0; y < region_.height; ++y) {
        for (int x = 0; x < region_.width; ++x) {
          const float value = planes_[start][c].values[place(x, y, region_.width)];
          image.row(region_.top + y)[static_cast<std::size_t>(region_.left + x) * planes_[start].size() + c] =
              static_cast<std::uint8_t>(std::lround(value));
        }
      }
    }
    return image;
  }

  const Geometry& geometry_;
  SyntheticOptions options_;
  std::size_t unit_;
  std::string place_;
  FieldGrid grid_;
  std::int64_t row_ = 0;
  std::int64_t column_ = 0;
  int jitter_ = 0;
  Region region_{};
  std::unique_ptr<Program> program_;
  Tensor goal_;
  Batch batch_;
  std::vector<std::vector<Plane>> planes_;   // start, channel
  std::vector<std::pair<int, int>> shifts_;  // of each start: right and down
};

}  // namespace

Synthetic synthesize(const PhotoPass& pass, const Unit& unit, const SyntheticOptions& options,
                     const SyntheticProgress& progress) {
  if (options.starts < 1 || options.steps < 1 || options.jitter < 0) {
    throw Error(Message::kWrongCall, {{"where", "synthesize"},
                                      {"expected", "at least 1 start and 1 step"},
                                      {"got", fmt::format("{} and {}", options.starts, options.steps)}});
  }
  const auto end = Clock::now() + std::chrono::duration<double>(options.seconds);
  Drawing drawing(pass, unit, options);
  int done = 0;
  bool out_of_time = false;
  while (done < options.steps && !out_of_time) {
    drawing.step(done++);
    if (progress && !progress(done, options.steps)) {
      break;
    }
    out_of_time = done < options.steps && Clock::now() >= end;
  }
  Synthetic found = drawing.best();
  found.steps = done;
  found.out_of_time = out_of_time;
  return found;
}

}  // namespace alexnet::explain
