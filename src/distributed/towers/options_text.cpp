#include "distributed/towers/options_text.h"

#include <cstdint>

namespace alexnet::distributed {
namespace {

void put_rule(OrderText& text, const UpdateRule& rule) {
  text.put(rule.index());
  std::visit([&](const auto& r) { text.put(r); }, rule);
}

UpdateRule get_rule(OrderText& text) {
  switch (text.get<std::size_t>()) {
    case 0:
      return text.get<std::variant_alternative_t<0, UpdateRule>>();
    case 1:
      return text.get<std::variant_alternative_t<1, UpdateRule>>();
    default:
      return text.get<std::variant_alternative_t<2, UpdateRule>>();
  }
}
static_assert(std::variant_size_v<UpdateRule> == 3);

}  // namespace

void put_options(OrderText& text, const CompileOptions& options) {
  text.put(options.batch);
  text.put(options.precision);
  text.put(options.emulate);
  text.put(options.statistics);
  text.put(options.backward);
  text.put(options.update.has_value());
  if (options.update) {
    put_rule(text, *options.update);
  }
  text.put(options.accumulate);
  text.put(options.clip_norm);
  text.put(options.average);
  text.put(options.read_average);
  text.put_names(options.frozen);
  text.put_names(options.kept);
  text.put(options.seed);
  text.put(options.threads);
  text.put(options.profile);
}

CompileOptions get_options(OrderText& text) {
  CompileOptions options;
  options.batch = text.get<int>();
  options.precision = text.get<Precision>();
  options.emulate = text.get<bool>();
  options.statistics = text.get<Statistics>();
  options.backward = text.get<Backward>();
  if (text.get<bool>()) {
    options.update = get_rule(text);
  }
  options.accumulate = text.get<bool>();
  options.clip_norm = text.get<double>();
  options.average = text.get<double>();
  options.read_average = text.get<bool>();
  options.frozen = text.get_names();
  options.kept = text.get_names();
  options.seed = text.get<std::uint64_t>();
  options.threads = text.get<int>();
  options.profile = text.get<bool>();
  return options;
}

void put_batch(OrderText& text, const Batch& batch) {
  text.put(batch.input);
  text.put(batch.rows);
  text.put(batch.epoch);
  text.put(batch.position);
  text.put_list(std::span<const PhotoFacts>(batch.photos));
}

void get_batch(OrderText& text, Batch& batch) {
  text.get(batch.input);
  batch.rows = text.get<int>();
  batch.epoch = text.get<std::uint32_t>();
  batch.position = text.get<std::uint32_t>();
  text.get_list(batch.photos);
}

}  // namespace alexnet::distributed
