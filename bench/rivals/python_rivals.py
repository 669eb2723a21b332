"""The other end of python.ts: trains networks with PyTorch, JAX, TensorFlow and scikit-learn, whichever this Python has, as the lines
on the standard input ask for. With so many processors as it is told: XLA and BLAS choose their threads by that.

Usage: python_rivals.py THREADS"""

import base64
import importlib.util
import json
import os
import statistics
import sys
import time
import warnings

threads = int(sys.argv[1])
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:threads])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["KERAS_BACKEND"] = "tensorflow"
os.environ["JAX_PLATFORMS"] = "cpu"

import numpy as np

warnings.filterwarnings("ignore")


def median_microseconds(call):
    times, end = [], time.perf_counter() + 0.2
    while len(times) < 20 or time.perf_counter() < end:
        began = time.perf_counter()
        call()
        times.append((time.perf_counter() - began) * 1e6)
    return statistics.median(times)


class Candidate:
    """A network with `problem` as fields: sizes, batch, x, y (numbers of classes), weights (pairs of kernel and bias)."""

    def __init__(self, problem):
        self.__dict__.update(problem)
        self.binary = self.sizes[-1] == 1
        self.build()

    def batches(self):
        return range(0, len(self.x), self.batch)

    def latency(self, rows):
        x = np.ascontiguousarray(np.resize(self.x, (rows, self.sizes[0])))
        return median_microseconds(lambda: self.predict(x))


class Torch(Candidate):
    @staticmethod
    def version():
        global torch
        import torch

        torch.set_num_threads(threads)
        return f"PyTorch {torch.__version__.split('+')[0]}"

    def build(self):
        parts = []
        for i, (kernel, bias) in enumerate(self.weights):
            layer = torch.nn.Linear(*kernel.shape)
            with torch.no_grad():
                layer.weight.copy_(torch.from_numpy(kernel.T.copy()))
                layer.bias.copy_(torch.from_numpy(bias))
            parts.append(layer)
            if i < len(self.weights) - 1:
                parts.append(torch.nn.Tanh() if self.binary else torch.nn.ReLU())
        self.net = torch.nn.Sequential(*parts)
        self.inputs = torch.from_numpy(self.x)
        self.targets = torch.from_numpy(self.y).float()[:, None] if self.binary else torch.from_numpy(self.y).long()
        self.criterion = torch.nn.BCEWithLogitsLoss() if self.binary else torch.nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=1e-3, eps=1e-7)

    def train(self, passes):
        for _ in range(passes):
            for begin in self.batches():
                end = begin + self.batch
                self.optimizer.zero_grad()
                self.criterion(self.net(self.inputs[begin:end]), self.targets[begin:end]).backward()
                self.optimizer.step()

    def loss(self):
        with torch.no_grad():
            return float(self.criterion(self.net(self.inputs), self.targets))

    def predict(self, x):
        with torch.inference_mode():
            return self.net(torch.from_numpy(x)).numpy()


class Jax(Candidate):
    @staticmethod
    def version():
        global jax, jnp
        import jax
        import jax.numpy as jnp

        return f"JAX {jax.__version__}"

    def build(self):
        inside = jnp.tanh if self.binary else jax.nn.relu

        def forward(parameters, x):
            for kernel, bias in parameters[:-1]:
                x = inside(x @ kernel + bias)
            return x @ parameters[-1][0] + parameters[-1][1]

        def loss(parameters, x, y):
            z = forward(parameters, x)
            if self.binary:
                return jnp.mean(jax.nn.softplus(z) - z * y[:, None])
            return -jnp.mean(jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1))

        def step(state, x, y):
            parameters, m, v, t = state
            gradients = jax.grad(loss)(parameters, x, y)
            t = t + 1
            rate = 1e-3 * jnp.sqrt(1 - 0.999**t) / (1 - 0.9**t)
            m = jax.tree.map(lambda a, g: 0.9 * a + 0.1 * g, m, gradients)
            v = jax.tree.map(lambda a, g: 0.999 * a + 0.001 * g * g, v, gradients)
            parameters = jax.tree.map(lambda p, a, b: p - rate * a / (jnp.sqrt(b) + 1e-7), parameters, m, v)
            return parameters, m, v, t

        self.step, self.forward, self.mean = jax.jit(step, donate_argnums=0), jax.jit(forward), jax.jit(loss)
        parameters = [(jnp.array(kernel), jnp.array(bias)) for kernel, bias in self.weights]
        zeros = lambda: jax.tree.map(jnp.zeros_like, parameters)
        self.state = (parameters, zeros(), zeros(), jnp.float32(0))
        self.parts = [(jnp.array(self.x[b : b + self.batch]), jnp.array(self.y[b : b + self.batch])) for b in self.batches()]

    def train(self, passes):
        for _ in range(passes):
            for x, y in self.parts:
                self.state = self.step(self.state, x, y)
        jax.block_until_ready(self.state)

    def loss(self):
        return float(np.mean([self.mean(self.state[0], x, y) for x, y in self.parts]))

    def predict(self, x):
        return np.asarray(self.forward(self.state[0], x))


