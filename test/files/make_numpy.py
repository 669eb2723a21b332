"""Arrays as NumPy saves them: every element type, both byte orders, Fortran's order, all header versions, both kinds of .npz.

Run: python test/files/make_numpy.py > test/files/numpy.json
"""

import base64
import io
import json
import warnings

import numpy as np

warnings.simplefilter("ignore")
values = np.arange(-6, 18).reshape(2, 3, 4)


def saved(array, version=None):
    stream = io.BytesIO()
    np.lib.format.write_array(stream, array, version=version)
    return base64.b64encode(stream.getvalue()).decode()


def archive(save):
    stream = io.BytesIO()
    save(stream, x=values.astype("<f4"), labels=np.arange(3), one=np.float64(2.5))
    return base64.b64encode(stream.getvalue()).decode()


cases = []
for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8"]:
    for order in ["<", ">"]:
        array = (values / 4 if kind[0] == "f" else values).astype(order + kind)
        cases.append({"name": array.dtype.str, "bytes": saved(array), "shape": array.shape, "values": array.ravel().tolist()})
for kind in ["u1", "<u2", ">u4", "<u8", "b1"]:
    array = (np.abs(values) % 2 == 1) if kind == "b1" else np.abs(values).astype(kind)
    cases.append({"name": kind, "bytes": saved(array), "shape": array.shape, "values": array.ravel().astype(float).tolist()})
fortran = np.asfortranarray(values.astype("<f4"))
cases.append({"name": "fortran", "bytes": saved(fortran), "shape": fortran.shape, "values": fortran.ravel().tolist()})
for version in [(1, 0), (2, 0), (3, 0)]:
    array = np.arange(5, dtype="<f4")
    cases.append({"name": f"version {version[0]}", "bytes": saved(array, version), "shape": array.shape, "values": array.tolist()})
cases.append({"name": "a number", "bytes": saved(np.float32(7)), "shape": [], "values": [7]})
cases.append({"name": "empty", "bytes": saved(np.zeros((0, 3), "<f4")), "shape": [0, 3], "values": []})
print(
    json.dumps(
        {
            "numpy": np.__version__,
            "cases": cases,
            "npz": archive(np.savez),
            "compressed": archive(np.savez_compressed),
            "record": saved(np.zeros(2, dtype=[("a", "<f4")])),
            "text": saved(np.array(["ab"])),
        },
        indent=1,
    )
)
