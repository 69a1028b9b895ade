#pragma once

#include <string_view>
#include <vector>

/// The files of src/serve/app_page/, put into the program at build.
namespace alexnet::serve {

struct PageFile {
  std::string_view name;
  const char* type;
  std::string_view body;
};

/// index.html first.
[[nodiscard]] const std::vector<PageFile>& app_page();

}  // namespace alexnet::serve
