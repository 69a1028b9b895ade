#include "cli/trained_fixture.h"

#include "cli/made_once.h"

namespace alexnet::testing {
namespace {

namespace fs = std::filesystem;

const std::string kOut = "training.out";
const std::string kErr = "training.err";

}  // namespace

void TrainedTest::train_small(const fs::path& folder) {
  make_photos(folder / "photos");
  write(folder / "rose.png", tiny_photo(1, 500));
  const auto training = alexnet(small_training("run"), {.folder = folder});
  ASSERT_EQ(training.status, 0) << training.err;
  write(folder / kOut, training.out);
  write(folder / kErr, training.err);
}

void TrainedTest::set_up_once(const std::string& name, const std::function<void(const fs::path& folder)>& make) {
  place_ = std::make_unique<Workplace>();
  ASSERT_NO_FATAL_FAILURE(made_once(name, place_->path(), make));
  training_ = {.status = 0, .out = read(place() / kOut), .err = read(place() / kErr)};
}

}  // namespace alexnet::testing
