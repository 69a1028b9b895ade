#!/usr/bin/env python3
"""torchvision's AlexNet as an ONNX model, from weights under torchvision's names.

    make_onnx.py model.safetensors alexnet.onnx

Input "photos": float32 (N,3,224,224), normalised; output "scores". Built node by node: PyTorch's exporter is not needed.
"""

import sys

import onnx
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

CONVOLUTIONS = {0: (4, 2), 3: (1, 2), 6: (1, 1), 8: (1, 1), 10: (1, 1)}  # index in features: stride, padding
POOLED = (0, 3, 10)
DENSE = (1, 4, 6)  # index in classifier


def main() -> None:
    weights = {name: value for name, value in load_file(sys.argv[1]).items() if name.startswith(("features", "classifier"))}
    nodes, value = [], "photos"

    def add(kind: str, inputs: list[str], name: str, **attributes) -> str:
        nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        return name

    for index, (stride, padding) in CONVOLUTIONS.items():
        name = f"features.{index}"
        value = add("Conv", [value, f"{name}.weight", f"{name}.bias"], name, strides=[stride] * 2, pads=[padding] * 4)
        value = add("Relu", [value], f"{name}.relu")
        if index in POOLED:
            value = add("MaxPool", [value], f"{name}.pool", kernel_shape=[3, 3], strides=[2, 2])
    value = add("Flatten", [value], "flatten")
    for index in DENSE:
        name = f"classifier.{index}"
        last = index == DENSE[-1]
        value = add("Gemm", [value, f"{name}.weight", f"{name}.bias"], "scores" if last else name, transB=1)
        value = value if last else add("Relu", [value], f"{name}.relu")
    classes = weights["classifier.6.bias"].shape[0]
    graph = helper.make_graph(
        nodes, "alexnet", [helper.make_tensor_value_info("photos", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["N", classes])],
        [numpy_helper.from_array(value, name) for name, value in weights.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2])


if __name__ == "__main__":
    main()
