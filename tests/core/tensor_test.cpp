#include "alexnet/core/tensor.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <new>

#include <gtest/gtest.h>

#include "alexnet/core/error.h"

namespace alexnet {
namespace {

TEST(Tensor, StartsAtZeroAndCopiesDeeply) {
  Tensor a(ElementType::kF32, {2, 3});
  EXPECT_EQ(a.size(), 6);
  EXPECT_EQ(a.as<float>()[5], 0.0F);
  Tensor b = a;
  b.as<float>()[0] = 4;
  EXPECT_EQ(a.as<float>()[0], 0.0F);
  EXPECT_FALSE(a == b);
  EXPECT_EQ(reinterpret_cast<std::uintptr_t>(a.data()) % 64, 0U);
}

TEST(Tensor, CopiesAndConvertsWhatHoldsNothing) {
  const Tensor none;
  EXPECT_TRUE(none.empty());
  const Tensor copy = none;
  EXPECT_TRUE(copy.empty());
  EXPECT_EQ(copy, none);
  const Tensor converted = none.converted(ElementType::kF64);
  EXPECT_TRUE(converted.empty());
  EXPECT_EQ(converted.type(), ElementType::kF64);
  EXPECT_FALSE(none == Tensor(ElementType::kF32, {}));
}

TEST(Tensor, RefusesWrongTypesShapesAndSizes) {
  Tensor a(ElementType::kF32, {2, 3});
  EXPECT_THROW((void)a.as<double>(), Error);
  EXPECT_THROW((void)a.reshaped({7}), Error);
  EXPECT_EQ(a.reshaped({6}).shape(), (Shape{6}));
  EXPECT_THROW((void)element_count({-1}), Error);
  EXPECT_THROW((void)element_count({std::numeric_limits<std::int64_t>::max(), 4}), Error);
  EXPECT_THROW(Tensor(ElementType::kF64, {std::int64_t{1} << 61}), std::bad_alloc);
}

float through(ElementType type, float value) {
  const Tensor t = Tensor::of<float>({1}, std::span<const float>(&value, 1));
  return t.converted(type).converted(ElementType::kF32).as<float>()[0];
}

TEST(Tensor, ConvertsHalfPrecisionAsIeeeSays) {
  // IEEE 754 binary16: largest 65504, smallest normal 2^-14, smallest subnormal 2^-24; ties to even.
  EXPECT_EQ(through(ElementType::kF16, 65504.0F), 65504.0F);
  EXPECT_TRUE(std::isinf(through(ElementType::kF16, 65520.0F)));
  EXPECT_EQ(through(ElementType::kF16, 65519.0F), 65504.0F);
  EXPECT_EQ(through(ElementType::kF16, -0x1p-14F), -0x1p-14F);
  EXPECT_EQ(through(ElementType::kF16, 0x1p-24F), 0x1p-24F);
  EXPECT_EQ(through(ElementType::kF16, 0x1p-25F), 0.0F);
  EXPECT_EQ(through(ElementType::kF16, 0x1.8p-24F), 0x1p-23F);
  EXPECT_EQ(through(ElementType::kF16, 2049.0F), 2048.0F);
  EXPECT_EQ(through(ElementType::kF16, 2051.0F), 2052.0F);
  EXPECT_TRUE(std::isnan(through(ElementType::kF16, std::numeric_limits<float>::quiet_NaN())));
}

TEST(Tensor, ConvertsBfloat16RoundingToEven) {
  EXPECT_EQ(through(ElementType::kBF16, 1.0F), 1.0F);
  EXPECT_EQ(through(ElementType::kBF16, 1.00390625F), 1.0F);  // half way between 1 and 1 + 2^-7
  EXPECT_EQ(through(ElementType::kBF16, 1.01171875F), 1.015625F);
  EXPECT_TRUE(std::isnan(through(ElementType::kBF16, std::numeric_limits<float>::quiet_NaN())));
  EXPECT_TRUE(std::isinf(through(ElementType::kBF16, std::numeric_limits<float>::max())));
}

}  // namespace
}  // namespace alexnet
