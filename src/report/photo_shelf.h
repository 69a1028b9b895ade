#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "alexnet/data/dataset.h"
#include "alexnet/explain/photo_pass.h"

#include "core/say.h"
#include "report/run_record.h"

namespace alexnet::report {

/// The small pictures of a report, each held once and shown by <use> wherever it is needed, within a budget of bytes.
class PhotoShelf {
 public:
  /// `dataset` null: no pictures.
  PhotoShelf(const RunRecord& record, const Dataset* dataset, std::size_t budget, Say say = Say());
  ~PhotoShelf();
  /// From now on photos get their Grad-CAM for the predicted class too, `most` of them. Takes the model.
  void explain_with(Model model, const Backend& backend, int threads, std::size_t most);

  /// Makes the picture of a row, if that was not done and the budget allows; with its heat map where `heat`.
  void take(std::size_t row, bool heat);
  /// <svg> that shows the row's photo; empty where there is no picture.
  [[nodiscard]] std::string photo(std::size_t row) const;
  /// The same of its Grad-CAM.
  [[nodiscard]] std::string heat(std::size_t row) const;
  /// The pictures themselves, for the end of the page.
  [[nodiscard]] std::string definitions() const;

  [[nodiscard]] std::size_t pictures() const { return photos_.size(); }
  [[nodiscard]] std::size_t heats() const { return heats_.size(); }
  [[nodiscard]] bool full() const { return full_; }
  [[nodiscard]] const std::string& heat_layer() const { return layer_; }

 private:
  struct Picture {
    int width = 0;
    int height = 0;
    std::string data;
  };
  [[nodiscard]] bool keep(std::map<std::size_t, Picture>& shelf, std::size_t row, const Image& image);
  [[nodiscard]] static std::string shown(const Picture& picture, char kind, std::size_t row, const std::string& words);

  const RunRecord& record_;
  Say say_;
  const Dataset* dataset_;
  std::size_t left_;
  std::size_t heats_left_ = 0;
  bool full_ = false;
  bool oriented_ = true;
  std::unordered_map<std::string, std::size_t> items_;
  std::unique_ptr<explain::PhotoPass> pass_;
  std::string layer_;
  std::map<std::size_t, Picture> photos_;
  std::map<std::size_t, Picture> heats_;
};

}  // namespace alexnet::report
