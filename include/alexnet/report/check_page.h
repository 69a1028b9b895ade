#pragma once

#include <filesystem>
#include <string>

#include "alexnet/core/messages.h"
#include "alexnet/data/check.h"

namespace alexnet::report {

/// A check as one HTML page in itself: a table of what was found, then each kind with small pictures of its photos,
/// copies side by side with what differs. It needs no script and fetches nothing; light and dark follow the reader.
/// About 30 pictures a kind and 5 MB of pictures in all, so that the page stays below 8 MB; the other cases by name.
/// The photos shown are read again from `result.folder`; one that cannot be read becomes words. Same photos and
/// language, same bytes.
[[nodiscard]] std::string check_page(const CheckResult& result, Language language = Language::kEnglish);
void write_check_page(const std::filesystem::path& path, const CheckResult& result,
                      Language language = Language::kEnglish);

}  // namespace alexnet::report
