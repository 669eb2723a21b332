"""Weights as NumPy saves them under the names of layers, and what the network computes with them in float64.

Run: python test/saving/make_npz.py > test/saving/npz.json
"""

import base64
import io
import json

import numpy as np

rng = np.random.default_rng(3)
kernel, bias, out = rng.normal(size=(3, 4)), rng.normal(size=4), rng.normal(size=(4, 2))
weights = {"hidden/kernel": kernel.astype("<f4"), "hidden/bias": bias, "out/kernel": np.asfortranarray(out)}
x = rng.normal(size=(5, 3))


def saved(save):
    stream = io.BytesIO()
    save(stream, **weights)
    return base64.b64encode(stream.getvalue()).decode()


y = np.tanh(x @ kernel + bias) @ out
print(json.dumps({"npz": saved(np.savez), "compressed": saved(np.savez_compressed), "x": x.tolist(), "y": y.tolist()}))
