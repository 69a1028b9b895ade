// Names what is on a photo: example_predict_photo MODEL PHOTO
// MODEL is a model file that `alexnet train` (or the example train_stripes) wrote.

#include <cstdio>

#include "alexnet/core/error.h"
#include "alexnet/formats/model_file.h"
#include "alexnet/image/decode.h"
#include "alexnet/infer/predictor.h"
#include "alexnet/registry/registry.h"

int main(int count, char** words) {
  if (count != 3) {
    std::fprintf(stderr, "usage: example_predict_photo MODEL PHOTO\n");
    return 2;
  }
  try {
    const auto backend = alexnet::make_backend("auto");
    alexnet::Predictor predictor(alexnet::read_model(words[1]), *backend);
    // The model knows how a photo becomes numbers: nothing is resized or normalised here.
    const std::vector<alexnet::Image> photos = {alexnet::load_image(words[2])};
    const auto values = predictor.predict(photos).front();
    for (const auto& guess : alexnet::top_classes(values, predictor.model().classes, 3)) {
      std::printf("%-20s %5.1f %%\n", guess.name.c_str(), 100 * guess.value);
    }
  } catch (const alexnet::Error& error) {
    const auto text = alexnet::describe(error);
    std::fprintf(stderr, "error: %s\n%s\nhint: %s\n", text.what.c_str(), text.expected.c_str(), text.hint.c_str());
    return 1;
  }
}
