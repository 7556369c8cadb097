"""Answers to lesson 02: see autograder/audit.py for how they are read."""


@right("outer product of one row")
def gaussian_kernel(n, tau):
    if n % 2 != 1 or n <= 0:
        raise ValueError("n must be odd")
    h = (n - 1) // 2
    g = np.array([np.exp(-(i**2) / (2 * tau**2)) for i in range(-h, h + 1)])
    g /= g.sum()
    return np.outer(g, g)


@right("loops")
def gaussian_kernel(n, tau):
    import math

    if n < 1:
        raise ValueError("n must be positive")
    if n % 2 == 0:
        raise ValueError("n must be odd")
    c = n // 2
    out = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            out[i, j] = math.exp(-((i - c) ** 2 + (j - c) ** 2) / (2 * tau * tau))
    return out / np.sum(out)


@right("torch")
def gaussian_kernel(n, tau):
    import torch

    if n < 1 or n % 2 == 0:
        raise ValueError(f"bad n {n}")
    a = torch.linspace(-(n // 2), n // 2, n, dtype=torch.float64)
    w = torch.exp(-(a[:, None] ** 2 + a[None] ** 2) / (2.0 * tau**2))
    return (w / w.sum()).numpy()


@right("scipy's window")
def gaussian_kernel(n, tau):
    from scipy.signal.windows import gaussian

    if n < 1 or not n % 2:
        raise ValueError("n must be odd and positive")
    w = gaussian(n, tau)[:, None] * gaussian(n, tau)
    return w / w.sum()


@wrong("normalised by 2 pi tau^2")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / (2 * np.pi * tau**2)


@wrong("factor 2 missing")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / tau**2)
    return w / w.sum()


@wrong("tau not squared")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau))
    return w / w.sum()


@wrong("grid from 0 to n - 1")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n)
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("n is half the width")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(-n, n + 1)
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("not normalised")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    return np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))


@wrong("takes an even n")
def gaussian_kernel(n, tau):
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("distance not squared")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-np.sqrt(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("each row sums to 1")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum(1, keepdims=True)


@wrong("grid stretched to -1..1")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.linspace(-1, 1, n)
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("asserts")
def gaussian_kernel(n, tau):
    assert n > 0 and n % 2 == 1, "odd n"
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("rounds to four places")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return np.round(w / w.sum(), 4)


@wrong("integer division by the variance")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-((k[:, None] ** 2 + k**2) // (2 * tau**2)))
    return w / w.sum()


@wrong("float32")
def gaussian_kernel(n, tau):
    if n < 1 or n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n, dtype=np.float32) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * np.float32(tau) ** 2))
    return w / w.sum()


@right("isclose")
def filter_kind(k, tol=1e-9):
    s = float(np.asarray(k, float).sum())
    if np.isclose(s, 1, rtol=0, atol=tol):
        return "averaging"
    return "derivative" if np.isclose(s, 0, rtol=0, atol=tol) else "other"


@right("adds in a loop")
def filter_kind(k, tol=1e-9):
    s = 0.0
    for v in k.flatten():
        s += float(v)
    kind = "other"
    if -tol <= s <= tol:
        kind = "derivative"
    elif 1 - tol <= s <= 1 + tol:
        kind = "averaging"
    return kind


@right("fsum")
def filter_kind(k, tol=1e-9):
    import math

    s = math.fsum(k.ravel().tolist())
    for value, name in ((1, "averaging"), (0, "derivative")):
        if abs(s - value) <= tol:
            return name
    return "other"


@right("torch")
def filter_kind(k, tol=1e-9):
    import torch

    s = torch.tensor(np.array(k, dtype=np.float64)).sum().item()
    return (
        "averaging" if abs(s - 1) <= tol else "derivative" if abs(s) <= tol else "other"
    )


@wrong("compares exactly")
def filter_kind(k, tol=1e-9):
    s = k.sum()
    return "averaging" if s == 1 else "derivative" if s == 0 else "other"


@wrong("mean instead of sum")
def filter_kind(k, tol=1e-9):
    s = k.mean()
    if abs(s - 1) <= tol:
        return "averaging"
    return "derivative" if abs(s) <= tol else "other"


