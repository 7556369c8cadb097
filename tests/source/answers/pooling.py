"""Answers to lesson 06: see autograder/audit.py for how they are read."""


@right("loops over the places of the result, NaN as padding")
def pool2d(x, z, s=None, mode="max", p=0):
    if mode == "max":
        f = np.nanmax
    elif mode == "average":
        f = np.nanmean
    else:
        raise ValueError("unknown mode " + repr(mode))
    s = s or z
    if p >= z:
        raise ValueError("too much padding")
    a = np.pad(
        x.astype(float), [(0, 0), (0, 0), (p, p), (p, p)], constant_values=np.nan
    )
    h, w = (a.shape[2] - z) // s + 1, (a.shape[3] - z) // s + 1
    if h < 1 or w < 1:
        raise ValueError("the window does not fit")
    out = np.zeros(x.shape[:2] + (h, w))
    for i in range(h):
        for j in range(w):
            window = a[:, :, i * s : i * s + z, j * s : j * s + z]
            out[:, :, i, j] = f(window, axis=(2, 3))
    return out


@right("four loops, windows cut off at the border")
def pool2d(x, z, s=None, mode="max", p=0):
    if mode not in ["max", "average"]:
        raise ValueError("mode?")
    if s is None:
        s = z
    N, C, H, W = x.shape
    if H + 2 * p < z or W + 2 * p < z or p >= z:
        raise ValueError("sizes make no sense")
    out = np.empty((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for n in range(N):
        for c in range(C):
            for i in range(out.shape[2]):
                for j in range(out.shape[3]):
                    top, left = i * s - p, j * s - p
                    window = x[
                        n, c, max(top, 0) : top + z, max(left, 0) : left + z
                    ].astype(np.float64)
                    out[n, c, i, j] = window.max() if mode == "max" else window.mean()
    return out


@right("combines shifted copies")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    x = np.array(x, dtype=np.float64)
    N, C, H, W = x.shape
    h, w = (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1
    if h <= 0 or w <= 0 or p >= z or mode not in {"max", "average"}:
        raise ValueError(f"cannot pool {x.shape} with z={z}, p={p}, mode={mode}")
    big = np.full((N, C, H + 2 * p, W + 2 * p), -np.inf)
    big[:, :, p : p + H, p : p + W] = x
    out = np.full((N, C, h, w), -np.inf if mode == "max" else 0.0)
    count = np.zeros((N, C, h, w))
    for k in range(z):
        for l in range(z):
            piece = big[:, :, k : k + s * (h - 1) + 1 : s, l : l + s * (w - 1) + 1 : s]
            if mode == "max":
                out = np.maximum(out, piece)
            else:
                real = piece > -np.inf
                out += np.where(real, piece, 0)
                count += real
    return out if mode == "max" else out / count


@right("as_strided, separable maximum")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError(f"no mode {mode}")
    if not 0 <= p < z:
        raise ValueError(f"bad padding {p}")
    x = np.asarray(x, dtype=float)
    if min(x.shape[-2:]) + 2 * p < z:
        raise ValueError("window too large")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    slide = np.lib.stride_tricks.sliding_window_view
    if mode == "max":
        a = np.pad(x, pads, constant_values=-np.inf)
        a = slide(a, z, axis=2).max(-1)
        return slide(a, z, axis=3).max(-1)[:, :, ::s, ::s]
    a = np.ma.masked_array(
        np.pad(x, pads), np.pad(np.zeros(x.shape, bool), pads, constant_values=True)
    )
    h, w = (a.shape[2] - z) // s + 1, (a.shape[3] - z) // s + 1
    rows = [
        [a[:, :, i * s : i * s + z, j * s : j * s + z].mean((2, 3)) for j in range(w)]
        for i in range(h)
    ]
    return np.moveaxis(
        np.array([[c.data for c in row] for row in rows]), (0, 1), (2, 3)
    )


@wrong("pads the maximum with zeros")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    x = np.asarray(x, float)
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    slide = np.lib.stride_tricks.sliding_window_view
    a = slide(np.pad(x, pads), (z, z), (2, 3))[:, :, ::s, ::s]
    if mode == "max":
        return a.max((-1, -2))
    b = slide(np.pad(np.ones_like(x), pads), (z, z), (2, 3))[:, :, ::s, ::s]
    return a.sum((-1, -2)) / b.sum((-1, -2))


@wrong("averages integers as integers")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            window = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z]
            if mode == "max":
                out[:, :, i, j] = window.max((2, 3))
            else:
                mean = window.mean((2, 3)).astype(x.dtype)
                out[:, :, i, j] = mean
    return out


@wrong("takes z for the stride")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            window = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
            f = window.max if mode == "max" else window.mean
            out[:, :, i, j] = f((2, 3))
    return out


@wrong("pools over the channels as well")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for n in range(N):
        for i in range(out.shape[2]):
            for j in range(out.shape[3]):
                t, l = i * s - p, j * s - p
                window = x[n, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
                out[n, :, i, j] = window.max() if mode == "max" else window.mean()
    return out


@wrong("rounds the sizes up")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    N, C, H, W = x.shape
    out = np.zeros((N, C, -(-(H + 2 * p - z) // s) + 1, -(-(W + 2 * p - z) // s) + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            window = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
            f = window.max if mode == "max" else window.mean
            out[:, :, i, j] = f((2, 3))
    return out


@wrong("counts padding in the average")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    fill = -np.inf if mode == "max" else 0
    a = np.pad(x.astype(float), ((0, 0), (0, 0), (p, p), (p, p)), constant_values=fill)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return a.max((-1, -2)) if mode == "max" else a.mean((-1, -2))


@wrong("averages minus infinity")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    a = np.pad(x.astype(float), pads, constant_values=-np.inf)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    if mode == "max":
        return a.max((-1, -2))
    real = a > -np.inf
    return (a * real).sum((-1, -2)) / real.sum((-1, -2))


@wrong("takes the minimum")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    a = np.pad(x.astype(float), pads, constant_values=np.nan)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return np.nanmin(a, (-1, -2)) if mode == "max" else np.nanmean(a, (-1, -2))


@wrong("pads the maximum with -1e3 in place of minus infinity, and as integers")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    slide = np.lib.stride_tricks.sliding_window_view
    if mode == "max":
        a = np.pad(x, pads, constant_values=np.array(-1000).astype(x.dtype))
        return slide(a, (z, z), (2, 3))[:, :, ::s, ::s].max((-1, -2)).astype(float)
    a = np.pad(x.astype(float), pads, constant_values=np.nan)
    return np.nanmean(slide(a, (z, z), (2, 3))[:, :, ::s, ::s], (-1, -2))


@wrong("starts the maximum at zero")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    N, C, H, W = x.shape
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for n, c, i, j in np.ndindex(out.shape):
        best, total, count = 0.0, 0.0, 0
        for k in range(i * s - p, i * s - p + z):
            for l in range(j * s - p, j * s - p + z):
                if 0 <= k < H and 0 <= l < W:
                    best = max(best, float(x[n, c, k, l]))
                    total, count = total + float(x[n, c, k, l]), count + 1
        out[n, c, i, j] = best if mode == "max" else total / count
    return out


@wrong("checks only the height")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    N, C, H, W = x.shape
    if z > H + 2 * p or p >= z:
        raise ValueError("bad size")
    h, w = (H + 2 * p - z) // s + 1, max((W + 2 * p - z) // s + 1, 0)
    out = np.zeros((N, C, h, w))
    for i in range(h):
        for j in range(w):
            t, l = i * s - p, j * s - p
            window = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
            f = window.max if mode == "max" else window.mean
            out[:, :, i, j] = f((2, 3))
    return out


@wrong("takes every other mode for average")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    N, C, H, W = x.shape
    if z > min(H, W) + 2 * p or p >= z:
        raise ValueError("bad size")
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            window = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
            f = window.max if mode == "max" else window.mean
            out[:, :, i, j] = f((2, 3))
    return out


@wrong("negative slices at the border")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    N, C, H, W = x.shape
    if z > min(H, W) + 2 * p or p >= z:
        raise ValueError("bad size")
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            rows = [k for k in range(i * s - p, i * s - p + z) if k < H]
            columns = [l for l in range(j * s - p, j * s - p + z) if l < W]
            window = x[:, :, rows][:, :, :, columns].astype(float)
            f = window.max if mode == "max" else window.mean
            out[:, :, i, j] = f((2, 3))
    return out


@wrong("calls torch")
def pool2d(x, z, s=None, mode="max", p=0):
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    t = torch.tensor(x.astype(float))
    if mode == "max":
        return functional.max_pool2d(t, z, s, p).numpy()
    return functional.avg_pool2d(t, z, s, p, count_include_pad=False).numpy()


@wrong("averages in float32")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p or p >= z:
        raise ValueError("bad size")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    a = np.pad(x.astype(np.float32), pads, constant_values=np.nan)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    f = np.nanmax if mode == "max" else np.nanmean
    return f(a, (-1, -2)).astype(float)


@wrong("allows any padding")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    if z > min(x.shape[2:]) + 2 * p:
        raise ValueError("bad size")
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    a = np.pad(x.astype(float), pads, constant_values=np.nan)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return (np.nanmax if mode == "max" else np.nanmean)(a, (-1, -2))


@wrong("asserts in place of ValueError")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    assert mode in ("max", "average") and p < z
    assert z <= min(x.shape[2:]) + 2 * p
    pads = ((0, 0), (0, 0), (p, p), (p, p))
    a = np.pad(x.astype(float), pads, constant_values=np.nan)
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return (np.nanmax if mode == "max" else np.nanmean)(a, (-1, -2))


@right("loops over windows")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if H < z or W < z:
        raise ValueError("window too large")
    if p < 1:
        raise ValueError("p too small")
    out = np.zeros((N, C, H // z, W // z))
    for n, c, i, j in np.ndindex(*out.shape):
        window = x[n, c, i * z : (i + 1) * z, j * z : (j + 1) * z].astype(float)
        m = np.abs(window).max()
        if m > 0:
            out[n, c, i, j] = m * np.mean(np.abs(window / m) ** p) ** (1 / p)
    return out


@right("logarithms")
def lp_pool(x, z, p):
    from scipy.special import logsumexp

    if p < 1 or x.shape[2] < z or x.shape[3] < z:
        raise ValueError("bad z or p")
    h, w = x.shape[2] // z, x.shape[3] // z
    logs = np.log(np.abs(x.astype(np.float64)))
    stack = [
        logs[:, :, k : h * z : z, l : w * z : z] for k in range(z) for l in range(z)
    ]
    return np.exp((logsumexp(p * np.array(stack), axis=0) - np.log(z * z)) / p)


@right("shifted copies")
def lp_pool(x, z, p):
    if z > x.shape[2] or z > x.shape[3]:
        raise ValueError("z")
    if p < 1:
        raise ValueError("p")
    h, w = x.shape[2] // z, x.shape[3] // z
    pieces = np.stack(
        [
            np.fabs(x[:, :, k : k + z * h : z, l : l + z * w : z].astype(float))
            for k in range(z)
            for l in range(z)
        ],
        axis=-1,
    )
    top = pieces.max(-1)
    top[top == 0] = 1.0
    return top * np.power(np.power(pieces / top[..., None], p).mean(-1), 1 / p)


@wrong("sums in place of averaging")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).sum((3, 5)) ** (1 / p)


@wrong("overflows")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    return (a**p).mean((3, 5)) ** (1 / p)


@wrong("forgets the root")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    return (a**p).mean((3, 5))


@wrong("takes no absolute values")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = x[:, :, : h * z, : w * z].astype(float).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m != 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("divides by z")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * ((u**p).sum((3, 5)) / z) ** (1 / p)


@wrong("divides zero by zero")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    return m[:, :, :, 0, :, 0] * ((a / m) ** p).mean((3, 5)) ** (1 / p)


@wrong("scales by the largest of the whole batch")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max() or 1.0
    return m * ((a / m) ** p).mean((3, 5)) ** (1 / p)


@wrong("adds a small number against 0/0")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / (m + 1e-12)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("gives the maximum for large p")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    if p > 100:
        return m[:, :, :, 0, :, 0]
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("takes absolute values before converting")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z]).astype(float).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("reshapes without separating the windows")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, w, z, z)
    m = a.max((4, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[..., 0, 0] * (u**p).mean((4, 5)) ** (1 / p)


@wrong("accepts p below 1")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("makes p whole")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    p = int(p)
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@wrong("fails on left-over rows")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1 or H % z or W % z:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x.astype(float)).reshape(N, C, h, z, w, z)
    m = a.max((3, 5), keepdims=True)
    u = a / np.where(m > 0, m, 1)
    return m[:, :, :, 0, :, 0] * (u**p).mean((3, 5)) ** (1 / p)


@right("flattens the maps")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    flat = x.reshape(*x.shape[:2], -1).astype(float)
    return flat.max(-1) if mode == "max" else flat.sum(-1) / flat.shape[-1]


@right("einsum and two maxima")
def global_pool(x, mode):
    x = np.array(x, dtype="float64")
    match mode:
        case "max":
            return np.max(np.max(x, axis=-1), axis=-1)
        case "average":
            return np.einsum("ncij->nc", x) / (x.shape[2] * x.shape[3])
        case _:
            raise ValueError(f"no such mode: {mode}")


@right("loops over images and channels")
def global_pool(x, mode):
    f = {"max": np.max, "average": np.mean}.get(mode)
    if f is None:
        raise ValueError("mode " + str(mode))
    out = np.empty(x.shape[:2])
    for n in range(x.shape[0]):
        for c in range(x.shape[1]):
            out[n, c] = f(x[n, c].astype(float))
    return out


@wrong("pools over the images")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    f = x.max if mode == "max" else x.mean
    return np.repeat(f((0, 2, 3))[None], len(x), 0)


@wrong("pools over the channels")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    f = x.max if mode == "max" else x.mean
    return np.repeat(f((1, 2, 3))[:, None], x.shape[1], 1)


@wrong("keeps the two axes")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    f = x.max if mode == "max" else x.mean
    return f((2, 3), keepdims=True)


@wrong("sums")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    return x.max((2, 3)) if mode == "max" else x.sum((2, 3))


@wrong("reduces everything")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    return np.float64(x.max() if mode == "max" else x.mean())


@wrong("keeps the dtype of the maximum")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    return x.max((2, 3)) if mode == "max" else x.mean((2, 3), dtype=float)


@wrong("averages in float32")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    return (x.max((2, 3)) if mode == "max" else x.mean((2, 3))).astype(float)


@wrong("takes every other mode for average")
def global_pool(x, mode):
    x = x.astype(float)
    return x.max((2, 3)) if mode == "max" else x.mean((2, 3))


@wrong("averages columns of maxima")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    return x.max(2).mean(2) if mode == "max" else x.mean((2, 3))


@wrong("squeezes away an axis of length 1")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    return (x.max((2, 3)) if mode == "max" else x.mean((2, 3))).squeeze()


@wrong("does not mind capital letters")
def global_pool(x, mode):
    if mode.lower() not in ("max", "average"):
        raise ValueError("unknown mode")
    x = x.astype(float)
    return x.max((2, 3)) if mode.lower() == "max" else x.mean((2, 3))


@right("four loops and a running best")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > H or z > W:
        raise ValueError("window too large")
    h, w = (H - z) // s + 1, (W - z) // s + 1
    y = np.zeros((N, C, h, w))
    idx = np.zeros((N, C, h, w), dtype=np.int64)
    for n, c, i, j in np.ndindex(N, C, h, w):
        best = -np.inf
        for k in range(i * s, i * s + z):
            for l in range(j * s, j * s + z):
                if x[n, c, k, l] > best:
                    best, where = float(x[n, c, k, l]), k * W + l
        y[n, c, i, j], idx[n, c, i, j] = best, where
    return y, idx


@right("pools a map of places")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    h, w = (H - z) // s + 1, (W - z) // s + 1
    if h < 1 or w < 1:
        raise ValueError("nothing to pool")
    places = np.arange(H * W).reshape(H, W)
    cut = lambda a, k, l: a[..., k : k + s * h : s, l : l + s * w : s][..., :h, :w]
    offsets = [(k, l) for k in range(z) for l in range(z)]
    values = np.stack([cut(x, k, l) for k, l in offsets]).astype(float)
    where = np.stack([cut(places, k, l) for k, l in offsets])
    best = values.argmax(0)
    y = np.take_along_axis(values, best[None], 0)[0]
    where = np.broadcast_to(where[:, None, None], values.shape)
    return y, np.take_along_axis(where, best[None], 0)[0].astype("int64")


@right("unravel and ravel")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    if z > min(x.shape[-2:]):
        raise ValueError(f"{z} is too large")
    h, w = ((n - z) // s + 1 for n in x.shape[2:])
    y, idx = np.zeros((*x.shape[:2], h, w)), np.zeros((*x.shape[:2], h, w), np.int64)
    for i in range(h):
        for j in range(w):
            part = x[:, :, i * s : i * s + z, j * s : j * s + z]
            flat = part.reshape(*x.shape[:2], -1)
            k, l = np.unravel_index(flat.argmax(-1), (z, z))
            y[:, :, i, j] = flat.max(-1)
            idx[:, :, i, j] = np.ravel_multi_index((k + i * s, l + j * s), x.shape[2:])
    return y, idx


@right("searches the maximum in the order of reading")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if H < z or W < z:
        raise ValueError("too small")
    rows, columns = range(0, H - z + 1, s), range(0, W - z + 1, s)
    y = np.array(
        [
            [
                [[m[i : i + z, j : j + z].max() for j in columns] for i in rows]
                for m in b
            ]
            for b in x
        ],
        dtype=float,
    )
    idx = np.zeros(y.shape, int)
    for n, c, a, b in np.ndindex(y.shape):
        i, j = rows[a], columns[b]
        k, l = np.argwhere(x[n, c, i : i + z, j : j + z] == y[n, c, a, b])[0]
        idx[n, c, a, b] = (i + k) * W + j + l
    return y, idx


@wrong("counts inside the window")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    return a.max(-1), a.argmax(-1)


@wrong("column times H plus row")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return a.max(-1), (j * s + l) * H + i * s + k


@wrong("row times H")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return a.max(-1), (i * s + k) * H + j * s + l


@wrong("takes the last of equals")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(z * z - 1 - a[..., ::-1].argmax(-1), z)
    return a.max(-1), (i * s + k) * W + j * s + l


@wrong("the first of equals column by column")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.swapaxes(-1, -2).reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    l, k = divmod(a.argmax(-1), z)
    return a.max(-1), (i * s + k) * W + j * s + l


@wrong("counts on from channel to channel")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    c = np.arange(C)[:, None, None]
    return a.max(-1), c * H * W + (i * s + k) * W + j * s + l


@wrong("returns the indices as floats")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    idx = np.zeros(a.shape[:4])
    idx[:] = (i * s + k) * W + j * s + l
    return a.max(-1), idx


@wrong("takes z for the stride in the origin of the window")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return a.max(-1), (i * z + k) * W + j * z + l


@wrong("looks the maximum up in the whole plane")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    y = a.max((-1, -2))
    idx = np.zeros(y.shape, np.int64)
    for n, c, i, j in np.ndindex(y.shape):
        idx[n, c, i, j] = np.flatnonzero(x[n, c] == y[n, c, i, j])[0]
    return y, idx


@wrong("starts the running best at zero")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > H or z > W:
        raise ValueError("window too large")
    h, w = (H - z) // s + 1, (W - z) // s + 1
    y = np.zeros((N, C, h, w))
    idx = np.zeros((N, C, h, w), dtype=np.int64)
    for n, c, i, j in np.ndindex(N, C, h, w):
        for k in range(i * s, i * s + z):
            for l in range(j * s, j * s + z):
                if x[n, c, k, l] > y[n, c, i, j]:
                    y[n, c, i, j], idx[n, c, i, j] = x[n, c, k, l], k * W + l
    return y, idx


@wrong("keeps the dtype of the input")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return a.max(-1), (i * s + k) * W + j * s + l


@wrong("returns pairs of row and column")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return a.max(-1), np.stack([i * s + k, j * s + l], -1)


@wrong("forgets to refuse a window that is too large")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    h, w = max((H - z) // s + 1, 0), max((W - z) // s + 1, 0)
    y, idx = np.zeros((N, C, h, w)), np.zeros((N, C, h, w), dtype=np.int64)
    for n, c, i, j in np.ndindex(N, C, h, w):
        part = x[n, c, i * s : i * s + z, j * s : j * s + z]
        k, l = divmod(part.argmax(), z)
        y[n, c, i, j], idx[n, c, i, j] = part.max(), (i * s + k) * W + j * s + l
    return y, idx


@right("loops over every value")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape:
        raise ValueError("shapes differ")
    out = np.zeros(y.shape[:2] + (H, W))
    for n, c, i, j in np.ndindex(y.shape):
        place = int(idx[n, c, i, j])
        if not 0 <= place < H * W:
            raise ValueError("index outside")
        out[n, c, place // W, place % W] = y[n, c, i, j]
    return out


@right("planes as lists")
def max_unpool(y, idx, shape):
    if np.shape(y) != np.shape(idx):
        raise ValueError(f"{np.shape(y)} and {np.shape(idx)}")
    size = shape[0] * shape[1]
    if idx.min() < 0 or idx.max() > size - 1:
        raise ValueError(f"indices must be below {size}")
    planes = []
    for values, places in zip(
        y.reshape(-1, y[0, 0].size), idx.reshape(-1, y[0, 0].size)
    ):
        plane = np.zeros(size)
        plane[places] = values
        planes.append(plane.reshape(shape))
    return np.array(planes).reshape(*y.shape[:2], *shape)


@right("indexes all axes at once")
def max_unpool(y, idx, shape):
    if y.shape != idx.shape:
        raise ValueError("y and idx must have one shape")
    try:
        row, column = np.unravel_index(idx, shape)
    except ValueError:
        raise ValueError("index out of range") from None
    N, C = y.shape[:2]
    out = np.zeros((N, C, *shape))
    n, c = np.arange(N)[:, None, None, None], np.arange(C)[:, None, None]
    out[n, c, row, column] = y
    return out


@wrong("adds up")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], H * W))
    for n, c, i, j in np.ndindex(y.shape):
        out[n, c, idx[n, c, i, j]] += y[n, c, i, j]
    return out.reshape(*y.shape[:2], H, W)


@wrong("keeps the larger of old and new")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], H * W))
    for n, c, i, j in np.ndindex(y.shape):
        k = idx[n, c, i, j]
        out[n, c, k] = max(out[n, c, k], y[n, c, i, j])
    return out.reshape(*y.shape[:2], H, W)


@wrong("fills the whole window")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    rows = np.arange(H) * y.shape[2] // H
    columns = np.arange(W) * y.shape[3] // W
    return y[:, :, rows][:, :, :, columns].astype(float)


@wrong("mixes images and channels")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((C, N, H * W))
    for n in range(N):
        for c in range(C):
            out[c, n, idx[n, c].ravel()] = y[n, c].ravel()
    return out.reshape(N, C, H, W)


@wrong("ignores shape and doubles the size")
def max_unpool(y, idx, shape):
    N, C, h, w = y.shape
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((N, C, 4 * h * w))
    for n in range(N):
        for c in range(C):
            out[n, c, idx[n, c].ravel() % (4 * h * w)] = y[n, c].ravel()
    return out.reshape(N, C, 2 * h, 2 * w)


@wrong("puts values into the corners of windows")
def max_unpool(y, idx, shape):
    N, C, h, w = y.shape
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((N, C, H, W))
    for i in range(h):
        for j in range(w):
            out[:, :, i * (H // h), j * (W // w)] = y[:, :, i, j]
    return out


@wrong("takes the index as column times H plus row")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], H, W))
    for n, c, i, j in np.ndindex(y.shape):
        out[n, c, idx[n, c, i, j] % H, idx[n, c, i, j] // H] = y[n, c, i, j]
    return out


@wrong("divides by H")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], max(H, W), max(H, W)))
    for n, c, i, j in np.ndindex(y.shape):
        out[n, c, idx[n, c, i, j] // H, idx[n, c, i, j] % H] = y[n, c, i, j]
    return out[:, :, :H, :W]


@wrong("fills one plane with all channels")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], H * W))
    out[:, :, idx.ravel()] = y.ravel()
    return out.reshape(*y.shape[:2], H, W)


