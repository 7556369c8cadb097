"""Answers to lesson 11: see autograder/audit.py for how they are read."""


@right("a counter of bad epochs")
def early_stopping(val_losses, patience):
    if patience <= 0 or not len(val_losses):
        raise ValueError("need a patience of 1 or more, and a loss")
    best_loss, best_epoch, bad = float("inf"), 0, 0
    for epoch in range(len(val_losses)):
        if val_losses[epoch] < best_loss:
            best_loss, best_epoch, bad = val_losses[epoch], epoch, 0
        else:
            bad += 1
            if bad == patience:
                return best_epoch
    return best_epoch


@right("running minimum with NumPy")
def early_stopping(val_losses, patience):
    losses = np.asarray(val_losses, float)
    if patience < 1 or losses.size == 0:
        raise ValueError("patience must be 1 or more, losses must not be empty")
    best = np.array([losses[: n + 1].argmin() for n in range(len(losses))])
    stops = np.flatnonzero(np.arange(len(losses)) - best >= patience)
    return int(best[stops[0]] if len(stops) else best[-1])


@right("recursion")
def early_stopping(val_losses, patience):
    losses = list(val_losses)
    if patience < 1 or not losses:
        raise ValueError(f"patience {patience}, {len(losses)} losses")

    def go_on(best):
        for epoch in range(best + 1, min(best + patience + 1, len(losses))):
            if losses[epoch] < losses[best]:
                return go_on(epoch)
        return best

    return go_on(0)


@wrong("the last of equal minima")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss <= val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


@wrong("waits one epoch more")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best > patience:
            break
    return best


@wrong("waits one epoch less")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience - 1:
            break
    return best


@wrong("returns the epoch of the stop")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return epoch


@wrong("the best of all epochs")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    return int(np.argmin(val_losses))


@wrong("counts bad epochs that are not in a row")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best, bad = 0, 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch:
            bad += 1
            if bad == patience:
                break
    return best


@wrong("compares with the epoch before")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    rising = 0
    for epoch in range(1, len(val_losses)):
        rising = rising + 1 if val_losses[epoch] >= val_losses[epoch - 1] else 0
        if rising == patience:
            return int(np.argmin(val_losses[: epoch + 1]))
    return int(np.argmin(val_losses))


@wrong("returns the loss")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return val_losses[best]


@wrong("counts epochs from 1")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best + 1


@wrong("refuses nothing")
def early_stopping(val_losses, patience):
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


@wrong("refuses a patience of 1, too")
def early_stopping(val_losses, patience):
    if patience <= 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best = 0
    for epoch, loss in enumerate(val_losses):
        if loss < val_losses[best]:
            best = epoch
        elif epoch - best >= patience:
            break
    return best


@wrong("starts with a best loss of 1")
def early_stopping(val_losses, patience):
    if patience < 1 or len(val_losses) == 0:
        raise ValueError("bad arguments")
    best, best_loss = 0, 1.0
    for epoch, loss in enumerate(val_losses):
        if loss < best_loss:
            best, best_loss = epoch, loss
        elif epoch - best >= patience:
            break
    return best


@right("where")
def dropout_forward(x, p_drop, u, training):
    if p_drop < 0 or p_drop > 1:
        raise ValueError("p_drop must lie between 0 and 1")
    x = np.array(x, dtype=float)
    if not training:
        return x, np.ones_like(x)
    if u.shape != x.shape:
        raise ValueError("u and x must have the same shape")
    scale = 1 / (1 - p_drop) if p_drop < 1 else 0.0
    mask = np.where(u < p_drop, 0.0, scale)
    return mask * x, mask


@right("loops over all entries")
def dropout_forward(x, p_drop, u, training):
    if not (0 <= p_drop <= 1):
        raise ValueError("no probability")
    mask = np.ones(np.shape(x))
    if training:
        if np.shape(x) != np.shape(u):
            raise ValueError("shapes differ")
        for i in np.ndindex(mask.shape):
            mask[i] = 0 if u[i] < p_drop else 1 / (1 - p_drop)
    return np.multiply(x, mask, dtype=float), mask


