#pragma once

#include "alexnet/formats/run_folder.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"

namespace alexnet::report {

/// filters/epoch-0007.png in the run's folder: the first convolution after that epoch, as explain::filter_sheet draws
/// it. Writes nothing for a network without one that sees colour or grey.
void write_filters(const RunFolder& run, int epoch, const Network& network, const Weights& first_filters);

/// The epochs that have such a picture and a row in metrics.csv, in order.
[[nodiscard]] std::vector<int> filter_epochs(const RunFolder& run);
[[nodiscard]] std::filesystem::path filter_picture(const RunFolder& run, int epoch);

}  // namespace alexnet::report
