#include "report/card_blocks.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "core/say.h"
#include "core/text.h"
#include "core/words.h"
#include "report/card_limits.h"
#include "report/photo_brightness.h"
#include "report/photo_sizes.h"

namespace alexnet::report {
namespace {

using Kind = CardBlock::Kind;
using Row = std::vector<std::string>;

/// What a core of a server draws at work with its share of memory, fans and power supply: no more than a guess.
constexpr double kWattsAThread = 10;
constexpr double kWattsAKilowatt = 1000;
constexpr double kSecondsAnHour = 3600;

/// One language's card, block by block.
class CardWriter {
 public:
  CardWriter(const CardFacts& facts, Language language, bool reproducible)
      : facts_(facts), say_(language), reproducible_(reproducible) {}

  Card write() {
    card_.title = facts_.run ? say_("{0} trained on {1}", facts_.network, facts_.run->data_name) : facts_.name;
    summary();
    model();
    classes();
    preparation();
    if (facts_.run) {
      training(*facts_.run);
    }
    if (facts_.result) {
      results(*facts_.result, *facts_.run->result);
    }
    if (facts_.calibration) {
      confidence(*facts_.calibration);
    }
    heading(say_("Limits"));
    list(limits_of(facts_, say_));
    heading(say_("How to use it"));
    code(fmt::format("alexnet predict {} photo.jpg\nalexnet explain {} photo.jpg", "model.safetensors",
                     "model.safetensors"));
    to_fill();
    return std::move(card_);
  }

 private:
  void heading(std::string text) { card_.blocks.push_back({.kind = Kind::kHeading, .text = std::move(text)}); }
  void paragraph(std::string text) { card_.blocks.push_back({.kind = Kind::kParagraph, .text = std::move(text)}); }
  void code(std::string text) { card_.blocks.push_back({.kind = Kind::kCode, .text = std::move(text)}); }
  void list(const std::vector<std::string>& items) {
    CardBlock block{.kind = Kind::kList};
    for (const std::string& item : items) {
      block.rows.push_back({item});
    }
    card_.blocks.push_back(std::move(block));
  }
  void table(std::vector<Row> rows, std::size_t numbers = 99) {
    card_.blocks.push_back({.kind = Kind::kTable, .rows = std::move(rows), .numbers = numbers});
  }
  static std::string count(std::int64_t number) { return with_commas(number); }
  std::string interval(const Interval& of) const { return range_words(of.low, of.high, say_.language()); }

  void summary();
  void model();
  void classes();
  void preparation();
  void training(const RunDocument& run);
  void results(const Evaluation& result, const FinalResult& final);
  void confidence(const Calibration& calibration);
  void to_fill();

  const CardFacts& facts_;
  Say say_;
  bool reproducible_;
  Card card_;
};

std::int64_t right_answers(const Evaluation& result) {
  std::int64_t right = 0;
  for (std::size_t i = 0; i < result.confusion.size(); ++i) {
    right += result.confusion[i][i];
  }
  return right;
}

void CardWriter::summary() {
  if (!facts_.run) {
    return paragraph(say_("An image classifier that gives a photo one of {0} names.", facts_.classes.size()));
  }
  std::string text = say_("An image classifier that gives a photo one of {0} names. It was trained on {1} photos.",
                          facts_.classes.size(), count(facts_.run->photos[0]));
  if (facts_.result) {
    text +=
        say_.gap() + say_("It named {0} of {1} {2} photos rightly: {3} (95 % interval {4}).",
                          count(right_answers(*facts_.result)), count(facts_.result->count), facts_.run->result->part,
                          percent(facts_.result->top1), interval(facts_.result->top1_interval));
  }
  paragraph(std::move(text));
}

void CardWriter::model() {
  heading(say_("The model"));
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say_("network"), facts_.network});
  rows.push_back({say_("parameters"), count(facts_.parameters)});
  rows.push_back({say_("multiply-adds a photo"), count(facts_.macs)});
  rows.push_back(
      {say_("input"), say_("{0} x {1} pixels, channels: {2}", facts_.input[2], facts_.input[1], facts_.input[0])});
  rows.push_back({say_("output"), facts_.output == OutputKind::kProbabilities
                                      ? say_("a probability for each of {0} classes", facts_.classes.size())
                                      : say_("a score for each of {0} classes", facts_.classes.size())});
  if (facts_.run) {
    rows.push_back({say_("written by"), "alexnet " + facts_.run->program_version});
  }
  table(std::move(rows));
}

