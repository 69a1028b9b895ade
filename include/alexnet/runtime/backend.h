#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/network/network.h"
#include "alexnet/network/weights.h"
#include "alexnet/runtime/batch.h"
#include "alexnet/runtime/communicator.h"
#include "alexnet/runtime/precision.h"
#include "alexnet/runtime/update_rule.h"

/// The one seam between networks and the machine: Backend::compile(network, parameters, options) -> Program.
/// A backend sees the whole sequence of layers; layouts, fusion and memory are its own affair.
namespace alexnet {

/// Whether dropout drops and batch normalisation uses the batch. Independent of how far backward goes.
enum class Statistics { kInference, kTraining };
/// How far gradients are computed: not at all, to kept activations and the input only, or to all parameters too.
enum class Backward { kNone, kInput, kAll };
/// Of a row of scores s with label y: cross-entropy -log softmax(s)[y]; multi-class hinge (Weston and Watkins)
/// sum over j != y of max(0, 1 + s[j] - s[y]), slope 0 where the term is 0.
enum class Loss { kSoftmaxCrossEntropy, kHinge };

/// The loss that belongs to an output kind.
[[nodiscard]] Loss loss_for(OutputKind output);

struct CompileOptions {
  int batch = 1;  ///< most rows of a call; fewer are always allowed
  Precision precision = Precision::kF32;
  /// At kI8: of the input of each Conv2D and Dense.
  InputRanges input_ranges = {};
  /// Take a precision that this machine only emulates.
  bool emulate = false;
  Statistics statistics = Statistics::kInference;
  Backward backward = Backward::kNone;
  std::optional<Loss> loss = {};          ///< default: the network's own
  std::optional<UpdateRule> update = {};  ///< needed for train with an update; makes its slots
  /// Gradients of calls without an update add up, and the next update takes the sum with its own. An observer is shown
  /// the sum so far.
  bool accumulate = false;
  /// Most that the norm over all gradients is at an update: larger ones are scaled down to it together. 0 = any.
  double clip_norm = 0;
  /// Moving average of the weights, beside them in the slot "average": a := s a + (1 - s) w after each update, with s =
  /// kept_average(average, updates before). It begins at the weights. 0 = none.
  double average = 0;
  bool read_average = false;  ///< forward reads the moving average instead of the weights; no update then
  /// Layers that do not learn: no gradient of their parameters, and the statistics of inference. Backward ends where
  /// all layers in front are frozen.
  std::vector<std::string> frozen = {};
  std::vector<std::string> kept = {};  ///< layers whose activation (and gradient) can be read after a call
  /// No update begins before every gradient of the call was shown to the observer and TrainCall::before_update has
  /// returned; until then each gradient stays where the observer saw it.
  bool hold_gradients = false;
  /// With backward = all: train computes the gradient of the network's input too, for what stands in front of it.
  bool input_gradient = false;
  std::uint64_t seed = 0;  ///< of dropout
  /// Of the layers that exchange with other ranks (as many as AllGather and Gather name); the others do not use it.
  std::shared_ptr<Communicator> communicator = {};
  /// Batch normalisation with statistics of training takes means and variances over the rows of all ranks of
  /// `communicator`, which call train equally often, with rows or without.
  bool share_statistics = false;
  int threads = 0;       ///< 0 = the backend's default
  bool profile = false;  ///< measure each step of each call
};

/// The weights of one network on one device: one master copy, named slots beside it (an UpdateRule's), a step count
/// and a version that grows with every change. Programs renew what they derive from it when the version changed.
/// Threads: one call at a time, and none while a Program over it runs, unless all of them only read: infer, backward
/// and compile do, once a first Program over it is compiled.
class Parameters {
 public:
  virtual ~Parameters() = default;

