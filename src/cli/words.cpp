#include "cli/words.h"

namespace alexnet::cli {

std::string interval_words(const Interval& interval) { return range_words(interval.low, interval.high); }

}  // namespace alexnet::cli
