"""The other end of python.ts: trains networks with PyTorch and scikit-learn as the lines on the standard input ask for."""

import base64
import json
import statistics
import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")
candidates = {}
libraries = []

try:
    import torch

    libraries += [{"name": "torch", "label": f"PyTorch {torch.__version__.split('+')[0]} x{n}", "threads": n} for n in (2, 1)]
except ImportError:
    pass
try:
    import sklearn
    from sklearn.neural_network import MLPClassifier

    libraries.append({"name": "sklearn", "label": f"scikit-learn {sklearn.__version__}", "threads": 0})
except ImportError:
    pass


def median_microseconds(call):
    times, end = [], time.perf_counter() + 0.3
    while len(times) < 20 or time.perf_counter() < end:
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e6)
    return statistics.median(times)


class Torch:
    def __init__(self, sizes, batch, x, labels, threads):
        self.threads, self.batch = threads, batch
        self.binary = sizes[-1] == 1
        torch.manual_seed(1)
        parts = []
        for i, (inputs, units) in enumerate(zip(sizes, sizes[1:])):
            parts.append(torch.nn.Linear(inputs, units))
            if i < len(sizes) - 2:
                parts.append(torch.nn.Tanh() if self.binary else torch.nn.ReLU())
        self.net = torch.nn.Sequential(*parts)
        self.x = torch.from_numpy(x)
        self.y = torch.from_numpy(labels).float()[:, None] if self.binary else torch.from_numpy(labels).long()
        self.criterion = torch.nn.BCEWithLogitsLoss() if self.binary else torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3)

    def train(self, passes):
        torch.set_num_threads(self.threads)
        for _ in range(passes):
            for begin in range(0, len(self.x), self.batch):
                self.optimizer.zero_grad()
                loss = self.criterion(self.net(self.x[begin : begin + self.batch]), self.y[begin : begin + self.batch])
                loss.backward()
                self.optimizer.step()

    def loss(self):
        with torch.no_grad():
            return float(self.criterion(self.net(self.x), self.y))

    def latency(self):
        torch.set_num_threads(self.threads)
        row = self.x[:1]
        with torch.inference_mode():
            return median_microseconds(lambda: self.net(row).numpy())


class Sklearn:
    def __init__(self, sizes, batch, x, labels, threads):
        binary = sizes[-1] == 1
        self.net = MLPClassifier(
            hidden_layer_sizes=sizes[1:-1], activation="tanh" if binary else "relu", batch_size=min(batch, len(x)), alpha=0, shuffle=False, random_state=1
        )
        self.x, self.y = x, labels
        self.classes = np.arange(max(2, sizes[-1]))
        self.net.partial_fit(x, labels, self.classes)

    def train(self, passes):
        for _ in range(passes):
            self.net.partial_fit(self.x, self.y)

    def loss(self):
        return float(self.net.loss_)

    def latency(self):
        row = self.x[:1]
        return median_microseconds(lambda: self.net.predict_proba(row))


kinds = {"torch": Torch, "sklearn": Sklearn}


def answer(request):
    what = request["do"]
    if what == "describe":
        return {"libraries": libraries}
    number = request["id"]
    if what == "create":
        sizes = request["sizes"]
        x = np.frombuffer(base64.b64decode(request["x"]), np.float32).reshape(request["rows"], sizes[0]).copy()
        labels = np.frombuffer(base64.b64decode(request["labels"]), np.int32).copy()
        candidates[number] = kinds[request["name"]](sizes, request["batch"], x, labels, request["threads"])
        return {"ok": True}
    if what == "dispose":
        del candidates[number]
        return {}
    if what == "train":
        candidates[number].train(request["passes"])
        return {}
    return {"value": getattr(candidates[number], what)()}


for line in sys.stdin:
    print(json.dumps(answer(json.loads(line))), flush=True)
