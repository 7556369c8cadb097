"""Answers to lesson 01: see autograder/audit.py for how they are read."""


@right("four loops")
def correlate2d_valid(x, k):
    H, W = x.shape
    kh, kw = k.shape
    if kh > H or kw > W:
        raise ValueError(f"kernel {k.shape} larger than image {x.shape}")
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            total = 0.0
            for u in range(kh):
                for v in range(kw):
                    total += float(x[i + u, j + v]) * float(k[u, v])
            out[i, j] = total
    return out


@right("two loops over windows")
def correlate2d_valid(x, k):
    x = x.astype(float)
    k = k.astype(float)
    rows = x.shape[0] - k.shape[0] + 1
    cols = x.shape[1] - k.shape[1] + 1
    if min(rows, cols) <= 0:
        raise ValueError("the kernel does not fit")
    return np.array(
        [
            [np.sum(x[i : i + k.shape[0], j : j + k.shape[1]] * k) for j in range(cols)]
            for i in range(rows)
        ]
    )


@right("sliding windows and einsum")
def correlate2d_valid(x, k):
    if np.any(np.array(k.shape) > np.array(x.shape)):
        raise ValueError("too large: " + str(k.shape))
    windows = np.lib.stride_tricks.sliding_window_view(x.astype(np.float64), k.shape)
    return np.einsum("abij,ij->ab", windows, k.astype(np.float64))


@right("windows as the columns of a matrix")
def correlate2d_valid(x, k):
    H, W = x.shape
    kh, kw = k.shape
    if kh > H or kw > W:
        raise ValueError("kernel too large")
    windows = [
        x[i : i + kh, j : j + kw].ravel()
        for i in range(H - kh + 1)
        for j in range(W - kw + 1)
    ]
    flat = np.array(windows, dtype=np.float64) @ k.ravel().astype(np.float64)
    return flat.reshape(H - kh + 1, W - kw + 1)


@right("torch unfolds the windows")
def correlate2d_valid(x, k):
    import torch

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel too large")
    t = torch.tensor(np.array(x, dtype=np.float64))
    windows = t.unfold(0, k.shape[0], 1).unfold(1, k.shape[1], 1)
    weights = torch.tensor(np.array(k, dtype=np.float64))
    return (windows * weights).sum((-2, -1)).numpy()


@right("Fourier transform")
def correlate2d_valid(x, k):
    kh, kw = k.shape
    H, W = x.shape
    if kh > H or kw > W:
        raise ValueError("kernel too large")
    scale = max(np.abs(x.astype(float)).max(), 1.0)
    spectrum = np.fft.rfft2(x / scale) * np.conj(np.fft.rfft2(k.astype(float), (H, W)))
    return np.fft.irfft2(spectrum, (H, W))[: H - kh + 1, : W - kw + 1] * scale


@right("lists, without NumPy's arithmetic")
def correlate2d_valid(x, k):
    rows, weights = x.tolist(), k.tolist()
    if len(weights) > len(rows) or len(weights[0]) > len(rows[0]):
        raise ValueError("the kernel is larger than the image")
    places_down = len(rows) - len(weights) + 1
    places_across = len(rows[0]) - len(weights[0]) + 1
    result = []
    for i in range(places_down):
        line = []
        for j in range(places_across):
            products = [
                w * rows[i + a][j + b]
                for a, row in enumerate(weights)
                for b, w in enumerate(row)
            ]
            line.append(float(sum(products)))
        result.append(line)
    return np.array(result, dtype=float)


@right("one big matrix")
def correlate2d_valid(x, k):
    H, W = x.shape
    kh, kw = k.shape
    h, w = H - kh + 1, W - kw + 1
    if h <= 0 or w <= 0:
        raise ValueError("too big a kernel")
    M = np.zeros((h * w, H * W))
    for i in range(h):
        for j in range(w):
            big = np.zeros((H, W))
            big[i : i + kh, j : j + kw] = k
            M[i * w + j] = big.ravel()
    return (M @ x.astype(float).ravel()).reshape(h, w)


@right("a helper for one window")
def correlate2d_valid(x, k):
    def answer(i, j):
        return np.vdot(x[i : i + kh, j : j + kw].astype("f8"), k.astype("f8"))

    (H, W), (kh, kw) = x.shape, k.shape
    if H < kh:
        raise ValueError("not enough rows")
    if W < kw:
        raise ValueError("not enough columns")
    return np.fromfunction(
        np.vectorize(answer, otypes=[float]), (H - kh + 1, W - kw + 1), dtype=int
    )


@wrong("flips the kernel")
def correlate2d_valid(x, k):
    k = k[::-1, ::-1].astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("flips the rows of the kernel")
def correlate2d_valid(x, k):
    k = k[::-1].astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("one row and one column too few")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0], x.shape[1] - k.shape[1]
    if H < 0 or W < 0:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("result has the dtype of the image, then cast")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros_like(x)[:H, :W]
    for i in range(H):
        for j in range(W):
            window = x[i : i + k.shape[0], j : j + k.shape[1]].astype(float)
            out[i, j] = (
                int((window * k).sum()) if x.dtype.kind in "iu" else (window * k).sum()
            )
    return out.astype(float)


@wrong("result has the dtype of the image")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros_like(x)[:H, :W]
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("casts the kernel to the dtype of the image")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    k = k.astype(x.dtype)
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("products overflow when both are uint8")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("takes the height of the kernel for both sides")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    n = k.shape[0]
    H, W = x.shape[0] - n + 1, x.shape[1] - n + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + n, j : j + n] * k[:n, :n]).sum()
    return out


