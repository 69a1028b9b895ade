"""The torchvision network of a model file in ONNX Runtime, behind FastAPI and uvicorn.

peer.py MODEL.safetensors PORT THREADS

Same weights, same preparation of photos (Pillow), same form of answers as `alexnet serve`: POST /v1/predict with the photo
as the body.
"""

import io
import json
import struct
import sys

import fastapi
import fastapi.concurrency
import numpy
import onnx
import onnxruntime
import PIL.Image
import uvicorn
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file

TOP = 5
MEAN = numpy.array([0.485, 0.456, 0.406], dtype=numpy.float32)
DEVIATION = numpy.array([0.229, 0.224, 0.225], dtype=numpy.float32)


def metadata(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return json.loads(file.read(length))["__metadata__"]


def graph(weights):
    """AlexNet as torchvision has it, of its own tensor names; normalised pixels in, probabilities out."""
    nodes, value = [], "pixels"

    def add(kind, *parameters, **options):
        nonlocal value
        nodes.append(helper.make_node(kind, [value, *parameters], [f"value{len(nodes)}"], **options))
        value = nodes[-1].output[0]

    def convolution(at, kernel, stride, pad):
        add("Conv", f"features.{at}.weight", f"features.{at}.bias", kernel_shape=[kernel] * 2, strides=[stride] * 2,
            pads=[pad] * 4)
        add("Relu")

    def pool():
        add("MaxPool", kernel_shape=[3, 3], strides=[2, 2])

    convolution(0, 11, 4, 2)
    pool()
    convolution(3, 5, 1, 2)
    pool()
    convolution(6, 3, 1, 1)
    convolution(8, 3, 1, 1)
    convolution(10, 3, 1, 1)
    pool()
    add("Flatten")
    for at in (1, 4, 6):
        add("Gemm", f"classifier.{at}.weight", f"classifier.{at}.bias", transB=1)
        if at < 6:
            add("Relu")
    add("Softmax")
    network = helper.make_graph(
        nodes, "alexnet", [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["N", None])],
        [numpy_helper.from_array(tensor, name) for name, tensor in weights.items()])
    return helper.make_model(network, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def prepared(photo):
    """Squashed to 256 x 256, the middle 224 x 224, normalised: (1, 3, 224, 224)."""
    image = PIL.Image.open(io.BytesIO(photo)).convert("RGB").resize((256, 256), PIL.Image.Resampling.BILINEAR)
    left = top = (256 - 224) // 2
    pixels = numpy.asarray(image.crop((left, top, left + 224, top + 224)), dtype=numpy.float32) / 255
    return numpy.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1)[None])


def main():
    path, port, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    facts = metadata(path)
    classes, geometry = json.loads(facts["classes"]), json.loads(facts["geometry"])
    assert (geometry["mode"], geometry["filter"], geometry["resize"]) == ("squash", "bilinear", 256), geometry
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(graph(load_file(path)).SerializeToString(), options,
                                           providers=["CPUExecutionProvider"])
    app = fastapi.FastAPI()

    def named(photo):
        shares = session.run(None, {"pixels": prepared(photo)})[0][0]
        best = numpy.argsort(-shares, kind="stable")[:TOP]
        return {"predictions": [{"classes": [{"name": classes[i], "index": int(i), "probability": float(shares[i])}
                                             for i in best]}]}

    @app.post("/v1/predict")
    async def predict(request: fastapi.Request):
        return await fastapi.concurrency.run_in_threadpool(named, await request.body())

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
