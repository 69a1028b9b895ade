#include "alexnet/report/model_card.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/infer/predictions.h"
#include "alexnet/train/recipe.h"

#include "charts/text.h"
#include "data/csv_reader.h"
#include "report/card_blocks.h"

namespace alexnet::report {
namespace {

constexpr std::string_view kStyle = R"(
:root{--paper:#fff;--ink:#1f2328;--soft:#57606a;--line:#d8dee4;--card:#f6f8fa;--link:#0a5fc2}
@media (prefers-color-scheme:dark){:root{--paper:#15191f;--ink:#e6edf3;--soft:#9aa6b2;--line:#2b323b;--card:#1c222a;--link:#6fb3ff}}
*{box-sizing:border-box}
body{margin:0 auto;padding:16px;max-width:860px;background:var(--paper);color:var(--ink);font:16px/1.55 system-ui,'Segoe UI',Roboto,'Noto Sans','Noto Sans CJK SC','Microsoft YaHei',sans-serif}
nav a{color:var(--link);margin-right:1em;display:inline-block;padding:.6em 0}
h1{font-size:1.6rem;line-height:1.25;margin:.4em 0;overflow-wrap:anywhere}
h2{font-size:1.15rem;margin:1.8em 0 .4em;padding-top:.8em;border-top:1px solid var(--line)}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;margin:.6em 0;font-size:.93rem}
th,td{text-align:left;padding:.35em .9em .35em 0;border-bottom:1px solid var(--line);vertical-align:top;font-weight:400;overflow-wrap:anywhere}
tr th[scope=col]{color:var(--soft);font-weight:600;font-size:.85rem}
th[scope=row]{color:var(--soft);min-width:7em}
.number{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap;overflow-wrap:normal}
pre{background:var(--card);padding:.8em;border-radius:6px;white-space:pre-wrap;overflow-wrap:anywhere;font-size:.88rem}
section+section{margin-top:4em;border-top:3px solid var(--line);padding-top:1em}
@media print{nav{display:none}section+section{break-before:page}}
)";

void add_network(CardFacts& facts, const Model& model) {
  facts.network = model.network.name();
  facts.input = model.network.input();
  facts.parameters = model.network.parameter_count();
  facts.trainable = model.network.trainable_count();
  facts.macs = model.network.macs();
  facts.output = model.network.output();
  facts.geometry = model.geometry;
  facts.classes = model.classes;
  for (auto i = static_cast<std::int64_t>(facts.classes.size()); i < model.network.classes(); ++i) {
    facts.classes.push_back(fmt::to_string(i));
  }
  facts.calibration = calibration_of(model);
}

std::size_t index_of(const std::vector<std::string>& names, const std::string& name, const std::filesystem::path& path,
                     std::size_t line) {
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) {
    reject_csv(path, line, "a class of the model", name);
  }
  return static_cast<std::size_t>(found - names.begin());
}

std::vector<PhotosAPart> read_photos(const std::filesystem::path& path, const std::vector<std::string>& classes) {
  std::vector<PhotosAPart> photos(classes.size(), PhotosAPart{});
  const std::string text = read_text(path);
  CsvReader reader(text, path, "path,label,class,part,sha256");
  while (!reader.at_end()) {
    const std::size_t line = reader.line();
    const auto fields = reader.record();
    for (const Part part : {Part::kTrain, Part::kVal, Part::kTest}) {
      photos[index_of(classes, fields[2], path, line)][static_cast<std::size_t>(part)] += fields[3] == name_of(part);
    }
  }
  return photos;
}

/// The rows of the part that the run's result is of, summed up as an evaluation does.
Evaluation read_result(const std::filesystem::path& path, const CardFacts& facts) {
  std::vector<PredictionRow> rows = read_predictions(path);
  std::erase_if(rows, [&](const PredictionRow& row) { return row.part != facts.run->result->part; });
  Evaluation result = evaluation_of(rows, facts.classes, facts.output);
  result.top5 = facts.run->result->top5;
  result.loss = facts.run->result->loss;
  return result;
}

}  // namespace

CardFacts card_facts(const Model& model, const std::string& name) {
  CardFacts facts{.name = name, .network = {}, .input = {}, .geometry = {}, .classes = {}};
  add_network(facts, model);
  return facts;
}

CardFacts card_facts(const RunFolder& run) {
  CardFacts facts{.name = {}, .network = {}, .input = {}, .geometry = {}, .classes = {}};
  add_network(facts, read_model(run.best_model()));
  facts.run = read_run_document(run);
  facts.name = fmt::format("{}-{}", facts.network, facts.run->data_name);
  facts.photos = read_photos(run.file("split.csv"), facts.classes);
  const Recipe recipe = read_recipe(run.file("recipe.toml")).recipe;
  for (const RecipeOption& option : recipe_options()) {
    if (option.key != "name" && option.key != "seed" && option.key != "split" && option.key != "epochs" &&
        option.get(recipe) != option.get(Recipe{})) {
      facts.settings.emplace_back(option.key, option.get(recipe));
    }
  }
  facts.split_method = recipe.split == SplitOptions::Mode::kShuffle ? "shuffle" : "quota";
  if (facts.run->result) {
    facts.result = read_result(run.file("predictions.csv"), facts);
  }
  return facts;
}

CardTexts model_card(const CardFacts& facts, bool reproducible) {
  const Card english = make_card(facts, CardLanguage::kEnglish, reproducible);
  const Card chinese = make_card(facts, CardLanguage::kChinese, reproducible);
  CardTexts texts;
  texts.english = yaml_head(facts) + to_markdown(english);
  texts.chinese = yaml_head(facts) + to_markdown(chinese);
  texts.html = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n"
      "<nav><a href=\"#en\" lang=\"en\">English</a><a href=\"#zh\" lang=\"zh-Hans\">中文</a></nav>\n"
      "<section id=\"en\" lang=\"en\">\n{}</section>\n<section id=\"zh\" lang=\"zh-Hans\">\n{}</section>\n"
      "</body>\n</html>\n",
      charts::detail::escaped(english.title), kStyle, to_html(english), to_html(chinese));
  return texts;
}

std::optional<CardTexts> card_of(const Model& model) {
  const auto found = model.facts.find(kCardFact);
  if (found == model.facts.end()) {
    return std::nullopt;
  }
  try {
    const auto json = nlohmann::json::parse(found->second);
    return CardTexts{json.at("en").get<std::string>(), json.at("zh").get<std::string>(),
                     json.at("html").get<std::string>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(Message::kModelInvalid, {{"where", "fact/card"}, {"reason", "expected JSON with en, zh and html"}});
  }
}

std::vector<std::string> write_card_files(const std::filesystem::path& folder, const CardTexts& card) {
  make_folder(folder);
  write_file_atomically(folder / "model_card.md", card.english);
  write_file_atomically(folder / "model_card.zh.md", card.chinese);
  write_file_atomically(folder / "model_card.html", card.html);
  return {"model_card.md", "model_card.zh.md", "model_card.html"};
}

std::vector<std::string> write_model_card(const RunFolder& run) {
  const CardFacts facts = card_facts(run);
  auto files = write_card_files(run.path(), model_card(facts));
  const CardTexts kept = model_card(facts, true);
  Model model = read_model(run.best_model());
  const nlohmann::ordered_json json = {{"en", kept.english}, {"zh", kept.chinese}, {"html", kept.html}};
  model.facts[kCardFact] = json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  write_model(run.best_model(), model);
  return files;
}

}  // namespace alexnet::report