@right("fills a mask of zeros")
def dropout_forward(x, p_drop, u, training):
    if p_drop > 1 or p_drop < 0:
        raise ValueError("p_drop")
    if not training:
        return np.asarray(x).astype(float), np.ones(x.shape)
    if u.shape != x.shape:
        raise ValueError("u")
    mask = np.zeros(x.shape)
    if p_drop < 1:
        mask[u >= p_drop] = 1.0 / (1.0 - p_drop)
    return x.astype(np.float64) * mask, mask


@wrong("p is the probability to keep")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u < p_drop) / p_drop if p_drop > 0 else np.zeros(x.shape)
    return x * mask, mask


@wrong("not scaled")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop).astype(float)
    if p_drop == 1:
        mask[:] = 0
    return x * mask, mask


@wrong("scales at test time, as the paper does")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        mask = np.full(x.shape, 1 - p_drop)
        return x * mask, mask
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop).astype(float)
    return x * mask, mask


@wrong("scales in training and at test time")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x * (1 - p_drop), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("keeps where u is below p")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u < p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("one mask for the batch")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    keep = np.broadcast_to(u[:1] >= p_drop, x.shape)
    mask = keep / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("one mask per sample, broadcast")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, np.broadcast_to(mask, x.shape)


@wrong("scales by 1/p")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / p_drop if p_drop > 0 else np.ones(x.shape)
    return x * mask, mask


@wrong("NaN at p = 1")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / np.float64(1 - p_drop)
    return x * mask, mask


@wrong("returns the boolean mask")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape, bool)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = u >= p_drop
    return x * mask / max(1 - p_drop, 1e-12), mask


@wrong("scales y, not the mask")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop).astype(float)
    return x * mask / max(1 - p_drop, 1e-12), mask


@wrong("drops where u equals p")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u > p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("in place")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    if not training:
        return x.astype(float), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    x[mask == 0] = 0
    return x * mask, mask


@wrong("draws its own random numbers")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = np.random.rand(*x.shape) >= p_drop
    mask = mask / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("forgets that it may be evaluation")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if u is None:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@wrong("scales by the share that was kept")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    keep = (u >= p_drop).astype(float)
    mask = keep / keep.mean() if keep.any() else keep
    return x * mask, mask


@wrong("keeps the dtype of x")
def dropout_forward(x, p_drop, u, training):
    if not 0 <= p_drop <= 1:
        raise ValueError("p_drop")
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return (x * mask).astype(x.dtype), mask


@wrong("refuses no p")
def dropout_forward(x, p_drop, u, training):
    x = np.asarray(x, float)
    if not training:
        return x.copy(), np.ones(x.shape)
    if np.shape(u) != x.shape:
        raise ValueError("u")
    mask = (u >= p_drop) / (1 - p_drop) if p_drop < 1 else np.zeros(x.shape)
    return x * mask, mask


@right("einsum")
def dropout_backward(dout, mask):
    return np.einsum("...,...->...", dout.astype(float), mask.astype(float))


@right("loop")
def dropout_backward(dout, mask):
    dx = np.zeros(dout.shape)
    for index in np.ndindex(dout.shape):
        dx[index] = float(dout[index]) * float(mask[index])
    return dx


@right("fills where units were kept")
def dropout_backward(dout, mask):
    dx = np.zeros(mask.shape, dtype=np.float64)
    kept = mask != 0
    dx[kept] = dout[kept].astype(float) * mask[kept]
    return dx


@wrong("binary mask")
def dropout_backward(dout, mask):
    return np.asarray(dout, float) * (mask > 0)


@wrong("scales once more")
def dropout_backward(dout, mask):
    return np.asarray(dout, float) * mask * np.max(mask)


@wrong("multiplies by the mask twice")
def dropout_backward(dout, mask):
    return np.asarray(dout, float) * mask * mask


@wrong("divides by the mask")
def dropout_backward(dout, mask):
    kept = mask > 0
    return np.where(kept, dout / np.where(kept, mask, 1), 0.0)


@wrong("passes everything on")
def dropout_backward(dout, mask):
    return np.array(dout, float)


@wrong("a new mask")
def dropout_backward(dout, mask):
    scale = mask.max()
    again = (np.random.rand(*mask.shape) < np.mean(mask > 0)) * scale
    return dout * again.astype(float)


@wrong("in place")
def dropout_backward(dout, mask):
    dout *= mask.astype(dout.dtype)
    return dout.astype(float)