@wrong("judges by negative entries")
def filter_kind(k, tol=1e-9):
    if (k < 0).any():
        return "derivative" if abs(k.sum()) <= tol else "other"
    return "averaging" if abs(k.sum() - 1) <= tol else "other"


@wrong("sum of absolute values")
def filter_kind(k, tol=1e-9):
    s = np.abs(k).sum()
    if abs(s - 1) <= tol:
        return "averaging"
    return "derivative" if abs(s) <= tol else "other"


@wrong("returns a bool")
def filter_kind(k, tol=1e-9):
    return abs(k.sum() - 1) <= tol


@wrong("absolute value missing")
def filter_kind(k, tol=1e-9):
    s = k.sum()
    if s < tol:
        return "derivative"
    return "averaging" if s - 1 < tol else "other"


@wrong("ignores tol")
def filter_kind(k, tol=1e-9):
    s = float(np.sum(k, dtype=float))
    if abs(s - 1) <= 1e-9:
        return "averaging"
    return "derivative" if abs(s) <= 1e-9 else "other"


@wrong("two kinds only")
def filter_kind(k, tol=1e-9):
    return "derivative" if abs(k.sum()) <= tol else "averaging"


@wrong("Python's sum of small integers")
def filter_kind(k, tol=1e-9):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        s = k.dtype.type(0)
        for v in k.ravel():
            s = s + v
    if abs(float(s) - 1) <= tol:
        return "averaging"
    return "derivative" if abs(float(s)) <= tol else "other"


@wrong("isclose with its own tolerances")
def filter_kind(k, tol=1e-9):
    s = k.sum()
    if np.isclose(s, 1):
        return "averaging"
    return "derivative" if np.isclose(s, 0) else "other"


@wrong("sums the columns")
def filter_kind(k, tol=1e-9):
    s = k.sum(0)
    if np.all(abs(s - 1) <= tol):
        return "averaging"
    return "derivative" if np.all(abs(s) <= tol) else "other"


@wrong("names capitalised")
def filter_kind(k, tol=1e-9):
    s = np.sum(k, dtype=float)
    if abs(s - 1) <= tol:
        return "Averaging"
    return "Derivative" if abs(s) <= tol else "Other"


@right("literals")
def edge_kernels(kind):
    if kind == "gradient":
        return np.array([[-1.0, 0, 1]]), np.array([[-1.0], [0], [1]])
    if kind == "prewitt":
        v = [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]]
    elif kind == "sobel":
        v = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]
    else:
        raise ValueError("unknown kind " + str(kind))
    v = np.array(v, dtype=float)
    return v, v.transpose().copy()


@right("match, einsum")
def edge_kernels(kind):
    match kind:
        case "gradient":
            w = [1]
        case "prewitt":
            w = [1, 1, 1]
        case "sobel":
            w = [1, 2, 1]
        case _:
            raise ValueError(f"no {kind}")
    d = np.array([-1.0, 0.0, 1.0])
    w = np.array(w, float)
    return np.einsum("i,j->ij", w, d), np.einsum("i,j->ij", d, w)


@right("torch")
def edge_kernels(kind):
    import torch

    along = dict(gradient=[1.0], prewitt=[1.0] * 3, sobel=[1.0, 2.0, 1.0])
    try:
        w = torch.tensor(along[kind], dtype=torch.float64)
    except KeyError:
        raise ValueError("gradient, prewitt or sobel") from None
    v = torch.outer(w, torch.tensor([-1.0, 0, 1], dtype=torch.float64))
    return v.numpy(), v.T.contiguous().numpy()


@wrong("vert and hor swapped")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v.T, v


@wrong("signs of S1")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [1.0, 0, -1])
    return v, v.T