@wrong("takes the height of the image for both sides")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[0] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("never resets the sum")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    total = 0.0
    for i in range(H):
        for j in range(W):
            total += (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
            out[i, j] = total
    return out


@wrong("transposes the result")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((W, H))
    for i in range(H):
        for j in range(W):
            out[j, i] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("returns nothing for a kernel that is too large")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    out = np.zeros((max(H, 0), max(W, 0)))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("refuses only a kernel that is larger both ways")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 and W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((max(H, 0), max(W, 0)))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("compares only the number of pixels")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    if k.size > x.size:
        raise ValueError("kernel too large")
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    out = np.zeros((max(H, 0), max(W, 0)))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("asserts instead of raising ValueError")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    assert H > 0 and W > 0, "kernel too large"
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("refuses a kernel as large as the image")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if k.shape[0] >= x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("computes in float32")
def correlate2d_valid(x, k):
    x, k = x.astype(np.float32), k.astype(np.float32)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("writes the products into the image")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    if x.dtype != np.float64:
        x = x.astype(float)
    k = k.astype(float)
    for i in range(H):
        for j in range(W):
            x[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return x[:H, :W].copy()


@wrong("averages")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    return np.array(
        [
            [(x[i : i + k.shape[0], j : j + k.shape[1]] * k).mean() for j in range(W)]
            for i in range(H)
        ]
    )


@wrong("matrix product of window and kernel")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    return np.array(
        [
            [(x[i : i + k.shape[0], j : j + k.shape[1]] @ k.T).sum() for j in range(W)]
            for i in range(H)
        ]
    )


@wrong("clips the result to 0..255")
def correlate2d_valid(x, k):
    k = k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out.clip(0, 255) if x.dtype == np.uint8 else out


@wrong("divides images of integers by 255")
def correlate2d_valid(x, k):
    k = k.astype(float)
    x = x / 255 if x.dtype == np.uint8 else x.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("calls scipy.signal")
def correlate2d_valid(x, k):
    from scipy.signal import correlate2d

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel too large")
    return correlate2d(x.astype(float), k.astype(float), mode="valid")


@wrong("calls torch's convolution")
def correlate2d_valid(x, k):
    import torch.nn.functional as F
    from torch import tensor

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("kernel too large")
    x, k = tensor(x.astype(float).copy()), tensor(k.astype(float).copy())
    return F.conv2d(x[None, None], k[None, None])[0, 0].numpy()


@wrong("leaves the last row and column at zero")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(max(H - 1, 1)):
        for j in range(max(W - 1, 1)):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("reads the kernel column by column")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            window = x[i : i + k.shape[0], j : j + k.shape[1]]
            out[i, j] = window.ravel() @ k.ravel(order="F")
    return out


@wrong("normalises the kernel")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    k = k / k.sum() if k.sum() else k
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("takes the memory of a view for that of an array")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    x = np.asarray(x, float)
    steps = (8 * x.shape[1], 8) * 2
    if x.strides != steps[:2]:
        x = x.ravel(order="K").reshape(x.shape)
    windows = np.lib.stride_tricks.as_strided(x, (H, W, *k.shape), steps)
    return (windows * np.asarray(k, float)).sum((2, 3))


@wrong("flips what comes with a reversed view")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    k = (k if k.base is None else k.base).astype(float)[: k.shape[0], : k.shape[1]]
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W].astype(float)
    return out


@wrong("refuses even kernels")
def correlate2d_valid(x, k):
    x, k = x.astype(float), k.astype(float)
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1 or k.shape[0] % 2 == 0 or k.shape[1] % 2 == 0:
        raise ValueError("kernel too large, or even")
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("converts only uint8 and float32")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    if x.dtype in (np.uint8, np.float32):
        x = x.astype(np.float64)
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("images of integers become float32")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    x = x.astype(np.float32 if x.dtype.kind in "iu" else np.float64)
    k = k.astype(np.float64)
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@wrong("integers become int32")
def correlate2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    x, k = (a.astype(np.int32 if a.dtype.kind in "iu" else float) for a in (x, k))
    out = np.zeros((H, W))
    for (i, j), w in np.ndenumerate(k):
        out += w * x[i : i + H, j : j + W]
    return out


@right("flips, then conjugates")
def convolution_kernel(kappa):
    return np.flip(kappa).conj()


@right("loops")
def convolution_kernel(kappa):
    kh, kw = kappa.shape
    nu = np.empty_like(kappa)
    for k in range(kh):
        for l in range(kw):
            nu[k, l] = np.conj(kappa[kh - 1 - k, kw - 1 - l])
    return nu


@right("two quarter turns")
def convolution_kernel(kappa):
    return np.conjugate(np.rot90(kappa, 2)).copy()


@right("reverses the flat list")
def convolution_kernel(kappa):
    return kappa.flatten()[::-1].reshape(kappa.shape).conj()


@right("torch")
def convolution_kernel(kappa):
    import torch

    t = torch.from_numpy(np.array(kappa))
    return torch.flip(t, (0, 1)).conj().resolve_conj().numpy()


@right("flips up and down, left and right")
def convolution_kernel(kappa):
    return np.flipud(np.fliplr(kappa.conjugate()))


@wrong("transposes")
def convolution_kernel(kappa):
    return np.conj(kappa.T)


@wrong("reverses the rows only")
def convolution_kernel(kappa):
    return np.conj(kappa[::-1])


@wrong("reverses the columns only")
def convolution_kernel(kappa):
    return np.conj(kappa[:, ::-1])


@wrong("a quarter turn")
def convolution_kernel(kappa):
    return np.conj(np.rot90(kappa))


@wrong("does not conjugate")
def convolution_kernel(kappa):
    return kappa[::-1, ::-1]


@wrong("does not turn")
def convolution_kernel(kappa):
    return np.conj(kappa)


@wrong("writes into its argument")
def convolution_kernel(kappa):
    kappa[...] = np.conj(kappa[::-1, ::-1]).copy()
    return kappa


@wrong("turned and transposed")
def convolution_kernel(kappa):
    return np.conj(kappa[::-1, ::-1].T)


@wrong("keeps the real part")
def convolution_kernel(kappa):
    return np.real(kappa[::-1, ::-1])


@wrong("makes everything complex")
def convolution_kernel(kappa):
    return np.conj(kappa[::-1, ::-1].astype(complex))


@wrong("makes everything float64 or complex128")
def convolution_kernel(kappa):
    return np.conj(kappa[::-1, ::-1] * 1.0)


@wrong("casts real kernels to float")
def convolution_kernel(kappa):
    if np.iscomplexobj(kappa):
        return kappa[::-1, ::-1].conj()
    return kappa[::-1, ::-1].astype(float)


@wrong("conjugates with the wrong sign")
def convolution_kernel(kappa):
    return -np.conj(kappa[::-1, ::-1]) if np.iscomplexobj(kappa) else kappa[::-1, ::-1]


@wrong("negates")
def convolution_kernel(kappa):
    return -np.conj(kappa[::-1, ::-1])


@wrong("turns around the centre, modulo the size")
def convolution_kernel(kappa):
    rows = -np.arange(kappa.shape[0]) % kappa.shape[0]
    columns = -np.arange(kappa.shape[1]) % kappa.shape[1]
    return np.conj(kappa[np.ix_(rows, columns)])


@wrong("swaps only the corners")
def convolution_kernel(kappa):
    nu = np.conj(kappa)
    nu[0, 0], nu[-1, -1] = np.conj(kappa[-1, -1]), np.conj(kappa[0, 0])
    nu[0, -1], nu[-1, 0] = np.conj(kappa[-1, 0]), np.conj(kappa[0, -1])
    return nu


@wrong("reverses the rows twice")
def convolution_kernel(kappa):
    return np.conj(np.flip(np.flip(kappa, 0), 0))


@wrong("returns a list")
def convolution_kernel(kappa):
    return np.conj(kappa[::-1, ::-1]).tolist()


@wrong("complex without imaginary parts becomes real")
def convolution_kernel(kappa):
    turned = np.conj(kappa)[::-1, ::-1].copy()
    return turned.real if not turned.imag.any() else turned


@wrong("real_if_close")
def convolution_kernel(kappa):
    return np.real_if_close(np.conj(kappa[::-1, ::-1]))


@right("four loops by the formula")
def convolve2d_valid(x, k):
    H, W = x.shape
    kh, kw = k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(H - kh + 1):
        for j in range(W - kw + 1):
            for u in range(kh):
                for v in range(kw):
                    out[i, j] += float(k[u, v]) * float(
                        x[i + kh - 1 - u, j + kw - 1 - v]
                    )
    return out


@right("turns the image and the result")
def convolve2d_valid(x, k):
    return correlate2d_valid(x[::-1, ::-1], k)[::-1, ::-1]


@right("Fourier transform")
def convolve2d_valid(x, k):
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    x, k = x.astype(np.float64), k.astype(np.float64)
    spectrum = np.fft.fft2(x) * np.fft.fft2(k, x.shape)
    full = np.fft.ifft2(spectrum).real
    return full[k.shape[0] - 1 :, k.shape[1] - 1 :]


@right("adds shifted images")
def convolve2d_valid(x, k):
    kh, kw = k.shape
    H, W = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    if min(H, W) < 1:
        raise ValueError("no valid place")
    x = x.astype(float)
    return sum(
        float(k[u, v]) * x[kh - 1 - u : kh - 1 - u + H, kw - 1 - v : kw - 1 - v + W]
        for u in range(kh)
        for v in range(kw)
    )


@right("multiplies polynomials")
def convolve2d_valid(x, k):
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    long_x, long_k = np.zeros((H, W + kw)), np.zeros((kh, W + kw))
    long_x[:, :W], long_k[:, :kw] = x, k
    product = np.zeros(long_x.size + long_k.size)
    for place, weight in enumerate(long_k.ravel()):
        product[place : place + long_x.size] += weight * long_x.ravel()
    product = product.reshape(-1, W + kw)
    return product[kh - 1 : H, kw - 1 : W]


@wrong("does not flip")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, k)


