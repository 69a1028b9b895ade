#include "report/html.h"

#include <algorithm>

namespace alexnet::report {
namespace {

std::string class_attribute(std::string_view classes) {
  return classes.empty() ? "" : fmt::format(" class=\"{}\"", classes);
}

}  // namespace

void open_document(std::string& out, std::string_view title, std::string_view language, std::string_view style,
                   bool scripts) {
  // The policy lets nothing be fetched: pictures, style and script stand in the page itself.
  put(out,
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'{}\"/>\n<title>{}</title>\n<style>\n{}</style>\n</head>\n",
      language, scripts ? "; script-src 'unsafe-inline'" : "", escaped(title), style);
}

void open_section(std::string& out, std::string_view id, std::string_view heading) {
  put(out, "<section id=\"{}\">\n<h2>{}</h2>\n", id, heading);
}

void close_section(std::string& out) { out += "</section>\n"; }

void put_paragraph(std::string& out, std::string_view text, std::string_view classes) {
  put(out, "<p{}>{}</p>\n", class_attribute(classes), text);
}

void put_cell(std::string& out, std::string_view text, std::string_view heading, bool number) {
  const auto* element = heading.empty() ? "td" : "th";
  put(out, "<{0}{1}{2}>{3}</{0}>", element, heading.empty() ? "" : fmt::format(" scope=\"{}\"", heading),
      number ? " class=\"number\"" : "", text);
}

std::string command(std::string_view text) { return fmt::format("<code class=\"command\">{}</code>", escaped(text)); }

std::string breakable(std::string_view file) {
  std::string out;
  for (std::size_t at = 0; at < file.size();) {
    const auto end = std::min(file.find('/', at), file.size() - 1) + 1;
    out += escaped(file.substr(at, end - at)) + (end < file.size() ? "<wbr/>" : "");
    at = end;
  }
  return out;
}

}  // namespace alexnet::report