@wrong("keeps the dtype of the gradients")
def dropout_backward(dout, mask):
    return (dout * mask).astype(dout.dtype)


@wrong("the gradients of the units that were dropped")
def dropout_backward(dout, mask):
    return np.where(mask == 0, dout, 0.0).astype(float)


@wrong("uint8 arithmetic")
def dropout_backward(dout, mask):
    return (dout * mask).astype(float)


@right("pads, then cuts")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    dy, dx = max(-h, min(h, int(dy))), max(-w, min(w, int(dx)))
    sides = ((0, 0), (0, 0), (h, h), (w, w))
    big = np.pad(np.asarray(x, float), sides, mode="edge")
    out = big[:, :, h - dy : 2 * h - dy, w - dx : 2 * w - dx]
    return np.flip(out, axis=3) if flip else out


@right("loops over rows and columns")
def shift_flip(x, dy, dx, flip):
    n, c, h, w = x.shape
    out = np.empty((n, c, h, w))
    for i in range(h):
        for j in range(w):
            a = min(max(i - dy, 0), h - 1)
            b = min(max(j - dx, 0), w - 1)
            out[:, :, i, w - 1 - j if flip else j] = x[:, :, a, b]
    return out


@right("np.take, the flip in the list of columns")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[-2:]
    columns = np.arange(w)[::-1] if flip else np.arange(w)
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    out = np.take(x.astype(float), rows, axis=-2)
    return np.take(out, np.clip(columns - dx, 0, w - 1), axis=-1)


@wrong("comes back on the other side")
def shift_flip(x, dy, dx, flip):
    out = np.roll(x.astype(float), (dy, dx), axis=(2, 3))
    return out[..., ::-1].copy() if flip else out


@wrong("zeros move in")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    dy, dx = np.clip(dy, -h, h), np.clip(dx, -w, w)
    big = np.pad(x.astype(float), ((0, 0), (0, 0), (h, h), (w, w)))
    out = big[:, :, h - dy : 2 * h - dy, w - dx : 2 * w - dx]
    return out[..., ::-1].copy() if flip else out


@wrong("upside down")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    out = x.astype(float)[:, :, rows][..., columns]
    return out[:, :, ::-1].copy() if flip else out


@wrong("dy and dx exchanged")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dx, 0, h - 1)
    columns = np.clip(np.arange(w) - dy, 0, w - 1)
    out = x.astype(float)[:, :, rows][..., columns]
    return out[..., ::-1].copy() if flip else out


@wrong("flips first")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    out = x.astype(float)
    out = out[..., ::-1] if flip else out
    return out[:, :, rows][..., columns]


@wrong("moves the wrong way")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) + dy, 0, h - 1)
    columns = np.clip(np.arange(w) + dx, 0, w - 1)
    out = x.astype(float)[:, :, rows][..., columns]
    return out[..., ::-1].copy() if flip else out


@wrong("in place")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    x[:] = x[:, :, rows][..., columns]
    return x[..., ::-1].astype(float) if flip else x.astype(float)


@wrong("reflects at the border")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    big = np.pad(x.astype(float), ((0, 0), (0, 0), (h, h), (w, w)), mode="symmetric")
    dy, dx = np.clip(dy, -h, h), np.clip(dx, -w, w)
    out = big[:, :, h - dy : 2 * h - dy, w - dx : 2 * w - dx]
    return out[..., ::-1].copy() if flip else out


@wrong("cannot go beyond the image")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    big = np.pad(x.astype(float), ((0, 0), (0, 0), (h, h), (w, w)), mode="edge")
    out = big[:, :, h - dy : 2 * h - dy, w - dx : 2 * w - dx]
    return out[..., ::-1].copy() if flip else out


@wrong("always flips")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    return x.astype(float)[:, :, rows][..., columns][..., ::-1].copy()


@wrong("only the first channel")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    out = x.astype(float)
    out[:, 0] = out[:, 0][:, rows][..., columns]
    return out[..., ::-1].copy() if flip else out


@wrong("keeps the dtype")
def shift_flip(x, dy, dx, flip):
    h, w = x.shape[2:]
    rows = np.clip(np.arange(h) - dy, 0, h - 1)
    columns = np.clip(np.arange(w) - dx, 0, w - 1)
    out = x[:, :, rows][..., columns]
    return out[..., ::-1].copy() if flip else out


