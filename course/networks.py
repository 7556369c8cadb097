"""Networks that several lessons train, and one that is trained already."""

from torch import nn

from course.photos import FOLDER

# Made by `make weights`: what the network was trained on.
PRETRAINED = ("shapes", "gradients")


class Centre(nn.Module):
    """Move intensities from [0, 1] to [-2, 2]: around 0, where layers start well."""

    def forward(self, images):
        """Return 4 (images - 0.5)."""
        return 4 * (images - 0.5)


def small_cnn(in_channels, num_classes, *, batch_norm=False, dropout=0.0):
    """Build three convolution blocks, then two dense layers, for 32 x 32 images.

    Parameters
    ----------
    in_channels, num_classes : int
        Channels of the images, and classes.
    batch_norm : bool
        Normalise after each convolution.
    dropout : float
        Share of the 128 hidden units that are switched off while training.

    Returns
    -------
    nn.Sequential
        Takes (N, in_channels, 32, 32), gives logits (N, num_classes).

    Examples
    --------
    >>> model = small_cnn(1, 8)
    >>> sum(p.numel() for p in model.parameters())
    155528
    """
    layers, channels = [], in_channels
    for width in (16, 32, 64):
        layers.append(nn.Conv2d(channels, width, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(width))
        layers += [nn.ReLU(), nn.MaxPool2d(2)]
        channels = width
    head = [nn.Flatten(), nn.Linear(64 * 4 * 4, 128), nn.ReLU()]
    if dropout:
        head.append(nn.Dropout(dropout))
    return nn.Sequential(*layers, *head, nn.Linear(128, num_classes))


def gap_net(in_channels, num_classes):
    """Build three convolution blocks and a global average pool, for images of any size.

    Parameters
    ----------
    in_channels, num_classes : int
        Channels of the images, and classes.

    Returns
    -------
    nn.Sequential of a `base` and a `head`
        The base takes images (N, in_channels, H, W) in [0, 1] and gives features
        (N, 96); the head is a linear layer that gives logits (N, num_classes). The last
        maps, (N, 96, H / 4, W / 4), are what `model.base.features` gives.

    Examples
    --------
    >>> model = gap_net(3, 8)
    >>> import torch
    >>> model.base(torch.rand(2, 3, 32, 32)).shape
    torch.Size([2, 96])
    >>> model.base.features(torch.rand(2, 3, 32, 32)).shape
    torch.Size([2, 96, 8, 8])
    """
    features = nn.Sequential(
        Centre(),
        *_block(in_channels, 24, 5),
        nn.MaxPool2d(2),
        *_block(24, 48, 3),
        nn.MaxPool2d(2),
        *_block(48, 96, 3),
    )
    base = nn.Sequential()
    base.add_module("features", features)
    base.add_module("pool", nn.AdaptiveAvgPool2d(1))
    base.add_module("flatten", nn.Flatten())
    model = nn.Sequential()
    model.add_module("base", base)
    model.add_module("head", nn.Linear(96, num_classes))
    return model


def _block(in_channels, out_channels, kernel_size):
    return (
        nn.Conv2d(
            in_channels, out_channels, kernel_size, padding=kernel_size // 2, bias=False
        ),
        nn.BatchNorm2d(out_channels),
        nn.ReLU(),
    )


def pretrained(name):
    """Load a `gap_net` that tells the eight shapes of `course.data.SHAPES` apart.

    Parameters
    ----------
    name : {"shapes", "gradients"}
        What it was trained on: shapes over photos, or over smooth gradients.

    Returns
    -------
    nn.Sequential
        In eval mode; see `gap_net`.

    Raises
    ------
    ValueError
        If there are no such weights.

    References
    ----------
    Made by ``course/data/pretrain.py`` from data that ships.

    Examples
    --------
    >>> pretrained("shapes").head.out_features
    8
    """
    from safetensors.torch import load_file

    if name not in PRETRAINED:
        raise ValueError(
            f"pretrained: no weights called {name!r}; choose one of {PRETRAINED}"
        )
    model = gap_net(3, 8)
    stored = load_file(FOLDER / "weights" / f"{name}.safetensors")
    # Kept in half precision, which halves the file and costs no accuracy.
    model.load_state_dict(
        {key: v.float() if v.is_floating_point() else v for key, v in stored.items()}
    )
    return model.eval()
