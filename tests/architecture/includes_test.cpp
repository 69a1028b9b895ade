// Reads every #include of the two trees and holds them against docs/architecture.md: a module may include those below
// it and nobody else.

#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/source_tree.h"

namespace {

namespace fs = std::filesystem;

/// What each module may include directly; it may also include all that those may.
const std::map<std::string, std::vector<std::string>> kBelow = {
    {"core", {}},
    {"image", {"core"}},
    {"charts", {"image"}},
    {"network", {"core"}},
    {"models", {"network"}},
    {"runtime", {"network"}},
    {"reference", {"runtime"}},
    {"cpu", {"runtime"}},
    {"distributed", {"runtime"}},
    {"registry", {"reference", "cpu", "distributed"}},
    {"bench", {"data"}},
    {"data", {"runtime", "image"}},
    {"formats", {"data"}},
    {"infer", {"formats"}},
    {"explain", {"infer", "charts"}},
    {"train", {"infer"}},
    {"report", {"explain", "train", "models"}},
    {"serve", {"report", "registry"}},
    {"cli", {"serve", "bench"}},
};

std::set<std::string> allowed(const std::string& module) {
  std::set<std::string> all = {module};
  const std::function<void(const std::string&)> add = [&](const std::string& m) {
    for (const auto& below : kBelow.at(m)) {
      if (all.insert(below).second) {
        add(below);
      }
    }
  };
  add(module);
  return all;
}

/// "network" for src/network/x.cpp, include/alexnet/network/x.h; "cpu" for src/backends/cpu/...,
/// backends/cpu_backend.h.
std::string module_of(const fs::path& relative) {
  std::vector<std::string> parts;
  for (const auto& part : relative) {
    parts.push_back(part.string());
  }
  const std::size_t first = parts[0] == "alexnet" ? 1 : 0;
  if (parts[first] != "backends") {
    return parts[first];
  }
  const auto& next = parts[first + 1];
  return next.substr(0, next.find("_backend"));
}

struct Include {
  fs::path file;  ///< relative to the source folder
  std::string module;
  std::string text;
  bool system;
};

std::vector<Include> includes_below(const std::string& tree) {
  static const std::regex kInclude("^\\s*#\\s*include\\s*([<\"])([^>\"]+)[>\"]");
  std::vector<Include> found;
  const fs::path root = alexnet::testing_support::source_tree() / tree;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const auto extension = entry.path().extension();
    if (extension != ".h" && extension != ".cpp") {
      continue;
    }
    const auto relative = fs::relative(entry.path(), root);
    std::ifstream file(entry.path());
    for (std::string line; std::getline(file, line);) {
      std::smatch match;
      if (std::regex_search(line, match, kInclude)) {
        found.push_back({fs::path(tree) / relative, module_of(relative), match[2], match[1] == "<"});
      }
    }
  }
  return found;
}

/// The module that an include in quotes leads to: by its path below include/ or src/, else it lies beside the file.
std::string target_of(const Include& include) {
  const fs::path source = alexnet::testing_support::source_tree();
  for (const char* tree : {"include", "src"}) {
    if (fs::exists(source / tree / include.text)) {
      return module_of(include.text);
    }
  }
  return include.module;
}

TEST(Includes, GoDownwardsOnly) {
  int checked = 0;
  for (const char* tree : {"src", "include"}) {
    for (const auto& include : includes_below(tree)) {
      if (include.system) {
        continue;
      }
      ASSERT_TRUE(kBelow.contains(include.module))
          << include.file << ": module " << include.module << " is unknown here";
      EXPECT_TRUE(allowed(include.module).contains(target_of(include)))
          << include.file << " may not include " << include.text;
      ++checked;
    }
  }
  EXPECT_GT(checked, 300);
}

TEST(Includes, KeepOtherLibrariesOutOfThePublicHeaders) {
  static const std::regex kStandard("^[a-z0-9_]+$");
  for (const auto& include : includes_below("include")) {
    if (include.system) {
      EXPECT_TRUE(std::regex_match(include.text, kStandard)) << include.file << " includes <" << include.text << ">";
    } else {
      EXPECT_EQ(include.text.rfind("alexnet/", 0), 0U) << include.file << " includes " << include.text;
    }
  }
}

TEST(Includes, ShowOneDnnToOneFolderOnly) {
  for (const auto& include : includes_below("src")) {
    if (include.text.find("dnnl") != std::string::npos) {
      EXPECT_NE(include.file.string().find("src/backends/cpu/onednn/"), std::string::npos) << include.file;
    }
  }
}

TEST(Includes, ShowMpiToOneFolderOnly) {
  for (const auto& include : includes_below("src")) {
    if (include.text == "mpi.h") {
      EXPECT_NE(include.file.string().find("src/distributed/mpi/"), std::string::npos) << include.file;
    }
  }
}

}  // namespace
