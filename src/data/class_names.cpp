#include "alexnet/data/class_names.h"

#include <algorithm>
#include <array>

namespace alexnet {
namespace {

using Names = std::map<std::string, ClassNames>;

// Where a name in English means a whole genus, the Latin one is that of the genus.
const std::array<Names, 3>& sets() {
  static const std::array<Names, 3> all = {{
      {{"bluebell", {"蓝铃花", "Hyacinthoides"}},
       {"buttercup", {"毛茛", "Ranunculus"}},
       {"coltsfoot", {"款冬", "Tussilago farfara"}},
       {"cowslip", {"黄花九轮草", "Primula veris"}},
       {"crocus", {"番红花", "Crocus"}},
       {"daffodil", {"水仙", "Narcissus"}},
       {"daisy", {"雏菊", "Bellis perennis"}},
       {"dandelion", {"蒲公英", "Taraxacum"}},
       {"fritillary", {"贝母", "Fritillaria"}},
       {"iris", {"鸢尾", "Iris"}},
       {"lily of the valley", {"铃兰", "Convallaria majalis"}},
       {"pansy", {"三色堇", "Viola"}},
       {"snowdrop", {"雪滴花", "Galanthus"}},
       {"sunflower", {"向日葵", "Helianthus annuus"}},
       {"tigerlily", {"卷丹", "Lilium lancifolium"}},
       {"tulip", {"郁金香", "Tulipa"}},
       {"windflower", {"银莲花", "Anemone"}}},
      {{"Ankle boot", {"短靴", ""}},
       {"Bag", {"包", ""}},
       {"Coat", {"外套", ""}},
       {"Dress", {"连衣裙", ""}},
       {"Pullover", {"套头衫", ""}},
       {"Sandal", {"凉鞋", ""}},
       {"Shirt", {"衬衫", ""}},
       {"Sneaker", {"运动鞋", ""}},
       {"T-shirt/top", {"T恤", ""}},
       {"Trouser", {"裤子", ""}}},
      {{"airplane", {"飞机", ""}},
       {"automobile", {"汽车", ""}},
       {"bird", {"鸟", ""}},
       {"cat", {"猫", ""}},
       {"deer", {"鹿", ""}},
       {"dog", {"狗", ""}},
       {"frog", {"蛙", ""}},
       {"horse", {"马", ""}},
       {"ship", {"船", ""}},
       {"truck", {"卡车", ""}}},
  }};
  return all;
}

}  // namespace

std::map<std::string, ClassNames> known_names(const std::vector<std::string>& classes) {
  for (const Names& names : sets()) {
    const bool same = classes.size() == names.size() &&
                      std::ranges::all_of(classes, [&](const std::string& name) { return names.contains(name); });
    if (same) {
      return names;
    }
  }
  return {};
}

}  // namespace alexnet