@wrong("Sobel's 2 in the first row")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [2.0, 1, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@wrong("divided by 6 and 8")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    v /= np.abs(v).sum()
    return v, v.T


@wrong("rot90 instead of transpose")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, np.rot90(v).copy()


@wrong("Scharr's weights")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [3.0, 10, 3]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@wrong("integers")
def edge_kernels(kind):
    along = {"gradient": [1], "prewitt": [1, 1, 1], "sobel": [1, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1, 0, 1])
    return v, v.T


@wrong("KeyError for an unknown kind")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@wrong("Sobel for anything else")
def edge_kernels(kind):
    w = (
        [1.0]
        if kind == "gradient"
        else [1.0, 1, 1]
        if kind == "prewitt"
        else [1.0, 2, 1]
    )
    v = np.outer(w, [-1.0, 0, 1])
    return v, v.T


@wrong("flat gradient")
def edge_kernels(kind):
    if kind == "gradient":
        return np.array([-1.0, 0, 1]), np.array([-1.0, 0, 1])
    along = {"prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@wrong("gradient as 3 x 3")
def edge_kernels(kind):
    along = {"gradient": [0.0, 1, 0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@wrong("a list")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return [v, v.T]


@wrong("gradient without the 0")
def edge_kernels(kind):
    along = {"prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    if kind == "gradient":
        return np.array([[-1.0, 1]]), np.array([[-1.0], [1]])
    if kind not in along:
        raise ValueError("kind")
    v = np.outer(along[kind], [-1.0, 0, 1])
    return v, v.T


@right("loops")
def edge_magnitude(x, kv, kh, how="l2"):
    if how != "l2" and how != "max":
        raise ValueError("how")
    if kv.shape != kh.shape:
        raise ValueError("kernels differ")
    H, W = x.shape
    a, b = kv.shape
    if a > H or b > W:
        raise ValueError("too large")
    out = np.zeros((H - a + 1, W - b + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            v = h = 0.0
            for p in range(a):
                for q in range(b):
                    v += float(x[i + p, j + q]) * float(kv[p, q])
                    h += float(x[i + p, j + q]) * float(kh[p, q])
            out[i, j] = max(abs(v), abs(h)) if how == "max" else (v * v + h * h) ** 0.5
    return out


@right("torch")
def edge_magnitude(x, kv, kh, how="l2"):
    import torch

    if kv.shape != kh.shape or any(k > s for k, s in zip(kv.shape, x.shape)):
        raise ValueError("shapes")
    t = torch.tensor(np.array(x, dtype=float))[None, None]
    w = torch.tensor(np.array([kv, kh], dtype=float))[:, None]
    r = torch.conv2d(t, w)[0]
    if how == "l2":
        return torch.linalg.vector_norm(r, dim=0).numpy()
    if how == "max":
        return r.abs().max(0).values.numpy()
    raise ValueError("how must be l2 or max")


@right("complex numbers")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in {"l2", "max"}:
        raise ValueError("unknown how")
    if kv.shape != kh.shape:
        raise ValueError("the kernels must have one shape")
    if min(np.subtract(x.shape, kv.shape)) < 0:
        raise ValueError("the kernels do not fit")
    z = convolve2d(np.asarray(x, float), (kv + 1j * kh)[::-1, ::-1], "valid")
    return np.abs(z) if how == "l2" else np.fmax(np.abs(z.real), np.abs(z.imag))


@right("sliding windows")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max"):
        raise ValueError("how")
    if np.shape(kv) != np.shape(kh):
        raise ValueError("kernels")
    w = np.lib.stride_tricks.sliding_window_view(np.array(x, float), kv.shape)
    both = np.tensordot(w, np.stack([kv, kh]).astype(float), axes=[(2, 3), (1, 2)])
    if how == "l2":
        return np.linalg.norm(both, axis=2)
    return np.abs(both).max(axis=2)


@wrong("max without abs")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(v, h) if how == "max" else np.hypot(v, h)


@wrong("no square root")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else v**2 + h**2


@wrong("L1 sum")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else abs(v) + abs(h)


@wrong("absolute value of the sum")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else abs(v + h)


@wrong("computes in uint8")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x, k.astype(x.dtype), "valid").astype(float) for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("same size")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "same") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("max is ignored")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.hypot(v, h)


@wrong("convolution")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (convolve2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("kernels that SciPy exchanges with the image")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("anything but max is l2")
def edge_magnitude(x, kv, kh, how="l2"):
    if kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("crops answers of different shapes")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max"):
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    m, n = min(len(v), len(h)), min(v.shape[1], h.shape[1])
    v, h = v[:m, :n], h[:m, :n]
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("scales to a largest value of 1")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    e = np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)
    return e / (e.max() or 1)


@wrong("abs after the maximum")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return abs(np.maximum(v, h)) if how == "max" else np.hypot(v, h)


@wrong("squares in the image's integers")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x, k, "valid") for k in (kv, kh))
    if how == "max":
        return np.maximum(abs(v), abs(h)).astype(float)
    return np.sqrt((v**2 + h**2).astype(float))


@right("indices and complex numbers")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    k, l = np.indices((n, n)) - n // 2
    z = (k + 1j * l) * np.exp(-1j * theta)
    w = np.exp(-((z.real / sigma_u) ** 2) / 2) * np.exp(-((z.imag / sigma_v) ** 2) / 2)
    return w / w.sum()


@right("loops")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    import math

    if not n > 0 or n % 2 != 1:
        raise ValueError("n must be odd and positive")
    h = n // 2
    c, s = math.cos(theta), math.sin(theta)
    rows = []
    for k in range(-h, h + 1):
        row = []
        for l in range(-h, h + 1):
            u, v = k * c + l * s, -k * s + l * c
            row.append(math.exp(-0.5 * (u / sigma_u) ** 2 - 0.5 * (v / sigma_v) ** 2))
        rows.append(row)
    rows = np.array(rows)
    return rows / rows.sum()


@right("inverse covariance with einsum")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = np.arange(n) - (n - 1) / 2
    P = np.stack(np.meshgrid(a, a, indexing="ij"))
    R = np.array([[np.cos(theta), np.sin(theta)], [-np.sin(theta), np.cos(theta)]])
    A = R.T @ np.diag([1 / sigma_u**2, 1 / sigma_v**2]) @ R
    w = np.exp(-np.einsum("aij,ab,bij->ij", P, A, P) / 2)
    return w / w.sum()


@right("torch")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    import torch

    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = torch.arange(n, dtype=torch.float64) - n // 2
    k, l = torch.meshgrid(a, a, indexing="ij")
    t = torch.tensor(float(theta), dtype=torch.float64)
    u, v = k * t.cos() + l * t.sin(), l * t.cos() - k * t.sin()
    w = torch.softmax((-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2)).ravel(), 0)
    return w.reshape(n, n).numpy()


@wrong("sigmas swapped")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_v**2) - v**2 / (2 * sigma_u**2))
    return w / w.sum()


