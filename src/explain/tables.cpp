#include "explain/tables.h"

#include <fmt/format.h>

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
