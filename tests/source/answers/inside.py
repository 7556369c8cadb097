"""Answers to lesson 13: see autograder/audit.py for how they are read."""


@right("pads tiles and joins them")
def filters_to_grid(w, pad=1):
    w = np.array(w, dtype=float)
    n, c, kh, kw = w.shape
    if c != 1 and c != 3:
        raise ValueError("one or three channels")
    cols = 1
    while cols**2 < n:
        cols += 1
    rows = (n + cols - 1) // cols
    tiles = []
    for k in range(rows * cols):
        tile = np.zeros((c, kh, kw))
        if k < n:
            lo, hi = w[k].min(), w[k].max()
            tile = (w[k] - lo) / (hi - lo) if hi > lo else tile + 0.5
        tiles.append(np.pad(tile, ((0, 0), (pad, 0), (pad, 0))))
    lines = [
        np.concatenate(tiles[r * cols : (r + 1) * cols], axis=2) for r in range(rows)
    ]
    out = np.pad(np.concatenate(lines, axis=1), ((0, 0), (0, pad), (0, pad)))
    return out[0] if c == 1 else np.moveaxis(out, 0, 2)


@right("pixel by pixel")
def filters_to_grid(w, pad=1):
    n, c, kh, kw = w.shape
    if c not in {1, 3}:
        raise ValueError(f"cannot show {c} channels")
    cols = int(np.ceil(n**0.5))
    rows = int(np.ceil(n / cols))
    out = np.zeros((pad + rows * (kh + pad), pad + cols * (kw + pad), c))
    for k in range(n):
        f = w[k].astype(np.float64)
        lo, span = f.min(), f.max() - f.min()
        for ch in range(c):
            for i in range(kh):
                for j in range(kw):
                    v = 0.5 if span == 0 else (f[ch, i, j] - lo) / span
                    y, x = pad + (k // cols) * (kh + pad), pad + (k % cols) * (kw + pad)
                    out[y + i, x + j, ch] = v
    if c == 1:
        out = out.reshape(out.shape[:2])
    return out


@wrong("stretches all together")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    w = (w - w.min()) / (np.ptp(w) or 1)
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("constant filter becomes NaN")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = (w - lo) / (hi - lo)
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("constant filter becomes 0")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = (w - lo) / np.where(hi > lo, hi - lo, 1)
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("adds an epsilon to the span")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / (hi - lo + 1e-8))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("stretches each channel")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((2, 3), keepdims=True), w.max((2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("channels by reshape")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].reshape(kh, kw, c)
    return out[..., 0] if c == 1 else out


@wrong("BGR")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))[:, ::-1]
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("loses the last row of the grid")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = max(1, n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(min(n, rows * cols)):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("a square grid with an empty row")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = rows = int(np.ceil(np.sqrt(n)))
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("column by column")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        j, i = divmod(k, rows)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("border uninitialised or white")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.ones((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("uint8 arithmetic")
def filters_to_grid(w, pad=1):
    n, c, kh, kw = w.shape
    if c not in (1, 3):
        raise ValueError("channels")
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    span = hi - lo
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, span, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@wrong("shows the first of many channels")
def filters_to_grid(w, pad=1):
    w = np.asarray(w, float)
    if w.shape[1] != 3:
        w = w[:, :1]
    n, c, kh, kw = w.shape
    lo, hi = w.min((1, 2, 3), keepdims=True), w.max((1, 2, 3), keepdims=True)
    w = np.where(hi == lo, 0.5, (w - lo) / np.where(hi > lo, hi - lo, 1))
    cols = int(np.ceil(np.sqrt(n)))
    rows = -(-n // cols)
    out = np.zeros((rows * (kh + pad) + pad, cols * (kw + pad) + pad, c))
    for k in range(n):
        i, j = divmod(k, cols)
        y, x = pad + i * (kh + pad), pad + j * (kw + pad)
        out[y : y + kh, x : x + kw] = w[k].transpose(1, 2, 0)
    return out[..., 0] if c == 1 else out


@right("centre of the field, as in lesson 04")
def top_patches(fmap, images, layers, channel, k=9):
    r, jump, start = 1, 1, 0.0
    for f, s, p in layers:
        r, start, jump = r + (f - 1) * jump, start + ((f - 1) / 2 - p) * jump, jump * s
    H, W = images.shape[-2:]
    size = min(r, H, W)
    found = []
    for n in range(len(fmap)):
        m = fmap[n, channel].astype(float)
        i, j = np.unravel_index(np.argmax(m), m.shape)
        found.append((-m[i, j], n, i, j))
    found.sort()
    out = []
    for _, n, i, j in found[:k]:
        top = int(np.clip(i * jump + start - (r - 1) / 2, 0, H - size))
        left = int(np.clip(j * jump + start - (r - 1) / 2, 0, W - size))
        out.append((n, top, left, size))
    return out


@right("follows the field back through the layers")
def top_patches(fmap, images, layers, channel, k=9):
    def pixels(place):
        a = b = int(place)
        for f, s, p in reversed(layers):
            a, b = a * s - p, b * s - p + f - 1
        return a, b - a + 1

    H, W = images.shape[2], images.shape[3]
    N, _, h, w = fmap.shape
    flat = fmap[:, channel].reshape(N, h * w).astype(np.float64)
    places = flat.argmax(axis=1)
    values = flat[np.arange(N), places]
    patches = []
    for n in sorted(range(N), key=lambda n: -values[n])[:k]:
        top, size = pixels(places[n] // w)
        left, _ = pixels(places[n] % w)
        size = min(size, H, W)
        patches.append(
            (n, max(0, min(top, H - size)), max(0, min(left, W - size)), size)
        )
    return patches


@wrong("jump ignored")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        out.append(
            (int(n), min(max(a + o, 0), H - size), min(max(b + o, 0), W - size), size)
        )
    return out


@wrong("receptive field counted with jump 1")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1), o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("jump updated before it is used")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        j *= s
        r, o = r + (f - 1) * j, o - p * j
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("padding ignored")
def top_patches(fmap, images, layers, channel, k=9):
    r, j = 1, 1
    for f, s, p in layers:
        r, j = r + (f - 1) * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j, b * j
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("padding not multiplied by the jump")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("several from one image")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    maps = np.asarray(fmap[:, channel], float)
    out = []
    for place in np.argsort(-maps.ravel(), kind="stable")[: min(k, len(fmap))]:
        n, a, b = np.unravel_index(place, maps.shape)
        top, left = int(a) * j + o, int(b) * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("ascending")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(flat.max(1), kind="stable")[-k:]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("reversed ascending order: ties the wrong way round")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(flat.max(1), kind="stable")[::-1][:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("size is the kernel of the last layer")
def top_patches(fmap, images, layers, channel, k=9):
    j, o, f = 1, 0, 1
    for f, s, p in layers:
        o, j = o - p * j, j * s
    H, W = images.shape[2:]
    size = min(f, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("row and column swapped")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        b, a = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("divides by the height of the map")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[2])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("patches hang over the border")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        out.append((int(n), a * j + o, b * j + o, r))
    return out


@wrong("clips at 0 only")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    size = min(r, *images.shape[2:])
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        out.append((int(n), max(a * j + o, 0), max(b * j + o, 0), size))
    return out


@wrong("size not limited by the image")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    flat = np.asarray(fmap[:, channel], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append((int(n), max(min(top, H - r), 0), max(min(left, W - r), 0), r))
    return out


@wrong("uint8 negated")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = fmap[:, channel].reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("always channel 0")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.asarray(fmap[:, 0], float).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@wrong("the largest absolute value")
def top_patches(fmap, images, layers, channel, k=9):
    r, j, o = 1, 1, 0
    for f, s, p in layers:
        r, o, j = r + (f - 1) * j, o - p * j, j * s
    H, W = images.shape[2:]
    size = min(r, H, W)
    flat = np.abs(np.asarray(fmap[:, channel], float)).reshape(len(fmap), -1)
    out = []
    for n in np.argsort(-flat.max(1), kind="stable")[:k]:
        a, b = divmod(int(flat[n].argmax()), fmap.shape[3])
        top, left = a * j + o, b * j + o
        out.append(
            (int(n), min(max(top, 0), H - size), min(max(left, 0), W - size), size)
        )
    return out


@right("backward on a copy, gradients put back")
def saliency(model, x, cls):
    mode = model.training
    kept = [p.grad for p in model.parameters()]
    for p in model.parameters():
        p.grad = None
    model.eval()
    image = x.detach().clone().unsqueeze(0).requires_grad_(True)
    model(image)[0, cls].backward()
    model.train(mode)
    for p, grad in zip(model.parameters(), kept):
        p.grad = grad
    return image.grad[0].abs().max(dim=0).values


@right("backward with inputs, only the copy gets a gradient")
def saliency(model, x, cls):
    was = model.training
    model.train(False)
    batch = torch.stack([x.clone().detach()])
    batch.requires_grad = True
    model(batch)[0][cls].backward(inputs=[batch])
    if was:
        model.train()
    return torch.amax(torch.abs(batch.grad), dim=1)[0]


@right("on a deep copy of the model, through NumPy")
def saliency(model, x, cls):
    import copy

    twin = copy.deepcopy(model).eval()
    leaf = torch.tensor(x.detach().numpy()[None], requires_grad=True)
    z = twin(leaf)[:, cls].sum()
    (g,) = torch.autograd.grad(z, [leaf])
    return torch.tensor(np.abs(g.numpy()[0]).max(axis=0))


@wrong("softmax")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None]).softmax(1)[0, cls], leaf)
    model.train(was)
    return g.abs().amax(0)


@wrong("gradient of the loss")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    loss = F.cross_entropy(model(leaf[None]), torch.tensor([cls]))
    (g,) = torch.autograd.grad(loss, leaf)
    model.train(was)
    return g.abs().amax(0)


@wrong("signed")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    return g.amax(0)


@wrong("absolute value after the maximum")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    return g.amax(0).abs()


@wrong("sum over channels")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    return g.abs().sum(0)


@wrong("the winning class, not the one asked for")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0].max(), leaf)
    model.train(was)
    return g.abs().amax(0)


@wrong("all logits summed")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None]).sum(), leaf)
    model.train(was)
    return g.abs().amax(0)


