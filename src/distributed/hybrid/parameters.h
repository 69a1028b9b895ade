#pragma once

#include <memory>
#include <string>
#include <vector>

#include "alexnet/network/rewrites/hybrid.h"
#include "alexnet/runtime/backend.h"

namespace alexnet::distributed {

/// Weights of which this rank trains its own part, and a whole copy for programs that do not train.
class HybridParameters final : public Parameters {
 public:
  HybridParameters(const Backend& backend, std::shared_ptr<Communicator> communicator, const Network& network,
                   const Weights& weights, Precision precision);

  [[nodiscard]] const Network& network() const override { return whole_->network(); }
  [[nodiscard]] Weights read() const override;
  [[nodiscard]] Tensor read(std::size_t parameter) const override;
  void write(const Weights& weights) override;
  [[nodiscard]] std::vector<std::string> slots() const override { return convolutions_->slots(); }
  [[nodiscard]] Weights read_slot(std::string_view slot) const override;
  void write_slot(std::string_view slot, const Weights& values) override;
  [[nodiscard]] std::int64_t step() const override { return convolutions_->step(); }
  void set_step(std::int64_t step) override;
  [[nodiscard]] std::uint64_t version() const override;

  [[nodiscard]] const std::shared_ptr<Parameters>& whole() const { return whole_; }
  [[nodiscard]] const std::shared_ptr<Parameters>& convolutions() const { return convolutions_; }
  [[nodiscard]] const std::shared_ptr<Parameters>& dense() const { return dense_; }
  [[nodiscard]] const std::shared_ptr<Parameters>& head() const { return head_; }
  /// The whole of a parameter of the dense layers, from the part that each rank has.
  [[nodiscard]] Tensor gather(const std::string& name, const Tensor& own) const;

 private:
  struct Parts {
    Weights convolutions;
    Weights dense;
    Weights head;
  };
  /// This rank's parts of whole tensors.
  [[nodiscard]] Parts parts_of(const Weights& whole) const;
  [[nodiscard]] Weights joined(Weights convolutions, const Weights& dense, Weights head) const;

  std::shared_ptr<Communicator> communicator_;
  HybridNetworks networks_;
  std::shared_ptr<Parameters> whole_;
  std::shared_ptr<Parameters> convolutions_;
  std::shared_ptr<Parameters> dense_;
  std::shared_ptr<Parameters> head_;
};

}  // namespace alexnet::distributed