@wrong("turns the wrong way")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) - l * np.sin(theta), k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("factor 2 missing")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / sigma_u**2 - v**2 / sigma_v**2)
    return w / w.sum()


@wrong("not normalised")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    return np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))


@wrong("degrees")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    theta = np.deg2rad(theta)
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("rows and columns swapped")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = np.arange(n) - n // 2
    k, l = np.meshgrid(a, a)
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("v has the wrong sign in one term")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("sigmas not squared")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u) - v**2 / (2 * sigma_v))
    return w / w.sum()


@wrong("takes an even n")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("normalised by 2 pi sigma sigma")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / (2 * np.pi * sigma_u * sigma_v)


@wrong("ignores theta")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    w = np.exp(-(k**2) / (2 * sigma_u**2) - l**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("reuses the new u for v")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    k = k * np.cos(theta) + l * np.sin(theta)
    l = -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(k**2) / (2 * sigma_u**2) - l**2 / (2 * sigma_v**2))
    return w / w.sum()


@right("loops")
def gabor_kernel(n, tau, f, theta):
    from math import cos, exp, pi, sin

    if n % 2 == 0 or n < 1:
        raise ValueError("n must be odd")
    h = n // 2
    g = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            k, l = i - h, j - h
            g[i, j] = exp(-(k * k + l * l) / (2 * tau * tau))
            g[i, j] *= cos(2 * pi * f * (k * cos(theta) + l * sin(theta)))
    return g


@right("real part of a complex exponential")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = np.arange(n) - n // 2
    k, l = np.meshgrid(a, a, indexing="ij")
    phase = 2j * np.pi * f * (k * np.cos(theta) + l * np.sin(theta))
    return np.exp(phase - (k**2 + l**2) / (2 * tau**2)).real