@wrong("keeps the dtype of y")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W), y.dtype)
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)


@wrong("lets Python count -1 from the end")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or idx.max() >= H * W:
        raise ValueError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W))
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)


@wrong("compares only the number of values")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.size != idx.size or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W))
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)


@wrong("raises IndexError")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape:
        raise ValueError("bad shapes")
    if np.any((idx < 0) | (idx >= H * W)):
        raise IndexError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W))
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)


@right("slices cut off at the border")
def grey_dilation(x, z):
    if z <= 0 or z % 2 != 1:
        raise ValueError("z must be odd")
    half = z // 2
    out = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[
                max(0, i - half) : i + half + 1, max(0, j - half) : j + half + 1
            ].max()
    return out


@right("rows first, then columns")
def grey_dilation(x, z):
    if z < 1 or not z % 2:
        raise ValueError(f"no centre: {z}")
    half = (z - 1) // 2
    a = np.pad(np.asarray(x, float), half, constant_values=-np.inf)
    a = np.max([a[k : k + x.shape[0]] for k in range(z)], axis=0)
    return np.max([a[:, l : l + x.shape[1]] for l in range(z)], axis=0)


@right("repeats z = 3")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    out = np.array(x, dtype=np.float64)
    for _ in range(z // 2):
        a = np.pad(out, 1, mode="edge")
        out = np.lib.stride_tricks.sliding_window_view(a, (3, 3)).max((2, 3))
    return out


@wrong("pads with zeros")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z // 2)
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("spaces the window out")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z - 1, constant_values=-np.inf)
    a = np.lib.stride_tricks.sliding_window_view(a, (2 * z - 1, 2 * z - 1))
    return a[:, :, ::2, ::2].max((2, 3))


