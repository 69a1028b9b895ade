#include <cstdlib>

#include <gtest/gtest.h>

#include "alexnet/formats/npy.h"

#include "support/temporary_folder.h"

namespace alexnet {
namespace {

TEST(NpyPeer, NumpyReadsIt) {
  if (std::system("python3 -c 'import numpy' 2> /dev/null") != 0) {  // NOLINT(cert-env33-c)
    GTEST_SKIP() << "numpy is not there";
  }
  const testing_support::TemporaryFolder folder;
  NpyWriter writer(folder / "a.npy", 3);
  writer.add(std::vector<float>{1, 2, 3});
  writer.add(std::vector<float>{-0.5, 0, 4});
  writer.commit();
  const std::string command = "python3 -c \"import numpy, sys; a = numpy.load('" + (folder / "a.npy").string() +
                              "'); sys.exit(a.dtype != numpy.float32 or a.tolist() != [[1, 2, 3], [-0.5, 0, 4]])\"";
  EXPECT_EQ(std::system(command.c_str()), 0);  // NOLINT(cert-env33-c)
}

}  // namespace
}  // namespace alexnet
