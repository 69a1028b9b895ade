#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "alexnet/runtime/backend.h"
#include "alexnet/runtime/communicator.h"

#include "distributed/towers/order.h"
#include "distributed/towers/parts.h"

namespace alexnet::distributed {

/// Rank 0's line to the other towers. They end when it is gone.
class TowerLine {
 public:
  explicit TowerLine(std::shared_ptr<Communicator> communicator) : communicator_(std::move(communicator)) {}
  ~TowerLine();
  TowerLine(const TowerLine&) = delete;
  TowerLine& operator=(const TowerLine&) = delete;

  [[nodiscard]] const std::shared_ptr<Communicator>& communicator() const { return communicator_; }
  /// An empty text for the next order.
  [[nodiscard]] OrderText& text() {
    text_.clear();
    return text_;
  }
  /// Sends the order with what text() holds, and does rank 0's share of it. Where that fails the others are lost, and
  /// every later call throws kCommunication.
  void give(Order order, const std::function<void()>& own_share = {});
  [[nodiscard]] std::uint32_t new_program() { return programs_++; }
  void release(std::uint32_t program) noexcept;

 private:
  void give_at_end(Order order) noexcept;

  std::shared_ptr<Communicator> communicator_;
  OrderText text_;
  std::uint32_t programs_ = 0;
  bool in_order_ = true;
};

/// Weights that lie on all ranks.
class TowerParameters final : public Parameters {
 public:
  /// Gives each rank its part.
  TowerParameters(std::shared_ptr<TowerLine> line, const Backend& backend, const Network& whole, const Weights& weights,
                  Precision precision);

  [[nodiscard]] const Network& network() const override { return parts_.whole(); }
  [[nodiscard]] Weights read() const override;
  [[nodiscard]] Tensor read(std::size_t parameter) const override;
  void write(const Weights& weights) override;
  [[nodiscard]] std::vector<std::string> slots() const override { return own_->slots(); }
  [[nodiscard]] Weights read_slot(std::string_view slot) const override;
  void write_slot(std::string_view slot, const Weights& values) override;
  [[nodiscard]] std::int64_t step() const override { return own_->step(); }
  void set_step(std::int64_t step) override;
  [[nodiscard]] std::uint64_t version() const override { return own_->version(); }

  [[nodiscard]] const TowerParts& parts() const { return parts_; }
  [[nodiscard]] const std::shared_ptr<Parameters>& own() const { return own_; }

 private:
  std::shared_ptr<TowerLine> line_;
  TowerParts parts_;
  ElementType type_;
  std::shared_ptr<Parameters> own_;
};

/// A program of which each rank runs its tower.
class TowerProgram final : public Program {
 public:
  TowerProgram(std::shared_ptr<TowerLine> line, const Backend& backend, std::shared_ptr<TowerParameters> parameters,
               CompileOptions options);
  ~TowerProgram() override;
  TowerProgram(const TowerProgram&) = delete;
  TowerProgram& operator=(const TowerProgram&) = delete;

  const Tensor& infer(const Batch& batch) override;
  TrainResult train(const Batch& batch, const TrainCall& call) override;
  void update(std::span<const double> rates) override;
  void backward(std::string_view layer, const Tensor& gradient) override;
  [[nodiscard]] Tensor kept(std::string_view layer) const override;
  [[nodiscard]] Tensor kept_gradient(std::string_view layer) const override;
  [[nodiscard]] Tensor input_gradient() const override;
  /// Of rank 0's tower.
  [[nodiscard]] std::vector<ProfileRow> profile() const override { return own_->profile(); }
  void reset_profile() override { own_->reset_profile(); }
  [[nodiscard]] MemoryReport memory() const override { return own_->memory(); }

 private:
  [[nodiscard]] const Network& network() const { return parameters_->network(); }
  OrderText& text_of(const Batch& batch);
  void show_whole(const GradientView& part, const GradientObserver& observer) const;

  std::shared_ptr<TowerLine> line_;
  std::shared_ptr<TowerParameters> parameters_;
  CompileOptions options_;
  Loss loss_;
  std::size_t trainable_;
  std::uint32_t number_;
  std::unique_ptr<Program> own_;
  std::vector<double> rates_;
};

}  // namespace alexnet::distributed