@wrong("minus the correlation")
def convolve2d_valid(x, k):
    return -correlate2d_valid(x, k)


@wrong("flips the image")
def convolve2d_valid(x, k):
    return correlate2d_valid(x[::-1, ::-1], k)


@wrong("flips image and kernel")
def convolve2d_valid(x, k):
    return correlate2d_valid(x[::-1, ::-1], k[::-1, ::-1])


@wrong("transposes the kernel")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, k.T)


@wrong("flips twice")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, convolution_kernel(convolution_kernel(k)))


@wrong("flips the rows only")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, k[::-1])


@wrong("flips the columns only")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, k[:, ::-1])


@wrong("flips the result")
def convolve2d_valid(x, k):
    return correlate2d_valid(x, k)[::-1, ::-1]


@wrong("flips square kernels only")
def convolve2d_valid(x, k):
    if k.shape[0] == k.shape[1]:
        k = k[::-1, ::-1]
    return correlate2d_valid(x, k)


@wrong("flips the kernel in place")
def convolve2d_valid(x, k):
    k[...] = k[::-1, ::-1].copy()
    return correlate2d_valid(x, k)


@wrong("exchanges image and kernel when the kernel is larger")
def convolve2d_valid(x, k):
    if k.shape[0] > x.shape[0] and k.shape[1] > x.shape[1]:
        x, k = k, x
    return correlate2d_valid(x, k[::-1, ::-1])


@wrong("periodic at the border")
def convolve2d_valid(x, k):
    kh, kw = k.shape
    H, W = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    if min(H, W) < 1:
        raise ValueError("no valid place")
    out = np.zeros(x.shape)
    for (u, v), w in np.ndenumerate(k):
        out += w * np.roll(x, (u, v), (0, 1))
    return out[:H, :W]


@wrong("returns integers for integers")
def convolve2d_valid(x, k):
    out = correlate2d_valid(x, k[::-1, ::-1])
    return out.astype(int) if x.dtype.kind in "iu" and k.dtype.kind in "iu" else out


@wrong("calls scipy.signal")
def convolve2d_valid(x, k):
    import scipy.signal as s

    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("too large")
    return s.convolve2d(x.astype(float), k.astype(float), "valid")


