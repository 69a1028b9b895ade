#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "alexnet/explain/album.h"
#include "alexnet/explain/heat.h"
#include "alexnet/explain/heat_map.h"
#include "alexnet/explain/heat_picture.h"
#include "alexnet/explain/neighbours.h"
#include "alexnet/explain/photo_pass.h"

#include "core/say.h"

namespace alexnet::explain {

/// Draws the pictures of the photo that a pass looked at last, and keeps their entries for the document.
class PageWriter {
 public:
  PageWriter(PhotoPass& pass, std::filesystem::path album, PhotoPage& page, Say say)
      : pass_(pass), album_(std::move(album)), page_(page), say_(say) {}

  void draw_photo();
  void draw_classes();
  void draw_heat(const std::string& layer);
  void draw_against(const ClassScore& other, const std::string& layer);
  void draw_layers();
  [[nodiscard]] nlohmann::ordered_json document() const;

 private:
  void enter(const std::string& kind, const std::string& name, const std::string& values, const std::string& words,
             nlohmann::ordered_json settings);
  /// One picture with its numbers and its entry.
  void add(const std::string& kind, const std::string& name, const Image& image, const std::string& values,
           const std::string& words, nlohmann::ordered_json settings);
  void add_map(const std::string& kind, const std::string& name, const HeatMap& map, const HeatPictureOptions& drawn,
               const std::string& words, nlohmann::ordered_json settings);
  void draw_saliency();
  void draw_occlusion(const GradCam& cam);
  [[nodiscard]] std::filesystem::path path(const std::string& name) const { return album_ / page_.folder / name; }
  [[nodiscard]] std::string link(const std::string& name) const { return page_.folder + "/" + name; }

  PhotoPass& pass_;
  std::filesystem::path album_;
  PhotoPage& page_;
  Say say_;  ///< captions
  std::optional<double> agreement_;
  nlohmann::ordered_json pictures_ = nlohmann::ordered_json::array();
};

/// The entry of a picture of near photos, and what it shows as values.
[[nodiscard]] nlohmann::ordered_json neighbours_entry(const std::string& link, const std::string& file,
                                                      const std::vector<Neighbours>& found, const PhotoSet& set,
                                                      const Say& say);
[[nodiscard]] nlohmann::ordered_json to_value(const std::vector<Neighbours>& found, const PhotoSet& set);

void write_picture(const std::filesystem::path& path, const Image& image);

/// A name as one part of a path that shells take without quotes; never a hidden file.
[[nodiscard]] std::string plain_name(std::string name);

}  // namespace alexnet::explain
