"""Random changes of images that leave their class alone, for a whole batch at once."""

from dataclasses import dataclass

import torch
from torch.nn import functional as F  # noqa: N812  (torch's own short name)


@dataclass(frozen=True)
class Augment:
    """Change each image of a batch in its own random way.

    Parameters
    ----------
    flip, flip_vertical : bool
        Mirror left and right, or top and bottom, every other time.
    rotate, shear : float
        Largest angle to either side, in degrees.
    shift : float
        Largest shift along each axis, as a share of the side.
    zoom : float
        Largest change of size: 0.15 means 0.85 to 1.15 times.
    color : float
        Largest change of contrast, of brightness, and of each channel's gain.
    padding : {"reflection", "border", "zeros"}
        What stands outside the image, in torch's words.

    Notes
    -----
    Rotation, shear, zoom, and shifts by parts of a pixel read between the pixels and so
    blur a little. Where only flips are asked for, every pixel is kept as it is.

    Examples
    --------
    >>> images = torch.rand(4, 3, 8, 8)
    >>> Augment(flip=True)(images, torch.Generator().manual_seed(0)).shape
    torch.Size([4, 3, 8, 8])
    """

    flip: bool = False
    flip_vertical: bool = False
    rotate: float = 0.0
    shear: float = 0.0
    shift: float = 0.0
    zoom: float = 0.0
    color: float = 0.0
    padding: str = "reflection"

    def __call__(self, images, generator=None):
        """Return changed copies.

        Parameters
        ----------
        images : Tensor of shape (N, C, H, W), float
            Left as they are.
        generator : torch.Generator, optional
            Where the random numbers come from; torch's own when not given.

        Returns
        -------
        Tensor of shape (N, C, H, W)
        """
        n = len(images)

        def draw(largest):
            return (2 * torch.rand(n, generator=generator) - 1) * largest

        for wanted, axis in ((self.flip, 3), (self.flip_vertical, 2)):
            if wanted:
                turned = torch.rand(n, generator=generator) < 0.5
                images = torch.where(
                    turned[:, None, None, None], images.flip(axis), images
                )
        if self.rotate or self.shear or self.shift or self.zoom:
            angle = torch.deg2rad(draw(self.rotate))
            slant = torch.tan(torch.deg2rad(draw(self.shear)))
            size = 1 + draw(self.zoom)
            cos, sin = torch.cos(angle) / size, torch.sin(angle) / size
            # Where each output pixel reads: the inverse of what the image undergoes.
            matrix = torch.stack(
                [
                    torch.stack([cos, slant * cos - sin, 2 * draw(self.shift)], 1),
                    torch.stack([sin, slant * sin + cos, 2 * draw(self.shift)], 1),
                ],
                1,
            )
            grid = F.affine_grid(matrix, images.shape, align_corners=False)
            images = F.grid_sample(
                images, grid, padding_mode=self.padding, align_corners=False
            )
        if self.color:
            column = (slice(None), None, None, None)
            mean = images.mean((1, 2, 3), keepdim=True)
            gain = 1 + draw(self.color)[column]
            tint = torch.rand(n, images.shape[1], 1, 1, generator=generator) - 0.5
            images = (images - mean) * gain * (1 + self.color * tint) + mean
            images = images + 0.5 * draw(self.color)[column] * images.std()
        return images