@wrong("gradients accumulate in x")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    x.requires_grad_()
    model(x[None])[0, cls].backward()
    model.train(was)
    return x.grad.abs().amax(0)


@wrong("standardises x in place")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    x -= x.mean()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    return g.abs().amax(0)


@wrong("gradients stay in the parameters")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    model(leaf[None])[0, cls].backward()
    model.train(was)
    return leaf.grad.abs().amax(0)


@wrong("zeroes the gradients of the parameters")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    model.zero_grad()
    model(leaf[None])[0, cls].backward()
    model.zero_grad()
    model.train(was)
    return leaf.grad.abs().amax(0)


@wrong("train mode")
def saliency(model, x, cls):
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    return g.abs().amax(0)


@wrong("leaves the model in eval mode")
def saliency(model, x, cls):
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    return g.abs().amax(0)


@wrong("leaves the model in train mode")
def saliency(model, x, cls):
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train()
    return g.abs().amax(0)


@wrong("the result still carries a graph")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    z = model(leaf[None])[0, cls]
    (g,) = torch.autograd.grad(z, leaf, create_graph=True)
    model.train(was)
    return g.abs().amax(0)


@wrong("the mean over a noisy batch")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = (x + 0.1 * torch.randn(8, *x.shape)).to(x.dtype).requires_grad_()
    (g,) = torch.autograd.grad(model(leaf)[:, cls].sum(), leaf)
    model.train(was)
    return g.mean(0).abs().amax(0)


@wrong("gradient times input")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    return (g * x).abs().amax(0)


@wrong("scaled to 1")
def saliency(model, x, cls):
    was = model.training
    model.eval()
    leaf = x.detach().clone().requires_grad_()
    (g,) = torch.autograd.grad(model(leaf[None])[0, cls], leaf)
    model.train(was)
    g = g.abs().amax(0)
    return g / g.max()