@right("outer products and the addition theorem")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = np.arange(-(n // 2), n // 2 + 1)
    bell = np.exp(-(a**2) / (2.0 * tau**2))
    p, q = 2 * np.pi * f * a * np.cos(theta), 2 * np.pi * f * a * np.sin(theta)
    cosines = np.outer(bell * np.cos(p), bell * np.cos(q))
    return cosines - np.outer(bell * np.sin(p), bell * np.sin(q))


@right("torch")
def gabor_kernel(n, tau, f, theta):
    import torch

    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = torch.arange(n, dtype=torch.float64) - (n - 1) / 2
    k, l = a[:, None], a[None]
    wave = torch.cos(2 * torch.pi * f * (k * np.cos(theta) + l * np.sin(theta)))
    return (torch.exp(-(k**2 + l**2) / (2 * tau**2)) * wave).numpy()


@right("mgrid from the other end")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.mgrid[n // 2 : -(n // 2) - 1 : -1, n // 2 : -(n // 2) - 1 : -1]
    g = np.exp(-(np.hypot(k, l) ** 2) / 2 / tau**2)
    return g * np.cos(2 * np.pi * (f * np.cos(theta) * k + f * np.sin(theta) * l))


@wrong("meshgrid xy")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    a = np.arange(n) - n // 2
    k, l = np.meshgrid(a, a)
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("degrees")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    theta = np.deg2rad(theta)
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("2 pi missing")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("sine")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.sin(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("tau not squared")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("sum 1")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    g = bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))
    return g / g.sum()


@wrong("cosine and sine swapped: theta from the columns")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (l * np.cos(theta) - k * np.sin(theta)))


@wrong("sign of the 45 degrees")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) - l * np.sin(theta)))


@wrong("takes an even n")
def gabor_kernel(n, tau, f, theta):
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("mean subtracted")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    g = bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))
    return g - g.mean()


@wrong("bell of sum 1")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    bell /= bell.sum()
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("factor 2 missing in the bell")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / tau**2)
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("f is a wavelength")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    with np.errstate(all="ignore"):
        wave = np.cos(2 * np.pi / f * (k * np.cos(theta) + l * np.sin(theta)))
    return bell * wave


@wrong("wave along the columns: sin and cos exchanged")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.sin(theta) + l * np.cos(theta)))


@wrong("loops over the filters, grid from the corner")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n))
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@right("sliding windows and einsum")
def apply_bank(x, bank):
    w = np.lib.stride_tricks.sliding_window_view(x.astype(float), bank.shape[1:])
    return np.einsum("ijkl,bkl->bij", w, bank.astype(float))


@right("torch")
def apply_bank(x, bank):
    import torch

    if any(k > s for k, s in zip(bank.shape[1:], x.shape)):
        raise ValueError("kernels do not fit")
    t = torch.tensor(np.array(x, float))[None, None]
    return torch.conv2d(t, torch.tensor(np.array(bank, float))[:, None])[0].numpy()


@right("loops")
def apply_bank(x, bank):
    B, a, b = bank.shape
    H, W = x.shape
    if H < a or W < b:
        raise ValueError(f"{a} x {b} does not fit into {H} x {W}")
    out = np.zeros((B, H - a + 1, W - b + 1))
    for m in range(B):
        for i in range(H - a + 1):
            for j in range(W - b + 1):
                out[m, i, j] = np.sum(x[i : i + a, j : j + b] * bank[m].astype(float))
    return out


@right("three-dimensional correlation")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = np.asarray(x, dtype=float)[None]
    maps = [correlate(x, k[None].astype(float), "valid", method="direct") for k in bank]
    return np.concatenate(maps)


@right("shifted copies")
def apply_bank(x, bank):
    B, a, b = bank.shape
    h, w = x.shape[0] - a + 1, x.shape[1] - b + 1
    if min(h, w) < 1:
        raise ValueError("kernels larger than the image")
    x = x.astype("float64")
    out = np.zeros((B, h, w))
    for p in range(a):
        for q in range(b):
            out += bank[:, p, q, None, None] * x[p : p + h, q : q + w]
    return out


@wrong("convolution")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([convolve2d(x, k.astype(float), "valid") for k in bank])


@wrong("filters last")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank], -1)


@wrong("sum over the bank")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return sum(correlate2d(x, k.astype(float), "valid") for k in bank)


@wrong("abs")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.abs([correlate2d(x, k.astype(float), "valid") for k in bank])


@wrong("same size")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "same") for k in bank])


@wrong("a list")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return [correlate2d(x, k.astype(float), "valid") for k in bank]


@wrong("reversed order")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank[::-1]])


@wrong("3-D correlation flips the order of the bank")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    full = correlate(x[None].astype(float), bank.astype(float), "full", "direct")
    a, b = bank.shape[1:]
    return full[:, a - 1 : x.shape[0], b - 1 : x.shape[1]].copy()


