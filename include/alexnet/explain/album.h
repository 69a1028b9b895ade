#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "alexnet/explain/photo_pass.h"
#include "alexnet/infer/predictor.h"

namespace alexnet::explain {

struct AlbumOptions {
  std::string model_name;       ///< as it stands in the document
  std::string layer = {};       ///< of Grad-CAM; empty = grad_cam_layer
  std::string class_name = {};  ///< what is explained; empty = the predicted class of each photo
  int threads = 0;              ///< 0 = the backend's default
};

/// What was drawn of a photo.
struct PhotoPage {
  std::string file;
  std::string folder;               ///< of its pictures, below the album's
  std::vector<ClassScore> classes;  ///< the five largest
  ClassScore explained;
  std::vector<std::string> pictures;  ///< files in the folder
};

/// A folder of pictures of a model and of photos that pass through it, and the document `alexnet.explain` that names
/// every file with its caption and settings. Equal model, photos and options give equal bytes.
class Album {
 public:
  /// Draws the first filters. Throws kNoConvolution; kLayerUnknown and kUnknownName with the nearest name for the layer
  /// and the class of the options; what writing files throws.
  Album(Model model, const Backend& backend, std::filesystem::path folder, AlbumOptions options);
  ~Album();
  Album(Album&&) noexcept;

  /// "96 filters of conv1".
  [[nodiscard]] const std::string& filters() const;
  /// Draws all pictures of a photo.
  PhotoPage add(const std::string& file, const Image& photo);
  /// A photo that could not be read: a line in the document.
  void add_error(const std::string& file, const std::string& error);
  /// Writes explain.json and returns its text.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace alexnet::explain
