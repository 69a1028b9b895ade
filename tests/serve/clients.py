"""What other programs' clients get for a photo, as one JSON document: name of the way -> probability of each class.

clients.py ADDRESS PHOTO (with Python's requests and Triton's HTTP client)
"""

import base64
import json
import sys

import numpy
import requests
import tritonclient.http as triton


def of_document(document):
    return {one["name"]: one["probability"] for one in document["predictions"][0]["classes"]}


def by_requests(address, photo):
    url = address + "v1/predict"
    yield "requests, body", of_document(requests.post(url, data=photo, headers={"Content-Type": "image/png"}).json())
    yield "requests, form", of_document(requests.post(url, files={"file": ("photo.png", photo, "image/png")}).json())
    yield "requests, JSON", of_document(requests.post(url, json={"data": base64.b64encode(photo).decode()}).json())


def by_triton(address, photo):
    client = triton.InferenceServerClient(address.removeprefix("http://").rstrip("/"))
    assert client.is_server_live() and client.is_server_ready() and client.is_model_ready("run")
    known = requests.get(address + "v1/model").json()["model"]
    facts = client.get_model_metadata("run")
    assert facts["outputs"][0]["name"] == "probabilities" and facts["versions"] == [known["version"]], facts

    def infer(values, kind, binary, classes=0):
        asked = triton.InferInput("input", list(values.shape), kind)
        asked.set_data_from_numpy(values, binary_data=binary)
        wanted = triton.InferRequestedOutput("probabilities", binary_data=binary, class_count=classes)
        return client.infer("run", [asked], outputs=[wanted], request_id="7").as_numpy("probabilities")[0]

    for binary in (True, False):
        sent = numpy.array([photo if binary else base64.b64encode(photo)], dtype=object)
        form = "binary" if binary else "JSON"
        yield f"triton, {form}", dict(zip(known["classes"], map(float, infer(sent, "BYTES", binary))))
        best = [one.decode() if isinstance(one, bytes) else one for one in infer(sent, "BYTES", binary, len(known["classes"]))]
        yield f"triton, {form}, classes", {name: float(value) for value, _, name in (one.split(":", 2) for one in best)}
    kept = known["preprocessing"]
    pixels = numpy.full((1, kept["height"], kept["width"], kept["channels"]), 100, numpy.uint8)
    bytes_, floats = infer(pixels, "UINT8", True), infer(pixels.astype(numpy.float32), "FP32", True)
    assert numpy.array_equal(bytes_, floats), (bytes_, floats)


if __name__ == "__main__":
    with open(sys.argv[2], "rb") as file:
        bytes_of_photo = file.read()
    ways = {**dict(by_requests(sys.argv[1], bytes_of_photo)), **dict(by_triton(sys.argv[1], bytes_of_photo))}
    print(json.dumps(ways))
