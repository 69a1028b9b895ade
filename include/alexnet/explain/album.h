#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "alexnet/core/messages.h"
#include "alexnet/explain/photo_pass.h"
#include "alexnet/explain/photo_set.h"
#include "alexnet/explain/synthetic.h"
#include "alexnet/explain/units.h"
#include "alexnet/infer/predictor.h"

namespace alexnet::explain {

struct AlbumOptions {
  std::string model_name;       ///< as it stands in the document
  std::string layer = {};       ///< of Grad-CAM; empty = grad_cam_layer
  std::string class_name = {};  ///< what is explained; empty = the predicted class of each photo
  std::string against = {};     ///< a class that it is held against, in a map of its own; empty = no such map
  int threads = 0;              ///< 0 = the backend's default
  PhotoSet photos = {};         ///< what photos are compared with, and patches taken of; none without a dataset
  Language language = Language::kEnglish;  ///< of captions and pages
};

/// What was drawn of a photo.
struct PhotoPage {
  std::string file;
  std::string folder;               ///< of its pictures, below the album's
  std::vector<ClassScore> classes;  ///< the five largest
  ClassScore explained;
  std::vector<std::string> pictures;  ///< files in the folder
};

/// Two photos of different parts that are the same to the network, found beside a photo that was drawn.
struct FoundLeak {
  std::string first;
  std::string first_part;
  std::string other;
  std::string other_part;
};

/// What find_neighbours came to.
struct NeighboursDone {
  std::vector<std::string> files;  ///< the pictures, below the album's folder
  std::vector<FoundLeak> leaks;    ///< each pair once
  std::vector<BadPhoto> skipped;
};

/// What add_patches came to.
struct PatchesDone {
  std::vector<std::string> files;  ///< the sheets, below the album's folder
  std::size_t units = 0;
  std::size_t dead = 0;
  std::int64_t photos = 0;
  std::vector<BadPhoto> skipped;
};

/// What add_unit came to.
struct UnitDone {
  std::string page;                    ///< below the album's folder
  bool dead = false;                   ///< see UnitPatches
  std::optional<bool> converged = {};  ///< whether the picture made for it beats every photo; nothing without photos
  std::vector<BadPhoto> skipped = {};
};

/// How far a unit's page is.
struct UnitProgress {
  EvaluationProgress photos = {};
  SyntheticProgress steps = {};
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

  [[nodiscard]] const Network& network() const;
  /// "96 filters of conv1".
  [[nodiscard]] const std::string& filters() const;
  /// Draws all pictures of a photo.
  PhotoPage add(const std::string& file, const Image& photo);
  /// A photo that could not be read: a line in the document.
  void add_error(const std::string& file, const std::string& error);
  /// Looks among the photos of the options for the like of all photos added, in one pass, and draws them.
  NeighboursDone find_neighbours(const EvaluationProgress& progress = {});
  /// Draws the patches of the photos of the options that excite every unit most (see find_patches).
  PatchesDone add_patches(const EvaluationProgress& progress = {});
  /// Draws a page of one unit: its filter, a picture made for it, and with photos the patches that excite it and the
  /// classes that it serves.
  UnitDone add_unit(const Unit& unit, const SyntheticOptions& synthetic = {}, const UnitProgress& progress = {});
  /// Writes explain.json and returns its text.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace alexnet::explain
