#pragma once

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace alexnet::test {

/// An element of an XML document, in the order of their start tags.
struct Element {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text;  ///< what stands directly inside, entities resolved
  std::size_t depth = 0;

  [[nodiscard]] double number(const std::string& attribute) const { return std::stod(attributes.at(attribute)); }
  [[nodiscard]] bool is(std::string_view kind, std::string_view class_name) const {
    const auto found = attributes.find("class");
    return name == kind && found != attributes.end() &&
           (" " + found->second + " ").find(" " + std::string(class_name) + " ") != std::string::npos;
  }
};

/// Reads the subset of XML that a chart may use and throws std::runtime_error for whatever is not well-formed.
class XmlReader {
 public:
  explicit XmlReader(std::string_view text) : text_(text) {}

  std::vector<Element> read() {
    while (at_ < text_.size()) {
      if (text_[at_] == '<') {
        read_tag();
      } else {
        read_text();
      }
    }
    expect(open_.empty(), "an element that is not closed");
    expect(!elements_.empty(), "no element");
    return elements_;
  }

 private:
  void expect(bool condition, const std::string& what) const {
    if (!condition) {
      throw std::runtime_error(what + " near byte " + std::to_string(at_));
    }
  }

  std::string take_name() {
    const std::size_t end = text_.find_first_of(" \n/>=", at_);
    expect(end != std::string_view::npos && end > at_, "no name");
    std::string name(text_.substr(at_, end - at_));
    at_ = end;
    return name;
  }

  std::string resolved(std::string_view raw) const {
    static const std::map<std::string, std::string> kEntities = {
        {"lt", "<"}, {"gt", ">"}, {"amp", "&"}, {"quot", "\""}};
    std::string out;
    for (std::size_t i = 0; i < raw.size(); ++i) {
      const auto c = static_cast<unsigned char>(raw[i]);
      expect(c >= 0x20 || c == '\n' || c == '\t', "a control character");
      if (c != '&') {
        out += raw[i];
        continue;
      }
      const std::size_t end = raw.find(';', i);
      expect(end != std::string_view::npos, "a bare &");
      const auto entity = kEntities.find(std::string(raw.substr(i + 1, end - i - 1)));
      expect(entity != kEntities.end(), "an unknown entity");
      out += entity->second;
      i = end;
    }
    return out;
  }

  void read_text() {
    const std::size_t end = std::min(text_.find('<', at_), text_.size());
    const std::string text = resolved(text_.substr(at_, end - at_));
    if (open_.empty()) {
      expect(text.find_first_not_of(" \n") == std::string::npos, "text outside the root");
    } else {
      elements_[open_.back()].text += text;
    }
    at_ = end;
  }

  void read_tag() {
    ++at_;
    if (text_[at_] == '/') {
      ++at_;
      expect(!open_.empty() && elements_[open_.back()].name == take_name(), "an end tag that does not fit");
      open_.pop_back();
      expect(text_[at_++] == '>', "an unfinished end tag");
      return;
    }
    expect(!open_.empty() || elements_.empty(), "a second root");
    Element element{take_name(), {}, "", open_.size()};
    while (text_[at_] == ' ' || text_[at_] == '\n') {
      ++at_;
      const std::string attribute = take_name();
      expect(text_.substr(at_, 2) == "=\"", "an attribute without a quoted value");
      const std::size_t end = text_.find('"', at_ + 2);
      expect(end != std::string_view::npos, "an open attribute");
      const std::string_view raw = text_.substr(at_ + 2, end - at_ - 2);
      expect(raw.find('<') == std::string_view::npos, "< in an attribute");
      expect(element.attributes.emplace(attribute, resolved(raw)).second, "an attribute twice");
      at_ = end + 1;
    }
    const bool closed = text_[at_] == '/';
    at_ += closed ? 1 : 0;
    expect(text_[at_++] == '>', "an unfinished tag");
    elements_.push_back(element);
    if (!closed) {
      open_.push_back(elements_.size() - 1);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::vector<Element> elements_;
  std::vector<std::size_t> open_;
};

}  // namespace alexnet::test
