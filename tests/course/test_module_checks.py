"""Networks are compared by what they hold and compute, not by how they are written."""

import pytest
import torch
from torch import nn

from course.checks import CheckError, check
from course.module_checks import check_module, fill

INPUTS = torch.rand(6, 2, 4, 4, generator=torch.Generator().manual_seed(0))


def reference(bias=False, drop=0.5):
    """Convolution, normalisation, dropout, a linear head."""
    return nn.Sequential(
        nn.Conv2d(2, 3, 3, padding=1, bias=bias),
        nn.BatchNorm2d(3),
        nn.ReLU(),
        nn.Flatten(),
        nn.Dropout(drop),
        nn.Linear(48, 2),
    )


class Written(nn.Module):
    """The same as a class, its layers in another order and with other names."""

    def __init__(self):
        super().__init__()
        self.head = nn.Linear(48, 2)
        self.norm = nn.BatchNorm2d(3)
        self.conv = nn.Conv2d(2, 3, 3, padding="same", bias=False)
        self.drop = nn.Dropout(0.5)

    def forward(self, x):
        """Compute logits."""
        return self.head(self.drop(self.norm(self.conv(x)).relu().flatten(1)))


def test_order_and_names_do_not_matter(capsys):
    """
    A class and a Sequential that compute the same pass.
    """

    def net():
        return Written()

    check_module(net, like=reference(), inputs=INPUTS, case="a small one")

    assert "✓ net: a small one\n" == capsys.readouterr().out


def frozen():
    """The reference with a frozen head."""
    model = reference()
    model[5].requires_grad_(False)
    return model


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (reference(bias=True), "has 161 parameters, wanted 158"),
        (frozen(), "60 parameters are trained and 98 frozen, wanted 158 and 0"),
        (
            nn.Sequential(nn.Flatten(), nn.Linear(32, 4), nn.Linear(4, 6, bias=False)),
            "has 156 parameters",
        ),
        (nn.Sequential(*reference(), nn.Softmax(1)), "in eval mode the network comp"),
        (reference(drop=0.1), "in train mode the network computes something else"),
        (nn.Sequential(reference()[0:2], *reference()[3:]), "in eval mode"),
        (
            nn.Sequential(*list(reference())[:3], nn.MaxPool2d(2), *reference()[3:]),
            r"cannot take an input of shape \(6, 2, 4, 4\): RuntimeError",
        ),
        ("a word", "a value of type str, wanted an nn.Module"),
    ],
)
def test_a_difference_is_named(model, message):
    """
    Parameters first, then what is frozen, then outputs in eval and train mode.
    """

    def net():
        return model

    with pytest.raises(CheckError, match=message):
        check_module(net, like=reference(), inputs=INPUTS, case="a small one")


def test_shapes_that_make_up_for_each_other_are_found():
    """
    The same number of parameters in other shapes is no match.
    """

    def net():
        return nn.Linear(5, 2, bias=False)

    with pytest.raises(CheckError, match="but their shapes are not"):
        check_module(
            net, like=nn.Linear(2, 5, bias=False), inputs=torch.ones(1, 2), case="one"
        )


def test_a_known_mistake_is_named():
    """
    A network that equals a known wrong one gets that sentence.
    """

    def net():
        return nn.Sequential(*reference(), nn.Softmax(1))

    with pytest.raises(CheckError, match="net, one: no softmax at the end"):
        check_module(
            net,
            like=reference(),
            inputs=INPUTS,
            case="one",
            mistakes={
                "no softmax at the end": nn.Sequential(*reference(), nn.Softmax(1))
            },
        )


def test_filling_keeps_values_usable():
    """
    Variances are positive, deep outputs finite, counters left alone.
    """
    deep = nn.Sequential(
        *[nn.Sequential(nn.Linear(64, 64), nn.ReLU()) for _ in range(30)]
    )
    norm = fill(nn.BatchNorm2d(5))

    assert norm.running_var.min() > 0
    assert 0 == norm.num_batches_tracked
    assert 1e-3 < fill(deep)(torch.ones(1, 64)).abs().max() < 1e3


def test_tensors_are_compared_like_arrays():
    """
    `check` knows tensors: type, dtype, shape, values; and restores changed arguments.
    """
    x = torch.tensor([1.0, -2.0])
    check(torch.abs, x, want=torch.tensor([1.0, 2.0]), case="two")
    for wrong, message in (
        (lambda v: v.numpy(), "wanted a torch tensor"),
        (lambda v: v.double().abs(), "has dtype torch.float64, wanted torch.float32"),
        (lambda v: v.abs()[None], r"has shape \(1, 2\)"),
        (lambda v: v, "1 of 2 values are wrong"),
        (lambda v: v.abs_(), "argument 1 was modified"),
    ):
        with pytest.raises(CheckError, match=message):
            check(wrong, x, want=torch.tensor([1.0, 2.0]), case="two")
    assert [1.0, -2.0] == x.tolist()
