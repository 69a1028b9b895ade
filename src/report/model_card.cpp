#include "alexnet/report/model_card.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alexnet/core/error.h"
#include "alexnet/core/files.h"
#include "alexnet/infer/predictions.h"
#include "alexnet/train/recipe.h"

#include "report/card_blocks.h"
#include "report/html.h"
#include "report/page.h"
#include "report/photo_brightness.h"
#include "report/photo_sizes.h"
#include "report/run_record.h"

namespace alexnet::report {
namespace {

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

void add_photos(CardFacts& facts, const RunDocument& run) {
  try {
    const auto photos = open_dataset(run.data);
    facts.sizes = photo_sizes(*photos);
    facts.brightness = photo_brightness(*photos);
  } catch (const Error&) {
    // They are gone.
  }
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
  facts.leaks = copies_of(run.file("split.csv"), facts.photos, facts.classes.size()).leaks;
  add_photos(facts, *facts.run);
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
  const Card english = make_card(facts, Language::kEnglish, reproducible);
  const Card chinese = make_card(facts, Language::kChinese, reproducible);
  CardTexts texts;
  texts.english = yaml_head(facts) + to_markdown(english);
  texts.chinese = yaml_head(facts) + to_markdown(chinese);
  open_document(texts.html, english.title, "en", page_style(PageKind::kCard));
  put(texts.html,
      "<body>\n<nav><a href=\"#en\" lang=\"en\">English</a><a href=\"#zh\" lang=\"zh-Hans\">中文</a></nav>\n"
      "<section id=\"en\" lang=\"en\">\n{}</section>\n<section id=\"zh\" lang=\"zh-Hans\">\n{}</section>\n"
      "</body>\n</html>\n",
      to_html(english), to_html(chinese));
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
