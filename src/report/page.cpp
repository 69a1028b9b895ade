#include "report/page.h"

#include "report/html.h"

namespace alexnet::report {

void open_page(std::string& out, std::string_view title, const std::vector<std::pair<std::string, std::string>>& parts,
               const Say& say) {
  open_document(out, title, say.tag(), page_style(PageKind::kReport), true);
  put(out, "<body data-copy=\"{}\" data-copied=\"{}\">\n", say("Copy the file list"), say("Copied"));
  out += "<nav><ul>\n";
  for (const auto& [anchor, name] : parts) {
    put(out, "<li><a href=\"#{}\">{}</a></li>\n", anchor, name);
  }
  out += "</ul></nav>\n<main>\n";
}

void close_page(std::string& out) { put(out, "</main>\n<script>\n{}</script>\n</body>\n</html>\n", page_script()); }

}  // namespace alexnet::report