@right("ranges and sets")
def occlusion_windows(H, W, size, stride):
    if size < 1 or stride < 1 or stride > size or size > H or size > W:
        raise ValueError("these windows cannot cover the image")
    rows = sorted(set(range(0, H - size + 1, stride)) | {H - size})
    cols = sorted(set(range(0, W - size + 1, stride)) | {W - size})
    out = []
    for i in rows:
        for j in cols:
            out.append((i, j))
    return out


@right("counts, and clips the last one")
def occlusion_windows(H, W, size, stride):
    from itertools import product

    if not (0 < stride <= size and size <= H and size <= W):
        raise ValueError(f"size {size}, stride {stride} for {H} x {W}")
    n = [-(-(length - size) // stride) + 1 for length in (H, W)]
    return [
        (min(i * stride, H - size), min(j * stride, W - size))
        for i, j in product(range(n[0]), range(n[1]))
    ]


@wrong("misses the last window")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    return [
        (i, j)
        for i in range(0, H - size + 1, stride)
        for j in range(0, W - size + 1, stride)
    ]


@wrong("range one too short")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows = list(range(0, H - size, stride)) + [H - size]
    cols = list(range(0, W - size, stride))
    return [(i, j) for i in rows for j in cols]


@wrong("hangs over the border")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    return [(i, j) for i in range(0, H, stride) for j in range(0, W, stride)]


@wrong("last window twice")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows = list(range(0, H - size + 1, stride)) + [H - size]
    cols = list(range(0, W - size + 1, stride)) + [W - size]
    return [(i, j) for i in rows for j in cols]


@wrong("last start is clipped wrongly, at the border itself")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows, cols = (
        list(range(0, n - size + 1, stride))
        + ([n - stride] if (n - size) % stride else [])
        for n in (H, W)
    )
    return [(i, j) for i in rows for j in cols]


@wrong("column by column")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows, cols = (sorted({*range(0, n - size + 1, stride), n - size}) for n in (H, W))
    return [(i, j) for j in cols for i in rows]


@wrong("H and W exchanged")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows, cols = (sorted({*range(0, n - size + 1, stride), n - size}) for n in (W, H))
    return [(i, j) for i in rows for j in cols]


@wrong("square images only")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size <= min(H, W):
        raise ValueError("no")
    rows = sorted({*range(0, H - size + 1, stride), H - size})
    return [(i, j) for i in rows for j in rows]


@wrong("gaps allowed")
def occlusion_windows(H, W, size, stride):
    if stride < 1 or size < 1 or size > min(H, W):
        raise ValueError("no")
    rows, cols = (sorted({*range(0, n - size + 1, stride), n - size}) for n in (H, W))
    return [(i, j) for i in rows for j in cols]


@wrong("refuses to cover everything with one window")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size < min(H, W):
        raise ValueError("no")
    rows, cols = (sorted({*range(0, n - size + 1, stride), n - size}) for n in (H, W))
    return [(i, j) for i in rows for j in cols]


@wrong("too large a window is clipped, not refused")
def occlusion_windows(H, W, size, stride):
    if not 1 <= stride <= size:
        raise ValueError("no")
    rows, cols = (
        sorted({*range(0, max(n - size, 0) + 1, stride), max(n - size, 0)})
        for n in (H, W)
    )
    return [(i, j) for i in rows for j in cols]


@right("mask per window, vectorised")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("one score per window, please")
    if not len(windows):
        return np.zeros(shape)
    rows, cols = np.arange(shape[0]), np.arange(shape[1])
    i, j = np.array(windows).T[:, :, None]
    over = ((rows >= i) & (rows < i + size))[:, :, None] & (
        (cols >= j) & (cols < j + size)
    )[:, None, :]
    drops = float(clean) - np.asarray(scores, float)
    total, count = np.tensordot(drops, over, 1), over.sum(0)
    return np.divide(total, count, out=np.zeros(shape), where=count > 0)


@right("pixel by pixel")
def occlusion_map(scores, clean, windows, shape, size):
    if len(windows) != len(scores):
        raise ValueError("lengths differ")
    out = np.zeros(shape, dtype=np.float64)
    for y in range(shape[0]):
        for x in range(shape[1]):
            drops = []
            for k, (i, j) in enumerate(windows):
                if 0 <= y - i < size and 0 <= x - j < size:
                    drops.append(float(clean) - float(scores[k]))
            if drops:
                out[y, x] = sum(drops) / len(drops)
    return out


@wrong("sum instead of mean")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out = np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(clean) - float(s)
    return out


@wrong("sign")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(s) - float(clean)
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("size of the drop")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += abs(float(clean) - float(s))
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("rows and columns swapped")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (j, i), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(clean) - float(s)
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("divides by zero")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(clean) - float(s)
        count[i : i + size, j : j + size] += 1
    return out / count


@wrong("clean minus the mean score, also without a window")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(s)
        count[i : i + size, j : j + size] += 1
    return clean - out / np.maximum(count, 1)


@wrong("later windows overwrite")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out = np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] = float(clean) - float(s)
    return out


@wrong("largest drop")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out = np.full(shape, -np.inf)
    for (i, j), s in zip(windows, scores):
        part = out[i : i + size, j : j + size]
        np.maximum(part, float(clean) - float(s), out=part)
    return np.where(np.isinf(out), 0, out)


@wrong("divides by the number of all windows")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out = np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(clean) - float(s)
    return out / max(len(windows), 1)


@wrong("a window given twice counts once")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in dict(zip(windows, scores)).items():
        out[i : i + size, j : j + size] += float(clean) - float(s)
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("uint8 wraps around")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, clean - scores):
        out[i : i + size, j : j + size] += s
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("lengths not compared")
def occlusion_map(scores, clean, windows, shape, size):
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size, j : j + size] += float(clean) - float(s)
        count[i : i + size, j : j + size] += 1
    return out / np.maximum(count, 1)


@wrong("window one pixel too small")
def occlusion_map(scores, clean, windows, shape, size):
    if len(scores) != len(windows):
        raise ValueError("lengths")
    out, count = np.zeros(shape), np.zeros(shape)
    for (i, j), s in zip(windows, scores):
        out[i : i + size - 1, j : j + size - 1] += float(clean) - float(s)
        count[i : i + size - 1, j : j + size - 1] += 1
    return out / np.maximum(count, 1)


