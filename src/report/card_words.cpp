#include "report/card_words.h"

#include <array>

namespace alexnet::report {
namespace {

struct Entry {
  CardWord word;
  std::string_view english;
  std::string_view chinese;
};

constexpr std::array kWords = {
    Entry{CardWord::kTitle, "{0} trained on {1}", "在 {1} 上训练的 {0}"},
    Entry{CardWord::kTitlePlain, "{0}", "{0}"},
    Entry{CardWord::kSummary, "An image classifier that gives a photo one of {0} names. It was trained on {1} photos.",
          "一个图像分类模型：给照片 {0} 个名称之一，用 {1} 张照片训练。"},
    Entry{CardWord::kSummaryPlain, "An image classifier that gives a photo one of {0} names.",
          "一个图像分类模型：给照片 {0} 个名称之一。"},
    Entry{CardWord::kSummaryResult, "It named {0} of {1} {2} photos rightly: {3} (95 % interval {4}).",
          "在 {1} 张 {2} 照片中答对 {0} 张：{3}（95 % 置信区间 {4}）。"},
    Entry{CardWord::kModel, "The model", "模型"},
    Entry{CardWord::kNetwork, "network", "网络"},
    Entry{CardWord::kParameters, "parameters", "参数"},
    Entry{CardWord::kMacs, "multiply-adds a photo", "每张照片的乘加次数"},
    Entry{CardWord::kInput, "input", "输入"},
    Entry{CardWord::kInputValue, "{0} x {1} pixels, channels: {2}", "{0} x {1} 像素，通道数：{2}"},
    Entry{CardWord::kOutput, "output", "输出"},
    Entry{CardWord::kOutputProbabilities, "a probability for each of {0} classes", "{0} 个类别各自的概率"},
    Entry{CardWord::kOutputScores, "a score for each of {0} classes", "{0} 个类别各自的得分"},
    Entry{CardWord::kProgram, "written by", "生成程序"},
    Entry{CardWord::kClasses, "Classes", "类别"},
    Entry{CardWord::kClassesIntro, "It knows these {0} names and no other.", "它只认识这 {0} 个名称。"},
    Entry{CardWord::kClass, "class", "类别"},
    Entry{CardWord::kTrain, "train", "训练"},
    Entry{CardWord::kVal, "val", "验证"},
    Entry{CardWord::kTest, "test", "测试"},
    Entry{CardWord::kAll, "all", "合计"},
    Entry{CardWord::kPreparation, "How a photo is prepared", "照片的预处理"},
    Entry{CardWord::kSquash, "It is resized to {0} x {0} pixels, whatever its shape ({1}, antialiased).",
          "不论长宽比，缩放为 {0} x {0} 像素（{1}，抗锯齿）。"},
    Entry{CardWord::kCrop,
          "Its shorter side is resized to {0} pixels and the central square is kept ({1}, antialiased).",
          "短边缩放为 {0} 像素，保留中央正方形（{1}，抗锯齿）。"},
    Entry{CardWord::kCut, "Of that the central {0} x {1} pixels are read.", "读取其中央 {0} x {1} 像素。"},
    Entry{CardWord::kGrey, "It is made grey.", "转为灰度。"},
    Entry{CardWord::kColour, "Its colours are red, green and blue, 0 to 255; the network's first layer scales them.",
          "颜色为红、绿、蓝，取值 0 到 255；由网络的第一层换算。"},
    Entry{CardWord::kOrientation, "It is turned as its EXIF tag says.", "按 EXIF 标记旋转。"},
    Entry{CardWord::kAsJson, "The same as JSON:", "同样内容的 JSON："},
    Entry{CardWord::kTraining, "Training", "训练"},
    Entry{CardWord::kData, "data", "数据"},
    Entry{CardWord::kFingerprint, "fingerprint of the data", "数据指纹"},
    Entry{CardWord::kPhotos, "photos", "照片"},
    Entry{CardWord::kPhotosValue, "train {0}, val {1}, test {2}", "训练 {0}，验证 {1}，测试 {2}"},
    Entry{CardWord::kSplit, "split", "划分方法"},
    Entry{CardWord::kSplitQuota, "shares of each class by content, equal photos together",
          "按内容取各类的份额，相同照片在一起"},
    Entry{CardWord::kSplitShuffle, "one shuffle, then a cut", "打乱一次后切分"},
    Entry{CardWord::kRecipe, "recipe", "训练方案"},
    Entry{CardWord::kSettings, "settings other than the defaults", "与默认值不同的设置"},
    Entry{CardWord::kSeed, "seed", "随机种子"},
    Entry{CardWord::kEpochs, "epochs", "轮数"},
    Entry{CardWord::kEpochsValue, "{1}, the best was {0} (val top-1 {2})", "{1}，最好的是第 {0} 轮（验证 top-1 {2}）"},
    Entry{CardWord::kUpdates, "updates", "更新次数"},
    Entry{CardWord::kTime, "time", "用时"},
    Entry{CardWord::kMachine, "machine", "机器"},
    Entry{CardWord::kMachineValue, "{0}, threads: {1}, backend {2}", "{0}，线程数：{1}，后端 {2}"},
    Entry{CardWord::kResults, "Results", "结果"},
    Entry{CardWord::kResultsIntro, "On the {1} photos of the part {0}, which the training did not see.",
          "在训练未见过的 {0} 部分的 {1} 张照片上。"},
    Entry{CardWord::kMeasure, "measure", "指标"},
    Entry{CardWord::kValue, "value", "数值"},
    Entry{CardWord::kInterval, "95 % interval", "95 % 置信区间"},
    Entry{CardWord::kTop1, "top-1: the first name is right", "top-1：第一个名称正确"},
    Entry{CardWord::kTop5, "top-5: one of the first five is right", "top-5：前五个名称之一正确"},
    Entry{CardWord::kLoss, "mean loss", "平均损失"},
    Entry{CardWord::kGuessing, "guessing among all names", "在所有名称中随机猜"},
    Entry{CardWord::kMajority, "always the most frequent name", "总是回答最常见的名称"},
    Entry{CardWord::kRecall, "found (recall)", "召回率"},
    Entry{CardWord::kPrecision, "right when named (precision)", "精确率"},
    Entry{CardWord::kF1, "F1", "F1"},
    Entry{CardWord::kPhotosColumn, "photos", "照片数"},
    Entry{CardWord::kCalibration, "Confidence", "置信度"},
    Entry{CardWord::kTemperature, "temperature that probabilities are divided by", "概率校准的温度"},
    Entry{CardWord::kNll, "mean of -log(probability of the true class), before and after",
          "真实类别概率的 -log 平均值，校准前后"},
    Entry{CardWord::kFittedOn, "found on", "校准所用照片"},
    Entry{CardWord::kFittedValue, "{1} photos of the part {0}", "{0} 部分的 {1} 张照片"},
    Entry{CardWord::kThreshold, "least confidence of an answer to trust", "可信回答的最低置信度"},
    Entry{CardWord::kNoThreshold, "none was enough", "没有足够的置信度"},
    Entry{CardWord::kLimits, "Limits", "局限"},
    Entry{CardWord::kLimitNames, "It knows only these {0} names: a photo of anything else gets one of them too.",
          "它只认识这 {0} 个名称：其他事物的照片也会得到其中之一。"},
    Entry{CardWord::kLimitWeakest, "It is weakest on: {0}.", "它最弱的类别：{0}。"},
    Entry{CardWord::kLimitNoneRight, "It found no photo of: {0}.", "这些类别一张也没有答对：{0}。"},
    Entry{CardWord::kLimitPair, "It took {0} for {1} {2} times, {3} of all its errors.",
          "它把 {0} 当成 {1} 共 {2} 次，占全部错误的 {3}。"},
    Entry{CardWord::kLimitPhotos,
          "It was trained on {0} photos, from {1} ({2}) to {3} ({4}) a class: photos unlike those are new to it.",
          "它用 {0} 张照片训练，每类从 {1} 张（{2}）到 {3} 张（{4}）：与之不同的照片对它是陌生的。"},
    Entry{CardWord::kLimitPhotosEven, "It was trained on {0} photos, {1} a class: photos unlike those are new to it.",
          "它用 {0} 张照片训练，每类 {1} 张：与之不同的照片对它是陌生的。"},
    Entry{CardWord::kLimitFewTest,
          "Figures of single classes are rough: {0} has {1} photos in the part {2}, and its recall of {3} may "
          "lie anywhere within {4}.",
          "单个类别的数字是粗略的：{0} 在 {2} 部分只有 {1} 张照片，其召回率 {3} 的真值可能在 {4} 之间。"},
    Entry{CardWord::kLimitVal, "The figures are of the photos that chose the best epoch: they are too good.",
          "这些数字来自用于选出最好一轮的照片：它们偏高。"},
    Entry{CardWord::kLimitNoThreshold,
          "No confidence was enough to trust its answers: {0} of them right was asked for.",
          "没有哪个置信度足以让回答可信：要求其中 {0} 正确。"},
    Entry{CardWord::kLimitThreshold, "Below a confidence of {0} its answer is better taken as unknown.",
          "置信度低于 {0} 时，应把回答当作未知。"},
    Entry{CardWord::kLimitAlarm, "Its training raised the alarm \"{0}\" in epoch {1}.",
          "训练在第 {1} 轮发出警报“{0}”。"},
    Entry{CardWord::kLimitScores, "Its scores are no probabilities: they say which name is first, not how sure it is.",
          "它的得分不是概率：只说明哪个名称在前，不说明有多确定。"},
    Entry{CardWord::kWeakestItem, "{0} (recall {1} of {2} photos)", "{0}（{2} 张照片的召回率 {1}）"},
    Entry{CardWord::kUse, "How to use it", "使用方法"},
    Entry{CardWord::kToFill, "To be filled by you", "请您补充"},
    Entry{CardWord::kToFillIntro, "What the program cannot know:", "程序无法得知的内容："},
    Entry{CardWord::kFillPurpose, "what the model is meant for, and what it must not be used for",
          "模型的用途，以及不得用于什么"},
    Entry{CardWord::kFillLicence, "licence of the model", "模型的许可证"},
    Entry{CardWord::kFillPhotos, "who took the photos, where and when, and their licence",
          "照片由谁、在何时何地拍摄，及其许可证"},
    Entry{CardWord::kFillContact, "whom to ask", "联系人"},
    Entry{CardWord::kFillTraining,
          "data, recipe and machine of the training: this card was made from the model file alone",
          "训练的数据、方案和机器：本卡片仅由模型文件生成"},
    Entry{CardWord::kFillResults, "results on photos that the training did not see", "在训练未见过的照片上的结果"},
    Entry{CardWord::kFillCalibration, "how far its confidence can be trusted: too few photos to find out, or scores",
          "置信度的可信程度：照片太少无法得知，或输出是得分"},
    Entry{CardWord::kListComma, ", ", "、"},
};
static_assert(kWords.size() == static_cast<std::size_t>(CardWord::kCount));

constexpr bool in_order() {
  for (std::size_t i = 0; i < kWords.size(); ++i) {
    if (kWords[i].word != static_cast<CardWord>(i)) {
      return false;
    }
  }
  return true;
}
static_assert(in_order());

}  // namespace

std::string_view card_word(CardWord word, CardLanguage language) {
  const Entry& entry = kWords[static_cast<std::size_t>(word)];
  return language == CardLanguage::kEnglish ? entry.english : entry.chinese;
}

}  // namespace alexnet::report
