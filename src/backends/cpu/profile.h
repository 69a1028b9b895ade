#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "alexnet/runtime/backend.h"

namespace alexnet::cpu {

/// Sums of time by layers and pass; does nothing unless switched on.
class Profile {
 public:
  explicit Profile(bool on) : on_(on) {}
  [[nodiscard]] const std::vector<ProfileRow>& rows() const { return rows_; }
  void reset() { rows_.clear(); }

  /// Runs `work` and adds its time to the row of `layers` and `pass`. `describe` fills kernel, operations and bytes of
  /// a new row's one call.
  template <class Work, class Describe>
  void measure(const std::string& layers, const char* pass, Work work, Describe describe) {
    if (!on_) {
      return work();
    }
    const auto start = std::chrono::steady_clock::now();
    work();
    const std::chrono::duration<double, std::milli> time = std::chrono::steady_clock::now() - start;
    ProfileRow once;
    describe(once);
    ProfileRow& row = find(layers, pass);
    row.kernel = once.kernel;
    row.milliseconds += time.count();
    row.operations += once.operations;
    row.bytes += once.bytes;
    ++row.calls;
  }

 private:
  ProfileRow& find(const std::string& layers, const char* pass) {
    for (auto& row : rows_) {
      if (row.layers == layers && row.pass == pass) {
        return row;
      }
    }
    rows_.emplace_back();
    rows_.back().layers = layers;
    rows_.back().pass = pass;
    return rows_.back();
  }

  bool on_;
  std::vector<ProfileRow> rows_;
};

}  // namespace alexnet::cpu
