#include "report/sheet_picture.h"

#include <algorithm>

#include <fmt/format.h>

#include "alexnet/charts/canvas.h"

namespace alexnet::report {
namespace {

constexpr int kLeastCell = 160;  // room for the words below it
constexpr int kGap = 12;
constexpr int kWords = charts::kTextHeight + 4;

std::vector<std::string> name_of(const SheetRow& row) {
  if (row.option == "none") {
    return {"as measured"};
  }
  if (row.option == "all") {
    return {"all together", fmt::format("epoch {}", row.epoch)};
  }
  return {row.option, row.value};
}

}  // namespace

Image sheet_picture(const std::vector<SheetRow>& rows) {
  const Image& first = rows.front().cells.front().picture;
  const int scale = std::max(1, kLeastCell / std::max(first.width, first.height));
  const int width = std::max(kLeastCell, first.width * scale) + kGap;
  const int height = first.height * scale + kWords + kGap;
  const int columns = static_cast<int>(rows.front().cells.size());
  int left = 0;
  for (const SheetRow& row : rows) {
    for (const std::string& line : name_of(row)) {
      left = std::max(left, charts::text_width(line) + 2 * kGap);
    }
  }
  const int top = kGap + kWords;
  charts::Canvas canvas(left + columns * width, top + static_cast<int>(rows.size()) * height, charts::kWhite);
  for (int x = 0; x < columns; ++x) {
    canvas.text(left + x * width, kGap, fmt::format("photo {}", x + 1), charts::kBlack);
  }
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const int y = top + static_cast<int>(r) * height;
    int line = y;
    for (const std::string& text : name_of(rows[r])) {
      canvas.text(kGap, line, text, charts::kBlack);
      line += kWords;
    }
    for (int x = 0; x < columns; ++x) {
      const SheetCell& cell = rows[r].cells[static_cast<std::size_t>(x)];
      canvas.draw(cell.picture, left + x * width, y, scale);
      canvas.text(left + x * width, y + cell.picture.height * scale + 4, cell.words, charts::kBlack);
    }
  }
  return canvas.image();
}

}  // namespace alexnet::report