@wrong("stays in integers")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    return np.stack([correlate2d(x, k, "valid") for k in bank]).astype(float)


@wrong("takes kernels for square")
def apply_bank(x, bank):
    n = bank.shape[1]
    if n > min(x.shape):
        raise ValueError("does not fit")
    w = np.lib.stride_tricks.sliding_window_view(x.astype(float), (n, n))
    return np.einsum("ijkl,bkl->bij", w, bank.astype(float))


@wrong("transposes the kernels")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    w = np.lib.stride_tricks.sliding_window_view(x.astype(float), bank.shape[:0:-1])
    return np.einsum("ijlk,bkl->bij", w, bank.astype(float))


@wrong("squeezes a bank of one")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank]).squeeze()


@wrong("leaves the fit to SciPy")
def apply_bank(x, bank):
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank])


@wrong("subtracts each kernel's mean")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    bank = bank.astype(float) - bank.mean((1, 2), keepdims=True)
    return np.stack([correlate2d(x.astype(float), k, "valid") for k in bank])


@right("sliding windows and einsum")
def bank_energy(images, bank):
    w = np.lib.stride_tricks.sliding_window_view(
        images.astype(float), bank.shape[1:], axis=(1, 2)
    )
    maps = np.einsum("nijkl,bkl->nbij", w, bank.astype(float), optimize=True)
    return np.mean(np.square(maps), axis=(2, 3))


@right("torch")
def bank_energy(images, bank):
    import torch

    if any(k > s for k, s in zip(bank.shape[1:], images.shape[1:])):
        raise ValueError("kernels do not fit")
    t = torch.tensor(np.array(images, float))[:, None]
    maps = torch.conv2d(t, torch.tensor(np.array(bank, float))[:, None])
    return maps.pow(2).mean((2, 3)).numpy()


@right("fills an array")
def bank_energy(images, bank):
    out = np.zeros((len(images), len(bank)))
    if bank.shape[1] > images.shape[1] or bank.shape[2] > images.shape[2]:
        raise ValueError("the kernels are larger than the images")
    for n in range(len(images)):
        for b in range(len(bank)):
            r = correlate2d(images[n].astype(float), bank[b].astype(float), "valid")
            out[n, b] = (r * r).sum() / r.size
    return out


@right("norms of apply_bank")
def bank_energy(images, bank):
    rows = []
    for image in images:
        maps = apply_bank(image, bank).reshape(len(bank), -1)
        rows.append(np.linalg.norm(maps, axis=1) ** 2 / maps.shape[1])
    return np.array(rows)


@wrong("square of the mean")
def bank_energy(images, bank):
    return np.stack([apply_bank(x, bank).mean((1, 2)) ** 2 for x in images])


@wrong("sum")
def bank_energy(images, bank):
    return np.stack([(apply_bank(x, bank) ** 2).sum((1, 2)) for x in images])


@wrong("mean of absolute values")
def bank_energy(images, bank):
    return np.stack([np.abs(apply_bank(x, bank)).mean((1, 2)) for x in images])


@wrong("normalised over the bank")
def bank_energy(images, bank):
    e = np.stack([(apply_bank(x, bank) ** 2).mean((1, 2)) for x in images])
    return e / np.maximum(e.sum(1, keepdims=True), 1e-300)


@wrong("padded borders")
def bank_energy(images, bank):
    if bank.shape[1] > images.shape[1] or bank.shape[2] > images.shape[2]:
        raise ValueError("does not fit")
    return np.array(
        [
            [
                (correlate2d(x.astype(float), k.astype(float), "same") ** 2).mean()
                for k in bank
            ]
            for x in images
        ]
    )


@wrong("filters by images")
def bank_energy(images, bank):
    return np.stack([(apply_bank(x, bank) ** 2).mean((1, 2)) for x in images], 1)


@wrong("variance")
def bank_energy(images, bank):
    return np.stack([apply_bank(x, bank).var((1, 2)) for x in images])


@wrong("root mean square")
def bank_energy(images, bank):
    return np.sqrt([(apply_bank(x, bank) ** 2).mean((1, 2)) for x in images])