@right("stamps on a canvas")
def deconv_project(y, idx, w, stride, pad, shape):
    y = np.array(y, float)
    w = np.array(w, float)
    if y.shape != idx.shape:
        raise ValueError("y and idx")
    if y.shape[1] != w.shape[0]:
        raise ValueError("filters")
    H, W = shape
    if idx.size and (idx.min() < 0 or idx.max() > H * W - 1):
        raise ValueError("index")
    N, K = y.shape[:2]
    _, C, kh, kw = w.shape
    out = np.zeros((N, C, (H - 1) * stride + kh, (W - 1) * stride + kw))
    for n in range(N):
        for k in range(K):
            plane = np.zeros(H * W)
            for place, value in zip(idx[n, k].flat, y[n, k].flat):
                plane[place] = max(plane[place], value, 0)
            for place in np.flatnonzero(plane):
                i, j = (int(v) * stride for v in divmod(place, W))
                out[n, :, i : i + kh, j : j + kw] += plane[place] * w[k]
    return out[:, :, pad : out.shape[2] - pad, pad : out.shape[3] - pad].copy()


@right("sorted, so that the largest is written last; gradient of a convolution")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx, w = (
        torch.tensor(np.array(y, float)),
        torch.tensor(np.array(idx, np.int64)),
        torch.tensor(np.array(w, float)),
    )
    if y.shape != idx.shape or y.shape[1] != w.shape[0]:
        raise ValueError("shapes do not match")
    H, W = shape
    if bool(((idx < 0) | (idx >= H * W)).any()):
        raise ValueError("a place outside of the map")
    flat = torch.zeros(*y.shape[:2], H * W, dtype=torch.float64)
    flat = flat.scatter_reduce(2, idx.flatten(2), y.flatten(2), "amax")
    maps = flat.reshape(*y.shape[:2], H, W).relu()
    size = [(n - 1) * stride + k - 2 * pad for n, k in zip(shape, w.shape[2:])]
    x = torch.zeros(len(y), w.shape[1], *size, dtype=torch.float64, requires_grad=True)
    out = F.conv2d(x, w, stride=stride, padding=pad)
    return torch.autograd.grad(out, x, maps)[0].numpy()


@wrong("no switches: corner of each window")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w) or idx.min() < 0:
        raise ValueError("no")
    if idx.max() >= H * W:
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H, W))
    sh, sw = H // y.shape[2], W // y.shape[3]
    up[:, :, : y.shape[2] * sh : sh, : y.shape[3] * sw : sw] = y
    up = torch.tensor(np.maximum(up, 0))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("filters turned")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    w = np.array(w, float)[:, :, ::-1, ::-1].copy()
    return F.conv_transpose2d(up, torch.tensor(w), stride=stride, padding=pad).numpy()


@wrong("ReLU missing")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        best = {}
        for place, v in zip(idx[n, k].flat, y[n, k].flat):
            best[place] = max(best.get(place, -np.inf), v)
        for place, v in best.items():
            up[n, k, place] = v
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("ReLU at the end")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    out = F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    )
    return out.relu().numpy()


@wrong("absolute value instead of ReLU")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.abs(np.asarray(y, float)), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("the last value stays")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    np.put_along_axis(up, idx.reshape(*y.shape[:2], -1), y.reshape(*y.shape[:2], -1), 2)
    up = torch.tensor(np.maximum(up, 0).reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("sums what has one place")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.add.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(np.maximum(up, 0).reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("row and column of the index exchanged")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], W, H).swapaxes(2, 3).copy())
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("padding not cut off")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride
    ).numpy()


@wrong("stride ignored")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(up, torch.tensor(np.array(w, float)), padding=pad).numpy()


@wrong("a bias is subtracted first")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    y = y - y.mean()
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("float32")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, np.float32), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w):
        raise ValueError("no")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W), np.float32)
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    w = torch.tensor(np.array(w, np.float32))
    out = F.conv_transpose2d(up, w, stride=stride, padding=pad)
    return out.numpy().astype(float)


@wrong("the index -1 is the last place")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if y.shape != idx.shape or y.shape[1] != len(w) or (idx >= H * W).any():
        raise ValueError("no")
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k].ravel(), y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@wrong("shapes not compared")
def deconv_project(y, idx, w, stride, pad, shape):
    y, idx = np.asarray(y, float), np.asarray(idx)
    H, W = shape
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("no")
    idx = np.broadcast_to(idx.reshape(*idx.shape[:2], -1), (*y.shape[:2], y[0, 0].size))
    up = np.zeros((*y.shape[:2], H * W))
    for n, k in np.ndindex(*y.shape[:2]):
        np.maximum.at(up[n, k], idx[n, k], y[n, k].ravel())
    up = torch.tensor(up.reshape(*y.shape[:2], H, W))
    return F.conv_transpose2d(
        up, torch.tensor(np.array(w, float)), stride=stride, padding=pad
    ).numpy()


@right("einsum, torch all the way")
def grad_cam(activations, gradients, size):
    a = torch.as_tensor(np.array(activations, dtype=float))
    g = torch.as_tensor(np.array(gradients, dtype=float))
    cam = torch.einsum("c,chw->hw", g.mean((1, 2)), a).relu()
    up = F.interpolate(cam[None, None], size=size, mode="bilinear")
    up = up.squeeze(0).squeeze(0)
    top = up.max()
    return (up / top if top > 0 else torch.zeros_like(up)).numpy()


@right("loops and its own interpolation")
def grad_cam(activations, gradients, size):
    a = np.asarray(activations).astype(float)
    g = np.asarray(gradients).astype(float)
    cam = np.zeros(a.shape[1:])
    for k in range(len(a)):
        cam = cam + g[k].sum() / g[k].size * a[k]
    cam[cam < 0] = 0

    def line(values, n):
        m = len(values)
        at = np.clip((np.arange(n) + 0.5) * m / n - 0.5, 0, m - 1)
        return np.interp(at, np.arange(m), values)

    cam = np.array([line(row, size[1]) for row in cam])
    cam = np.array([line(column, size[0]) for column in cam.T]).T
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("no ReLU")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(np.tensordot(w, np.asarray(activations, float), 1))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("ReLU before the sum")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))[:, None, None]
    cam = torch.tensor(np.maximum(w * np.asarray(activations, float), 0).sum(0))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("ReLU of the weights")
