"""Layers of the student's in a test's model, in one kernel and in two rooms."""

import pytest
from two_rooms import in_both

STUDENT = """
import torch
from torch import nn


class Scale(nn.Module):
    def __init__(self, k=2.0):
        super().__init__()
        self.k = nn.Parameter(torch.tensor(k))

    def forward(self, x):
        return self.k * x


class Fixed(nn.Module):
    def __init__(self, k=2.0):
        super().__init__()
        self.k = torch.tensor(k)

    def forward(self, x):
        return self.k * x


class Mix(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.w = nn.Parameter(torch.randn(outputs, inputs))
        self.register_buffer("n", torch.zeros(1))

    def forward(self, x):
        return x @ self.w.T


class Block(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.fc = nn.Linear(n, n)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        return x + self.drop(self.fc(x))


def count(model):
    return sum(p.numel() for p in model.parameters())


def run(model, x):
    return model(x)
"""
CASES = {
    "in a Sequential": """
import torch
from torch import nn

s = nn.Sequential(Scale(), nn.Linear(3, 1, bias=False))
assert [n for n, _ in s.named_parameters()] == ["0.k", "1.weight"]
x = torch.ones(2, 3)
assert torch.allclose(s(x), 2 * s[1](x))
optimizer = torch.optim.SGD(s.parameters(), 0.1)
before = s[0].k.item(), s[1].weight.clone()
s(x).sum().backward()
optimizer.step()
assert s[0].k.item() != before[0] and not torch.equal(s[1].weight, before[1])
optimizer.zero_grad()
assert s[0].k.grad is None
""",
    "in a module of the test's": """
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.block = Block(4)
        self.out = nn.Linear(4, 2)

    def forward(self, x):
        return self.out(self.block(x))

net = Net()
assert sum(p.numel() for p in net.parameters()) == 30
assert len([m for m in net.modules() if isinstance(m, nn.Linear)]) == 2
names = ["block.fc.bias", "block.fc.weight", "out.bias", "out.weight"]
assert sorted(net.state_dict()) == names
net.eval()
assert not net.block.training and not net.block.drop.training
x, y = torch.randn(5, 4), torch.randn(5, 2)
assert torch.equal(net(x), net(x))
net.train()
assert net.block.drop.training
optimizer = torch.optim.Adam(net.parameters(), 1e-2)
losses = []
for _ in range(20):
    optimizer.zero_grad()
    loss = ((net(x) - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())
assert losses[-1] < losses[0]
""",
    "of another type": """
s = nn.Sequential(Scale(), nn.Linear(3, 1)).double()
assert s[0].k.dtype == torch.float64
assert s(torch.ones(1, 3, dtype=torch.float64)).dtype == torch.float64
""",
    "given back to the student's functions": """
s = nn.Sequential(Scale(), nn.Linear(3, 1))
x = torch.ones(2, 3)
assert count(s) == 5 and torch.equal(run(s, x), s(x))
""",
    "with a state from elsewhere": """
s = nn.Sequential(Scale(3.0), nn.Linear(3, 1))
t = nn.Sequential(Scale(), nn.Linear(3, 1))
t.load_state_dict(s.state_dict())
assert t[0].k.item() == 3 and torch.equal(s[1].weight, t[1].weight)
""",
    "in a list, and initialized": """
layers = nn.ModuleList([Mix(2, 3), Mix(3, 1)])
assert len(list(layers.parameters())) == len(list(layers.buffers())) == 2
for p in layers.parameters():
    p.requires_grad_(False)
assert not any(p.requires_grad for p in layers[0].parameters())
seen = []
layers.apply(lambda m: seen.append(type(m).__name__))
assert seen == ["Mix", "Mix", "ModuleList"]

def init(m):
    if type(m).__name__ == "Mix":
        nn.init.ones_(m.w)

layers.apply(init)
assert (layers[0].w == 1).all()
x = torch.ones(1, 2)
for layer in layers:
    x = layer(x)
assert x.item() == 6
""",
}
WRONG = {
    "without a parameter": """
assert len(list(nn.Sequential(Fixed(), nn.Linear(3, 1)).parameters())) == 3
""",
    "with another result": "assert nn.Sequential(Scale())(torch.ones(1)).item() == 3",
}


@pytest.fixture(scope="module")
def both(warm, tmp_path_factory):
    """All cases in one kernel and in two rooms: (errors there, errors here)."""
    folder = tmp_path_factory.mktemp("cases")
    cells = [("student", STUDENT)]
    return in_both(warm, folder, *cells, cases=CASES | WRONG)


@pytest.mark.parametrize("case", CASES)
def test_a_layer_is_a_part_of_a_model(both, case):
    """
    It is trained, counted, saved and shown with the rest.
    """
    assert ["", ""] == [run[case] for run in both]


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_fails_in_both(both, case):
    """
    With the same exception.
    """
    names = [run[case].partition(":")[0] for run in both]

    assert names[0]
    assert names[:1] * 2 == names