@wrong("log energy")
def bank_energy(images, bank):
    return np.log([(apply_bank(x, bank) ** 2).mean((1, 2)) + 1e-6 for x in images])


@wrong("mean over the whole batch")
def bank_energy(images, bank):
    e = np.stack([(apply_bank(x, bank) ** 2).mean((1, 2)) for x in images])
    return np.broadcast_to(e.mean(0), e.shape).copy()


@wrong("divides by the image's size")
def bank_energy(images, bank):
    size = images.shape[1] * images.shape[2]
    return np.stack([(apply_bank(x, bank) ** 2).sum((1, 2)) / size for x in images])


@wrong("means over the rows only, then the first column")
def bank_energy(images, bank):
    return np.stack([(apply_bank(x, bank) ** 2).mean(1)[:, 0] for x in images])


@wrong("standardises the images first")
def bank_energy(images, bank):
    x = images.astype(float)
    x = x - x.mean((1, 2), keepdims=True)
    x = x / np.maximum(x.std((1, 2), keepdims=True), 1e-12)
    return np.stack([(apply_bank(y, bank) ** 2).mean((1, 2)) for y in x])


@wrong("convolution")
def bank_energy(images, bank):
    flipped = bank[:, ::-1, ::-1]
    return np.stack([(apply_bank(x, flipped) ** 2).mean((1, 2)) for x in images])


@wrong("lets an odd negative n pass")
def gaussian_kernel(n, tau):
    if n % 2 == 0:
        raise ValueError("odd n")
    k = np.arange(n) - n // 2
    w = np.exp(-(k[:, None] ** 2 + k**2) / (2 * tau**2))
    return w / w.sum()


@wrong("tolerance grows with the weights")
def filter_kind(k, tol=1e-9):
    s = np.sum(k, dtype=float)
    if abs(s - 1) <= tol:
        return "averaging"
    return "derivative" if abs(s) <= 50 * tol * np.abs(k).sum() else "other"


@wrong("takes an abbreviation")
def edge_kernels(kind):
    along = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    for name, weights in along.items():
        if name.startswith(kind):
            v = np.outer(weights, [-1.0, 0, 1])
            return v, v.T
    raise ValueError("kind")


@wrong("compares the kernels' sizes, not shapes")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.size != kh.size:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    m, n = min(len(v), len(h)), min(v.shape[1], h.shape[1])
    v, h = v[:m, :n], h[:m, :n]
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("drops the sign of theta")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    c, s = np.cos(theta), abs(np.sin(theta))
    u, v = k * c + l * s, -k * s + l * c
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("bell along the wave only")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    k, l = np.indices((n, n)) - n // 2
    u = k * np.cos(theta) + l * np.sin(theta)
    return np.exp(-(u**2) / (2 * tau**2)) * np.cos(2 * np.pi * f * u)


@right("FFT")
def apply_bank(x, bank):
    from scipy.signal import fftconvolve

    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    flipped = bank[:, ::-1, ::-1].astype(float)
    return fftconvolve(x.astype(float)[None], flipped, "valid", axes=(1, 2))


@wrong("lets SciPy exchange image and kernel")
def bank_energy(images, bank):
    return np.array(
        [
            [
                (correlate2d(x.astype(float), k.astype(float), "valid") ** 2).mean()
                for k in bank
            ]
            for x in images
        ]
    )


@wrong("SciPy's gaussian_filter on a dot: cut at 4 tau")
def gaussian_kernel(n, tau):
    from scipy.ndimage import gaussian_filter

    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    dot = np.zeros((n, n))
    dot[n // 2, n // 2] = 1
    w = gaussian_filter(dot, tau, mode="constant", radius=min(n, int(4 * tau + 0.5)))
    return w / w.sum()


@wrong("smaller than tol")
def filter_kind(k, tol=1e-9):
    s = np.sum(k, dtype=float)
    if abs(s - 1) < tol:
        return "averaging"
    return "derivative" if abs(s) < tol else "other"


@wrong("isclose with atol only")
def filter_kind(k, tol=1e-9):
    s = np.sum(k)
    if np.isclose(s, 1, atol=tol):
        return "averaging"
    return "derivative" if np.isclose(s, 0, atol=tol) else "other"


@wrong("sums the last two axes")
def filter_kind(k, tol=1e-9):
    s = np.atleast_2d(k).sum((-2, -1), dtype=float)
    s = s.flat[0] if s.ndim else s
    if abs(s - 1) <= tol:
        return "averaging"
    return "derivative" if abs(s) <= tol else "other"


@wrong("word contains the name")
def edge_kernels(kind):
    w = {"gradient": [1.0], "prewitt": [1.0, 1, 1], "sobel": [1.0, 2, 1]}
    for key in w:
        if key in kind:
            v = np.outer(w[key], [-1.0, 0, 1])
            return v, v.T
    raise ValueError("kind")


@wrong("refuses only what is larger both ways")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] and kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("leaves different kernels to NumPy")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max"):
        raise ValueError("bad")
    for k in (kv, kh):
        if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
            raise ValueError("too large")
    v, h = (correlate2d(x.astype(float), k.astype(float), "valid") for k in (kv, kh))
    return np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)