def grad_cam(activations, gradients, size):
    w = np.maximum(np.asarray(gradients, float).mean((1, 2)), 0)
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("ReLU after enlarging")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(np.tensordot(w, np.asarray(activations, float), 1))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    cam = np.maximum(cam, 0)
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("weights are maxima")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).max((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("absolute value instead of ReLU")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(np.abs(np.tensordot(w, np.asarray(activations, float), 1)))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("NaN where nothing is positive")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max()


@wrong("epsilon in the denominator")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / (cam.max() + 1e-7)


@wrong("size transposed")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size[::-1], mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else cam


@wrong("min-max")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(np.tensordot(w, np.asarray(activations, float), 1))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    span = np.ptp(cam)
    return (cam - cam.min()) / span if span > 0 else np.zeros(size)


@wrong("ReLU, then min-max")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    span = np.ptp(cam)
    return (cam - cam.min()) / span if span > 0 else np.zeros(size)


@wrong("nearest neighbour")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(cam[None, None], size=size)[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("corners aligned")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    cam = F.interpolate(
        cam[None, None], size=size, mode="bilinear", align_corners=True
    )[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@wrong("scaled before enlarging")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    cam = torch.tensor(cam / cam.max() if cam.max() > 0 else cam)
    return F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()


@wrong("not scaled")
def grad_cam(activations, gradients, size):
    w = np.asarray(gradients, float).mean((1, 2))
    cam = torch.tensor(
        np.maximum(np.tensordot(w, np.asarray(activations, float), 1), 0)
    )
    return F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()


@wrong("place by place")
def grad_cam(activations, gradients, size):
    cam = np.asarray(activations, float) * np.asarray(gradients, float)
    cam = torch.tensor(np.maximum(cam.sum(0), 0))
    cam = F.interpolate(cam[None, None], size=size, mode="bilinear")[0, 0].numpy()
    return cam / cam.max() if cam.max() > 0 else np.zeros(size)


@right("loop")
def detection_counts(y_true, scores, thr):
    tp = fp = fn = tn = 0
    for label, score in zip(y_true, scores):
        if score >= thr:
            if label:
                tp += 1
            else:
                fp += 1
        elif label:
            fn += 1
        else:
            tn += 1
    return {"TP": tp, "FP": fp, "FN": fn, "TN": tn}


@right("products of numbers")
def detection_counts(y_true, scores, thr):
    y = np.array(y_true, dtype=int)
    d = (np.array(scores) >= thr).astype(int)
    return dict(
        TP=int(y @ d),
        FP=int((1 - y) @ d),
        FN=int(y @ (1 - d)),
        TN=int((1 - y) @ (1 - d)),
    )


@wrong("strictly above the threshold")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) > thr
    counts = [int(v.sum()) for v in (y & d, ~y & d, y & ~d, ~y & ~d)]
    return dict(zip(("TP", "FP", "FN", "TN"), counts))


@wrong("FP and FN swapped")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) >= thr
    counts = [int(v.sum()) for v in (y & d, y & ~d, ~y & d, ~y & ~d)]
    return dict(zip(("TP", "FP", "FN", "TN"), counts))


@wrong("detected below the threshold")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) < thr
    counts = [int(v.sum()) for v in (y & d, ~y & d, y & ~d, ~y & ~d)]
    return dict(zip(("TP", "FP", "FN", "TN"), counts))


@wrong("~ of integers")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true), np.asarray(scores) >= thr
    return {
        "TP": int(np.sum(y & d)),
        "FP": int(np.sum(~y & d)),
        "FN": int(np.sum(y & ~d)),
        "TN": int(np.sum(~y & ~d)),
    }


@wrong("shares, not counts")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) >= thr
    counts = [float(v.mean()) for v in (y & d, ~y & d, y & ~d, ~y & ~d)]
    return dict(zip(("TP", "FP", "FN", "TN"), counts))


@wrong("small keys")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) >= thr
    counts = [int(v.sum()) for v in (y & d, ~y & d, y & ~d, ~y & ~d)]
    return dict(zip(("tp", "fp", "fn", "tn"), counts))


@wrong("a tuple")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) >= thr
    return tuple(int(v.sum()) for v in (y & d, ~y & d, y & ~d, ~y & ~d))


@wrong("TN forgets what was not there")
def detection_counts(y_true, scores, thr):
    y, d = np.asarray(y_true).astype(bool), np.asarray(scores) >= thr
    return {
        "TP": int((y & d).sum()),
        "FP": int((~y & d).sum()),
        "FN": int((y & ~d).sum()),
        "TN": int((~d).sum()),
    }


@wrong("labels must be the number 1")
def detection_counts(y_true, scores, thr):
    d = np.asarray(scores) >= thr
    y = np.array([v is True or type(v) is int and v == 1 for v in list(y_true)], bool)
    counts = [int(v.sum()) for v in (y & d, ~y & d, y & ~d, ~y & ~d)]
    return dict(zip(("TP", "FP", "FN", "TN"), counts))


@right("try and except")
def detection_metrics(counts):
    def ratio(a, b):
        try:
            return int(a) / int(b)
        except ZeroDivisionError:
            return float("nan")

    TP, FP, FN, TN = counts["TP"], counts["FP"], counts["FN"], counts["TN"]
    return dict(
        precision=ratio(TP, TP + FP),
        recall=ratio(TP, TP + FN),
        specificity=ratio(TN, TN + FP),
        accuracy=ratio(TP + TN, TP + TN + FP + FN),
    )


@right("NumPy divides")
def detection_metrics(counts):
    c = {key: np.float64(value) for key, value in counts.items()}
    above = np.array([c["TP"], c["TP"], c["TN"], c["TP"] + c["TN"]])
    below = np.array(
        [c["TP"] + c["FP"], c["TP"] + c["FN"], c["TN"] + c["FP"], sum(c.values())]
    )
    with np.errstate(invalid="ignore"):
        values = above / below
    names = ["precision", "recall", "specificity", "accuracy"]
    return {name: float(value) for name, value in zip(names, values)}