@right("a loop over the pixels")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if not scale > 0:
        raise ValueError("the scale must be above 0")
    h, w = img.shape
    t = np.pi * angle_deg / 180
    out = np.zeros((h, w))
    for i in range(h):
        for j in range(w):
            v = (i - (h - 1) / 2 - dy) / scale
            u = (j - (w - 1) / 2 - dx) / scale
            x = np.cos(t) * u - np.sin(t) * v
            y = np.sin(t) * u + np.cos(t) * v
            x = min(max(x - shear * y + (w - 1) / 2, 0), w - 1)
            y = min(max(y + (h - 1) / 2, 0), h - 1)
            a, b = int(y), int(x)
            c, d = min(a + 1, h - 1), min(b + 1, w - 1)
            f, g = y - a, x - b
            out[i, j] = (1 - f) * ((1 - g) * float(img[a, b]) + g * float(img[a, d]))
            out[i, j] += f * ((1 - g) * float(img[c, b]) + g * float(img[c, d]))
    return out


@right("the inverse of a matrix, homogeneous coordinates")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale <= 0")
    img = np.asarray(img, float)
    h, w = img.shape
    c, s = np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))
    move = np.array([[1, 0, dx + (w - 1) / 2], [0, 1, dy + (h - 1) / 2], [0, 0, 1]])
    turn = np.array([[scale * c, scale * s, 0], [-scale * s, scale * c, 0], [0, 0, 1]])
    slant = np.array([[1, shear, 0], [0, 1, 0], [0, 0, 1]])
    centre = np.array([[1, 0, -(w - 1) / 2], [0, 1, -(h - 1) / 2], [0, 0, 1]])
    back = np.linalg.inv(move @ turn @ slant @ centre)
    yy, xx = np.meshgrid(np.arange(h), np.arange(w), indexing="ij")
    x, y, _ = back @ np.stack([xx.ravel(), yy.ravel(), np.ones(h * w)])
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    j, i = x.astype(int), y.astype(int)
    framed = np.pad(img, ((0, 1), (0, 1)), mode="edge")
    top = framed[i, j] + (x - j) * (framed[i, j + 1] - framed[i, j])
    low = framed[i + 1, j] + (x - j) * (framed[i + 1, j + 1] - framed[i + 1, j])
    return (top + (y - i) * (low - top)).reshape(h, w)


@right("hat-shaped weights")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale must be positive")
    h, w = img.shape
    t = np.radians(angle_deg)
    v = (np.arange(h)[:, None] - (h - 1) / 2 - dy) / scale
    u = (np.arange(w)[None, :] - (w - 1) / 2 - dx) / scale
    x, y = u * np.cos(t) - v * np.sin(t), u * np.sin(t) + v * np.cos(t)
    x = np.clip(x - shear * y + (w - 1) / 2, 0, w - 1)
    y = np.clip(y + (h - 1) / 2, 0, h - 1)
    wx = np.maximum(0, 1 - abs(x[..., None] - np.arange(w)))
    wy = np.maximum(0, 1 - abs(y[..., None] - np.arange(h)))
    return np.einsum("ija,ab,ijb->ij", wy, np.asarray(img, float), wx)


