"""Make the course's trained weights from data that ships.

Run by `make weights`; takes about two minutes on one core.
"""

import argparse
from pathlib import Path

import torch
from safetensors.torch import save_file

from course.augment import Augment
from course.networks import PRETRAINED, gap_net
from course.shapes import shapes
from course.training import fit, judge

HERE = Path(__file__).parent
BACKGROUNDS = {"shapes": "photo", "gradients": "gradient"}
EPOCHS = 16


def train(name, per_class=1000, epochs=EPOCHS):
    """Train a network on shapes over one kind of background; returns it."""
    torch.manual_seed(0)
    torch.set_num_threads(1)  # more of them add numbers in another order
    images, labels, _ = shapes(per_class, background=BACKGROUNDS[name], seed=7)
    model = gap_net(3, 8)
    fit(
        model,
        torch.from_numpy(images),
        torch.from_numpy(labels),
        epochs=epochs,
        lr=4e-3,
        batch_size=64,
        augment=Augment(flip=True, shift=0.06, zoom=0.1),
    )
    return model


def build(folder=HERE / "weights"):
    """Write the weights of every network into `folder`, in half precision."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PRETRAINED:
        model = train(name)
        images, labels, _ = shapes(
            100, part="test", background=BACKGROUNDS[name], seed=8
        )
        _, accuracy = judge(model, torch.from_numpy(images), torch.from_numpy(labels))
        half = {
            key: value.half() if value.is_floating_point() else value
            for key, value in model.state_dict().items()
        }
        save_file(half, folder / f"{name}.safetensors")
        print(f"{name}: {accuracy:.1%} of {len(images)} test images")


if __name__ == "__main__":
    argparse.ArgumentParser(description=__doc__).parse_args()
    build()