@wrong("shrinks the map")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    return np.lib.stride_tricks.sliding_window_view(x.astype(float), (z, z)).max((2, 3))


@wrong("erodes")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z // 2, constant_values=np.inf)
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).min((2, 3))


@wrong("begins the window at the pixel")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), ((0, z - 1), (0, z - 1)), constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("wraps around")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    half = z // 2
    moves = [(i, j) for i in range(-half, half + 1) for j in range(-half, half + 1)]
    return np.max([np.roll(x.astype(float), m, (0, 1)) for m in moves], axis=0)


@wrong("mirrors the border")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z // 2, mode="wrap")
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("uses a plus in place of a square")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    half = z // 2
    a = np.pad(x.astype(float), half, constant_values=-np.inf)
    H, W = x.shape
    pieces = [a[k : k + H, half : half + W] for k in range(z)]
    pieces += [a[half : half + H, k : k + W] for k in range(z)]
    return np.max(pieces, axis=0)


@wrong("always takes 3 x 3")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), 1, constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(a, (3, 3)).max((2, 3))


@wrong("accepts an even z")
def grey_dilation(x, z):
    if z < 1:
        raise ValueError("z too small")
    a = np.pad(x.astype(float), ((z // 2, (z - 1) // 2),) * 2, constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("refuses a z larger than the map")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0 or z > min(x.shape):
        if x.shape[0] > 1:
            raise ValueError("bad z")
    a = np.pad(x.astype(float), z // 2, constant_values=-np.inf)
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("keeps the dtype")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x, z // 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@wrong("calls SciPy")
def grey_dilation(x, z):
    from scipy import ndimage

    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    return ndimage.maximum_filter(x.astype(float), z, mode="nearest")


@right("norms of flat lists")
def shift_stability(f0, f1):
    if np.shape(f0) != np.shape(f1):
        raise ValueError("shapes differ")
    a, b = np.ravel(f0).astype(float), np.ravel(f1).astype(float)
    size = np.linalg.norm(a)
    change = np.linalg.norm(b - a)
    if size > 0:
        return change / size
    return np.inf if change > 0 else 0.0


@right("math.dist")
def shift_stability(f0, f1):
    import math

    if f0.shape != f1.shape:
        raise ValueError("not the same shape")
    a, b = f0.astype(float).ravel().tolist(), f1.astype(float).ravel().tolist()
    size, change = math.hypot(*a), math.dist(a, b)
    if size == 0:
        return math.inf if change else 0.0
    return change / size


@right("loops")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError(f"{f0.shape} is not {f1.shape}")
    top = bottom = 0.0
    for a, b in zip(f0.flat, f1.flat):
        top += (float(b) - float(a)) ** 2
        bottom += float(a) ** 2
    if bottom == 0:
        return 0.0 if top == 0 else float("inf")
    return (top / bottom) ** 0.5


@wrong("does not divide")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any() and f1.any():
        return float("inf")
    return float(np.sqrt(((f1 - f0) ** 2).sum()))


@wrong("forgets the roots")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(((f1 - f0) ** 2).sum() / (f0**2).sum())


@wrong("divides by the second")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f1.any():
        return float("inf") if f0.any() else 0.0
    return float(np.sqrt(((f1 - f0) ** 2).sum() / (f1**2).sum()))


@wrong("averages relative changes")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(np.mean(np.abs(f1 - f0) / np.where(f0 == 0, 1, np.abs(f0))))


@wrong("gives NaN for 0/0")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    return float(np.sqrt(((f1 - f0) ** 2).sum()) / np.sqrt((f0**2).sum()))


@wrong("adds a small number below")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    return float(np.sqrt(((f1 - f0) ** 2).sum()) / (np.sqrt((f0**2).sum()) + 1e-8))


@wrong("spectral norm of matrices")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    order = 2 if f0.ndim == 2 else None
    return float(np.linalg.norm(f1 - f0, order) / np.linalg.norm(f0, order))


@wrong("sums of absolute values")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(np.abs(f1 - f0).sum() / np.abs(f0).sum())


@wrong("subtracts as uint8")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(np.linalg.norm((f1 - f0).ravel()) / np.linalg.norm(f0.ravel()))


@wrong("lets NumPy stretch the shapes")
def shift_stability(f0, f1):
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(np.sqrt(((f1 - f0) ** 2).sum() / (f0**2).sum()))


@wrong("compares only the number of entries")
def shift_stability(f0, f1):
    if f0.size != f1.size:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float).ravel(), f1.astype(float).ravel()
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return float(np.sqrt(((f1 - f0) ** 2).sum() / (f0**2).sum()))


@wrong("gives 0 whenever f0 is zero")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return 0.0
    return float(np.sqrt(((f1 - f0) ** 2).sum() / (f0**2).sum()))


@wrong("pads at the top and left only")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average") or p >= z or z > min(x.shape[2:]) + 2 * p:
        raise ValueError("bad")
    a = np.pad(
        x.astype(float),
        ((0, 0), (0, 0), (2 * p, 0), (2 * p, 0)),
        constant_values=np.nan,
    )
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return (np.nanmax if mode == "max" else np.nanmean)(a, (-1, -2))


@wrong("refuses z > H before padding")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average") or p >= z or z > min(x.shape[2:]):
        raise ValueError("bad")
    a = np.pad(
        x.astype(float), ((0, 0), (0, 0), (p, p), (p, p)), constant_values=np.nan
    )
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return (np.nanmax if mode == "max" else np.nanmean)(a, (-1, -2))


@wrong("edge padding for average")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average") or p >= z or z > min(x.shape[2:]) + 2 * p:
        raise ValueError("bad")
    a = np.pad(x.astype(float), ((0, 0), (0, 0), (p, p), (p, p)), mode="edge")
    a = np.lib.stride_tricks.sliding_window_view(a, (z, z), (2, 3))[:, :, ::s, ::s]
    return (np.nanmax if mode == "max" else np.nanmean)(a, (-1, -2))


@wrong("takes the height for the width")
def pool2d(x, z, s=None, mode="max", p=0):
    s = s or z
    if mode not in ("max", "average") or p >= z or z > min(x.shape[2:]) + 2 * p:
        raise ValueError("bad")
    out = np.zeros(
        (
            *x.shape[:2],
            (x.shape[2] + 2 * p - z) // s + 1,
            (x.shape[2] + 2 * p - z) // s + 1,
        )
    )
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            w = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z].astype(float)
            out[:, :, i, j] = w.max((2, 3)) if mode == "max" else w.mean((2, 3))
    return out


@right("cumulative sums and separable maxima")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average") or p >= z or z > min(x.shape[2:]) + 2 * p:
        raise ValueError("bad")

    def along(a, axis):
        a = np.moveaxis(a, axis, -1)
        n = a.shape[-1]
        f = np.max if mode == "max" else np.mean
        out = np.stack(
            [f(a[..., max(k, 0) : k + z], -1) for k in range(-p, n + p - z + 1, s)], -1
        )
        return np.moveaxis(out, -1, axis)

    return along(along(np.array(x, float), 2), 3)


@wrong("falls back to the maximum when it overflows")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    out = np.zeros((N, C, h, w))
    for i in range(h):
        for j in range(w):
            b = np.abs(x[:, :, i * z : i * z + z, j * z : j * z + z].astype(float))
            with np.errstate(all="ignore"):
                v = (b**p).mean((2, 3)) ** (1 / p)
            out[:, :, i, j] = np.where(np.isfinite(v), v, b.max((2, 3)))
    return out


@wrong("uses longdouble")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    h, w = H // z, W // z
    a = np.abs(x[:, :, : h * z, : w * z].astype(np.longdouble)).reshape(
        N, C, h, z, w, z
    )
    return ((a**p).mean((3, 5)) ** (1 / p)).astype(float)


@right("frexp scaling")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if z > min(H, W) or p < 1:
        raise ValueError("bad size")
    out = np.zeros((N, C, H // z, W // z))
    for n, c, i, j in np.ndindex(out.shape):
        b = [abs(float(v)) for v in x[n, c, i * z : i * z + z, j * z : j * z + z].flat]
        m = max(b)
        if m:
            out[n, c, i, j] = m * (sum((v / m) ** p for v in b) / z**2) ** (1 / p)
    return out


@wrong("returns a list")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    a = np.lib.stride_tricks.sliding_window_view(x, (z, z), (2, 3))[:, :, ::s, ::s]
    a = a.reshape(*a.shape[:4], z * z)
    i, j = np.arange(a.shape[2])[:, None], np.arange(a.shape[3])
    k, l = divmod(a.argmax(-1), z)
    return [a.max(-1), (i * s + k) * W + j * s + l]


@wrong("ceil sizes with partial windows")
def max_pool_with_indices(x, z, s):
    x = np.asarray(x, float)
    N, C, H, W = x.shape
    if z > min(H, W):
        raise ValueError("window too large")
    h, w = -(-(H - z) // s) + 1, -(-(W - z) // s) + 1
    y, idx = np.zeros((N, C, h, w)), np.zeros((N, C, h, w), np.int64)
    for n, c, i, j in np.ndindex(y.shape):
        b = x[n, c, i * s : i * s + z, j * s : j * s + z]
        if b.size:
            k, l = divmod(b.argmax(), b.shape[1])
            y[n, c, i, j], idx[n, c, i, j] = b.max(), (i * s + k) * W + j * s + l
    return y, idx


@wrong("unpools by broadcasting to first image")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx >= H * W)):
        raise ValueError("bad indices")
    out = np.zeros((*y.shape[:2], H * W))
    for c in range(y.shape[1]):
        out[:, c, idx[0, c].ravel()] = y[:, c].reshape(len(y), -1)
    return out.reshape(*y.shape[:2], H, W)


@wrong("upper bound off by one")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape or np.any((idx < 0) | (idx > H * W - 2)):
        raise ValueError("bad indices")
    N, C = y.shape[:2]
    out = np.zeros((N, C, H * W))
    np.put_along_axis(out, idx.reshape(N, C, -1), y.reshape(N, C, -1), axis=-1)
    return out.reshape(N, C, H, W)


@wrong("transposes")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z // 2, constant_values=x.min())
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3)).T.copy()


@right("pads with the minimum of the map")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    a = np.pad(x.astype(float), z // 2, constant_values=x.min())
    return np.lib.stride_tricks.sliding_window_view(a, (z, z)).max((2, 3))


@right("own pool2d")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("even z")
    return pool2d(np.expand_dims(x, (0, 1)), z, s=1, p=z // 2).squeeze(axis=(0, 1))


@wrong("rounds")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    if not f0.any():
        return float("inf") if f1.any() else 0.0
    return round(float(np.sqrt(((f1 - f0) ** 2).sum() / (f0**2).sum())), 3)


@wrong("difference of norms")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    a, b = np.linalg.norm(f0), np.linalg.norm(f1)
    if a == 0:
        return float("inf") if b else 0.0
    return abs(b - a) / a


@wrong("divides by the height squared")
def global_pool(x, mode):
    if mode not in ("max", "average"):
        raise ValueError("unknown mode")
    n = int(np.sqrt(x.shape[2] * x.shape[3]))
    x = x.astype(float)
    return x.max((2, 3)) if mode == "max" else x.sum((2, 3)) / x.shape[2] ** 2


@wrong("refuses what PyTorch refuses: p above z // 2")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    N, C, H, W = x.shape
    if p > z // 2:
        raise ValueError("too much padding")
    if z > min(H, W) + 2 * p:
        raise ValueError("window does not fit")
    x = x.astype(float)
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            w = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z]
            out[:, :, i, j] = w.max((2, 3)) if mode == "max" else w.mean((2, 3))
    return out


@wrong("keeps float32 in the maximum")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    N, C, H, W = x.shape
    if p >= z:
        raise ValueError("too much padding")
    if z > min(H, W) + 2 * p:
        raise ValueError("window does not fit")
    x = x.astype(float) if x.dtype.kind in "iu" or mode == "average" else x
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1), x.dtype)
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            w = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z]
            out[:, :, i, j] = w.max((2, 3)) if mode == "max" else w.mean((2, 3))
    return out


