#include <algorithm>
#include <filesystem>
#include <tuple>

#include <fmt/format.h>

#include "alexnet/train/label_check.h"

namespace alexnet {
namespace {

/// "train/rose/1.jpg" in the class daisy: "train/daisy/1.jpg". Nothing for a list, whose files lie anywhere.
std::string moved_path(const CheckResult& result, const Item& item, const std::string& to) {
  if (is_photo_list(result.folder)) {
    return {};
  }
  const std::filesystem::path path(item.path);
  std::filesystem::path moved;
  int place = item.fixed_part ? -1 : 0;
  for (const auto& part : path) {
    moved /= place == 0 ? std::filesystem::path(to) : part;
    ++place;
  }
  return moved.generic_string();
}

}  // namespace

std::vector<std::vector<std::string>> copies_in(const CheckResult& result) {
  std::vector<std::vector<std::string>> copies;
  for (const auto& finding : result.findings) {
    if (is_about_copies(finding.kind)) {
      copies.push_back(finding.files);
    }
  }
  return copies;
}

void add_to(CheckResult& result, const LabelCheck& labels, const Dataset& dataset) {
  result.labels = LabelSummary{
      .photos = labels.photos, .top1 = labels.top1, .wrong_share = labels.wrong_share, .features = labels.features};
  double order = 0;
  for (const auto& suspect : labels.suspects) {
    const Item& item = dataset.items()[suspect.item];
    const auto& given = dataset.classes()[static_cast<std::size_t>(suspect.given)];
    const auto& proposed = dataset.classes()[static_cast<std::size_t>(suspect.proposed)];
    result.findings.push_back(
        {.kind = FindingKind::kWrongLabel,
         .files = {item.path},
         .detail = fmt::format("in {} ({:.0f} %), looks like {} ({:.0f} %)", given, 100 * suspect.given_probability,
                               proposed, 100 * suspect.probability),
         .order = order++,
         .given = given,
         .proposed = proposed,
         .move_to = moved_path(result, item, proposed),
         .given_probability = suspect.given_probability,
         .probability = suspect.probability});
  }
  std::ranges::stable_sort(result.findings, {}, [](const Finding& f) { return std::tie(f.kind, f.order, f.files); });
}

}  // namespace alexnet