@wrong("specificity is the false positive rate")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(fp, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("precision and recall swapped")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fn),
        "recall": share(tp, tp + fp),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("division by zero")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    return {
        "precision": tp / (tp + fp),
        "recall": tp / (tp + fn),
        "specificity": tn / (tn + fp),
        "accuracy": (tp + tn) / (tp + fp + fn + tn),
    }


@wrong("0 for 0/0")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else 0.0
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("precision 1 when nothing is detected")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp) if tp + fp else 1.0,
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("accuracy without true negatives")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp, tp + fp + fn + tn),
    }


@wrong("specificity over TN + FN")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fn),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("epsilon in the denominators")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / (b + 1e-12)
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("takes the counts by their order")
def detection_metrics(counts):
    tp, fp, fn, tn = counts.values()
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "specificity": share(tn, tn + fp),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@wrong("balanced accuracy")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    recall, specificity = share(tp, tp + fn), share(tn, tn + fp)
    return {
        "precision": share(tp, tp + fp),
        "recall": recall,
        "specificity": specificity,
        "accuracy": (recall + specificity) / 2,
    }


@wrong("specificity forgotten")
def detection_metrics(counts):
    tp, fp, fn, tn = (counts[k] for k in ("TP", "FP", "FN", "TN"))
    share = lambda a, b: a / b if b else float("nan")
    return {
        "precision": share(tp, tp + fp),
        "recall": share(tp, tp + fn),
        "accuracy": share(tp + tn, tp + fp + fn + tn),
    }


@right("a threshold at a time, with the earlier tasks")
def precision_recall_curve(y_true, scores):
    if not np.any(y_true):
        raise ValueError("nothing is there")
    thresholds = np.unique(np.asarray(scores, float))[::-1]
    precision, recall = [], []
    for t in thresholds:
        m = detection_metrics(
            detection_counts(y_true, np.asarray(scores, float), float(t))
        )
        precision.append(m["precision"])
        recall.append(m["recall"])
    return np.array(precision, float), np.array(recall, float), thresholds


@right("broadcasting")
def precision_recall_curve(y_true, scores):
    y = np.array(y_true, dtype=bool)
    s = np.array(scores, dtype=np.float64)
    if y.sum() == 0:
        raise ValueError("no positives")
    t = -np.unique(-s)
    found = s[None, :] >= t[:, None]
    tp = (found & y).sum(axis=1)
    return tp / found.sum(axis=1), tp / y.sum(), t


@right("groups of equal scores in a dict")
def precision_recall_curve(y_true, scores):
    groups = {}
    for label, score in zip(y_true, scores):
        n, p = groups.get(float(score), (0, 0))
        groups[float(score)] = n + 1, p + bool(label)
    total = sum(p for _, p in groups.values())
    if total == 0:
        raise ValueError("there is nothing to find")
    n = p = 0
    rows = []
    for score in sorted(groups, reverse=True):
        n, p = n + groups[score][0], p + groups[score][1]
        rows.append((p / n, p / total, score))
    return tuple(np.array(rows, float).T)


@wrong("ascending")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)
    tp = np.array([y[s >= v].sum() for v in t])
    n = np.array([(s >= v).sum() for v in t])
    return tp / n, tp / y.sum(), t


@wrong("sorted ascending before counting")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    order = np.argsort(s, kind="stable")
    y, s = y[order], s[order]
    tp = np.cumsum(y)
    last = np.append(s[1:] != s[:-1], True)
    return (tp / np.arange(1, len(y) + 1))[last], (tp / tp[-1])[last], s[last]


@wrong("ties split")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    order = np.argsort(-s, kind="stable")
    tp = np.cumsum(y[order])
    return tp / np.arange(1, len(y) + 1), tp / tp[-1], s[order]


@wrong("the first of a group of ties")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    order = np.argsort(-s, kind="stable")
    y, s = y[order], s[order]
    tp = np.cumsum(y)
    first = np.append(True, s[1:] != s[:-1])
    return (tp / np.arange(1, len(y) + 1))[first], (tp / tp[-1])[first], s[first]


@wrong("starts at recall 0")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    tp = np.array([y[s >= v].sum() for v in t])
    n = np.array([(s >= v).sum() for v in t])
    return np.append(1, tp / n), np.append(0, tp / y.sum()), np.append(np.inf, t)


@wrong("accuracy instead of precision")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(bool), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    accuracy = np.array([((s >= v) == y).mean() for v in t])
    recall = np.array([(y & (s >= v)).sum() / y.sum() for v in t])
    return accuracy, recall, t


@wrong("false positive rate: a ROC curve")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(bool), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    rate = np.array([(~y & (s >= v)).sum() / max((~y).sum(), 1) for v in t])
    recall = np.array([(y & (s >= v)).sum() / y.sum() for v in t])
    return rate, recall, t


@wrong("scores taken as sorted")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    tp = np.cumsum(y)
    last = np.append(s[1:] != s[:-1], True)
    return (tp / np.arange(1, len(y) + 1))[last], (tp / tp[-1])[last], s[last]


@wrong("labels not sorted along")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    s = np.sort(s)[::-1]
    tp = np.cumsum(y)
    last = np.append(s[1:] != s[:-1], True)
    return (tp / np.arange(1, len(y) + 1))[last], (tp / tp[-1])[last], s[last]


@wrong("sums of int8 labels overflow")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    order = np.argsort(-s, kind="stable")
    y, s = y[order], s[order]
    tp = np.cumsum(y, dtype=y.dtype)
    last = np.append(s[1:] != s[:-1], True)
    tp, n = tp[last].astype(float), np.arange(1.0, len(y) + 1)[last]
    return tp / n, tp / tp[-1], s[last]


@wrong("strictly above")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    tp = np.array([y[s > v].sum() for v in t])
    n = np.array([(s > v).sum() for v in t])
    return tp / np.maximum(n, 1), tp / y.sum(), t


@wrong("stops where everything is found")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    tp = np.array([y[s >= v].sum() for v in t])
    n = np.array([(s >= v).sum() for v in t])
    end = int(np.argmax(tp == tp[-1])) + 1
    return (tp / n)[:end], (tp / y.sum())[:end], t[:end]


