#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "alexnet/core/tensor.h"
#include "alexnet/network/layer.h"

namespace alexnet {

/// What the scores are for: `probabilities` by softmax (cross-entropy loss), or `scores` (multi-class hinge loss).
enum class OutputKind { kProbabilities, kScores };

/// A layer with what the shape rules say about it.
struct LayerFacts {
  Shape input;   ///< of one photo
  Shape output;  ///< of one photo
  std::vector<ParameterSpec> parameters;
  std::int64_t macs = 0;
  std::int64_t parameter_count = 0;  ///< trainable and statistic
  std::int64_t trainable_count = 0;
};

/// A sequence of layers: data. Construction checks it (kNetworkInvalid names the layer): names are unique and not
/// empty, Normalize comes first if at all, every shape fits. Softmax and loss are not layers: the last layer makes the
/// scores.
class Network {
 public:
  struct Options {
    std::string name;  ///< the preset's name, or the user's
    Shape input;       ///< (C,H,W) of one photo
    std::vector<Layer> layers;
    OutputKind output = OutputKind::kProbabilities;
    /// Our parameter names to the names in files, where they differ ("conv1.weight" -> "features.0.weight").
    std::map<std::string, std::string> tensor_names = {};
  };

  explicit Network(Options options);

  [[nodiscard]] const std::string& name() const { return options_.name; }
  [[nodiscard]] const Shape& input() const { return options_.input; }
  [[nodiscard]] const std::vector<Layer>& layers() const { return options_.layers; }
  /// The first layer where it is a Normalize, else null.
  [[nodiscard]] const Normalize* normalize() const { return std::get_if<Normalize>(&options_.layers.front()); }
  [[nodiscard]] OutputKind output() const { return options_.output; }
  [[nodiscard]] const Options& options() const { return options_; }

  [[nodiscard]] const LayerFacts& facts(std::size_t layer) const { return facts_[layer]; }
  /// Index of a layer by name; throws kLayerUnknown with the nearest name.
  [[nodiscard]] std::size_t index_of(std::string_view layer) const;
  /// All parameters, in layer order.
  [[nodiscard]] const std::vector<ParameterSpec>& parameters() const { return parameters_; }
  /// The trainable ones, in layer order: the order of rates and gradients everywhere.
  [[nodiscard]] std::vector<ParameterSpec> trainable() const;
  /// Number of scores.
  [[nodiscard]] std::int64_t classes() const;
  [[nodiscard]] std::int64_t parameter_count() const;
  [[nodiscard]] std::int64_t trainable_count() const;
  [[nodiscard]] std::int64_t macs() const;
  /// The name of a parameter in files.
  [[nodiscard]] const std::string& tensor_name(const std::string& parameter) const;

  /// The network as a JSON document, and back. `from_json` refuses unknown keys and kinds (kFileFormat,
  /// kNetworkInvalid).
  [[nodiscard]] std::string to_json() const;
  static Network from_json(std::string_view json);

  friend bool operator==(const Network& a, const Network& b);

 private:
  Options options_;
  std::vector<LayerFacts> facts_;
  std::vector<ParameterSpec> parameters_;
};

}  // namespace alexnet
