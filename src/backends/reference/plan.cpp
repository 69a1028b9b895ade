#include <fmt/format.h>

#include "alexnet/runtime/checks.h"

#include "backends/reference/program.h"

// What a program lays out once, when it is compiled: its memory and the steps of its profile.
namespace alexnet::reference {

template <class T>
void ReferenceProgram<T>::plan_memory() {
  const std::size_t count = network_.layers().size();
  const bool gradients = options_.backward != Backward::kNone;
  const auto rows_of = [&](const Shape& photo) { return options_.batch * element_count(photo); };

  const std::size_t input = arena_.plan("input", rows_of(network_.input()));
  std::vector<std::size_t> activation(count);
  std::vector<std::size_t> gradient(count);
  std::vector<std::vector<std::size_t>> of_parameters(count);
  std::vector<std::vector<std::size_t>> sums(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string& name = name_of(network_.layers()[i]);
    activation[i] = arena_.plan(name + " activation", rows_of(network_.facts(i).output));
    gradient[i] = arena_.plan(name + " gradient", gradients ? rows_of(network_.facts(i).output) : 0);
    for (const ParameterSpec& spec : network_.facts(i).parameters) {
      const bool wanted = options_.backward == Backward::kAll && spec.role == ParameterRole::kTrainable;
      of_parameters[i].push_back(arena_.plan(spec.name + " gradient", wanted ? element_count(spec.shape) : 0));
      const bool summed = wanted && options_.accumulate;
      sums[i].push_back(arena_.plan(spec.name + " gradient sum", summed ? element_count(spec.shape) : 0));
    }
  }
  const bool of_input = needs_input_gradient(options_);
  const std::size_t input_gradient = arena_.plan("input gradient", of_input ? rows_of(network_.input()) : 0);
  arena_.allocate();

  input_ = arena_[input];
  input_gradient_ = arena_[input_gradient];
  layers_.resize(count);
  std::size_t parameter = 0;
  for (std::size_t i = 0; i < count; ++i) {
    LayerData<T>& data = layers_[i];
    data.facts = &network_.facts(i);
    data.x = i == 0 ? input_ : arena_[activation[i - 1]];
    data.y = arena_[activation[i]];
    data.dx = i == 0 ? input_gradient_ : arena_[gradient[i - 1]];
    data.dy = arena_[gradient[i]];
    auto& pending = pending_.emplace_back();
    for (std::size_t p = 0; p < of_parameters[i].size(); ++p) {
      data.parameters.push_back(parameters_->value(parameter++).template as<T>());
      data.gradients.push_back(arena_[of_parameters[i][p]]);
      pending.push_back(arena_[sums[i][p]]);
    }
  }
}

template <class T>
void ReferenceProgram<T>::plan_update() {
  std::vector<std::vector<Tensor>*> slots;
  if (options_.update) {
    for (const std::string& slot : slots_of(*options_.update)) {
      slots.push_back(&parameters_->slot(slot));
    }
  }
  const bool averaged = options_.average > 0 || options_.read_average;
  std::vector<Tensor>* average = averaged ? &parameters_->average() : nullptr;
  std::size_t parameter = 0;
  for (LayerData<T>& data : layers_) {
    first_trainable_.push_back(parameter);
    auto& of_layer = slots_.emplace_back();
    auto& averages = averages_.emplace_back();
    for (std::size_t p = 0; p < data.facts->parameters.size(); ++p) {
      if (data.facts->parameters[p].role == ParameterRole::kTrainable) {
        if (averaged) {
          averages.push_back((*average)[parameter].template as<T>());
        }
        if (options_.read_average) {
          data.parameters[p] = averages.back();
        }
        auto& of_parameter = of_layer.emplace_back();
        for (std::vector<Tensor>* slot : slots) {
          of_parameter.push_back((*slot)[parameter].template as<T>());
        }
        ++parameter;
      }
    }
  }
}

template <class T>
void ReferenceProgram<T>::plan_profile() {
  const double slots =
      (options_.update ? static_cast<double>(slots_of(*options_.update).size()) : 0) + (options_.average > 0 ? 1 : 0);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    const std::string& name = name_of(network_.layers()[i]);
    const LayerFacts& facts = *layers_[i].facts;
    const double in = static_cast<double>(element_count(facts.input)) * sizeof(T);
    const double out = static_cast<double>(element_count(facts.output)) * sizeof(T);
    const double weights = static_cast<double>(facts.parameter_count) * sizeof(T);
    const double trainable = static_cast<double>(facts.trainable_count) * sizeof(T);
    const double operations = 2.0 * static_cast<double>(facts.macs);
    Steps steps;
    steps.forward = profile_.add(name, "forward", {operations, in + out, weights});
    steps.backward_data = profile_.add(name, "backward data", {operations, in + out, weights});
    steps.backward_weights = profile_.add(name, "backward weights", {operations, in + out, trainable});
    // Reads the gradient; reads and writes the parameter and its slots.
    steps.update = profile_.add(name, "update", {0, 0, trainable * (3 + 2 * slots)});
    steps_.push_back(steps);
  }
  const double scores = static_cast<double>(network_.classes()) * sizeof(T);
  loss_step_ = profile_.add(name_of(network_.layers().back()), "loss", {0, 2 * scores, 0});
}

template void ReferenceProgram<float>::plan_memory();
template void ReferenceProgram<double>::plan_memory();
template void ReferenceProgram<float>::plan_update();
template void ReferenceProgram<double>::plan_update();
template void ReferenceProgram<float>::plan_profile();
template void ReferenceProgram<double>::plan_profile();

}  // namespace alexnet::reference
