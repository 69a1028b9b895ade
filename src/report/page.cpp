#include "report/page.h"

#include "report/sections.h"
#include "report/texts.h"

namespace alexnet::report {

void open_page(std::string& out, std::string_view title,
               const std::vector<std::pair<std::string, std::string>>& parts) {
  // The policy lets nothing be fetched: pictures, style and script stand in the page itself.
  put(out,
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta name=\"color-scheme\" content=\"light dark\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
      "'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
      "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body data-copy=\"{}\" data-copied=\"{}\">\n",
      escaped(title), page_style(), texts::kCopy, texts::kCopied);
  out += "<nav><ul>\n";
  for (const auto& [anchor, name] : parts) {
    put(out, "<li><a href=\"#{}\">{}</a></li>\n", anchor, name);
  }
  out += "</ul></nav>\n<main>\n";
}

void close_page(std::string& out) { put(out, "</main>\n<script>\n{}</script>\n</body>\n</html>\n", page_script()); }

}  // namespace alexnet::report