@wrong("same size")
def convolve2d_valid(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("too large")
    return correlate2d_valid(np.pad(x, ((kh // 2,) * 2, (kw // 2,) * 2)), k[::-1, ::-1])


@wrong("full size")
def convolve2d_valid(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("too large")
    return correlate2d_valid(np.pad(x, ((kh - 1,) * 2, (kw - 1,) * 2)), k[::-1, ::-1])


@wrong("own loops, products overflow in uint8")
def convolve2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    k = k[::-1, ::-1]
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("own loops in float32")
def convolve2d_valid(x, k):
    H, W = x.shape[0] - k.shape[0] + 1, x.shape[1] - k.shape[1] + 1
    if H < 1 or W < 1:
        raise ValueError("kernel too large")
    k = k[::-1, ::-1]
    if x.dtype.kind in "iu":
        x = x.astype(float)
    out = np.zeros((H, W))
    for i in range(H):
        for j in range(W):
            out[i, j] = (x[i : i + k.shape[0], j : j + k.shape[1]] * k).sum()
    return out


@wrong("refuses a kernel as wide as the image")
def convolve2d_valid(x, k):
    if k.shape[1] >= x.shape[1]:
        raise ValueError("kernel too large")
    return correlate2d_valid(x, convolution_kernel(k))


@right("np.pad")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@right("loops over pixels")
def pad2d(x, p, mode):
    pv, ph = p if isinstance(p, tuple) else (p, p)
    H, W = x.shape
    if mode not in ("zero", "extend", "mirror", "periodic"):
        raise ValueError("mode is not known: " + mode)
    if pv < 0 or ph < 0:
        raise ValueError("negative padding")
    if mode == "mirror" and not (pv < H and ph < W):
        raise ValueError("mirror too large")
    out = np.zeros((H + 2 * pv, W + 2 * ph), dtype=x.dtype)

    def inside(i, n):
        if mode == "extend":
            return min(max(i, 0), n - 1)
        if mode == "mirror":
            if i < 0:
                return -i
            return i if i < n else 2 * (n - 1) - i
        return i % n

    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            a, b = i - pv, j - ph
            if mode == "zero":
                if 0 <= a < H and 0 <= b < W:
                    out[i, j] = x[a, b]
            else:
                out[i, j] = x[inside(a, H), inside(b, W)]
    return out


@right("stacks pieces, one pixel at a time")
def pad2d(x, p, mode):
    if mode not in {"zero", "extend", "mirror", "periodic"}:
        raise ValueError("bad mode")
    pv, ph = (p, p) if isinstance(p, int) else p
    if min(pv, ph) < 0:
        raise ValueError("bad p")
    if mode == "mirror" and (pv > x.shape[0] - 1 or ph > x.shape[1] - 1):
        raise ValueError("bad p for mirror")

    def rows(x, p):
        n = len(x)
        if mode == "zero":
            extra = np.zeros((p, x.shape[1]), x.dtype)
            return np.vstack([extra, x, extra])
        if mode == "extend":
            return np.vstack([x[:1]] * p + [x] + [x[-1:]] * p)
        if mode == "mirror":
            return np.vstack([x[1 : p + 1][::-1], x, x[n - 1 - p : n - 1][::-1]])
        top = [x[(-d) % n][None] for d in range(p, 0, -1)]
        return np.vstack(top + [x] + [x[d % n][None] for d in range(p)])

    return rows(rows(x, pv).T, ph).T


@right("take with NumPy's modes")
def pad2d(x, p, mode):
    if mode not in ("zero", "extend", "mirror", "periodic"):
        raise ValueError(f"no mode {mode!r}")
    p = (p, p) if isinstance(p, (int, np.integer)) else tuple(p)
    out = x.copy()
    for axis in (0, 1):
        n, q = x.shape[axis], p[axis]
        if q < 0 or (mode == "mirror" and q >= n):
            raise ValueError("p is out of range")
        index = np.arange(-q, n + q)
        if mode == "mirror":
            index = np.where(index < n, abs(index), 2 * n - 2 - index)
        out = out.take(index, axis=axis, mode="wrap" if mode == "periodic" else "clip")
        if mode == "zero":
            shape = [1, 1]
            shape[axis] = -1
            outside = ((index < 0) | (index >= n)).reshape(shape)
            out = np.where(outside, x.dtype.type(0), out)
    return out


@right("tiles, then cuts out")
def pad2d(x, p, mode):
    pv, ph = p if isinstance(p, tuple) else (p, p)
    H, W = x.shape
    if pv < 0 or ph < 0:
        raise ValueError("p must not be negative")
    if mode == "zero":
        out = np.zeros((H + 2 * pv, W + 2 * ph)).astype(x.dtype)
        out[pv : H + pv, ph : W + ph] = x
        return out
    if mode == "extend":
        out = np.repeat(x, [pv + 1] + [1] * (H - 2) + [pv + 1], 0) if H > 1 else None
        out = np.repeat(x, 2 * pv + 1, 0) if out is None else out
        if W == 1:
            return np.repeat(out, 2 * ph + 1, 1)
        return np.repeat(out, [ph + 1] + [1] * (W - 2) + [ph + 1], 1)
    if mode == "mirror":
        if pv > H - 1 or ph > W - 1:
            raise ValueError("p is too large for a mirror")
        top, bottom = x[1 : pv + 1][::-1], x[::-1][1 : pv + 1]
        out = np.concatenate([top, x, bottom])
        left, right = out[:, 1 : ph + 1][:, ::-1], out[:, ::-1][:, 1 : ph + 1]
        return np.concatenate([left, out, right], axis=1)
    if mode == "periodic":
        up, over = -(-pv // H), -(-ph // W)
        tiles = np.tile(x, (2 * up + 1, 2 * over + 1))
        top, left = up * H - pv, over * W - ph
        return tiles[top : top + H + 2 * pv, left : left + W + 2 * ph].copy()
    raise ValueError(f"what is {mode}?")


@wrong("the mirror repeats the border")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="symmetric", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("periodic is shifted by one")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "periodic":
        rows = np.arange(-pv, x.shape[0] + pv) - (np.arange(-pv, x.shape[0] + pv) < 0)
        return x[rows % x.shape[0]][:, np.arange(-ph, x.shape[1] + ph) % x.shape[1]]
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("rows and columns exchanged")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    ph, pv = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("pads before only")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, 0), (ph, 0)), mode=names[mode])


@wrong("returns its argument for p = 0")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    if p == 0:
        return x
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("returns its argument for p = (0, 0)")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    if p == (0, 0):
        return x[:]
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("extend takes the corner everywhere")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "extend":
        return np.pad(x, ((pv, pv), (ph, ph)), constant_values=x[0, 0])
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("extend leaves the corners dark")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    out = np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])
    if mode == "extend" and pv and ph:
        for corner in (np.s_[:pv, :ph], np.s_[:pv, -ph:], np.s_[-pv:, :ph]):
            out[corner] = 0
        out[-pv:, -ph:] = 0
    return out


@wrong("casts to float64")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x.astype(float), ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("zeros are float64")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "zero" and x.dtype.kind != "i":
        out = np.zeros((x.shape[0] + 2 * pv, x.shape[1] + 2 * ph))
        out[pv : pv + x.shape[0], ph : ph + x.shape[1]] = x
        return out
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("slices with a negative end")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "zero":
        out = np.zeros((x.shape[0] + 2 * pv, x.shape[1] + 2 * ph), x.dtype)
        out[pv:-pv, ph:-ph] = x
        return out
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("periodic by slices, which end at the image's size")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "periodic":
        H, W = x.shape
        x = np.vstack([x[H - pv :] if pv else x[:0], x, x[:pv]])
        return np.hstack([x[:, W - ph :] if ph else x[:, :0], x, x[:, :ph]])
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("takes NumPy's names too")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names.get(mode, mode))


@wrong("raises KeyError for an unknown mode")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("mirrors again and again")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("allows a mirror as large as the image")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and (pv > x.shape[0] or ph > x.shape[1]):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("forbids the largest mirror")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and (pv >= x.shape[0] - 1 or ph >= x.shape[1] - 1) and p != 0:
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("compares a mirror with the longer side")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and max(pv, ph) >= max(x.shape):
        raise ValueError("p too large for a mirror")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("crops for a negative p")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if pv < 0:
        x, pv = x[-pv:pv], 0
    if ph < 0:
        x, ph = x[:, -ph:ph], 0
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("the pair means before and after")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    if np.min(p) < 0 or (mode == "mirror" and np.max(p) >= min(x.shape)):
        raise ValueError("p is impossible")
    return np.pad(x, p, mode=names[mode])


@wrong("takes the larger number of a pair on all sides")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    if np.min(p) < 0 or (mode == "mirror" and np.max(p) >= min(x.shape)):
        raise ValueError("p is impossible")
    return np.pad(x, int(np.max(p)), mode=names[mode])


@wrong("the mirror is right on the left only")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "mirror":
        x = np.pad(x, ((pv, 0), (ph, 0)), mode="reflect")
        return np.pad(x, ((0, pv), (0, ph)), mode="symmetric")
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("refuses a negative number, but not in a pair")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    if np.isscalar(p) and p < 0:
        raise ValueError("p must be at least 0")
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    rows, columns = np.arange(-pv, x.shape[0] + pv), np.arange(-ph, x.shape[1] + ph)
    out = np.pad(x, ((max(pv, 0),) * 2, (max(ph, 0),) * 2), mode=names[mode])
    return out[:, -ph:ph] if ph < 0 else out


@wrong("mirrors without the order reversed")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "mirror":
        H, W = x.shape
        x = np.vstack([x[1 : pv + 1], x, x[H - 1 - pv : H - 1]])
        return np.hstack([x[:, 1 : ph + 1], x, x[:, W - 1 - ph : W - 1]])
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("an empty frame instead of zeros")
def pad2d(x, p, mode):
    names = dict(zero="constant", extend="edge", mirror="reflect", periodic="wrap")
    if mode not in names:
        raise ValueError(f"unknown mode {mode}")
    pv, ph = (p, p) if np.isscalar(p) else p
    if pv < 0 or ph < 0:
        raise ValueError("p must be at least 0")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("p too large for a mirror")
    if mode == "zero":
        return np.pad(x, ((pv, pv), (ph, ph)), constant_values=x.min())
    return np.pad(x, ((pv, pv), (ph, ph)), mode=names[mode])


@wrong("goes through float64")
def pad2d(x, p, mode):
    pv, ph = (p, p) if np.isscalar(p) else p
    names = {
        "zero": "constant",
        "extend": "edge",
        "mirror": "reflect",
        "periodic": "wrap",
    }
    if mode not in names:
        raise ValueError(f"mode {mode}")
    if pv < 0 or ph < 0:
        raise ValueError("negative")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("mirror")
    out = np.pad(x.astype(float), ((pv, pv), (ph, ph)), mode=names[mode])
    return out.astype(x.dtype)


@wrong("checks the sign of the second number only")
def pad2d(x, p, mode):
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode not in ("zero", "extend", "mirror", "periodic"):
        raise ValueError(f"mode {mode}")
    if ph < 0:
        raise ValueError("negative")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("mirror")
    H, W = x.shape
    i, j = np.arange(-pv, H + pv), np.arange(-ph, W + ph)
    if mode == "zero":
        out = np.zeros((len(i), len(j)), x.dtype)
        for a, u in enumerate(i):
            for b, v in enumerate(j):
                if 0 <= u < H and 0 <= v < W:
                    out[a, b] = x[u, v]
        return out
    if mode == "extend":
        return x[i.clip(0, H - 1)][:, j.clip(0, W - 1)]
    if mode == "periodic":
        return x[i % H][:, j % W]
    i, j = abs(i), abs(j)
    i[i >= H] = 2 * (H - 1) - i[i >= H]
    j[j >= W] = 2 * (W - 1) - j[j >= W]
    return x[i][:, j]


@wrong("the mirror has a period, by which it divides")
def pad2d(x, p, mode):
    pv, ph = (p, p) if np.isscalar(p) else p
    if mode not in ("zero", "extend", "mirror", "periodic"):
        raise ValueError(f"mode {mode}")
    if pv < 0 or ph < 0:
        raise ValueError("negative")
    if mode == "mirror" and (pv >= x.shape[0] or ph >= x.shape[1]):
        raise ValueError("mirror")

    def source(i, n):
        if mode == "extend":
            return min(max(i, 0), n - 1)
        if mode == "periodic":
            return i % n
        i = i % (2 * n - 2)
        return i if i < n else 2 * n - 2 - i

    H, W = x.shape
    out = np.zeros((H + 2 * pv, W + 2 * ph), x.dtype)
    if mode == "zero":
        out[pv : pv + H, ph : ph + W] = x
        return out
    for i in range(len(out)):
        for j in range(out.shape[1]):
            out[i, j] = x[source(i - pv, H), source(j - ph, W)]
    return out


@right("pads by hand, four loops")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        before, after = (0, 0), (0, 0)
    elif mode == "same":
        before, after = ((kh - 1) // 2, (kw - 1) // 2), (kh // 2, kw // 2)
    elif mode == "full":
        before = after = (kh - 1, kw - 1)
    else:
        raise ValueError("mode?")
    most = (max(before[0], after[0]), max(before[1], after[1]))
    big = pad2d(x, most, boundary)
    H = x.shape[0] + before[0] + after[0]
    W = x.shape[1] + before[1] + after[1]
    top, left = most[0] - before[0], most[1] - before[1]
    big = big[top : top + H, left : left + W].astype(float)
    if kh > H or kw > W:
        raise ValueError("kernel too large")
    out = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for u in range(kh):
                for v in range(kw):
                    out[i, j] += big[i + u, j + v] * k[u, v]
    return out


@right("crops 'same' from 'full'")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode not in ("valid", "same", "full"):
        raise ValueError(f"unknown mode {mode}")
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if boundary == "zero":
        full = correlate2d(x, k, "full")
        top, left = kh - 1 - (kh - 1) // 2, kw - 1 - (kw - 1) // 2
        return full[top : top + x.shape[0], left : left + x.shape[1]]
    padded = pad2d(x, (kh // 2, kw // 2), boundary)
    out = correlate2d_valid(padded, k)
    return out[-x.shape[0] :, -x.shape[1] :]


@right("np.pad and einsum")
def correlate2d(x, k, mode="valid", boundary="zero"):
    names = {"zero": "constant", "extend": "edge", "mirror": "reflect"}
    names["periodic"] = "wrap"
    sides = {
        "valid": [(0, 0)] * 2,
        "same": [((n - 1) // 2, n // 2) for n in k.shape],
        "full": [(n - 1, n - 1) for n in k.shape],
    }
    if mode not in sides or boundary not in names:
        raise ValueError("mode or boundary is not known")
    for (_, p), n in zip(sides[mode], x.shape):
        if boundary == "mirror" and p >= n:
            raise ValueError("the mirror is too far away")
    padded = np.pad(x.astype(float), sides[mode], mode=names[boundary])
    if np.any(np.subtract(padded.shape, k.shape) < 0):
        raise ValueError("the kernel is too large")
    windows = np.lib.stride_tricks.sliding_window_view(padded, k.shape)
    return np.tensordot(windows, k.astype(float), axes=((2, 3), (0, 1)))


@right("convolves with the turned kernel")
def correlate2d(x, k, mode="valid", boundary="zero"):
    nu = convolution_kernel(k)
    match mode:
        case "valid":
            return convolve2d_valid(x, nu)
        case "full":
            p = (k.shape[0] - 1, k.shape[1] - 1)
            return convolve2d_valid(pad2d(x, p, boundary), nu)
        case "same":
            p = (k.shape[0] // 2, k.shape[1] // 2)
            out = convolve2d_valid(pad2d(x, p, boundary), nu)
            return out[k.shape[0] % 2 == 0 :, k.shape[1] % 2 == 0 :]
    raise ValueError(f"{mode} is no mode")


@right("adds moved images on a canvas")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    before = {"valid": (0, 0), "full": (kh - 1, kw - 1)}
    before["same"] = ((kh - 1) // 2, (kw - 1) // 2)
    if mode not in before:
        raise ValueError(f"mode {mode!r} is not valid, same or full")
    after = (kh // 2, kw // 2) if mode == "same" else before[mode]
    H = x.shape[0] + before[mode][0] + after[0] - kh + 1
    W = x.shape[1] + before[mode][1] + after[1] - kw + 1
    if min(H, W) < 1:
        raise ValueError("the kernel does not fit")
    big = pad2d(x, after, boundary) if mode != "valid" else x
    big = big[after[0] - before[mode][0] :, after[1] - before[mode][1] :]
    canvas = np.zeros((H, W))
    for u in range(kh):
        for v in range(kw):
            canvas += big[u : u + H, v : v + W].astype(float) * float(k[u, v])
    return canvas


@wrong("even kernels add the pixel before")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        out = correlate2d_valid(pad2d(x, (kh // 2, kw // 2), boundary), k)
        return out[: x.shape[0], : x.shape[1]]
    raise ValueError("mode?")


@wrong("even rows add the pixel before")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        out = correlate2d_valid(pad2d(x, (kh // 2, kw // 2), boundary), k)
        if kh == kw:
            return out[-x.shape[0] :, -x.shape[1] :]
        return out[: x.shape[0], -x.shape[1] :]
    raise ValueError("mode?")


@wrong("'same' is one larger for even kernels")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        return correlate2d_valid(pad2d(x, (kh // 2, kw // 2), boundary), k)
    raise ValueError("mode?")


@wrong("'full' pads k")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh, kw), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("crops 'same' from 'full' at the top left")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    full = correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "full":
        return full
    if mode == "same":
        return full[: x.shape[0], : x.shape[1]]
    raise ValueError("mode?")


@wrong("ignores the boundary")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if boundary not in ("zero", "extend", "mirror", "periodic"):
        raise ValueError("boundary?")
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), "zero"), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), "zero")
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("ignores the boundary in 'full'")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        pad2d(x, (kh - 1, kw - 1), boundary)
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), "zero"), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("flips the kernel")
def correlate2d(x, k, mode="valid", boundary="zero"):
    k = k[::-1, ::-1]
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("flips in 'full'")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return convolve2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("square kernels only")
def correlate2d(x, k, mode="valid", boundary="zero"):
    n = k.shape[0]
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, n - 1, boundary), k)
    if mode == "same":
        padded = pad2d(x, n // 2, boundary)
        return correlate2d_valid(padded[1 - n % 2 :, 1 - n % 2 :], k)
    raise ValueError("mode?")


@wrong("'full' pads twice what 'same' pads")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        half = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(pad2d(half, (kh // 2, kw // 2), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("pads in two steps, so that periodic and mirror go wrong")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        for _ in range(kh - 1):
            x = pad2d(x, (1, 0), boundary)
        for _ in range(kw - 1):
            x = pad2d(x, (0, 1), boundary)
        return correlate2d_valid(x, k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("'same' is the default")
def correlate2d(x, k, mode="same", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("an unknown mode means valid")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    return correlate2d_valid(x, k)


@wrong("an unknown boundary means zero")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if boundary not in ("extend", "mirror", "periodic"):
        boundary = "zero"
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("refuses every kernel larger than the image")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("calls scipy.signal for zeros")
def correlate2d(x, k, mode="valid", boundary="zero"):
    from scipy import signal

    kh, kw = k.shape
    if mode == "full" and boundary == "zero":
        return signal.correlate2d(x.astype(float), k.astype(float), "full")
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("'same' is one smaller for even kernels")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        return correlate2d_valid(pad2d(x, ((kh - 1) // 2, (kw - 1) // 2), boundary), k)
    raise ValueError("mode?")


@wrong("pads rows by the width of the kernel")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kw - 1, kh - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("takes modes in any case")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    mode = mode.lower()
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("same boundary as before, 'extend', when none is given")
def correlate2d(x, k, mode="valid", boundary="extend"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "same":
        padded = pad2d(x, (kh // 2, kw // 2), boundary)
        return correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    raise ValueError("mode?")


@wrong("'valid' is cut from 'same'")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "full":
        return correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    padded = pad2d(x, (kh // 2, kw // 2), boundary)
    same = correlate2d_valid(padded[1 - kh % 2 :, 1 - kw % 2 :], k)
    if mode == "same":
        return same
    if mode == "valid":
        return same[kh // 2 : x.shape[0] - kh // 2, kw // 2 : x.shape[1] - kw // 2]
    raise ValueError("mode?")


@wrong("divides by the number of real pixels")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    sides = {"full": (kh - 1, kw - 1), "same": (kh // 2, kw // 2)}
    if mode not in sides:
        raise ValueError("mode?")
    cut = (1 - kh % 2, 1 - kw % 2) if mode == "same" else (0, 0)
    padded = pad2d(x, sides[mode], boundary)[cut[0] :, cut[1] :]
    real = pad2d(np.ones(x.shape), sides[mode], "zero")[cut[0] :, cut[1] :]
    count = correlate2d_valid(real, np.ones(k.shape))
    return correlate2d_valid(padded, k) * k.size / count


@wrong("crops 'same' from 'full', whose mirror is refused earlier")
def correlate2d(x, k, mode="valid", boundary="zero"):
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode not in ("same", "full"):
        raise ValueError("mode")
    full = correlate2d_valid(pad2d(x, (kh - 1, kw - 1), boundary), k)
    if mode == "full":
        return full
    top, left = kh // 2, kw // 2
    return full[top : top + x.shape[0], left : left + x.shape[1]]


@wrong("looks at the pixels before only when it refuses a mirror")
def correlate2d(x, k, mode="valid", boundary="zero"):
    names = {
        "zero": "constant",
        "extend": "edge",
        "mirror": "reflect",
        "periodic": "wrap",
    }
    kh, kw = k.shape
    if mode == "valid":
        return correlate2d_valid(x, k)
    if mode not in ("same", "full") or boundary not in names:
        raise ValueError("mode or boundary")
    if mode == "same":
        before = ((kh - 1) // 2, (kw - 1) // 2)
        after = (kh // 2, kw // 2)
    else:
        before = after = (kh - 1, kw - 1)
    if boundary == "mirror" and (before[0] >= x.shape[0] or before[1] >= x.shape[1]):
        raise ValueError("mirror")
    padded = np.pad(x, list(zip(before, after)), mode=names[boundary])
    return correlate2d_valid(padded, k)


@right("loops")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ: " + str(claimed.shape))
    found = []
    for i in range(len(y)):
        for j in range(len(y[0])):
            difference = float(claimed[i, j]) - y[i, j]
            if difference > tol or difference < -tol:
                found.append((i, j, claimed[i, j], y[i, j]))
    return found


@right("argwhere")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    where = np.argwhere(np.abs(claimed - y) > tol)
    return [(i, j, claimed[i, j], y[i, j]) for i, j in where]


@right("isclose without its relative tolerance")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d(x, k)
    if np.shape(claimed) != y.shape:
        raise ValueError("the table has another shape")
    wrong = ~np.isclose(claimed, y, rtol=0, atol=tol)
    rows, columns = np.nonzero(wrong)
    return list(zip(rows.tolist(), columns.tolist(), claimed[wrong], y[wrong]))


@right("a flat index and divmod")
def find_slide_errors(x, k, claimed, tol=1e-9):
    right = correlate2d(x, k, "valid")
    if right.shape != claimed.shape:
        raise ValueError(f"{claimed.shape} is not {right.shape}")
    found = []
    for n, (c, r) in enumerate(zip(claimed.ravel().tolist(), right.ravel().tolist())):
        if not -tol <= c - r <= tol:
            found.append((*divmod(n, right.shape[1]), c, r))
    return found


@wrong("compares with the convolution")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = convolve2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("column, row")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (j, i, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("column by column")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for j in range(y.shape[1])
        for i in range(y.shape[0])
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("counts from 1")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i + 1, j + 1, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("right value first")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, y[i, j], claimed[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("stops at the first error")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    for i, j in np.ndindex(y.shape):
        if abs(claimed[i, j] - y[i, j]) > tol:
            return [(i, j, claimed[i, j], y[i, j])]
    return []


@wrong("stops at the first error of each row")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    found = []
    for i in range(y.shape[0]):
        for j in range(y.shape[1]):
            if abs(claimed[i, j] - y[i, j]) > tol:
                found.append((i, j, claimed[i, j], y[i, j]))
                if i:
                    break
    return found


@wrong("compares floats with ==")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if claimed[i, j] != y[i, j]
    ]


@wrong("leaves out the last row")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i in range(max(y.shape[0] - 1, 1))
        for j in range(y.shape[1])
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("leaves out the last column")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i in range(y.shape[0])
        for j in range(y.shape[1] - (y.shape[0] > 1))
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("finds only claims that are too high")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if claimed[i, j] - y[i, j] > tol
    ]


@wrong("a relative tolerance")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.argwhere(~np.isclose(claimed, y, atol=tol))
    ]


@wrong("ignores the tolerance")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > 1e-9
    ]


@wrong("rounds to whole numbers")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if round(float(claimed[i, j])) != round(float(y[i, j]))
    ]


@wrong("casts the right table to the dtype of the claims")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    y = y.astype(int).astype(claimed.dtype) if claimed.dtype.kind in "iu" else y
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(float(claimed[i, j]) - float(y[i, j])) > tol
    ]


@wrong("lets NumPy stretch the table")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    claimed = np.broadcast_to(claimed, y.shape)
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("compares the number of cells only")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if claimed.size != y.size:
        raise ValueError("sizes differ")
    claimed = claimed.reshape(y.shape)
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("returns lists")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        [i, j, claimed[i, j], y[i, j]]
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("returns None when nothing is wrong")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    found = [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]
    return found or None


@wrong("reports the difference")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], claimed[i, j] - y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("compares absolute values")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(abs(claimed[i, j]) - abs(y[i, j])) > tol
    ]


@wrong("reports what is off by exactly the tolerance")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) >= tol
    ]


@wrong("the largest error first")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    found = [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]
    return sorted(found, key=lambda e: -abs(e[2] - e[3]))


@wrong("whole numbers in the tuples")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, int(claimed[i, j]), int(y[i, j]))
        for i, j in np.ndindex(y.shape)
        if abs(claimed[i, j] - y[i, j]) > tol
    ]


@wrong("an array instead of a list")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return np.array(
        [
            (i, j, claimed[i, j], y[i, j])
            for i, j in np.ndindex(y.shape)
            if abs(claimed[i, j] - y[i, j]) > tol
        ]
    )


@wrong("squares the difference")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    return [
        (i, j, claimed[i, j], y[i, j])
        for i, j in np.ndindex(y.shape)
        if (claimed[i, j] - y[i, j]) ** 2 > tol
    ]


@wrong("float indices")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    where = np.argwhere(abs(claimed - y) > tol)
    table = np.column_stack([where, claimed[tuple(where.T)], y[tuple(where.T)]])
    return [tuple(row) for row in table]


@wrong("one tuple of four lists")
def find_slide_errors(x, k, claimed, tol=1e-9):
    y = correlate2d_valid(x, k)
    if y.shape != claimed.shape:
        raise ValueError("shapes differ")
    i, j = np.nonzero(abs(claimed - y) > tol)
    return list(i), list(j), list(claimed[i, j]), list(y[i, j])


@wrong("a tolerance of 0 means the default")
def find_slide_errors(x, k, claimed, tol=None):
    right = correlate2d_valid(x, k)
    if claimed.shape != right.shape:
        raise ValueError("shape")
    tol = tol or 1e-9
    return [
        (i, j, float(claimed[i, j]), float(right[i, j]))
        for i, j in np.ndindex(right.shape)
        if abs(claimed[i, j] - right[i, j]) > tol
    ]


@wrong("in the order of memory")
def find_slide_errors(x, k, claimed, tol=1e-9):
    right = correlate2d_valid(x, k)
    if claimed.shape != right.shape:
        raise ValueError("shape")
    found = []
    walk = np.nditer(claimed, flags=["multi_index"])
    for value in walk:
        i, j = walk.multi_index
        if abs(float(value) - right[i, j]) > tol:
            found.append((i, j, float(value), float(right[i, j])))
    return found


@wrong("uint8 claims are subtracted as they are")
def find_slide_errors(x, k, claimed, tol=1e-9):
    right = correlate2d_valid(x, k)
    if claimed.shape != right.shape:
        raise ValueError("shape")
    same = right.astype(claimed.dtype)
    if not np.array_equal(same, right):
        same = right
    gap = np.abs(claimed - same)
    return [
        (i, j, float(claimed[i, j]), float(right[i, j]))
        for i, j in np.ndindex(right.shape)
        if gap[i, j] > tol
    ]


@right("loops")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    largest = -1.0
    for i in range(H):
        for j in range(W):
            a, b = i + di, j + dj
            if 0 <= a < H and 0 <= b < W:
                largest = max(largest, abs(float(y_shifted[a, b]) - float(y[i, j])))
    if largest < 0:
        raise ValueError("no overlap")
    return largest


@right("index arrays")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    i, j = np.indices(y.shape)
    inside = (
        (i + di >= 0) & (i + di < y.shape[0]) & (j + dj >= 0) & (j + dj < y.shape[1])
    )
    if not inside.any():
        raise ValueError("no overlap")
    i, j = i[inside], j[inside]
    return np.max(
        np.abs(y_shifted.astype(float)[i + di, j + dj] - y.astype(float)[i, j])
    )


@right("pads with NaN, then rolls")
def equivariance_error(y, y_shifted, di, dj):
    H, W = y.shape
    if y_shifted.shape != (H, W) or abs(di) >= H or abs(dj) >= W:
        raise ValueError("shapes differ, or no overlap")
    mask = np.pad(np.ones((H, W)), ((H, H), (W, W)))
    before = np.pad(y.astype(float), ((H, H), (W, W)))
    after = np.pad(y_shifted.astype(float), ((H, H), (W, W)))
    both = (np.roll(mask, (di, dj), (0, 1)) > 0) & (mask > 0)
    return float(abs(np.roll(before, (di, dj), (0, 1)) - after)[both].max())


@right("takes care of one axis after the other")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    a, b = np.array(y, float), np.array(y_shifted, float)
    for d in (di, dj):
        if d >= len(a) or -d >= len(a):
            raise ValueError("no overlap")
        if d > 0:
            a, b = a[:-d], b[d:]
        elif d < 0:
            a, b = a[-d:], b[:d]
        a, b = a.T, b.T
    return abs(a - b).max().item()


@right("ranges and np.ix_")
def equivariance_error(y, y_shifted, di, dj):
    if np.shape(y) != np.shape(y_shifted):
        raise ValueError("the two responses must have one shape")
    rows = [i for i in range(y.shape[0]) if i + di in range(y.shape[0])]
    columns = [j for j in range(y.shape[1]) if j + dj in range(y.shape[1])]
    if not rows or not columns:
        raise ValueError("nothing overlaps")
    first = y[np.ix_(rows, columns)]
    second = y_shifted[np.ix_(np.add(rows, di), np.add(columns, dj))]
    return np.linalg.norm((first.astype(float) - second).ravel(), np.inf)


@wrong("rolls, so that the border wraps")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    if abs(di) >= y.shape[0] or abs(dj) >= y.shape[1]:
        raise ValueError("no overlap")
    moved = np.roll(y.astype(float), (di, dj), axis=(0, 1))
    return float(np.abs(y_shifted - moved).max())


@wrong("rolls and leaves out NaN")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    if abs(di) >= y.shape[0] or abs(dj) >= y.shape[1]:
        raise ValueError("no overlap")
    moved = np.roll(y.astype(float), (di, dj), axis=(0, 1))
    return float(np.nanmax(np.abs(y_shifted - moved)))


@wrong("moves the other way")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    a, b = np.array(y_shifted, float), np.array(y, float)
    for d in (di, dj):
        if abs(d) >= len(a):
            raise ValueError("no overlap")
        if d > 0:
            a, b = a[:-d], b[d:]
        elif d < 0:
            a, b = a[-d:], b[:d]
        a, b = a.T, b.T
    return float(abs(a - b).max())


@wrong("moves along the rows only")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : min(H, H - di)].astype(float)
    b = y_shifted[max(0, di) : min(H, H + di)].astype(float)
    return float(abs(a - b).max())


@wrong("exchanges di and dj")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    di, dj = dj, di
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b).max())


@wrong("mean instead of maximum")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b).mean())


@wrong("does not move at all")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    if abs(di) >= y.shape[0] or abs(dj) >= y.shape[1]:
        raise ValueError("no overlap")
    return float(np.abs(y_shifted.astype(float) - y).max())


@wrong("no absolute value")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float((b - a).max())


@wrong("absolute value of the largest difference")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs((b - a).max()))


@wrong("subtracts in the dtype of the responses")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)]
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(np.subtract(b, a) if a.dtype != bool else b ^ a).max())


@wrong("slices that end at minus zero")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    a, b = np.array(y, float), np.array(y_shifted, float)
    for d in (di, dj):
        if abs(d) >= len(a):
            raise ValueError("no overlap")
        if d >= 0:
            a, b = a[:-d], b[d:]
        else:
            a, b = a[-d:], b[:d]
        a, b = a.T, b.T
    return float(abs(a - b).max())


@wrong("no overlap means no error")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        return 0.0
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b).max())


@wrong("refuses only if both axes have no overlap")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H and abs(dj) >= W:
        raise ValueError("no overlap")
    i, j = np.indices((H, W))
    inside = (i + di >= 0) & (i + di < H) & (j + dj >= 0) & (j + dj < W)
    i, j = i[inside], j[inside]
    differences = y_shifted.astype(float)[i + di, j + dj] - y[i, j]
    return float(np.max(np.abs(differences), initial=0))


@wrong("cuts both to the smaller shape")
def equivariance_error(y, y_shifted, di, dj):
    H, W = np.minimum(y.shape, y_shifted.shape)
    y, y_shifted = y[:H, :W], y_shifted[:H, :W]
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b).max())


@wrong("leaves out the border of the overlap")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b)[1:-1, 1:-1].max(initial=0))


@wrong("root of the mean square")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(np.sqrt(((a - b) ** 2).mean()))


@wrong("relative to the largest response")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a - b).max() / max(np.abs(a).max(), 1e-12))


@wrong("returns a truth value")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return bool(np.allclose(a, b))


@wrong("difference of the two largest values")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return float(abs(a.max() - b.max()))


@wrong("loses the sign of the move")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    di, dj = abs(di), abs(dj)
    H, W = y.shape
    if di >= H or dj >= W:
        raise ValueError("no overlap")
    a = y[: H - di, : W - dj].astype(float)
    return float(abs(a - y_shifted[di:, dj:]).max())


@wrong("trims both sides")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    moved = np.roll(y.astype(float), (di, dj), (0, 1))
    inside = np.s_[abs(di) : H - abs(di), abs(dj) : W - abs(dj)]
    return float(abs(y_shifted - moved)[inside].max(initial=0))


@wrong("NaN becomes 0")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    moved = np.zeros(y.shape)
    for i in range(H):
        for j in range(W):
            if 0 <= i - di < H and 0 <= j - dj < W:
                moved[i, j] = y[i - di, j - dj]
    return float(abs(np.nan_to_num(y_shifted) - moved).max())


@wrong("allows only moves down and right")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if not (0 <= di < H and 0 <= dj < W):
        raise ValueError("no overlap")
    a = y[: H - di, : W - dj].astype(float)
    return float(abs(a - y_shifted[di:, dj:]).max())


@wrong("returns an array with one number")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)].astype(float)
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    return abs(a - b).max(keepdims=True)


