#!/usr/bin/env python3
"""An ONNX model in 8-bit integers, calibrated on photos, as ONNX Runtime's own tool makes it: unsigned inputs, signed weights
with a step a filter. ONNX Runtime and OpenVINO read it.

    make_int8_onnx.py alexnet.onnx integers.onnx PHOTOS [--photos 64]
"""

import argparse
import pathlib

from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
from peer_inference import numbers_of


class Photos(CalibrationDataReader):
    def __init__(self, paths: list[pathlib.Path]) -> None:
        self.batches = ({"photos": numbers_of(str(path))} for path in paths)

    def get_next(self) -> dict | None:
        return next(self.batches, None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("target")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--photos", type=int, default=64)
    options = parser.parse_args()
    paths = sorted(options.folder.rglob("*.jpg"))
    every = max(1, len(paths) // options.photos)
    quantize_static(options.model, options.target, Photos(paths[::every][:options.photos]), quant_format=QuantFormat.QDQ,
                    activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8, per_channel=True)


if __name__ == "__main__":
    main()