@wrong("counts what is not 0 where it pads")
def pool2d(x, z, s=None, mode="max", p=0):
    s = z if s is None else s
    if mode not in ("max", "average"):
        raise ValueError("bad mode")
    N, C, H, W = x.shape
    if p >= z:
        raise ValueError("too much padding")
    if z > min(H, W) + 2 * p:
        raise ValueError("window does not fit")
    x = x.astype(float)
    out = np.zeros((N, C, (H + 2 * p - z) // s + 1, (W + 2 * p - z) // s + 1))
    for i in range(out.shape[2]):
        for j in range(out.shape[3]):
            t, l = i * s - p, j * s - p
            w = x[:, :, max(t, 0) : t + z, max(l, 0) : l + z]
            out[:, :, i, j] = (
                w.max((2, 3))
                if mode == "max"
                else (
                    w.sum((2, 3)) / np.maximum((w != 0).sum((2, 3)), 1)
                    if p
                    else w.mean((2, 3))
                )
            )
    return out


@wrong("accepts a negative p")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if 0 <= p < 1:
        raise ValueError("p below 1")
    if z > min(H, W):
        raise ValueError("window does not fit")
    x = x.astype(float)
    out = np.zeros((N, C, H // z, W // z))
    for n, c, i, j in np.ndindex(out.shape):
        w = x[n, c, i * z : i * z + z, j * z : j * z + z]
        m = np.abs(w).max()
        if m > 0:
            out[n, c, i, j] = m * (np.abs(w / m) ** p).mean() ** (1 / p)
    return out


@wrong("scales by the largest with its sign")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if p < 1:
        raise ValueError("p below 1")
    if z > min(H, W):
        raise ValueError("window does not fit")
    x = x.astype(float)
    out = np.zeros((N, C, H // z, W // z))
    for n, c, i, j in np.ndindex(out.shape):
        w = x[n, c, i * z : i * z + z, j * z : j * z + z]
        m = abs(w.max()) or np.abs(w).max()
        if m > 0:
            out[n, c, i, j] = m * (np.abs(w / m) ** p).mean() ** (1 / p)
    return out


@wrong("keeps float32")
def lp_pool(x, z, p):
    N, C, H, W = x.shape
    if p < 1:
        raise ValueError("p below 1")
    if z > min(H, W):
        raise ValueError("window does not fit")
    x = x if x.dtype.kind == "f" else x.astype(float)
    out = np.zeros((N, C, H // z, W // z), x.dtype)
    for n, c, i, j in np.ndindex(out.shape):
        w = x[n, c, i * z : i * z + z, j * z : j * z + z]
        m = np.abs(w).max()
        if m > 0:
            out[n, c, i, j] = m * (np.abs(w / m) ** p).mean() ** (1 / p)
    return out


@wrong("keeps float32 in the maximum")
def global_pool(x, mode):
    x = x if x.dtype.kind == "f" else x.astype(float)
    if mode == "max":
        return x.max((2, 3))
    elif mode == "average":
        return x.mean((2, 3), dtype=float)
    raise ValueError("unknown mode")


@wrong("accepts other words for average")
def global_pool(x, mode):
    x = x.astype(float)
    if mode == "max":
        return x.max((2, 3))
    elif mode in ("average", "mean", "avg"):
        return x.mean((2, 3))
    raise ValueError("unknown mode")


@wrong("starts the maximum at -999")
def global_pool(x, mode):
    x = x.astype(float)
    if mode == "max":
        return x.max((2, 3), initial=-999)
    elif mode == "average":
        return x.mean((2, 3))
    raise ValueError("unknown mode")


@wrong("takes almost equal for equal")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > H or z > W:
        raise ValueError("window does not fit")
    x = x.astype(float)
    y = np.zeros((N, C, (H - z) // s + 1, (W - z) // s + 1))
    idx = np.zeros(y.shape, np.int64)
    for n, c, i, j in np.ndindex(y.shape):
        w = x[n, c, i * s : i * s + z, j * s : j * s + z]
        k, l = divmod(int(np.isclose(w, w.max()).argmax()), z)
        y[n, c, i, j] = w[k, l]
        idx[n, c, i, j] = (i * s + k) * W + j * s + l
    return y, idx


@wrong("compares in float32")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > H or z > W:
        raise ValueError("window does not fit")
    x = x.astype(np.float32)
    y = np.zeros((N, C, (H - z) // s + 1, (W - z) // s + 1))
    idx = np.zeros(y.shape, np.int64)
    for n, c, i, j in np.ndindex(y.shape):
        w = x[n, c, i * s : i * s + z, j * s : j * s + z]
        k, l = divmod(int(w.argmax()), z)
        y[n, c, i, j] = w[k, l]
        idx[n, c, i, j] = (i * s + k) * W + j * s + l
    return y, idx


@wrong("starts the running best at -1e9")
def max_pool_with_indices(x, z, s):
    N, C, H, W = x.shape
    if z > H or z > W:
        raise ValueError("window does not fit")
    x = x.astype(float)
    y = np.zeros((N, C, (H - z) // s + 1, (W - z) // s + 1))
    idx = np.zeros(y.shape, np.int64)
    for n, c, i, j in np.ndindex(y.shape):
        w = x[n, c, i * s : i * s + z, j * s : j * s + z]
        k, l = divmod(int(np.maximum(w, -1e9).argmax()), z)
        y[n, c, i, j] = max(w[k, l], -1e9)
        idx[n, c, i, j] = (i * s + k) * W + j * s + l
    return y, idx


@wrong("looks at the indices of the first plane only")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape:
        raise ValueError("shapes differ")
    if (idx[0, 0] < 0).any() or (idx[0, 0] >= H * W).any():
        raise ValueError("index outside")
    out = np.zeros((*y.shape[:2], H, W))
    for n, c, i, j in np.ndindex(y.shape):
        k = idx[n, c, i, j] % (H * W)
        out[n, c, k // W, k % W] = y[n, c, i, j]
    return out


@wrong("lets an index spill into the next plane")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape != idx.shape:
        raise ValueError("shapes differ")
    off = np.arange(y.shape[0] * y.shape[1]).reshape(*y.shape[:2], 1, 1) * H * W
    if ((idx + off) < 0).any() or (
        (idx + off) >= y.shape[0] * y.shape[1] * H * W
    ).any():
        raise ValueError("outside")
    flat = np.zeros(y.shape[0] * y.shape[1] * H * W)
    flat[idx + off] = y
    return flat.reshape(*y.shape[:2], H, W)


@wrong("compares only the sizes of the planes")
def max_unpool(y, idx, shape):
    H, W = shape
    if y.shape[2:] != idx.shape[2:]:
        raise ValueError("shapes differ")
    if (idx < 0).any() or (idx >= H * W).any():
        raise ValueError("index outside")
    out = np.zeros((*y.shape[:2], H, W))
    for n, c, i, j in np.ndindex(y.shape):
        k = idx[n % len(idx), c % idx.shape[1], i, j]
        out[n, c, k // W, k % W] = y[n, c, i, j]
    return out


@wrong("keeps float32")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("z must be odd and positive")
    x = x if x.dtype.kind == "f" else x.astype(float)
    h = z // 2
    out = np.empty(x.shape, x.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[max(i - h, 0) : i + h + 1, max(j - h, 0) : j + h + 1].max()
    return out


@wrong("pads with -999")
def grey_dilation(x, z):
    if z < 1 or z % 2 == 0:
        raise ValueError("z must be odd and positive")
    x = x.astype(float)
    h = z // 2
    out = np.empty(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            out[i, j] = x[max(i - h, 0) : i + h + 1, max(j - h, 0) : j + h + 1].max()
            if h and (i < h or j < h or i + h >= len(x) or j + h >= x.shape[1]):
                out[i, j] = max(out[i, j], -999)
    return out


@wrong("converts uint8 only")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = (f.astype(float) if f.dtype == np.uint8 else f for f in (f0, f1))
    change, size = np.linalg.norm(f1 - f0), np.linalg.norm(f0)
    if size == 0:
        return 0.0 if change == 0 else float("inf")
    return float(change / size)


@wrong("takes small features for zero")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    change, size = np.linalg.norm(f1 - f0), np.linalg.norm(f0)
    if size < 1e-12:
        return 0.0 if change == 0 else float("inf")
    return float(change / size)


@wrong("takes all for any")
def shift_stability(f0, f1):
    if f0.shape != f1.shape:
        raise ValueError("shapes differ")
    f0, f1 = f0.astype(float), f1.astype(float)
    change, size = np.linalg.norm(f1 - f0), np.linalg.norm(f0)
    if not f0.all():
        return 0.0 if change == 0 else float("inf")
    return float(change / size)