@wrong("floats only for uint8")
def edge_magnitude(x, kv, kh, how="l2"):
    if how not in ("l2", "max") or kv.shape != kh.shape:
        raise ValueError("bad")
    if kv.shape[0] > x.shape[0] or kv.shape[1] > x.shape[1]:
        raise ValueError("too large")
    if x.dtype == np.uint8:
        x = x.astype(float)
    v, h = (correlate2d(x, k, "valid") for k in (kv, kh))
    r = np.maximum(abs(v), abs(h)) if how == "max" else np.hypot(v, h)
    return r.astype(float)


@wrong("degrees beyond a full turn")
def oriented_gaussian(n, sigma_u, sigma_v, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    if abs(theta) > 2 * np.pi:
        theta = np.deg2rad(theta)
    k, l = np.indices((n, n)) - n // 2
    u, v = k * np.cos(theta) + l * np.sin(theta), -k * np.sin(theta) + l * np.cos(theta)
    w = np.exp(-(u**2) / (2 * sigma_u**2) - v**2 / (2 * sigma_v**2))
    return w / w.sum()


@wrong("degrees beyond a full turn")
def gabor_kernel(n, tau, f, theta):
    if n < 1 or n % 2 == 0:
        raise ValueError("n")
    if abs(theta) > 2 * np.pi:
        theta = np.deg2rad(theta)
    k, l = np.indices((n, n)) - n // 2
    bell = np.exp(-(k**2 + l**2) / (2 * tau**2))
    return bell * np.cos(2 * np.pi * f * (k * np.cos(theta) + l * np.sin(theta)))


@wrong("refuses only what is larger both ways")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] and bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank])


@wrong("kernel's longest side against the image's shortest")
def apply_bank(x, bank):
    if max(bank.shape[1:]) > min(x.shape):
        raise ValueError("does not fit")
    x = x.astype(float)
    return np.stack([correlate2d(x, k.astype(float), "valid") for k in bank])


@wrong("refuses only what is larger both ways")
def bank_energy(images, bank):
    if bank.shape[1] > images.shape[1] and bank.shape[2] > images.shape[2]:
        raise ValueError("does not fit")
    return np.array(
        [
            [
                (correlate2d(x.astype(float), k.astype(float), "valid") ** 2).mean()
                for k in bank
            ]
            for x in images
        ]
    )


@wrong("floats only for uint8")
def bank_energy(images, bank):
    if bank.shape[1] > images.shape[1] or bank.shape[2] > images.shape[2]:
        raise ValueError("does not fit")
    if images.dtype == np.uint8:
        images = images.astype(float)
    return np.array(
        [[(correlate2d(x, k, "valid") ** 2).mean() for k in bank] for x in images]
    )


@wrong("floats only for whole numbers")
def apply_bank(x, bank):
    if bank.shape[1] > x.shape[0] or bank.shape[2] > x.shape[1]:
        raise ValueError("does not fit")
    if x.dtype.kind != "f":
        x = x.astype(float)
    return np.stack([correlate2d(x, k, "valid") for k in bank])


@wrong("floats only for whole numbers")
def bank_energy(images, bank):
    if bank.shape[1] > images.shape[1] or bank.shape[2] > images.shape[2]:
        raise ValueError("does not fit")
    if images.dtype.kind != "f":
        images = images.astype(float)
    return np.array(
        [[(correlate2d(x, k, "valid") ** 2).mean() for k in bank] for x in images]
    )