@wrong("turns about the corner")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - dy) / scale, (xx - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = np.clip(x - shear * y, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("clockwise")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    c, s = np.cos(np.radians(-angle_deg)), np.sin(np.radians(-angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the map forward where its inverse is due")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = yy - (h - 1) / 2, xx - (w - 1) / 2
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    u = u + shear * v
    x, y = scale * (u * c + v * s) + dx, scale * (-u * s + v * c) + dy
    x, y = np.clip(x + (w - 1) / 2, 0, w - 1), np.clip(y + (h - 1) / 2, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the size follows the scale")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    rows, columns = max(1, round(h * scale)), max(1, round(w * scale))
    yy, xx = np.mgrid[:rows, :columns]
    v = (yy - (rows - 1) / 2 - dy) / scale
    u = (xx - (columns - 1) / 2 - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("degrees taken for radians")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    c, s = np.cos(angle_deg), np.sin(angle_deg)
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the nearest pixel")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    return img[np.rint(y).astype(int), np.rint(x).astype(int)]


@wrong("zeros outside")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.pad(np.asarray(img, float), 1)
    h, w = img.shape
    yy, xx = np.mgrid[1 : h - 1, 1 : w - 1]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("rotates first, then shears")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    u = u - shear * v
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s + (w - 1) / 2, u * s + v * c + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the shift is scaled, too")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2) / scale - dy, (xx - (w - 1) / 2) / scale - dx
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the centre is at H/2, W/2")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - h / 2 - dy) / scale, (xx - w / 2 - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + w / 2, y + h / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("the centre of a square, for every image")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    mid = (h - 1) / 2
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - mid - dy) / scale, (xx - mid - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = np.clip(x - shear * y + mid, 0, w - 1), np.clip(y + mid, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("dy and dx exchanged")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dx) / scale, (xx - (w - 1) / 2 - dy) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("shears upwards instead of to the right")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    if scale <= 0:
        raise ValueError("scale")
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) / scale, (xx - (w - 1) / 2 - dx) / scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x + (w - 1) / 2, y - shear * x + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@wrong("shrinks where it should grow, and refuses nothing")
def affine(img, angle_deg, shear=0.0, scale=1.0, dy=0.0, dx=0.0):
    img = np.asarray(img, float)
    h, w = img.shape
    yy, xx = np.mgrid[:h, :w]
    v, u = (yy - (h - 1) / 2 - dy) * scale, (xx - (w - 1) / 2 - dx) * scale
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    x, y = u * c - v * s, u * s + v * c
    x, y = x - shear * y + (w - 1) / 2, y + (h - 1) / 2
    x, y = np.clip(x, 0, w - 1), np.clip(y, 0, h - 1)
    i, j = np.floor(y).astype(int), np.floor(x).astype(int)
    a, b = y - i, x - j
    k, m = np.minimum(i + 1, h - 1), np.minimum(j + 1, w - 1)
    top = (1 - b) * img[i, j] + b * img[i, m]
    return (1 - a) * top + a * ((1 - b) * img[k, j] + b * img[k, m])


@right("a sum over the axes")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    out = np.array(img, dtype=float)
    for k in range(len(eigvals)):
        out += (alphas[k] * eigvals[k] * eigvecs[:, k])[:, None, None]
    return out


@right("einsum, channel by channel")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    shift = np.einsum("ck,k,k->c", eigvecs, alphas, eigvals)
    return np.stack([c.astype(np.float64) + s for c, s in zip(img, shift)])


@right("channels last in between")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    last = np.moveaxis(np.asarray(img, float), 0, -1)
    last = last + (alphas * eigvals) @ np.transpose(eigvecs)
    return np.moveaxis(last, -1, 0)


@wrong("another shift for each pixel")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    noise = alphas[:, None, None] * np.random.randn(*img.shape)
    return img + np.einsum("ck,k,khw->chw", eigvecs, eigvals, noise)


@wrong("rows for columns")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + (eigvecs.T @ (alphas * eigvals))[:, None, None]


@wrong("the root of the eigenvalues")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + (eigvecs @ (alphas * eigvals**0.5))[:, None, None]


@wrong("multiplied")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) * (1 + eigvecs @ (alphas * eigvals))[:, None, None]


@wrong("along the columns of the image")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + eigvecs @ (alphas * eigvals)


@wrong("channels in reverse order")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + (eigvecs @ (alphas * eigvals))[::-1, None, None]


@wrong("without the eigenvalues")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + (eigvecs @ alphas)[:, None, None]


@wrong("clips to 0 and 1")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    out = img.astype(float) + (eigvecs @ (alphas * eigvals))[:, None, None]
    return np.clip(out, 0, 1)


@wrong("the first axis alone")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img + (alphas[-1] * eigvals[-1] * eigvecs[:, -1])[:, None, None]


@wrong("in place")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    img += (eigvecs @ (alphas * eigvals))[:, None, None].astype(img.dtype)
    return img.astype(float)


@wrong("back to the dtype of the image")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    out = img + (eigvecs @ (alphas * eigvals))[:, None, None]
    return out.astype(img.dtype)


@wrong("three channels only")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    out = img.astype(float)
    for c in range(3):
        out[c] += sum(eigvecs[c, k] * alphas[k] * eigvals[k] for k in range(3))
    return out


@wrong("one number for all channels")
def color_pca_shift(img, eigvals, eigvecs, alphas):
    return img.astype(float) + (eigvecs @ (alphas * eigvals)).mean()


@right("lists")
def ten_crop(img, size):
    c, h, w = img.shape
    if size < 1 or size > h or size > w:
        raise ValueError("the crop does not fit")
    crops = []
    for top, left in (
        (0, 0),
        (0, w - size),
        (h - size, 0),
        (h - size, w - size),
        ((h - size) // 2, (w - size) // 2),
    ):
        crops.append(img[:, top : top + size, left : left + size].astype(float))
    return np.array(crops + [crop[:, :, ::-1] for crop in crops])


@right("mirrors the image, then cuts at the mirrored places")
def ten_crop(img, size):
    c, h, w = img.shape
    if not (0 < size <= h and size <= w):
        raise ValueError("size")
    y, x = h - size, w - size
    out = np.empty((10, c, size, size))
    for k, (i, j) in enumerate([(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]):
        out[k] = img[:, i : i + size, j : j + size]
        out[k + 5] = img[:, :, ::-1][:, i : i + size, x - j : x - j + size]
    return out


@right("sliding windows")
def ten_crop(img, size):
    if size < 1:
        raise ValueError("size must be at least 1")
    if size > min(img.shape[1:]):
        raise ValueError("size must not be larger than the image")
    windows = np.lib.stride_tricks.sliding_window_view(img, (size, size), axis=(1, 2))
    y, x = windows.shape[1] - 1, windows.shape[2] - 1
    rows, columns = [0, 0, y, y, y // 2], [0, x, 0, x, x // 2]
    five = windows[:, rows, columns].swapaxes(0, 1).astype(np.float64)
    return np.concatenate((five, np.flip(five, -1)), axis=0)


@wrong("upside down")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[:, :, ::-1]]).astype(float)


@wrong("bottom left before top right")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (y, 0), (0, x), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("the centre first")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(y // 2, x // 2), (0, 0), (0, x), (y, 0), (y, x)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("the centre rounded up")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), ((y + 1) // 2, (x + 1) // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("the centre by round, to even numbers")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (round(y / 2), round(x / 2))]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("five crops twice")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five]).astype(float)


@wrong("mirror images in turns")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    out = []
    for i, j in [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]:
        crop = img[:, i : i + size, j : j + size].astype(float)
        out += [crop, crop[..., ::-1]]
    return np.stack(out)


@wrong("mirrors the image, then cuts, as torchvision does")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    out = [
        view[:, i : i + size, j : j + size]
        for view in (img, img[..., ::-1])
        for i, j in places
    ]
    return np.stack(out).astype(float)


@wrong("channels last")
def ten_crop(img, size):
    h, w, c = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[:, :, ::-1]]).astype(float)


@wrong("height for width")
def ten_crop(img, size):
    c, w, h = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("keeps the dtype")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size <= min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]])


@wrong("pads an image that is too small")
def ten_crop(img, size):
    if size < 1:
        raise ValueError("size")
    c, h, w = img.shape
    img = np.pad(img, ((0, 0), (0, max(0, size - h)), (0, max(0, size - w))))
    c, h, w = img.shape
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@wrong("refuses the size of the image")
def ten_crop(img, size):
    c, h, w = img.shape
    if not 1 <= size < min(h, w):
        raise ValueError("size")
    y, x = h - size, w - size
    places = [(0, 0), (0, x), (y, 0), (y, x), (y // 2, x // 2)]
    five = np.stack([img[:, i : i + size, j : j + size] for i, j in places])
    return np.concatenate([five, five[..., ::-1]]).astype(float)


@right("scipy")
def average_predictions(logits):
    from scipy.special import softmax

    return softmax(np.asarray(logits, float), axis=-1).mean(axis=0)


@right("torch")
def average_predictions(logits):
    z = torch.tensor(np.array(logits, dtype=np.float64))
    return torch.softmax(z, dim=-1).mean(dim=0).numpy()


@right("loops over views and images")
def average_predictions(logits):
    t, n, k = logits.shape
    out = np.zeros((n, k))
    for view in np.asarray(logits, float):
        for i in range(n):
            e = np.exp(view[i] - max(view[i]))
            out[i] += e / sum(e) / t
    return out


@wrong("softmax of the mean logits")
def average_predictions(logits):
    z = np.asarray(logits, float).mean(axis=0)
    p = np.exp(z - z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


@wrong("majority vote")
def average_predictions(logits):
    votes = np.asarray(logits).argmax(axis=2)
    return np.eye(np.shape(logits)[2])[votes].mean(axis=0)


@wrong("softmax over the views")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=0))
    return (p / p.sum(axis=0)).mean(axis=0)


@wrong("mean over the images")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return (p / p.sum(axis=2, keepdims=True)).mean(axis=1)


@wrong("geometric mean, which does not sum to 1")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    return np.prod(p, axis=0) ** (1 / len(z))


@wrong("sum, not mean")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return (p / p.sum(axis=2, keepdims=True)).sum(axis=0)


@wrong("overflows")
def average_predictions(logits):
    p = np.exp(np.asarray(logits, float))
    return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)


@wrong("one maximum for all rows")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max())
    return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)


