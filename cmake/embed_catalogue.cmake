# Makes a header of a gettext catalogue: one string a paragraph, as compilers limit the length of one.
#   cmake -D CATALOGUE=zh.po -D HEADER=zh_po.h -P embed_catalogue.cmake
file(READ "${CATALOGUE}" text)
string(REGEX REPLACE "\n\n+" ")po\",\n    R\"po(" text "${text}")
file(WRITE "${HEADER}" "#pragma once

#include <string_view>

namespace alexnet {

inline constexpr std::string_view kChineseParagraphs[] = {
    R\"po(${text})po\"};

}  // namespace alexnet
")