class TensorFlow(Candidate):
    """A compiled step as its guide to training loops writes it: `fit` needs a millisecond for each call."""

    @staticmethod
    def version():
        global tf, keras
        import tensorflow as tf
        import keras

        return f"TensorFlow {tf.__version__}"

    def build(self):
        layers = [keras.Input((self.sizes[0],))]
        for units in self.sizes[1:-1]:
            layers.append(keras.layers.Dense(units, activation="tanh" if self.binary else "relu"))
        layers.append(keras.layers.Dense(self.sizes[-1]))
        self.net = keras.Sequential(layers)
        self.net.set_weights([array for pair in self.weights for array in pair])
        self.optimizer = keras.optimizers.Adam(1e-3)
        self.optimizer.build(self.net.trainable_variables)
        kind = keras.losses.BinaryCrossentropy if self.binary else keras.losses.SparseCategoricalCrossentropy
        self.criterion = kind(from_logits=True)

        @tf.function(jit_compile=True)
        def step(x, y):
            with tf.GradientTape() as tape:
                loss = self.criterion(y, self.net(x, training=True))
            self.optimizer.apply(tape.gradient(loss, self.net.trainable_variables), self.net.trainable_variables)

        self.step = step
        self.forward = tf.function(lambda x: self.net(x, training=False), jit_compile=True)
        self.parts = [
            (tf.constant(self.x[b : b + self.batch]), tf.constant(self.y[b : b + self.batch, None].astype(np.float32)))
            for b in self.batches()
        ]

    def train(self, passes):
        for _ in range(passes):
            for x, y in self.parts:
                self.step(x, y)

    def loss(self):
        return float(np.mean([self.criterion(y, self.forward(x)) for x, y in self.parts]))

    def predict(self, x):
        return self.forward(tf.constant(x)).numpy()


class Sklearn(Candidate):
    @staticmethod
    def version():
        global sklearn, MLPClassifier
        import sklearn
        from sklearn.neural_network import MLPClassifier

        return f"scikit-learn {sklearn.__version__}"

    def build(self):
        self.net = MLPClassifier(
            hidden_layer_sizes=self.sizes[1:-1],
            activation="tanh" if self.binary else "relu",
            batch_size=min(self.batch, len(self.x)),
            alpha=0,
            shuffle=False,
            epsilon=1e-7,
        )
        # Its arrays exist only after a first pass, which is taken back.
        self.net.partial_fit(self.x, self.y, classes=np.arange(max(2, self.sizes[-1])))
        for (kernel, bias), coefficients, intercepts in zip(self.weights, self.net.coefs_, self.net.intercepts_):
            coefficients[...] = kernel
            intercepts[...] = bias
        optimizer = self.net._optimizer
        optimizer.t = 0
        for moment in [*optimizer.ms, *optimizer.vs]:
            moment[...] = 0

    def train(self, passes):
        for _ in range(passes):
            self.net.partial_fit(self.x, self.y)

    def loss(self):
        probabilities = self.net.predict_proba(self.x).astype(np.float64)
        return float(-np.mean(np.log(probabilities[np.arange(len(self.y)), self.y])))

    def predict(self, x):
        return self.net.predict_proba(x)


kinds = {"torch": Torch, "jax": Jax, "tensorflow": TensorFlow, "sklearn": Sklearn}
candidates = {}


def describe():
    libraries = []
    for name, kind in kinds.items():
        # What several Pythons have is measured once: python.ts leaves out what is there already.
        if importlib.util.find_spec(name) is not None:
            libraries.append({"name": name, "version": kind.version()})
    return {"libraries": libraries}


def decode(text, kind):
    return np.frombuffer(base64.b64decode(text), kind).copy()


def create(request):
    sizes = request["sizes"]
    weights = [
        (decode(kernel, np.float32).reshape(inputs, units), decode(bias, np.float32))
        for (kernel, bias), inputs, units in zip(request["weights"], sizes, sizes[1:])
    ]
    x = decode(request["x"], np.float32).reshape(request["rows"], sizes[0])
    return {"sizes": sizes, "batch": request["batch"], "x": x, "y": decode(request["labels"], np.int32), "weights": weights}


def answer(request):
    what = request["do"]
    if what == "describe":
        return describe()
    number = request["id"]
    if what == "create":
        candidates[number] = kinds[request["name"]](create(request))
        return {}
    if what == "dispose":
        del candidates[number]
        return {}
    return {"value": getattr(candidates[number], what)(*request["arguments"])}


for line in sys.stdin:
    try:
        result = answer(json.loads(line))
    except Exception as error:
        result = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(result), flush=True)
