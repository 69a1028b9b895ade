#include "alexnet/infer/evaluation.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "alexnet/core/error.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/runtime/loss.h"

namespace alexnet {
namespace {

constexpr int kTop = 5;

double loss_of(std::span<const double> scores, std::int32_t label, OutputKind output) {
  Batch row;
  row.rows = 1;
  row.labels = {label};
  return loss_and_gradient<double>(loss_for(output), row, static_cast<std::int64_t>(scores.size()), scores, {});
}

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

std::vector<ClassResult> class_results(const Evaluation& evaluation, const std::vector<std::string>& names) {
  std::vector<ClassResult> results;
  for (std::size_t c = 0; c < names.size(); ++c) {
    std::int64_t support = 0;
    std::int64_t predicted = 0;
    for (std::size_t other = 0; other < names.size(); ++other) {
      support += evaluation.confusion[c][other];
      predicted += evaluation.confusion[other][c];
    }
    const auto right = static_cast<double>(evaluation.confusion[c][c]);
    ClassResult result{names[c], share(right, static_cast<double>(predicted)),
                       share(right, static_cast<double>(support)), 0, support};
    result.f1 = share(2 * result.precision * result.recall, result.precision + result.recall);
    results.push_back(result);
  }
  return results;
}

/// Means of the classes that have photos, each counted `weight(class)` times.
template <class Weight>
ClassMeans class_means(const std::vector<ClassResult>& classes, const Weight& weight) {
  ClassMeans means;
  double sum = 0;
  for (const ClassResult& result : classes) {
    if (result.support > 0) {
      const double w = weight(result);
      means.precision += w * result.precision;
      means.recall += w * result.recall;
      means.f1 += w * result.f1;
      sum += w;
    }
  }
  return {share(means.precision, sum), share(means.recall, sum), share(means.f1, sum)};
}

std::vector<ConfusedPair> confused_pairs(const std::vector<std::vector<std::int64_t>>& confusion, std::int64_t errors) {
  std::vector<ConfusedPair> pairs;
  for (std::size_t is = 0; is < confusion.size(); ++is) {
    for (std::size_t taken_for = 0; taken_for < confusion.size(); ++taken_for) {
      const std::int64_t count = confusion[is][taken_for];
      if (is != taken_for && count > 0) {
        pairs.push_back({is, taken_for, count, share(static_cast<double>(count), static_cast<double>(errors))});
      }
    }
  }
  std::ranges::stable_sort(pairs, std::greater<>(), &ConfusedPair::count);
  return pairs;
}

/// Runs one epoch of the loader, and calls `add(item, label, scores)` for each photo that could be read.
template <class Add>
void see_photos(Program& program, Loader& loader, OutputKind output, const EvaluationProgress& progress, const Add& add,
                std::vector<BadPhoto>& skipped) {
  loader.start(0);
  while (const LoadedBatch* loaded = loader.next()) {
    skipped.insert(skipped.end(), loaded->bad.begin(), loaded->bad.end());
    if (loaded->batch.rows > 0) {
      const Tensor& scores = program.infer(loaded->batch);
      const auto views = static_cast<std::size_t>(loaded->views);
      for (std::size_t photo = 0; photo < loaded->items.size(); ++photo) {
        add(loaded->items[photo], loaded->batch.labels[photo * views],
            scores_of_photo(scores, static_cast<int>(photo), loaded->views, output));
      }
    }
    if (progress && !progress(loaded->next_position, loader.photos())) {
      break;
    }
  }
}

}  // namespace

Interval wilson_interval(std::int64_t successes, std::int64_t trials) {
  if (trials == 0) {
    return {};
  }
  // (p + z^2/2n -+ z sqrt(p(1-p)/n + z^2/4n^2)) / (1 + z^2/n)
  constexpr double kZ = 1.959963984540054;  // 97.5 % point of the standard normal
  const auto n = static_cast<double>(trials);
  const double p = static_cast<double>(successes) / n;
  const double centre = p + kZ * kZ / (2 * n);
  const double half = kZ * std::sqrt(p * (1 - p) / n + kZ * kZ / (4 * n * n));
  const double scale = 1 + kZ * kZ / n;
  // At the ends the bound is exactly 0 or 1, which rounding would miss.
  return {successes == 0 ? 0.0 : (centre - half) / scale, successes == trials ? 1.0 : (centre + half) / scale};
}

Verdict judge(std::span<const double> scores, std::int32_t label, OutputKind output) {
  const auto y = static_cast<std::size_t>(label);
  const auto predicted = static_cast<std::size_t>(std::max_element(scores.begin(), scores.end()) - scores.begin());
  int before = 0;
  for (std::size_t j = 0; j < scores.size(); ++j) {
    before += scores[j] > scores[y] || (scores[j] == scores[y] && j < y) ? 1 : 0;
  }
  const std::vector<double> values = output_values(scores, output);
  return {static_cast<std::int32_t>(predicted), before < kTop, values[predicted], values[y],
          loss_of(scores, label, output)};
}

std::vector<double> row_of(const Tensor& scores, int row) {
  const auto classes = static_cast<std::size_t>(scores.shape().at(1));
  const std::size_t begin = static_cast<std::size_t>(row) * classes;
  if (scores.type() == ElementType::kF64) {
    const auto values = scores.as<double>().subspan(begin, classes);
    return {values.begin(), values.end()};
  }
  const auto values = scores.as<float>().subspan(begin, classes);
  return {values.begin(), values.end()};
}

std::vector<double> scores_of_photo(const Tensor& scores, int photo, int views, OutputKind output) {
  std::vector<std::vector<double>> rows;
  rows.reserve(static_cast<std::size_t>(views));
  for (int view = 0; view < views; ++view) {
    rows.push_back(row_of(scores, photo * views + view));
  }
  return mean_scores(rows, {}, output);
}

Evaluation summarize(std::vector<PhotoResult> photos, const std::vector<std::string>& classes, OutputKind output) {
  Evaluation evaluation;
  evaluation.output = output;
  evaluation.count = static_cast<std::int64_t>(photos.size());
  evaluation.confusion.assign(classes.size(), std::vector<std::int64_t>(classes.size(), 0));
  std::int64_t right = 0;
  std::int64_t near = 0;
  double loss = 0;
  for (const PhotoResult& photo : photos) {
    right += photo.verdict.predicted == photo.label ? 1 : 0;
    near += photo.verdict.top5 ? 1 : 0;
    loss += photo.verdict.loss;
    ++evaluation.confusion.at(static_cast<std::size_t>(photo.label))
          .at(static_cast<std::size_t>(photo.verdict.predicted));
  }
  const auto count = static_cast<double>(evaluation.count);
  evaluation.top1 = share(static_cast<double>(right), count);
  evaluation.top5 = share(static_cast<double>(near), count);
  evaluation.loss = share(loss, count);
  evaluation.top1_interval = wilson_interval(right, evaluation.count);
  evaluation.top5_interval = wilson_interval(near, evaluation.count);
  evaluation.classes = class_results(evaluation, classes);
  evaluation.macro = class_means(evaluation.classes, [](const ClassResult&) { return 1.0; });
  evaluation.weighted =
      class_means(evaluation.classes, [](const ClassResult& c) { return static_cast<double>(c.support); });
  evaluation.confused = confused_pairs(evaluation.confusion, evaluation.count - right);
  evaluation.photos = std::move(photos);
  return evaluation;
}

Evaluation evaluate(Program& program, Loader& loader, const std::vector<std::string>& classes, OutputKind output,
                    const EvaluationProgress& progress) {
  std::vector<PhotoResult> photos;
  std::vector<BadPhoto> skipped;
  const auto add = [&](std::size_t item, std::int32_t label, const std::vector<double>& scores) {
    photos.push_back({item, label, judge(scores, label, output)});
  };
  see_photos(program, loader, output, progress, add, skipped);
  Evaluation evaluation = summarize(std::move(photos), classes, output);
  evaluation.skipped = std::move(skipped);
  return evaluation;
}

PhotoScores score_photos(Program& program, Loader& loader, OutputKind output, const EvaluationProgress& progress) {
  PhotoScores result{.output = output};
  const auto add = [&](std::size_t item, std::int32_t label, std::vector<double> scores) {
    result.items.push_back(item);
    result.labels.push_back(label);
    result.scores.push_back(std::move(scores));
  };
  see_photos(program, loader, output, progress, add, result.skipped);
  return result;
}

PhotoScores score_photos(const Model& model, const Backend& backend, const Dataset& dataset,
                         const std::vector<std::size_t>& items, const ScoringOptions& options,
                         const EvaluationProgress& progress) {
  check_geometry(model.geometry, model.network);
  LoaderOptions loading;
  loading.geometry = model.geometry;
  loading.cuts = cuts_of(options.views, model.geometry);
  const auto views = static_cast<int>(loading.cuts.size());
  loading.batch = std::max(1, options.batch / views);
  loading.cache_bytes = 0;  // each photo is seen once
  loading.disk_cache = options.disk_cache;
  const auto program = backend.compile(model.network, backend.parameters(model.network, model.weights),
                                       {.batch = loading.batch * views,
                                        .precision = choose_precision(options.precision, backend, model),
                                        .input_ranges = model.input_ranges,
                                        .threads = options.threads});
  Loader loader(dataset, items, loading);
  return score_photos(*program, loader, model.network.output(), progress);
}

Evaluation evaluate(const PhotoScores& scores, const std::vector<std::string>& classes) {
  std::vector<PhotoResult> photos;
  photos.reserve(scores.items.size());
  for (std::size_t i = 0; i < scores.items.size(); ++i) {
    photos.push_back({scores.items[i], scores.labels[i], judge(scores.scores[i], scores.labels[i], scores.output)});
  }
  Evaluation evaluation = summarize(std::move(photos), classes, scores.output);
  evaluation.skipped = scores.skipped;
  return evaluation;
}

}  // namespace alexnet