  [[nodiscard]] virtual const Network& network() const = 0;
  /// All parameters in logical order. f32 or f64, as stored.
  [[nodiscard]] virtual Weights read() const = 0;
  /// One of them, by its index in network().parameters().
  [[nodiscard]] virtual Tensor read(std::size_t parameter) const = 0;
  /// Replaces the parameters named in `weights` (others stay). Throws kTensorSurplus or kTensorShape.
  virtual void write(const Weights& weights) = 0;
  [[nodiscard]] virtual std::vector<std::string> slots() const = 0;
  /// A slot in logical order, keyed by parameter name. Throws kUnknownName.
  [[nodiscard]] virtual Weights read_slot(std::string_view slot) const = 0;
  /// Makes the slot if it does not exist.
  virtual void write_slot(std::string_view slot, const Weights& values) = 0;
  /// Updates applied so far (Adam's t).
  [[nodiscard]] virtual std::int64_t step() const = 0;
  virtual void set_step(std::int64_t step) = 0;
  [[nodiscard]] virtual std::uint64_t version() const = 0;
};

/// A gradient, lent to an observer while train runs. `values` is in the backend's own order; equal layout ids mean
/// equal order, 0 the logical one.
struct GradientView {
  std::size_t parameter = 0;  ///< index in network.trainable()
  const std::string* name = nullptr;
  std::span<float> values;  ///< empty in f64 programs
  std::span<double> values64;
  std::uint64_t layout = 0;
  /// It is summed over all ranks' photos already, and this rank holds a part of the parameter that no other has: the
  /// values are those of the part, and `logical` puts the whole together, on all ranks or on none.
  bool complete = false;
  /// A copy in logical order.
  std::function<Tensor()> logical;
  /// Takes such a copy in place of the gradient.
  std::function<void(const Tensor&)> assign;
};
using GradientObserver = std::function<void(const GradientView&)>;

struct TrainCall {
  /// Learning rate of each trainable parameter, in network.trainable() order, before its own multiplier
  /// (ParameterOptions::rate); one value = the same for all. A rate of 0 leaves the parameter and its slots as they
  /// are, its average too.
  std::span<const double> rates;
  bool update = true;
  /// In place of the network's own loss: is given the scores (rows, classes), sets their gradient, of the same shape
  /// and type, and returns the loss. Labels are not looked at then. So a network may go on elsewhere.
  std::function<double(const Tensor& scores, Tensor& gradient)> loss = {};
  /// Sees each gradient, last layer first, before the update.
  GradientObserver observer = {};
  /// Called once, between the last gradient and the update: what the observer was shown may be changed until it returns
  /// (data parallelism puts sums over all ranks there). Needs CompileOptions::hold_gradients.
  std::function<void()> before_update = {};
};

struct TrainResult {
  double loss = 0;  ///< as the divisor of the Batch has it
  /// (rows, classes), f32 or f64, valid until the next call. Softmax is not applied.
  const Tensor* scores = nullptr;
};

/// Time of one fused group of layers in one pass, summed over the calls since the last reset.
struct ProfileRow {
  std::string layers;  ///< "conv1+relu1"
  std::string pass;    ///< forward, backward data, backward weights, update, loss
  std::string kernel;  ///< implementation, as the library names it
  double milliseconds = 0;
  double operations = 0;  ///< floating-point operations (2 a MAC), 0 where it is not counted
  double bytes = 0;       ///< read and written
  std::int64_t calls = 0;
};

struct MemoryRow {
  std::string what;  ///< "conv1 activation", "scratch", ...
  std::int64_t bytes = 0;
  std::int64_t offset = -1;  ///< in the arena; -1 = outside of it
};

struct MemoryReport {
  std::int64_t arena_bytes = 0;
  std::int64_t parameter_bytes = 0;  ///< master copy, slots, derived forms, and gradients kept for a whole step
  std::vector<MemoryRow> rows;
};

/// A network compiled over Parameters. Allocates nothing after the first call at each number of rows.
/// Threads: one call at a time. A handler of signals must not run on a thread that is inside of one, unless on a stack
/// of its own (sigaltstack): oneDNN multiplies matrices with a stack pointer that points into the heap.
class Program {
 public:
  virtual ~Program() = default;

  /// Scores (rows, classes), valid until the next call. Softmax is not applied.
  virtual const Tensor& infer(const Batch& batch) = 0;
  /// Forward, loss, backward and, if asked, the update. Needs backward = all; an update needs an UpdateRule. With
  /// statistics `training` the running statistics of batch normalisation move in every train, and never in infer.
  virtual TrainResult train(const Batch& batch, const TrainCall& call) = 0;
  /// The update alone, of what the calls of train without one have left since the last: their gradients stay with
  /// CompileOptions::accumulate (the sum) or hold_gradients (the last call's), and one of them is needed. `rates` as in
  /// TrainCall.
  virtual void update(std::span<const double> rates) = 0;
  /// Backward from a given gradient of a kept layer's activation, after infer with the same batch. Needs
  /// backward = input or all. Parameters are not changed.
  virtual void backward(std::string_view layer, const Tensor& gradient) = 0;
  /// A kept layer's activation (rows, ...) in logical order.
  [[nodiscard]] virtual Tensor kept(std::string_view layer) const = 0;
  /// Its gradient after train or backward.
  [[nodiscard]] virtual Tensor kept_gradient(std::string_view layer) const = 0;
  /// The gradient of the network's input (rows, C,H,W), before Normalize and for bytes too: of the pixels' own values.
  /// After `backward` of a program with backward = input, or train with CompileOptions::input_gradient.
  [[nodiscard]] virtual Tensor input_gradient() const = 0;
  [[nodiscard]] virtual std::vector<ProfileRow> profile() const = 0;
  virtual void reset_profile() = 0;
  [[nodiscard]] virtual MemoryReport memory() const = 0;
};

/// A kind of machine that runs networks.
class Backend {
 public:
  virtual ~Backend() = default;

  [[nodiscard]] virtual std::string_view name() const = 0;
  /// Processor, instruction set, library versions: lines for `doctor`.
  [[nodiscard]] virtual std::vector<std::string> description() const = 0;
  /// Asked at compile; an unsupported layer is kLayerUnsupported, never a silent fallback.
  [[nodiscard]] virtual bool supports(const Layer& layer, Precision precision) const = 0;
  /// Of the precision as such. Asked at compile too: kPrecisionUnsupported.
  [[nodiscard]] virtual Support support(Precision precision) const = 0;
  /// Puts weights on the device, as f64 at kF64, else as f32. Checks them (check_weights). May take over their memory:
  /// give away weights that are not needed any more.
  [[nodiscard]] virtual std::shared_ptr<Parameters> parameters(const Network& network, Weights weights,
                                                               Precision precision = Precision::kF32) const = 0;
  /// Throws kLayerUnsupported, kPrecisionUnsupported, kWrongCall (parameters of another backend, network or precision).
  [[nodiscard]] virtual std::unique_ptr<Program> compile(const Network& network, std::shared_ptr<Parameters> parameters,
                                                         const CompileOptions& options) const = 0;
};

}  // namespace alexnet