@wrong("bool minus bool")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes differ")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : H - max(0, di), max(0, -dj) : W - max(0, dj)]
    b = y_shifted[max(0, di) : H - max(0, -di), max(0, dj) : W - max(0, -dj)]
    a, b = (a.astype(int), b.astype(int)) if a.dtype == np.uint8 else (a, b)
    return float(abs(b - a).max())


@wrong("converts uint8 only")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : min(H, H - di), max(0, -dj) : min(W, W - dj)]
    b = y_shifted[max(0, di) : min(H, H + di), max(0, dj) : min(W, W + dj)]
    if a.dtype == np.uint8 or a.dtype == bool or a.dtype == np.float32:
        a, b = a.astype(float), b.astype(float)
    return float(np.abs(a - b).max())


@wrong("the second response takes the dtype of the first")
def equivariance_error(y, y_shifted, di, dj):
    if y.shape != y_shifted.shape:
        raise ValueError("shapes")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    y_shifted = y_shifted.astype(y.dtype)
    a = y[max(0, -di) : min(H, H - di), max(0, -dj) : min(W, W - dj)]
    b = y_shifted[max(0, di) : min(H, H + di), max(0, dj) : min(W, W + dj)]
    return float(np.abs(a.astype(float) - b.astype(float)).max())


@wrong("compares the sizes only")
def equivariance_error(y, y_shifted, di, dj):
    if y.size != y_shifted.size:
        raise ValueError("shapes")
    H, W = y.shape
    if abs(di) >= H or abs(dj) >= W:
        raise ValueError("no overlap")
    a = y[max(0, -di) : min(H, H - di), max(0, -dj) : min(W, W - dj)]
    b = y_shifted[max(0, di) : min(H, H + di), max(0, dj) : min(W, W + dj)]
    return float(np.abs(a.astype(float) - b.astype(float)).max())
