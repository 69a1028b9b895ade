"""The torchvision network of a model file in another engine, behind FastAPI and uvicorn.

peer.py torch|onnxruntime MODEL.safetensors WEIGHTS PORT THREADS

Same weights (WEIGHTS: that file for torch, an ONNX model for onnxruntime), same preparation of photos (Pillow), same form of
answers as `alexnet serve`: POST /v1/predict with the photo as the body.
"""

import argparse
import io
import json
import pathlib
import struct
import sys

import fastapi
import fastapi.concurrency
import numpy
import PIL.Image
import uvicorn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "compare"))
from peer_inference import DEVIATION, ENGINES, MEAN  # noqa: E402

TOP = 5


def metadata(path):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        return json.loads(file.read(length))["__metadata__"]


def prepared(photo):
    """Squashed to 256 x 256, the middle 224 x 224, normalised: (1, 3, 224, 224)."""
    image = PIL.Image.open(io.BytesIO(photo)).convert("RGB").resize((256, 256), PIL.Image.Resampling.BILINEAR)
    left = top = (256 - 224) // 2
    pixels = numpy.asarray(image.crop((left, top, left + 224, top + 224)), dtype=numpy.float32) / 255
    return numpy.ascontiguousarray(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1)[None], numpy.float32)


def main():
    engine, path, weights, port, threads = *sys.argv[1:4], int(sys.argv[4]), int(sys.argv[5])
    facts = metadata(path)
    classes, geometry = json.loads(facts["classes"]), json.loads(facts["geometry"])
    assert (geometry["mode"], geometry["filter"], geometry["resize"]) == ("squash", "bilinear", 256), geometry
    # As for one photo: PyTorch is measured for its first answer alone, and then what it does before must be short.
    call, _ = ENGINES[engine](argparse.Namespace(weights=weights, threads=threads, batch=1, photo=True, precision="f32"))
    app = fastapi.FastAPI()

    def named(photo):
        scores = call(prepared(photo))[0].astype(numpy.float64)
        shares = numpy.exp(scores - scores.max())
        shares /= shares.sum()
        best = numpy.argsort(-shares, kind="stable")[:TOP]
        return {"predictions": [{"classes": [{"name": classes[i], "index": int(i), "probability": float(shares[i])}
                                             for i in best]}]}

    @app.post("/v1/predict")
    async def predict(request: fastapi.Request):
        return await fastapi.concurrency.run_in_threadpool(named, await request.body())

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


if __name__ == "__main__":
    main()
