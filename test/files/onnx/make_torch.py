"""Small networks that PyTorch exports as ONNX, with their results: made by PyTorch 1.13 (opset 14 and others).

Run: python3 test/files/onnx/make_torch.py > test/files/onnx/torch.json
"""

import base64
import io
import json

import torch
from torch import nn

torch.manual_seed(1)


def exported(network, x, opset=14, training=False):
    stream = io.BytesIO()
    axes = {"x": {0: "batch"}, "y": {0: "batch"}}
    mode = torch.onnx.TrainingMode.PRESERVE if training else torch.onnx.TrainingMode.EVAL
    torch.onnx.export(
        network, x, stream, input_names=["x"], output_names=["y"], dynamic_axes=axes, opset_version=opset, training=mode
    )
    return base64.b64encode(stream.getvalue()).decode()


class Flat(nn.Module):
    """Rows in another shape, as PyTorch users write it."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(6, 4)
        self.out = nn.Linear(4, 2, bias=False)

    def forward(self, x):
        x = x.view(x.size(0), -1)
        h = torch.cat([torch.tanh(self.fc(x)), torch.sigmoid(self.fc(x))], dim=1)
        return self.out(h[:, 1:5] + h.mean(dim=1, keepdim=True)).clamp(-1, 0.5)


def randomized(network):
    with torch.no_grad():
        for value in [*network.parameters(), *network.buffers()]:
            if value.dtype == torch.float32:
                value.copy_(torch.rand_like(value) + 0.3 if value.dim() == 1 else torch.randn_like(value))
    return network.eval()


activations = ["ReLU", "Sigmoid", "Tanh", "SELU", "Softplus", "Softsign", "Mish", "Hardswish", "LeakyReLU", "ELU", "CELU",
               "GELU", "Hardsigmoid", "Hardtanh", "ReLU6", "SiLU", "LogSigmoid", "Tanhshrink", "Softmax", "LogSoftmax"]
networks = {
    "mlp": (nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.BatchNorm1d(5), nn.LeakyReLU(0.1), nn.Dropout(0.3), nn.Linear(5, 4),
                          nn.LayerNorm(4), nn.PReLU(), nn.Linear(4, 3), nn.Softmax(dim=1)), (3, 2, 3), 14),
    "opset 9": (nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU6(), nn.Linear(4, 2), nn.LogSoftmax(dim=1)), (3, 3), 9),
    "opset 17": (nn.Sequential(nn.Linear(3, 4), nn.LayerNorm(4), nn.PReLU(4), nn.Linear(4, 2)), (3, 3), 17),
    "view, cat, mean, slice, clamp": (Flat(), (3, 2, 3), 14),
    "embedding": (nn.Sequential(nn.Embedding(5, 3), nn.Flatten(), nn.Linear(6, 2)), None, 14),
}
for name in activations:
    options = {"dim": 1} if "oftmax" in name else {}
    networks[name] = (nn.Sequential(nn.Linear(3, 4), getattr(nn, name)(**options)), (3, 3), 14)

cases = []
for name, (network, shape, opset) in networks.items():
    x = torch.tensor([[0, 4], [2, 1], [3, 3]]) if shape is None else torch.randn(*shape)
    y = randomized(network)(x)
    cases.append(
        {
            "name": name,
            "bytes": exported(network, x, opset),
            "shape": list(x.shape),
            "x": x.flatten().tolist(),
            "outputShape": list(y.shape),
            "y": y.flatten().tolist(),
            "weights": [key for key, _ in network.named_parameters()],
        }
    )
print(json.dumps({"torch": torch.__version__, "cases": cases}, indent=1))
