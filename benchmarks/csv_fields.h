#pragma once

#include <sstream>
#include <string>
#include <vector>

/// The fields of a line in which none holds a comma.
inline std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields;
  std::istringstream in(line);
  for (std::string field; std::getline(in, field, ',');) {
    fields.push_back(field);
  }
  return fields;
}