void CardWriter::classes() {
  heading(say_("Classes"));
  paragraph(say_("It knows these {0} names and no other.", facts_.classes.size()));
  if (facts_.photos.empty()) {
    return list(facts_.classes);
  }
  std::vector<Row> rows = {{say_("class"), say_("train"), say_("val"), say_("test"), say_("all")}};
  for (std::size_t i = 0; i < facts_.classes.size(); ++i) {
    const auto& [train, val, test] = facts_.photos[i];
    rows.push_back({facts_.classes[i], count(train), count(val), count(test), count(train + val + test)});
  }
  table(std::move(rows), 1);
}

void CardWriter::preparation() {
  heading(say_("How a photo is prepared"));
  const Geometry& geometry = facts_.geometry;
  std::vector<std::string> steps;
  if (geometry.apply_orientation) {
    steps.push_back(say_("It is turned as its EXIF tag says."));
  }
  steps.push_back(geometry.channels == 1
                      ? say_("It is made grey.")
                      : say_("Its colours are red, green and blue, 0 to 255; the network's first layer scales them."));
  steps.push_back(
      geometry.mode == ResizeMode::kSquash
          ? say_("It is resized to {0} x {0} pixels, whatever its shape ({1}, antialiased).", geometry.resize,
                 name_of(geometry.filter))
          : say_("Its shorter side is resized to {0} pixels and the central square is kept ({1}, antialiased).",
                 geometry.resize, name_of(geometry.filter)));
  if (geometry.width != geometry.resize || geometry.height != geometry.resize) {
    steps.push_back(say_("Of that the central {0} x {1} pixels are read.", geometry.width, geometry.height));
  }
  list(steps);
  paragraph(say_("The same as JSON:"));
  code(to_json(geometry));
}

void CardWriter::training(const RunDocument& run) {
  heading(say_("Training"));
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say_("data"), run.data_name});
  rows.push_back({say_("fingerprint of the data"), run.fingerprint});
  rows.push_back({say_("photos"), say_("train {0}, val {1}, test {2}", count(run.photos[0]), count(run.photos[1]),
                                       count(run.photos[2]))});
  if (!facts_.split_method.empty()) {
    rows.push_back({say_("split"), facts_.split_method == "shuffle"
                                       ? say_("one shuffle, then a cut")
                                       : say_("shares of each class by content, equal photos together")});
  }
  if (facts_.leaks) {
    rows.push_back({say_("equal photos in several parts"), count(*facts_.leaks)});
  }
  if (facts_.sizes) {
    rows.push_back({say_("sizes of the photos"), size_words(*facts_.sizes, say_)});
  }
  if (facts_.brightness) {
    rows.push_back({say_("brightness of the photos"), brightness_words(*facts_.brightness, say_)});
  }
  rows.push_back({say_("recipe"), run.recipe});
  if (!facts_.settings.empty()) {
    std::vector<std::string> settings;
    for (const auto& [key, value] : facts_.settings) {
      settings.push_back(fmt::format("{} = {}", key, value));
    }
    rows.push_back({say_("settings other than the defaults"), fmt::format("{}", fmt::join(settings, say_.comma()))});
  }
  rows.push_back({say_("precision of the training"), run.precision});
  rows.push_back({say_("seed"), fmt::to_string(run.seed)});
  if (run.best) {
    rows.push_back({say_("epochs"), say_("{1}, the best was {0} (val top-1 {2})", run.best->epoch, run.epochs,
                                         percent(run.best->val_top1))});
  }
  rows.push_back({say_("updates"), count(run.step)});
  if (!reproducible_) {
    rows.push_back({say_("time"), seconds_words(run.seconds, say_.language())});
    const double hours = run.seconds / kSecondsAnHour;
    rows.push_back({say_("energy, estimated"),
                    say_("{:.3f} kWh = {:.2f} h x {} threads x {:.0f} W (assumed, not measured)",
                         hours * run.threads * kWattsAThread / kWattsAKilowatt, hours, run.threads, kWattsAThread)});
    rows.push_back({say_("machine"), say_("{0}, threads: {1}, backend {2}", run.processor, run.threads, run.backend)});
  }
  table(std::move(rows));
}

