// An evaluation as JSON and as CSV.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/infer/evaluation.h"

#include "core/text.h"
#include "formats/csv.h"

namespace alexnet {
namespace {

using nlohmann::ordered_json;

ordered_json means_json(const ClassMeans& means) {
  return {{"precision", means.precision}, {"recall", means.recall}, {"f1", means.f1}};
}

ordered_json classes_json(const Evaluation& evaluation) {
  ordered_json classes = ordered_json::array();
  for (const ClassResult& result : evaluation.classes) {
    classes.push_back({{"name", result.name},
                       {"precision", result.precision},
                       {"recall", result.recall},
                       {"f1", result.f1},
                       {"support", result.support}});
  }
  return classes;
}

ordered_json confused_json(const Evaluation& evaluation) {
  ordered_json confused = ordered_json::array();
  for (const ConfusedPair& pair : evaluation.confused) {
    confused.push_back({{"class", evaluation.classes[pair.is].name},
                        {"taken_for", evaluation.classes[pair.taken_for].name},
                        {"count", pair.count},
                        {"share", pair.share}});
  }
  return confused;
}

}  // namespace

std::string to_json(const Evaluation& evaluation) {
  const auto interval = [](const Interval& i) { return ordered_json::array({i.low, i.high}); };
  ordered_json document = {{"schema", "alexnet.evaluate"},
                           {"version", 1},
                           {"count", evaluation.count},
                           {"top1", evaluation.top1},
                           {"top5", evaluation.top5},
                           {"loss", evaluation.loss},
                           {"top1_interval", interval(evaluation.top1_interval)},
                           {"top5_interval", interval(evaluation.top5_interval)},
                           {"classes", classes_json(evaluation)},
                           {"macro", means_json(evaluation.macro)},
                           {"weighted", means_json(evaluation.weighted)},
                           {"confusion", evaluation.confusion},
                           {"confused", confused_json(evaluation)},
                           {"skipped", ordered_json::array()}};
  for (const BadPhoto& photo : evaluation.skipped) {
    document["skipped"].push_back({{"file", photo.path}, {"reason", photo.reason}});
  }
  return document.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string classes_csv(const Evaluation& evaluation) {
  std::string text = "class,precision,recall,f1,support\n";
  for (const ClassResult& c : evaluation.classes) {
    text += fmt::format("{},{},{},{},{}\n", csv_field(c.name), csv_number(c.precision), csv_number(c.recall),
                        csv_number(c.f1), c.support);
  }
  return text;
}

std::string confusion_csv(const Evaluation& evaluation) {
  std::string text = "class";
  for (const ClassResult& c : evaluation.classes) {
    text += "," + csv_field(c.name);
  }
  text += "\n";
  for (std::size_t is = 0; is < evaluation.classes.size(); ++is) {
    text += fmt::format("{},{}\n", csv_field(evaluation.classes[is].name), fmt::join(evaluation.confusion[is], ","));
  }
  return text;
}

}  // namespace alexnet