@wrong("no softmax")
def average_predictions(logits):
    return np.asarray(logits, float).mean(axis=0)


@wrong("divides once, by the sum over everything")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=2, keepdims=True)).mean(axis=0)
    return p / p.sum(axis=1, keepdims=True)


@wrong("the surest view alone")
def average_predictions(logits):
    z = np.asarray(logits, float)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    p /= p.sum(axis=2, keepdims=True)
    return p[p.max(axis=2).argmax(axis=0), np.arange(p.shape[1])]


@wrong("float32 throughout")
def average_predictions(logits):
    z = np.asarray(logits, np.float32)
    p = np.exp(z - z.max(axis=2, keepdims=True))
    return (p / p.sum(axis=2, keepdims=True)).mean(axis=0)


@right("a data loader")
def train_regularised(config):
    from torch.utils.data import DataLoader, TensorDataset

    torch.manual_seed(config["seed"])
    model = build(config).train()
    loader = DataLoader(
        TensorDataset(*config["train"]), batch_size=config["batch_size"], shuffle=True
    )
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(
        optimizer, config["epochs"] * len(loader)
    )
    for _ in range(config["epochs"]):
        for x, y in loader:
            optimizer.zero_grad()
            x = x if config["augment"] is None else config["augment"](x)
            F.cross_entropy(model(x), y).backward()
            optimizer.step()
            schedule.step()
    result = {"model": model.eval()}
    for part in ("train", "val"):
        x, y = config[part]
        with torch.no_grad():
            hits = sum(
                (model(x[i : i + 9]).argmax(1) == y[i : i + 9]).sum().item()
                for i in range(0, len(x), 9)
            )
        result[part + "_acc"] = hits / len(x)
    return result


