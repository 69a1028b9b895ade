#include "alexnet/report/filter_history.h"

#include <span>

#include <fmt/format.h>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/explain/filters.h"
#include "alexnet/image/encode.h"

namespace alexnet::report {
namespace {

constexpr const char* kFolder = "filters";

}  // namespace

std::filesystem::path filter_picture(const RunFolder& run, int epoch) {
  return run.file(kFolder) / fmt::format("epoch-{:04}.png", epoch);
}

void write_filters(const RunFolder& run, int epoch, const Network& network, const Weights& first_filters) {
  explain::FilterSheet sheet;
  try {
    sheet = explain::filter_sheet(network, first_filters);
  } catch (const Error& error) {
    if (error.message() == Message::kNoConvolution || error.message() == Message::kNetworkInvalid) {
      return;
    }
    throw;
  }
  make_folder(run.file(kFolder));
  const auto png = encode_png(sheet.picture);
  AtomicFile file(filter_picture(run, epoch));
  file.write(std::span<const std::byte>(png));
  file.commit();
}

std::vector<int> filter_epochs(const RunFolder& run) {
  std::vector<int> epochs;
  for (const EpochRow& row : run.epochs()) {
    std::error_code unused;
    if (std::filesystem::exists(filter_picture(run, row.epoch), unused)) {
      epochs.push_back(row.epoch);
    }
  }
  return epochs;
}

}  // namespace alexnet::report
