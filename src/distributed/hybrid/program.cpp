#include "distributed/hybrid/program.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "alexnet/core/error.h"
#include "alexnet/runtime/checks.h"

#include "runtime/rank_parts.h"

namespace alexnet::distributed {
namespace {

[[noreturn]] void only_trains(std::string where) {
  throw Error(Message::kWrongCall, {{"where", std::move(where)},
                                    {"expected", "train of a program in hybrid parallelism"},
                                    {"got", "a call that needs the whole network in one place"}});
}

ElementType element_type(Precision precision) {
  return precision == Precision::kF64 ? ElementType::kF64 : ElementType::kF32;
}

/// Options for a part of the network. Its updates wait until all parts have their gradients.
CompileOptions options_of_part(const CompileOptions& whole, const Network& part) {
  CompileOptions options = whole;
  std::erase_if(options.frozen, [&](const std::string& layer) {
    return std::ranges::none_of(part.layers(), [&](const Layer& l) { return name_of(l) == layer; });
  });
  options.hold_gradients = true;
  options.clip_norm = 0;
  return options;
}

std::span<const double> rates_of(std::span<const double> rates, std::size_t first, std::size_t count) {
  return rates.size() == 1 ? rates : rates.subspan(first, count);
}

double sum_of_squares(const std::vector<GradientView>& gradients) {
  double sum = 0;
  for (const GradientView& view : gradients) {
    const Tensor values = view.logical().converted(ElementType::kF64);  // what pads `values` may be anything
    const auto numbers = values.as<double>();
    sum += std::inner_product(numbers.begin(), numbers.end(), numbers.begin(), 0.0);
  }
  return sum;
}

void scale_all(const std::vector<GradientView>& gradients, double scale) {
  for (const GradientView& view : gradients) {
    std::ranges::for_each(view.values, [&](float& g) { g *= static_cast<float>(scale); });
    std::ranges::for_each(view.values64, [&](double& g) { g *= scale; });
  }
}

}  // namespace

HybridProgram::HybridProgram(const Backend& backend, std::shared_ptr<HybridParameters> parameters,
                             CompileOptions options, std::shared_ptr<Communicator> communicator, HybridScheme scheme)
    : parameters_(std::move(parameters)),
      options_(std::move(options)),
      communicator_(std::move(communicator)),
      scheme_(scheme),
      first_dense_(parameters_->convolutions()->network().trainable().size()),
      first_head_(first_dense_ + parameters_->dense()->network().trainable().size()),
      trainable_(network().trainable().size()),
      features_(parameters_->convolutions()->network().classes()),
      hidden_(parameters_->dense()->network().classes() * communicator_->size()),
      element_(size_of(element_type(options_.precision))),
      shares_(static_cast<std::size_t>(communicator_->size())) {
  options_.communicator = communicator_;
  const Network& convolutions = parameters_->convolutions()->network();
  convolutions_ = backend.compile(convolutions, parameters_->convolutions(), options_of_part(options_, convolutions));

  const int rows = scheme_ == HybridScheme::kAtOnce ? options_.batch * communicator_->size() : options_.batch;
  const Network& dense = parameters_->dense()->network();
  CompileOptions of_dense = options_of_part(options_, dense);
  of_dense.batch = rows;
  of_dense.accumulate = true;         // over the passes
  of_dense.share_statistics = false;  // a pass has the photos of all ranks
  of_dense.input_gradient = true;
  dense_ = backend.compile(dense, parameters_->dense(), of_dense);

  const Network& head = parameters_->head()->network();
  CompileOptions of_head = options_of_part(options_, head);
  of_head.input_gradient = true;
  head_ = backend.compile(head, parameters_->head(), of_head);

  const ElementType type = element_type(options_.precision);
  dense_batch_.input = Tensor(type, {rows, features_});
  head_batch_.input = Tensor(type, {options_.batch, hidden_});
  units_.resize(static_cast<std::size_t>(options_.batch * hidden_) * element_);
}

/// How many photos each rank brings, and in which passes the dense layers see them. Dropout counts photos from the
/// first of a pass, so only those that follow one another in the epoch share one.
void HybridProgram::agree(const Batch& batch) {
  const Share mine{batch.rows, batch.position};
  communicator_->all_gather(std::as_bytes(std::span(&mine, 1)), std::as_writable_bytes(std::span(shares_)));
  passes_.clear();
  for (int rank = 0; rank < communicator_->size(); ++rank) {
    const Share& share = shares_[static_cast<std::size_t>(rank)];
    const Pass* before = passes_.empty() ? nullptr : &passes_.back();
    const bool follows =
        before != nullptr && scheme_ == HybridScheme::kAtOnce &&
        (share.rows == 0 || shares_[static_cast<std::size_t>(before->first)].position + before->rows == share.position);
    if (follows) {
      passes_.back().last = rank;
      passes_.back().rows += share.rows;
    } else {
      passes_.push_back({rank, rank, share.rows});
    }
  }
}

bool HybridProgram::has_own(const Pass& pass) const {
  return pass.first <= communicator_->rank() && communicator_->rank() <= pass.last;
}

TrainResult HybridProgram::train(const Batch& batch, const TrainCall& call) {
  check_train_call(options_, trainable_, call);
  check_batch(network(), batch, options_.batch);
  check_labels(network(), batch, options_.loss.value_or(loss_for(network().output())));
  agree(batch);
  conv_views_.clear();
  TrainCall of_convolutions{.rates = {}, .update = false};
  of_convolutions.observer = [&](const GradientView& view) {
    conv_views_.push_back(view);
    show(view, 0, false, call.observer);
  };
  of_convolutions.loss = [&](const Tensor& features, Tensor& gradient) {
    return run_dense(batch, features, gradient, call);
  };
  static_cast<void>(convolutions_->train(batch, of_convolutions));
  if (call.before_update) {
    call.before_update();
  }
  if (call.update) {
    update_parts(call.rates);
  }
  return result_;
}

double HybridProgram::run_dense(const Batch& batch, const Tensor& features, Tensor& gradient, const TrainCall& call) {
  const std::int64_t most = std::ranges::max(shares_, {}, &Share::rows).rows;
  const Shape padded = {communicator_->size(), most, features_};
  if (aside_.shape() != padded) {
    aside_ = Tensor(features.type(), padded);
    own_aside_ = Tensor(features.type(), {most, features_});
  }
  std::ranges::fill(std::span(aside_.data(), aside_.bytes()), std::byte{0});
  for (const Pass& pass : passes_) {
    dense_views_.clear();
    bring_features(pass, features);
    dense_batch_.rows = static_cast<int>(pass.rows);
    dense_batch_.epoch = batch.epoch;
    dense_batch_.position = static_cast<std::uint32_t>(shares_[static_cast<std::size_t>(pass.first)].position);
    TrainCall of_dense{.rates = {}, .update = false};
    of_dense.observer = [&](const GradientView& view) { dense_views_.push_back(view); };
    of_dense.loss = [&](const Tensor& hidden, Tensor& hidden_gradient) {
      run_head(pass, batch, hidden, hidden_gradient);
      return 0.0;
    };
    static_cast<void>(dense_->train(dense_batch_, of_dense));
    put_aside(pass, dense_->input_gradient());
  }
  return_gradients(gradient);
  std::ranges::for_each(head_views_, [&](const auto& view) { show(view, first_head_, false, call.observer); });
  std::ranges::for_each(dense_views_, [&](const auto& view) { show(view, first_dense_, true, call.observer); });
  return result_.loss;
}

/// Side by side in order of rank: in one call where all ranks bring as many.
void HybridProgram::bring_features(const Pass& pass, const Tensor& features) {
  const std::size_t row = static_cast<std::size_t>(features_) * element_;
  const std::span<std::byte> all(dense_batch_.input.data(), static_cast<std::size_t>(pass.rows) * row);
  const bool of_all = pass.first == 0 && pass.last + 1 == communicator_->size() &&
                      std::ranges::all_of(shares_, [&](const Share& s) { return s.rows == shares_.front().rows; });
  if (of_all) {
    communicator_->all_gather({features.data(), features.bytes()}, all);
    return;
  }
  std::size_t first = 0;
  for (int rank = pass.first; rank <= pass.last; ++rank) {
    const auto part = all.subspan(first, static_cast<std::size_t>(shares_[static_cast<std::size_t>(rank)].rows) * row);
    if (rank == communicator_->rank()) {
      std::copy_n(features.data(), part.size(), part.data());
    }
    communicator_->broadcast(part, rank);
    first += part.size();
  }
}

void HybridProgram::run_head(const Pass& pass, const Batch& batch, const Tensor& hidden, Tensor& gradient) {
  const auto part_bytes = [&](int rank) {
    return static_cast<std::size_t>(shares_[static_cast<std::size_t>(rank)].rows * hidden_ / communicator_->size()) *
           element_;
  };
  const RankParts own{communicator_->size(), batch.rows,
                      hidden_ / communicator_->size() * static_cast<std::int64_t>(element_)};
  const auto received = [&](int rank) {
    return std::span(units_).first(rank == communicator_->rank() ? static_cast<std::size_t>(own.whole()) : 0);
  };
  std::size_t first = 0;
  for (int rank = pass.first; rank <= pass.last; ++rank) {
    communicator_->gather({hidden.data() + first, part_bytes(rank)}, received(rank), rank);
    first += part_bytes(rank);
  }
  if (has_own(pass)) {
    own.join(std::as_const(units_).data(), head_batch_.input.data());
    head_batch_.rows = batch.rows;
    head_batch_.labels = batch.labels;
    head_batch_.soft_labels = batch.soft_labels;
    head_batch_.weights = batch.weights;
    head_batch_.divisor = batch.divisor;
    head_batch_.epoch = batch.epoch;
    head_batch_.position = batch.position;
    head_views_.clear();
    TrainCall call{.rates = {}, .update = false};
    call.observer = [&](const GradientView& view) { head_views_.push_back(view); };
    result_ = head_->train(head_batch_, call);
    const Tensor of_units = head_->input_gradient();
    own.take_apart(of_units.data(), units_.data());
  }
  first = 0;
  for (int rank = pass.first; rank <= pass.last; ++rank) {
    communicator_->scatter(received(rank), {gradient.data() + first, part_bytes(rank)}, rank);
    first += part_bytes(rank);
  }
}

void HybridProgram::put_aside(const Pass& pass, const Tensor& gradient) {
  const std::size_t row = static_cast<std::size_t>(features_) * element_;
  const auto most = static_cast<std::size_t>(aside_.shape()[1]);
  std::size_t first = 0;
  for (int rank = pass.first; rank <= pass.last; ++rank) {
    const std::size_t bytes = static_cast<std::size_t>(shares_[static_cast<std::size_t>(rank)].rows) * row;
    std::copy_n(gradient.data() + first, bytes, aside_.data() + static_cast<std::size_t>(rank) * most * row);
    first += bytes;
  }
}

/// Each rank has computed what its own units make of them.
void HybridProgram::return_gradients(Tensor& gradient) {
  if (gradient.type() == ElementType::kF64) {
    communicator_->reduce_scatter(std::as_const(aside_).as<double>(), own_aside_.as<double>());
  } else {
    communicator_->reduce_scatter(std::as_const(aside_).as<float>(), own_aside_.as<float>());
  }
  std::copy_n(own_aside_.data(), gradient.bytes(), gradient.data());
}

void HybridProgram::show(const GradientView& own, std::size_t first, bool complete,
                         const GradientObserver& observer) const {
  if (!observer) {
    return;
  }
  GradientView view = own;
  view.parameter += first;
  view.complete = complete;
  if (complete) {
    view.logical = [this, own] { return parameters_->gather(*own.name, own.logical()); };
  }
  observer(view);
}

/// The norm over all gradients, of which each rank has those of its own units alone.
void HybridProgram::limit_norm() {
  if (options_.clip_norm == 0) {
    return;
  }
  double own = sum_of_squares(dense_views_);
  communicator_->all_reduce(std::span<double>(&own, 1));
  const double norm = std::sqrt(own + sum_of_squares(conv_views_) + sum_of_squares(head_views_));
  if (norm > options_.clip_norm) {
    for (const auto* views : {&conv_views_, &dense_views_, &head_views_}) {
      scale_all(*views, options_.clip_norm / norm);
    }
  }
}

void HybridProgram::update(std::span<const double> rates) {
  check_update(options_, trainable_, rates);
  update_parts(rates);
}

void HybridProgram::update_parts(std::span<const double> rates) {
  limit_norm();
  convolutions_->update(rates_of(rates, 0, first_dense_));
  dense_->update(rates_of(rates, first_dense_, first_head_ - first_dense_));
  head_->update(rates_of(rates, first_head_, trainable_ - first_head_));
}

const Tensor& HybridProgram::infer(const Batch& /*batch*/) { only_trains("Program::infer"); }

void HybridProgram::backward(std::string_view /*layer*/, const Tensor& /*gradient*/) {
  only_trains("Program::backward");
}

Tensor HybridProgram::kept(std::string_view /*layer*/) const { only_trains("Program::kept"); }

Tensor HybridProgram::kept_gradient(std::string_view /*layer*/) const { only_trains("Program::kept_gradient"); }

Tensor HybridProgram::input_gradient() const { only_trains("Program::input_gradient"); }

std::vector<ProfileRow> HybridProgram::profile() const {
  std::vector<ProfileRow> rows;
  for (const auto* part : {&convolutions_, &dense_, &head_}) {
    const auto more = (*part)->profile();
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

void HybridProgram::reset_profile() {
  for (const auto* part : {&convolutions_, &dense_, &head_}) {
    (*part)->reset_profile();
  }
}

MemoryReport HybridProgram::memory() const {
  MemoryReport report;
  for (const auto* part : {&convolutions_, &dense_, &head_}) {
    const MemoryReport more = (*part)->memory();
    report.arena_bytes += more.arena_bytes;
    report.parameter_bytes += more.parameter_bytes;
    report.rows.insert(report.rows.end(), more.rows.begin(), more.rows.end());
  }
  std::int64_t whole = 0;
  for (const ParameterSpec& spec : network().parameters()) {
    whole += element_count(spec.shape) * static_cast<std::int64_t>(element_);
  }
  report.parameter_bytes += whole;
  report.rows.push_back({"whole weights, to evaluate with", whole, -1});
  const std::size_t exchanged =
      dense_batch_.input.bytes() + head_batch_.input.bytes() + units_.size() + aside_.bytes() + own_aside_.bytes();
  report.rows.push_back({"what ranks exchange", static_cast<std::int64_t>(exchanged), -1});
  return report;
}

}  // namespace alexnet::distributed