@right("NumPy's random numbers, the rate by hand")
def train_regularised(config):
    x, y = config["train"]
    n, size, epochs = len(x), config["batch_size"], config["epochs"]
    torch.manual_seed(config["seed"])
    net = build(config)
    order = np.random.default_rng(config["seed"])
    adam = torch.optim.AdamW(net.parameters(), weight_decay=config["weight_decay"])
    per_epoch = int(np.ceil(n / size))
    step = 0
    for _ in range(epochs):
        shuffled = torch.tensor(order.permutation(n))
        net.train()
        for start in range(0, n, size):
            rows = shuffled[start : start + size]
            share = step / (epochs * per_epoch)
            adam.param_groups[0]["lr"] = config["lr"] * (1 + np.cos(np.pi * share)) / 2
            adam.zero_grad()
            batch = x[rows].clone()
            if config["augment"] is not None:
                batch = config["augment"](batch)
            torch.nn.CrossEntropyLoss()(net(batch), y[rows]).backward()
            adam.step()
            step += 1

    def share_right(images, labels):
        net.eval()
        with torch.no_grad():
            return float(np.mean((net(images).argmax(1) == labels).numpy()))

    return dict(
        model=net, train_acc=share_right(x, y), val_acc=share_right(*config["val"])
    )


@right("Python's shuffle, modes set in each epoch")
def train_regularised(config):
    from random import Random

    images, labels = config["train"]
    shuffle = Random(config["seed"]).shuffle
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        order = list(range(len(images)))
        shuffle(order)
        model.train()
        for start in range(0, len(order), config["batch_size"]):
            rows = order[start : start + config["batch_size"]]
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("augments the validation data, too")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (
                config["train"],
                (
                    config["augment"](config["val"][0])
                    if config["augment"]
                    else config["val"][0],
                    config["val"][1],
                ),
            )
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("judges on augmented training images")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (
                (config["augment"](images) if config["augment"] else images, labels),
                config["val"],
            )
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("trains on the validation data as well")
def train_regularised(config):
    images = torch.cat([config["train"][0], config["val"][0]])
    labels = torch.cat([config["train"][1], config["val"][1]])
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("train mode at evaluation")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("seed ignored")
def train_regularised(config):
    images, labels = config["train"]
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("always the same seed")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(0)
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("seeds after the weights were drawn")
def train_regularised(config):
    images, labels = config["train"]
    model = build(config)
    torch.manual_seed(config["seed"])
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("augments once, before the loop")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    if config["augment"]:
        images = config["augment"](images)
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("draws one augmented copy for all epochs, batch by batch")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    if config["augment"]:
        parts = [config["augment"](p) for p in images.split(config["batch_size"])]
        images = torch.cat(parts)
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("no augmentation")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("augments, and learns from the unchanged batch")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(images[rows]), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("percent")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item() * 100
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("tensors, not floats")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("no new order")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.arange(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("one order for all epochs")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    order = torch.randperm(len(images))
    for _ in range(config["epochs"]):
        for rows in order.split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("draws with replacement")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randint(len(images), (len(images),)).split(
            config["batch_size"]
        ):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("the last batch is dropped")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            if len(rows) < config["batch_size"]:
                continue
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("gradients add up")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("softmax before the loss")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(torch.softmax(model(batch), 1), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("labels in another order")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[: len(rows)])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("weight decay ignored")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(model.parameters(), lr=config["lr"])
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("Adam with L2")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.Adam(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("SGD")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.SGD(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("no schedule")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("the schedule steps once in an epoch")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("the schedule is made for too few steps")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * max(1, len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("keeps the epoch that is best on validation")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    best = -1
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        with torch.no_grad():
            model.eval()
            right = (model(config["val"][0]).argmax(1) == config["val"][1]).sum().item()
            model.train()
        if right > best:
            best, kept = right, {k: v.clone() for k, v in model.state_dict().items()}
    model.load_state_dict(kept)
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("never back to train mode after the first epoch")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
        model.eval()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("accuracy of the batches, while training")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    hits = 0
    for epoch in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            logits = model(batch)
            if epoch == config["epochs"] - 1:
                hits += (logits.argmax(1) == labels[rows]).sum().item()
            loss = F.cross_entropy(logits, labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": hits / len(images), "val_acc": accuracies[1]}


@wrong("train and validation accuracy exchanged")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[1], "val_acc": accuracies[0]}


@wrong("one epoch too many")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"] + 1):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("changes the settings that it was given")
def train_regularised(config):
    config["augment"] = config["augment"] or (lambda batch: batch)
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("no model")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("standardises with the validation data")
def train_regularised(config):
    images, labels = config["train"]
    images = images - config["val"][0].mean()
    torch.manual_seed(config["seed"])
    model = build(config)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=config["lr"], weight_decay=config["weight_decay"]
    )
    steps = config["epochs"] * -(-len(images) // config["batch_size"])
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    model.train()
    for _ in range(config["epochs"]):
        for rows in torch.randperm(len(images)).split(config["batch_size"]):
            batch = images[rows]
            if config["augment"]:
                batch = config["augment"](batch)
            loss = F.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}


@wrong("uses fit of the course")
def train_regularised(config):
    images, labels = config["train"]
    torch.manual_seed(config["seed"])
    model = build(config)
    fit(
        model,
        images,
        labels,
        epochs=config["epochs"],
        lr=config["lr"],
        weight_decay=config["weight_decay"],
        batch_size=config["batch_size"],
        augment=config["augment"] and (lambda b, _: config["augment"](b)),
        seed=config["seed"],
    )
    model.eval()
    with torch.no_grad():
        accuracies = [
            (model(x).argmax(1) == y).float().mean().item()
            for x, y in (config["train"], config["val"])
        ]
    return {"model": model, "train_acc": accuracies[0], "val_acc": accuracies[1]}
