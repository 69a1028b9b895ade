#include "charts/svg.h"

#include "charts/text.h"

namespace alexnet::charts::detail {
namespace {

// Every colour of words stands at least 5 : 1 against its background.
// "ax-" keeps the names apart from those of a page that holds the picture.
constexpr std::string_view kStyle = R"(<style>
.ax-paper{fill:#ffffff}.ax-title{fill:#1f2328;font-size:16px;font-weight:600}.ax-text{fill:#57606a;font-size:12px}
.ax-grid{stroke:#e3e6ea}.ax-axis{stroke:#8c959f}.ax-rule{stroke:#57606a;stroke-dasharray:5 4}
.ax-halo{paint-order:stroke;stroke:#ffffff;stroke-width:4px;stroke-linejoin:round}
.ax-line{fill:none;stroke:currentColor;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.ax-thin{stroke-width:1;opacity:.6}.ax-dots{stroke-width:2.5}
.ax-lead{fill:none;stroke:currentColor;opacity:.45}.ax-label{fill:currentColor;font-size:12px;font-weight:600}
.ax-s0{color:#0a5fc2}.ax-s1{color:#b8420a}.ax-s2{color:#0d7256}.ax-s3{color:#7a3fc4}.ax-s4{color:#a81f62}
.ax-s5{color:#665500}
@media (prefers-color-scheme:dark){
.ax-paper{fill:#15191f}.ax-title{fill:#e6edf3}.ax-text{fill:#9aa6b2}.ax-grid{stroke:#2b323b}.ax-axis{stroke:#6b7683}
.ax-rule{stroke:#9aa6b2}.ax-halo{stroke:#15191f}
.ax-s0{color:#6fb3ff}.ax-s1{color:#f5a05c}.ax-s2{color:#4fd1a5}.ax-s3{color:#c3a0ff}.ax-s4{color:#ff8fc0}
.ax-s5{color:#d9c34a}
}
</style>
)";

}  // namespace

std::string_view style_sheet() { return kStyle; }

void put_text(std::string& out, double x, double y, std::string_view classes, std::string_view anchor,
              std::string_view text) {
  put(out, "<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\" text-anchor=\"{}\">{}</text>\n", x, y, classes, anchor,
      escaped(text));
}

}  // namespace alexnet::charts::detail