@wrong("recall 0 when nothing is there")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    t = np.unique(s)[::-1]
    tp = np.array([y[s >= v].sum() for v in t])
    n = np.array([(s >= v).sum() for v in t])
    return tp / n, tp / max(y.sum(), 1), t


@wrong("rounds scores to make groups")
def precision_recall_curve(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.round(np.asarray(scores, float), 6)
    if not y.any():
        raise ValueError("nothing")
    t = np.unique(s)[::-1]
    tp = np.array([y[s >= v].sum() for v in t])
    n = np.array([(s >= v).sum() for v in t])
    return tp / n, tp / y.sum(), t


@right("a loop over the curve")
def average_precision(y_true, scores):
    area, before = 0.0, 0.0
    p, r, _ = precision_recall_curve(y_true, scores)
    for k in range(len(p)):
        area += (r[k] - before) * p[k]
        before = r[k]
    return area


@right("from scratch: each thing pays the precision of its group")
def average_precision(y_true, scores):
    y, s = np.asarray(y_true).astype(bool), np.asarray(scores, float)
    if not y.any():
        raise ValueError("no positives")
    return float(np.mean([y[s >= v].mean() for v in s[y]]))


@wrong("trapezoid from recall 0")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(np.trapezoid(np.append(1, p), np.append(0, r)))


@wrong("trapezoid")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(np.trapezoid(p, r))


@wrong("11 points")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(
        np.mean([p[r >= level - 1e-9].max() for level in np.linspace(0, 1, 11)])
    )


@wrong("mean of the precisions")
def average_precision(y_true, scores):
    p, _, _ = precision_recall_curve(y_true, scores)
    return float(p.mean())


@wrong("ascending order")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, -np.asarray(scores, float))
    return float(np.sum(np.diff(r, prepend=0) * p))


@wrong("best precision from here on")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    p = np.maximum.accumulate(p[::-1])[::-1]
    return float(np.sum(np.diff(r, prepend=0) * p))


@wrong("first step missing")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(np.sum(np.diff(r) * p[1:]))


@wrong("precision at the beginning of a step")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(np.sum(np.diff(r, prepend=0) * np.append(p[0], p[:-1])))


@wrong("ties split")
def average_precision(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    y = y[np.argsort(-s, kind="stable")]
    p = np.cumsum(y) / np.arange(1, len(y) + 1)
    return float((p * y).sum() / y.sum())


@wrong("ties split for the better")
def average_precision(y_true, scores):
    y, s = np.asarray(y_true).astype(float), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    y = y[np.lexsort((-y, -s))]
    p = np.cumsum(y) / np.arange(1, len(y) + 1)
    return float((p * y).sum() / y.sum())


@wrong("area under the ROC curve")
def average_precision(y_true, scores):
    y, s = np.asarray(y_true).astype(bool), np.asarray(scores, float)
    if not y.any():
        raise ValueError("nothing")
    if y.all():
        return 1.0
    d = s[y][:, None] - s[~y]
    return float((d > 0).mean() + 0.5 * (d == 0).mean())


@wrong("0 when nothing is there")
def average_precision(y_true, scores):
    if not np.any(y_true):
        return 0.0
    p, r, _ = precision_recall_curve(y_true, scores)
    return float(np.sum(np.diff(r, prepend=0) * p))


@wrong("F1 at the best threshold")
def average_precision(y_true, scores):
    p, r, _ = precision_recall_curve(y_true, scores)
    return float((2 * p * r / np.maximum(p + r, 1e-9)).max())


@right("a loop with a sum and a count")
def mean_average_precision(Y, S):
    total, count = 0.0, 0
    for k in range(np.shape(Y)[1]):
        y = np.asarray(Y)[:, k]
        if y.sum() > 0:
            total += average_precision(y, np.asarray(S)[:, k])
            count += 1
    if count == 0:
        raise ValueError("all classes are empty")
    return total / count


@right("empty classes caught as errors")
def mean_average_precision(Y, S):
    values = []
    for y, s in zip(np.transpose(Y), np.transpose(S)):
        try:
            values.append(average_precision(y, s))
        except ValueError:
            continue
    if len(values) == 0:
        raise ValueError("no class is there")
    return float(np.mean(values))


@right("nanmean")
def mean_average_precision(Y, S):
    Y = np.asarray(Y, bool)
    if not Y.any():
        raise ValueError("nothing at all")
    values = [
        average_precision(Y[:, k], S[:, k]) if Y[:, k].any() else np.nan
        for k in range(Y.shape[1])
    ]
    return float(np.nanmean(values))


@wrong("empty class counts as 0")
def mean_average_precision(Y, S):
    if not np.any(Y):
        raise ValueError("none")
    K = Y.shape[1]
    return float(
        np.mean(
            [
                average_precision(Y[:, k], S[:, k]) if Y[:, k].any() else 0
                for k in range(K)
            ]
        )
    )


@wrong("empty class counts as 1")
def mean_average_precision(Y, S):
    if not np.any(Y):
        raise ValueError("none")
    K = Y.shape[1]
    return float(
        np.mean(
            [
                average_precision(Y[:, k], S[:, k]) if Y[:, k].any() else 1
                for k in range(K)
            ]
        )
    )


@wrong("an empty class is an error")
def mean_average_precision(Y, S):
    return float(
        np.mean([average_precision(Y[:, k], S[:, k]) for k in range(Y.shape[1])])
    )


@wrong("one pot")
def mean_average_precision(Y, S):
    return average_precision(np.ravel(Y), np.ravel(S))


@wrong("one AP per image")
def mean_average_precision(Y, S):
    if not np.any(Y):
        raise ValueError("none")
    return float(np.mean([average_precision(y, s) for y, s in zip(Y, S) if y.any()]))


@wrong("weighted by the size of a class")
def mean_average_precision(Y, S):
    if not np.any(Y):
        raise ValueError("none")
    n = np.sum(np.asarray(Y, float), axis=0)
    values = [average_precision(Y[:, k], S[:, k]) if n[k] else 0 for k in range(len(n))]
    return float(np.average(values, weights=n))


@wrong("nan when all are empty")
def mean_average_precision(Y, S):
    values = [
        average_precision(Y[:, k], S[:, k]) for k in range(Y.shape[1]) if Y[:, k].any()
    ]
    return float(np.mean(values)) if values else float("nan")


@wrong("median")
def mean_average_precision(Y, S):
    values = [
        average_precision(Y[:, k], S[:, k]) for k in range(Y.shape[1]) if Y[:, k].any()
    ]
    if not values:
        raise ValueError("none")
    return float(np.median(values))


@wrong("classes that are in every image left out, too")
def mean_average_precision(Y, S):
    Y = np.asarray(Y).astype(bool)
    values = [
        average_precision(Y[:, k], S[:, k])
        for k in range(Y.shape[1])
        if Y[:, k].any() and not Y[:, k].all()
    ]
    if not values:
        raise ValueError("none")
    return float(np.mean(values))


@wrong("single-label: the largest of each row only")
def mean_average_precision(Y, S):
    Y = np.eye(np.shape(Y)[1])[np.asarray(Y).argmax(1)] * np.asarray(Y)
    values = [
        average_precision(Y[:, k], S[:, k]) for k in range(Y.shape[1]) if Y[:, k].any()
    ]
    if not values:
        raise ValueError("none")
    return float(np.mean(values))


@right("loop over the images")
def top_k_error(scores, y, k):
    K = len(scores[0])
    if k < 1 or k > K:
        raise ValueError("k is out of range")
    wrong = 0
    for row, label in zip(scores, y):
        better = sum(1 for c in range(K) if c != label and row[c] >= row[label])
        if better >= k:
            wrong += 1
    return wrong / len(y)


@right("sorted with the true class last among its equals")
def top_k_error(scores, y, k):
    scores = np.asarray(scores)
    n, K = scores.shape
    if k not in range(1, K + 1):
        raise ValueError(f"k = {k}, but there are {K} classes")
    truth = np.zeros((n, K), bool)
    truth[np.arange(n), np.asarray(y, int)] = True
    order = np.lexsort((truth, -scores.astype(float)), axis=1)
    best = np.take_along_axis(truth, order[:, :k], axis=1)
    return float(1 - best.any(axis=1).mean())


@wrong("k smallest scores")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores <= own).sum(1) - 1 >= k).mean())


