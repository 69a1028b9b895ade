#include "cli/trained_fixture.h"

namespace alexnet::testing {

void TrainedTest::SetUpTestSuite() {
  place_ = std::make_unique<Workplace>();
  make_photos(*place_ / "photos");
  write(*place_ / "rose.png", tiny_photo(1, 500));
  training_ = alexnet(small_training("run"), here());
  ASSERT_EQ(training_.status, 0) << training_.err;
}

}  // namespace alexnet::testing
