#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::reference {

/// What one step of a call costs, without its time.
struct Cost {
  double operations_a_row = 0;
  double bytes_a_row = 0;
  double bytes = 0;  ///< whatever the number of rows (parameters)
};

/// Measures the steps of a program's calls; where it is off it only runs them.
class Profile {
 public:
  explicit Profile(bool on) : on_(on) {}

  /// The step's number.
  std::size_t add(std::string layers, std::string pass, const Cost& cost) {
    rows_.push_back({std::move(layers), std::move(pass), "loops"});
    costs_.push_back(cost);
    return rows_.size() - 1;
  }

  template <class F>
  void measure(std::size_t step, std::int64_t rows, F run) {
    if (!on_) {
      run();
      return;
    }
    const auto begin = std::chrono::steady_clock::now();
    run();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - begin;
    ProfileRow& row = rows_[step];
    row.milliseconds += time.count();
    row.operations += costs_[step].operations_a_row * static_cast<double>(rows);
    row.bytes += costs_[step].bytes_a_row * static_cast<double>(rows) + costs_[step].bytes;
    ++row.calls;
  }

  /// The steps that were run.
  [[nodiscard]] std::vector<ProfileRow> rows() const {
    std::vector<ProfileRow> run;
    for (const ProfileRow& row : rows_) {
      if (row.calls > 0) {
        run.push_back(row);
      }
    }
    return run;
  }

  void reset() {
    for (ProfileRow& row : rows_) {
      row.milliseconds = row.operations = row.bytes = 0;
      row.calls = 0;
    }
  }

 private:
  bool on_;
  std::vector<ProfileRow> rows_;
  std::vector<Cost> costs_;
};

}  // namespace alexnet::reference