void CardWriter::results(const Evaluation& result, const FinalResult& final) {
  heading(say_("Results"));
  if (final.part == "test") {
    paragraph(
        say_("On the {1} photos of the part {0}, which the training did not see.", final.part, count(result.count)));
  } else {
    paragraph(say_("The figures are of the photos that chose the best epoch: they are too good."));
  }
  std::int64_t most = 0;
  for (const ClassResult& each : result.classes) {
    most = std::max(most, each.support);
  }
  const auto all = static_cast<double>(result.count);
  const double classes = static_cast<double>(facts_.classes.size());
  table({{say_("measure"), say_("value"), say_("95 % interval")},
         {say_("top-1: the first name is right"), percent(final.top1), interval(final.top1_interval)},
         {say_("top-5: one of the first five is right"), percent(final.top5),
          interval(wilson_interval(std::llround(final.top5 * all), result.count))},
         {say_("mean loss"), fmt::format("{:.4f}", final.loss), ""},
         {say_("guessing among all names"), percent(1 / classes), ""},
         {say_("always the most frequent name"), percent(static_cast<double>(most) / all), ""}},
        1);
  std::vector<Row> rows = {{say_("class"), say_("photos"), say_("found (recall)"), say_("95 % interval"),
                            say_("right when named (precision)"), say_("F1")}};
  for (std::size_t i = 0; i < result.classes.size(); ++i) {
    const ClassResult& each = result.classes[i];
    rows.push_back({each.name, count(each.support), percent(each.recall),
                    interval(wilson_interval(result.confusion[i][i], each.support)), percent(each.precision),
                    percent(each.f1)});
  }
  table(std::move(rows), 1);
}

void CardWriter::confidence(const Calibration& calibration) {
  heading(say_("Confidence"));
  std::vector<Row> rows = {{"", ""}};
  rows.push_back({say_("found on"), say_("{1} photos of the part {0}", calibration.part, count(calibration.photos))});
  rows.push_back(
      {say_("temperature that probabilities are divided by"), fmt::format("{:.3f}", calibration.temperature)});
  rows.push_back({say_("mean of -log(probability of the true class), before and after"),
                  fmt::format("{:.4f}, {:.4f}", calibration.nll_before, calibration.nll_after)});
  rows.push_back({say_("least confidence of an answer to trust"),
                  calibration.threshold ? percent(*calibration.threshold) : say_("none was enough")});
  table(std::move(rows));
}

void CardWriter::to_fill() {
  heading(say_("To be filled by you"));
  paragraph(say_("What the program cannot know:"));
  std::vector<std::string> items = {
      say_("what the model is meant for, and what it must not be used for"), say_("licence of the model"),
      say_("who took the photos, where and when, and their licence"), say_("whom to ask")};
  if (!facts_.run) {
    items.push_back(say_("data, recipe and machine of the training: this card was made from the model file alone"));
  }
  if (!facts_.result) {
    items.push_back(say_("results on photos that the training did not see"));
  }
  if (!facts_.calibration) {
    items.push_back(say_("how far its confidence can be trusted: too few photos to find out, or scores"));
  }
  list(items);
}

}  // namespace

Card make_card(const CardFacts& facts, Language language, bool reproducible) {
  return CardWriter(facts, language, reproducible).write();
}

}  // namespace alexnet::report
