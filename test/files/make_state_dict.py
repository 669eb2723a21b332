"""A state_dict that PyTorch's modules have, with inputs and results.

Run with torch, numpy and safetensors: python test/files/make_state_dict.py > test/files/state-dict.json
"""

import base64
import json

import torch
from safetensors.numpy import save
from torch import nn

torch.manual_seed(2)
network = nn.Sequential(
    nn.Linear(3, 5), nn.Tanh(), nn.BatchNorm1d(5), nn.Dropout(0.2), nn.Linear(5, 4), nn.LayerNorm(4, eps=1e-5), nn.PReLU(4), nn.Linear(4, 2)
)
with torch.no_grad():
    for value in [*network.parameters(), *network.buffers()]:
        if value.dtype == torch.float32:
            value.copy_(torch.rand_like(value) + 0.25 if value.dim() == 1 else torch.randn_like(value))
network.eval()
x = torch.randn(3, 3)
state = {name: value.numpy() for name, value in network.state_dict().items()}
print(
    json.dumps(
        {
            "torch": torch.__version__,
            "bytes": base64.b64encode(save(state)).decode(),
            "shapes": {name: list(value.shape) for name, value in state.items()},
            "x": x.tolist(),
            "y": network(x).tolist(),
        },
        indent=1,
    )
)
