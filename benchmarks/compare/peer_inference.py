#!/usr/bin/env python3
"""Calls of torchvision's AlexNet in another engine, on numbers that are in memory; prints one JSON document.

    peer_inference.py torch|onnxruntime|openvino --weights FILE --batch 1 [--threads 2] [--steps 20]
    peer_inference.py ENGINE ... --photo photo.jpg      # one photo from the shell: the name's number and no timing

Each engine at its best settings that we know: channels_last and oneDNN fusion for PyTorch (inference_mode, frozen trace),
latency or throughput hints for OpenVINO, all graph optimisations for ONNX Runtime. Imports stand where they are used: what a
cold process pays is only its own engine.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable

import numpy

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
Call = Callable[[numpy.ndarray], numpy.ndarray]


def torch_engine(options: argparse.Namespace) -> tuple[Call, str]:
    import torch
    from safetensors.torch import load_file
    from torchvision.models import alexnet
    torch.set_num_threads(options.threads)
    weights = {name: value for name, value in load_file(options.weights).items()
               if name.startswith(("features", "classifier"))}
    model = alexnet(num_classes=len(weights["classifier.6.bias"])).eval()
    model.load_state_dict(weights)
    kind = torch.bfloat16 if options.precision == "bf16" else torch.float32
    model = model.to(kind, memory_format=torch.channels_last)
    if not options.photo:  # freezing pays where there are many calls
        example = torch.zeros(options.batch, 3, 224, 224).to(kind, memory_format=torch.channels_last)
        with torch.inference_mode():
            model = torch.jit.freeze(torch.jit.trace(model, example))

    def call(photos: numpy.ndarray) -> numpy.ndarray:
        with torch.inference_mode():
            return model(torch.from_numpy(photos).to(kind, memory_format=torch.channels_last)).float().numpy()
    return call, f"PyTorch {torch.__version__}"


def onnxruntime_engine(options: argparse.Namespace) -> tuple[Call, str]:
    import onnxruntime
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = options.threads
    settings.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(options.weights, settings, providers=["CPUExecutionProvider"])
    return lambda photos: session.run(None, {"photos": photos})[0], f"ONNX Runtime {onnxruntime.__version__}"


def openvino_engine(options: argparse.Namespace) -> tuple[Call, str]:
    import openvino
    core = openvino.Core()
    model = core.read_model(options.weights)
    model.reshape([options.batch, 3, 224, 224])
    compiled = core.compile_model(model, "CPU", {
        "PERFORMANCE_HINT": "LATENCY" if options.batch == 1 else "THROUGHPUT", "NUM_STREAMS": "1",
        "INFERENCE_NUM_THREADS": options.threads, "INFERENCE_PRECISION_HINT": options.precision})
    request = compiled.create_infer_request()
    return lambda photos: request.infer({0: photos})[compiled.output(0)], f"OpenVINO {openvino.__version__.split('-')[0]}"


ENGINES = {"torch": torch_engine, "onnxruntime": onnxruntime_engine, "openvino": openvino_engine}


def numbers_of(path: str) -> numpy.ndarray:
    """(1,3,224,224): the shorter side to 256, the central 224, normalised."""
    from PIL import Image
    photo = Image.open(path).convert("RGB")
    scale = 256 / min(photo.size)
    photo = photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.BILINEAR)
    left, top = (photo.width - 224) // 2, (photo.height - 224) // 2
    pixels = numpy.asarray(photo.crop((left, top, left + 224, top + 224)), numpy.float32) / 255
    return numpy.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1)[None], numpy.float32)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("engine", choices=ENGINES)
    parser.add_argument("--weights", required=True, help="safetensors for torch, else ONNX")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--precision", choices=["f32", "bf16"], default="f32", help="bf16: PyTorch and OpenVINO")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--warm-up", type=int, default=5)
    parser.add_argument("--photo")
    options = parser.parse_args()
    call, version = ENGINES[options.engine](options)
    if options.photo:
        print(int(call(numbers_of(options.photo)).argmax()))
        return
    photos = numpy.random.default_rng(1).standard_normal((options.batch, 3, 224, 224), numpy.float32)
    times = []
    for _ in range(options.warm_up + options.steps):
        begin = time.perf_counter()
        call(photos)
        times.append(1000 * (time.perf_counter() - begin))
    print(json.dumps({"step_ms": statistics.median(times[options.warm_up:]), "version": version}))


if __name__ == "__main__":
    main()
