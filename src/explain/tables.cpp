#include "explain/tables.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/infer/predictor.h"

#include "core/text.h"
#include "formats/csv.h"

namespace alexnet::explain {

std::string to_csv(const FilterSheet& sheet) {
  std::string out = "filter,part,norm,colour,empty\n";
  for (const Filter& filter : sheet.filters) {
    out += fmt::format("{},{},{},{},{}\n", filter.index, filter.part, csv_number(filter.norm),
                       csv_number(filter.colour), filter.empty ? 1 : 0);
  }
  return out;
}

std::string to_csv(const std::vector<LayerMaps>& layers) {
  std::string out = "layer,kind,shape,min,max,mean,zeros,strongest,row,column\n";
  for (const LayerMaps& maps : layers) {
    out += fmt::format("{},{},{},{},{},{},{},{},{},{}\n", csv_field(maps.layer), maps.kind, to_string(maps.shape),
                       csv_number(maps.min), csv_number(maps.max), csv_number(maps.mean), csv_number(maps.zeros),
                       maps.strongest, maps.row, maps.column);
  }
  return out;
}

std::string classes_csv(const PhotoPass& pass) {
  const bool probability = pass.network().output() == OutputKind::kProbabilities;
  const auto values = pass.values();
  const auto raw = output_values(pass.scores(), pass.network().output());
  std::string out = probability ? "rank,class,index,probability,raw_probability,logit\n" : "rank,class,index,score\n";
  int rank = 1;
  for (const ClassScore& score : top_classes(values, pass.model().classes, values.size())) {
    out += fmt::format("{},{},{},{}", rank++, csv_field(score.name), score.index, csv_number(score.value));
    out +=
        probability ? fmt::format(",{},{}", csv_number(raw[score.index]), csv_number(pass.scores()[score.index])) : "";
    out += "\n";
  }
  return out;
}

std::string to_csv(const std::vector<Neighbours>& found, const PhotoSet& set) {
  std::string out = "layer,rank,file,class,part,distance,cosine\n";
  for (const Neighbours& of_layer : found) {
    for (std::size_t i = 0; i < of_layer.nearest.size(); ++i) {
      const Neighbour& near = of_layer.nearest[i];
      out += fmt::format("{},{},{},{},{},{},{}\n", csv_field(of_layer.layer), i + 1, csv_field(set.file_of(near.item)),
                         csv_field(set.class_of(near.item)), set.part_of(near.item), csv_number(near.distance),
                         csv_number(1 - near.distance));
    }
  }
  return out;
}

std::string patches_csv(const PatchSearch& search, const PhotoSet& set, std::optional<std::size_t> only_unit) {
  std::string out = "layer,unit,rank,value,file,class,part,row,column,left,top,size\n";
  for (const LayerPatches& layer : search.layers) {
    for (std::size_t unit = only_unit.value_or(0); unit < (only_unit ? *only_unit + 1 : layer.units.size()); ++unit) {
      const auto& best = layer.units[unit].best;
      for (std::size_t i = 0; i < best.size(); ++i) {
        const Field field = layer.field.at(best[i].row, best[i].column);
        out += fmt::format("{},{},{},{},{},{},{},{},{},{},{},{}\n", csv_field(layer.layer), unit, i + 1,
                           csv_number(best[i].value), csv_field(set.file_of(best[i].item)),
                           csv_field(set.class_of(best[i].item)), set.part_of(best[i].item), best[i].row,
                           best[i].column, field.left, field.top, field.size);
      }
    }
  }
  return out;
}

std::string units_csv(const PatchSearch& search, const PhotoSet& set) {
  std::string out = "layer,unit,largest,dead,class,class_mean\n";
  for (const LayerPatches& layer : search.layers) {
    for (std::size_t i = 0; i < layer.units.size(); ++i) {
      const UnitPatches& unit = layer.units[i];
      const auto first = std::ranges::max_element(unit.class_means);
      out += fmt::format("{},{},{},{},{},{}\n", csv_field(layer.layer), i, csv_number(unit.largest), unit.dead ? 1 : 0,
                         csv_field(set.dataset->classes()[static_cast<std::size_t>(first - unit.class_means.begin())]),
                         csv_number(*first));
    }
  }
  return out;
}

std::string to_csv(const HeatMap& map, const PhotoPass& pass) {
  std::string out = "row,column,x,y,value\n";
  for (std::size_t cell = 0; cell < map.values.size(); ++cell) {
    const Place place = on_photo(map.centre(cell), pass.window(), pass.model().geometry);
    const auto columns = static_cast<std::size_t>(map.width);
    out += fmt::format("{},{},{:.2f},{:.2f},{}\n", cell / columns, cell % columns, place.x, place.y,
                       csv_number(map.values[cell]));
  }
  return out;
}

}  // namespace alexnet::explain