@wrong("accuracy")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) - 1 < k).mean())


@wrong("optimistic ties")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores > own).sum(1) >= k).mean())


@wrong("argsort: ties by position")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    best = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    return float(1 - (best == y[:, None]).any(1).mean())


@wrong("the true class stands in its own way")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) >= k).mean())


@wrong("one class too many")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) - 1 > k).mean())


@wrong("per cent")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return 100 * float(((scores >= own).sum(1) - 1 >= k).mean())


@wrong("number of errors")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) - 1 >= k).sum())


@wrong("k not refused")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) - 1 >= k).mean())


@wrong("k = K refused")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k < scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float(((scores >= own).sum(1) - 1 >= k).mean())


@wrong("all columns of all labels")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[:, y].max(1)[:, None]
    return float(((scores >= own).sum(1) - 1 >= k).mean())


@wrong("ties by closeness")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y][:, None]
    return float((((scores > own) | np.isclose(scores, own)).sum(1) - 1 >= k).mean())


@wrong("probability of the class below 1/k")
def top_k_error(scores, y, k):
    scores, y = np.asarray(scores, float), np.asarray(y)
    if not 1 <= k <= scores.shape[1]:
        raise ValueError("k")
    own = scores[np.arange(len(y)), y]
    return float((own < 1 / k).mean())


@right("numbers and arrays apart")
def accuracy_per_mparam(acc, params):
    if np.min(params) <= 0:
        raise ValueError("a network without parameters")
    if np.ndim(acc) == 0:
        return float(acc) * 100 / float(params) * 1e6
    return np.array(acc, float) * 100 / np.array(params, float) * 1e6


@right("list of pairs")
def accuracy_per_mparam(acc, params):
    a, p = np.atleast_1d(np.asarray(acc, float)), np.atleast_1d(params)
    if not all(v > 0 for v in p.flat):
        raise ValueError("params must be positive")
    values = [1e8 * x / float(n) for x, n in zip(a.flat, p.flat)]
    return np.reshape(values, a.shape) if np.ndim(acc) else values[0]


@wrong("per parameter")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    out = 100 * acc / params
    return float(out) if out.ndim == 0 else out


@wrong("fraction instead of per cent")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    out = acc / (params / 1e6)
    return float(out) if out.ndim == 0 else out


@wrong("per thousand")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    out = 100 * acc / (params / 1e3)
    return float(out) if out.ndim == 0 else out


@wrong("upside down")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    out = params / 1e6 / (100 * acc)
    return float(out) if out.ndim == 0 else out


@wrong("whole millions")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params)
    if np.any(params <= 0):
        raise ValueError("params")
    out = 100 * acc / np.maximum(params // 1_000_000, 1)
    return float(out) if out.ndim == 0 else out


@wrong("zero gives infinity")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params < 0):
        raise ValueError("params")
    out = 100 * acc / (params / 1e6)
    return float(out) if out.ndim == 0 else out


@wrong("refuses only if all are bad")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.all(params <= 0):
        raise ValueError("params")
    out = 100 * acc / (params / 1e6)
    return float(out) if out.ndim == 0 else out


@wrong("numbers only")
def accuracy_per_mparam(acc, params):
    if params <= 0:
        raise ValueError("params")
    return float(100 * acc / (params / 1e6))


@wrong("refuses negative counts only by their sum")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if params.sum() <= 0:
        raise ValueError("params")
    out = 100 * acc / (params / 1e6)
    return float(out) if out.ndim == 0 else out


@wrong("float32")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, np.float32), np.asarray(params, np.float32)
    if np.any(params <= 0):
        raise ValueError("params")
    out = (100 * acc / (params / 1e6)).astype(float)
    return float(out) if out.ndim == 0 else out


@wrong("mean over the networks")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    return float((100 * acc / (params / 1e6)).mean())


@wrong("rounded to two decimals")
def accuracy_per_mparam(acc, params):
    acc, params = np.asarray(acc, float), np.asarray(params, float)
    if np.any(params <= 0):
        raise ValueError("params")
    out = np.round(100 * acc / (params / 1e6), 2)
    return float(out) if out.ndim == 0 else out
