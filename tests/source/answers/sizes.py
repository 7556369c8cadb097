"""Answers to lesson 04: see autograder/audit.py for how they are read."""


@right("counts the starts")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if n < 1 or f < 1 or s < 1 or d < 1:
        raise ValueError("sizes start at 1")
    if p < 0:
        raise ValueError("padding starts at 0")
    starts = range(-p, n + p - d * (f - 1), s)
    if n + 2 * p < d * (f - 1) + 1:
        raise ValueError(f"no place for {f} weights in {n} pixels")
    return 1 + (starts[-1] - starts[0]) // s


@right("rounds up the number of dense places")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = (int(v) for v in (n, f, p, s, d))
    if not (n > 0 and f > 0 and s > 0 and d > 0 and p >= 0):
        raise ValueError(f"bad numbers {(n, f, p, s, d)}")
    span = f + (f - 1) * (d - 1)
    dense = n + 2 * p - span + 1
    if dense <= 0:
        raise ValueError("the window does not fit")
    return -(-dense // s)


@right("divmod, NumPy result")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = [int(v) for v in (n, f, p, s, d)]
    for name, value, least in (("n", n, 1), ("f", f, 1), ("p", p, 0), ("s", s, 1)):
        if value < least:
            raise ValueError(name + " is too small")
    if d < 1:
        raise ValueError("d is too small")
    steps, rest = divmod(n + 2 * p - d * (f - 1) - 1, s)
    if steps < 0:
        raise ValueError(f"{rest} is left, but the window does not fit")
    return np.int64(steps + 1) if steps < 2**40 else steps + 1


@wrong("rounds to the nearest")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return (2 * left + s) // (2 * s) + 1


@wrong("rounds up")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return -(-left // s) + 1


@wrong("p instead of 2p")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return left // s + 1


@wrong("forgets the first place")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return left // s


@wrong("returns a float")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return np.floor(left / s) + 1


@wrong("computes with floats")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return int(left / s) + 1


@wrong("a span of d times f")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * f
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return left // s + 1


@wrong("int() of a negative quotient, refuses what is below 1")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if min(n, f, s, d) < 1 or p < 0:
        raise ValueError("bad sizes")
    left = n + 2 * p - d * (f - 1) - 1
    out = -(-left // s) + 1 if left < 0 else left // s + 1
    if out < 1:
        raise ValueError("no place")
    return out


@wrong("no error for a window that is too large")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if min(n, f, s, d) < 1 or p < 0:
        raise ValueError("bad sizes")
    return (n + 2 * p - d * (f - 1) - 1) // s + 1


@wrong("returns 0 for a window that is too large")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if min(n, f, s, d) < 1 or p < 0:
        raise ValueError("bad sizes")
    return max((n + 2 * p - d * (f - 1) - 1) // s + 1, 0)


@wrong("asserts")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    assert min(n, f, s, d) >= 1 and p >= 0 and left >= 0, "bad sizes"
    return left // s + 1


@wrong("checks only the result")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if s == 0:
        raise ValueError("stride 0")
    out = (n + 2 * p - d * (f - 1) - 1) // s + 1
    if out < 1:
        raise ValueError("no place")
    return out


@wrong("trusts NumPy's integers")
def conv_out_size(n, f, p=0, s=1, d=1):
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    return left // s + 1


@wrong("the window must fit the image without padding")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if min(n, f, s, d) < 1 or p < 0 or d * (f - 1) + 1 > n:
        raise ValueError("bad sizes")
    return (n + 2 * p - d * (f - 1) - 1) // s + 1


@wrong("compares f, not the span")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if min(n, f, s, d) < 1 or p < 0 or f > n + 2 * p:
        raise ValueError("bad sizes")
    return (n + 2 * p - d * (f - 1) - 1) // s + 1


@wrong("refuses a window as large as the image")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left <= 0:
        raise ValueError("bad sizes")
    return left // s + 1


@wrong("refuses a remainder")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0 or left % s:
        raise ValueError("bad sizes")
    return left // s + 1


@wrong("a stride larger than the image gives one place")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    left = n + 2 * p - d * (f - 1) - 1
    if min(n, f, s, d) < 1 or p < 0 or left < 0:
        raise ValueError("bad sizes")
    if s > n:
        return 1
    return left // s + 1


@wrong("makes the span's product in NumPy's integers")
def conv_out_size(n, f, p=0, s=1, d=1):
    if min(n, f, s, d) < 1 or p < 0:
        raise ValueError("bad sizes")
    left = int(n) + 2 * int(p) - int(d * (f - 1)) - 1
    if left < 0:
        raise ValueError("does not fit")
    return left // int(s) + 1


@wrong("refuses zeros, lets negative windows pass")
def conv_out_size(n, f, p=0, s=1, d=1):
    n, f, p, s, d = map(int, (n, f, p, s, d))
    if n < 1 or f == 0 or s < 1 or d < 1 or p < 0:
        raise ValueError("bad sizes")
    left = n + 2 * p - d * (f - 1) - 1
    if left < 0:
        raise ValueError("does not fit")
    return left // s + 1


@right("dense, then every s-th")
def strided_correlate(x, k, s, p=0):
    if s <= 0 or p < 0:
        raise ValueError("bad stride or padding")
    x = np.pad(np.array(x, dtype=float), ((p, p), (p, p)), mode="constant")
    k = np.array(k, dtype=float)
    kh, kw = k.shape
    H, W = x.shape
    if kh > H or kw > W:
        raise ValueError("kernel too large")
    dense = np.zeros((H - kh + 1, W - kw + 1))
    for i in range(kh):
        for j in range(kw):
            dense += k[i, j] * x[i : i + H - kh + 1, j : j + W - kw + 1]
    return dense[::s, ::s].copy()


@right("four loops")
def strided_correlate(x, k, s, p=0):
    if s < 1:
        raise ValueError(f"stride {s}")
    if p < 0:
        raise ValueError(f"padding {p}")
    H, W = x.shape
    kh, kw = k.shape
    if H + 2 * p < kh or W + 2 * p < kw:
        raise ValueError("does not fit")
    out = np.zeros(((H + 2 * p - kh) // s + 1, (W + 2 * p - kw) // s + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            for a in range(kh):
                for b in range(kw):
                    row, column = i * s + a - p, j * s + b - p
                    if 0 <= row < H and 0 <= column < W:
                        out[i, j] += float(x[row, column]) * float(k[a, b])
    return out


@right("windows and einsum")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad stride or padding")
    x, k = np.pad(x.astype(np.float64), p), k.astype(np.float64)
    # sliding_window_view raises ValueError by itself for a kernel that is too large
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, k)


@right("tensordot on windows, a list of rows")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("no")
    big = np.zeros((x.shape[0] + 2 * p, x.shape[1] + 2 * p))
    big[p : p + x.shape[0], p : p + x.shape[1]] = x
    kh, kw = k.shape
    if kh > len(big) or kw > big.shape[1]:
        raise ValueError("too large")
    k = np.asarray(k, float)
    return np.array(
        [
            [
                np.vdot(big[i : i + kh, j : j + kw], k)
                for j in range(0, big.shape[1] - kw + 1, s)
            ]
            for i in range(0, big.shape[0] - kh + 1, s)
        ]
    )


@wrong("starts at half the stride")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    dense = np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))
    return dense[s // 2 :: s, s // 2 :: s]


@wrong("strides along the rows only")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("strides along the columns only")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[:, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("decimates the image first")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)[::s, ::s]
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("rounds the size up and fills with what is left")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.asarray(x, float), p), np.asarray(k, float)
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    out = np.zeros((-(-(H - kh) // s) + 1, -(-(W - kw) // s) + 1))
    for i, j in np.ndindex(out.shape):
        part = x[i * s : i * s + kh, j * s : j * s + kw]
        out[i, j] = (part * k[: part.shape[0], : part.shape[1]]).sum()
    return out


@wrong("pads the result, not the image")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(x, float), k.shape)
    return np.pad(np.einsum("ijkl,kl->ij", windows, np.asarray(k, float)), p)[::s, ::s]


@wrong("the window skips from the image's corner, not the padding's")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    dense = np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))
    return dense[p % s :: s, p % s :: s]


@wrong("pads before the image only")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), ((p, 0), (p, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("extends the border instead of zeros")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("turns the kernel")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float)[::-1, ::-1])


@wrong("drops a last place that fits")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.asarray(x, float), p), np.asarray(k, float)
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    out = np.zeros((max((H - kh + 1) // s, 1), max((W - kw + 1) // s, 1)))
    for i, j in np.ndindex(out.shape):
        out[i, j] = (x[i * s : i * s + kh, j * s : j * s + kw] * k).sum()
    return out


@wrong("takes the kernel for square")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.asarray(x, float), p), np.asarray(k, float)
    (H, W), n = x.shape, len(k)
    if n > H or n > W:
        raise ValueError("too large")
    out = np.zeros(((H - n) // s + 1, (W - n) // s + 1))
    for i, j in np.ndindex(out.shape):
        out[i, j] = (x[i * s : i * s + n, j * s : j * s + n] * k).sum()
    return out


@wrong("keeps the dtype of the image")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(x, p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return (windows * k).sum(axis=(2, 3)).astype(float)


@wrong("has a kernel that is too large slip out of the image")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.asarray(x, float), p), np.asarray(k, float)
    (H, W), (kh, kw) = x.shape, k.shape
    out = np.zeros((int((H - kh) / s) + 1, int((W - kw) / s) + 1))
    for i, j in np.ndindex(out.shape):
        part = x[i * s : i * s + kh, j * s : j * s + kw]
        out[i, j] = (part * k[: part.shape[0], : part.shape[1]]).sum()
    return out


@wrong("checks the kernel against the image without padding")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("too large")
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("a negative stride turns the result around")
def strided_correlate(x, k, s, p=0):
    x = np.pad(np.asarray(x, float), p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, np.asarray(k, float))


@wrong("lets SciPy do it")
def strided_correlate(x, k, s, p=0):
    from scipy.signal import correlate2d

    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.asarray(x, float), p), np.asarray(k, float)
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("too large")
    return correlate2d(x, k, "valid")[::s, ::s]


@wrong("lets torch do it")
def strided_correlate(x, k, s, p=0):
    import torch.nn.functional as F
    from torch import from_numpy

    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(np.array(x, float), p), np.array(k, float)
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("too large")
    x, k = from_numpy(x)[None, None], from_numpy(k)[None, None]
    return F.conv2d(x, k, stride=s)[0, 0].numpy()


@wrong("an integer kernel makes an integer result")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x = np.pad(x, p)
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    dtype = np.float64 if k.dtype.kind == "f" else np.int64
    out = np.zeros(((H - kh) // s + 1, (W - kw) // s + 1), dtype)
    for i, j in np.ndindex(out.shape):
        part = x[i * s : i * s + kh, j * s : j * s + kw].astype(float)
        out[i, j] = (part * k).sum()
    return out.astype(float)


@wrong("bool stays bool")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    if x.dtype != bool:
        x = x.astype(float)
    if k.dtype != bool:
        k = k.astype(float)
    x = np.pad(x, p)
    windows = np.lib.stride_tricks.sliding_window_view(x, k.shape)[::s, ::s]
    return np.einsum("ijkl,kl->ij", windows, k).astype(float)


@wrong("as_strided takes the image for C-contiguous")
def strided_correlate(x, k, s, p=0):
    if s < 1 or p < 0:
        raise ValueError("bad")
    x, k = np.pad(x.astype(float), p), k.astype(float)
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("too large")
    shape = (H - kh) // s + 1, (W - kw) // s + 1, kh, kw
    steps = (8 * W * s, 8 * s, 8 * W, 8)
    windows = np.lib.stride_tricks.as_strided(x, shape, steps)
    return (windows * k).sum(axis=(2, 3))


@right("half of the span")
def same_padding(f, d=1):
    if f < 1 or d < 1 or int(f) % 2 != 1:
        raise ValueError(f"same_padding: {f}, {d}")
    span = (int(f) - 1) * int(d) + 1
    return span // 2


@right("times the weights on one side")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f <= 0:
        raise ValueError("f must be positive")
    if not f & 1:
        raise ValueError("an even window has no middle")
    if d <= 0:
        raise ValueError("d must be positive")
    return (f // 2) * d


@wrong("accepts even windows")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1:
        raise ValueError("bad")
    return d * (f // 2)


@wrong("(f + 1) // 2")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return d * ((f + 1) // 2)


@wrong("ignores dilation")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return (f - 1) // 2


@wrong("returns a float")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return d * (f - 1) / 2


@wrong("rounds a float")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return int((d * (f - 1) + 1) / 2)


@wrong("both sides together")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return d * (f - 1)


@wrong("refuses only what cannot be halved")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or d * (f - 1) % 2:
        raise ValueError("bad")
    return d * (f - 1) // 2


@wrong("half of d times f")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return d * f // 2


@wrong("asserts an odd window")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    assert f > 0 and d > 0 and f % 2 == 1, "bad"
    return d * (f - 1) // 2


@wrong("accepts a dilation of 0")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or f % 2 == 0:
        raise ValueError("bad")
    return d * (f - 1) // 2


@wrong("accepts a negative window")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f % 2 == 0 or d < 1:
        raise ValueError("bad")
    return d * (f - 1) // 2


@wrong("a single weight takes any dilation")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f == 1:
        return 0
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return (f - 1) // 2 * d


@wrong("halves first and trusts NumPy's integers")
def same_padding(f, d=1):
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return (f - 1) // 2 * d


@wrong("float dilation")
def same_padding(f, d=1):
    f, d = int(f), int(d)
    if f < 1 or d < 1 or f % 2 == 0:
        raise ValueError("bad")
    return int((f - 1) // 2 * float(d)) if d > 1 else (f - 1) // 2


@right("by the remainder, as TensorFlow writes it")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if n <= 0 or f <= 0 or s <= 0:
        raise ValueError("sizes start at 1")
    rest = n % s
    total = max(f - s, 0) if rest == 0 else max(f - rest, 0)
    before = total // 2
    return before, total - before


@right("counts the starts of all windows")
def tf_same_padding(n, f, s):
    if not (n >= 1 and f >= 1 and s >= 1):
        raise ValueError(f"{n}, {f}, {s}")
    n, f, s = int(n), int(f), int(s)
    last_start = (n - 1) // s * s
    missing = last_start + f - n
    if missing < 0:
        missing = 0
    return (missing // 2, (missing + 1) // 2)


@right("NumPy's integers out")
def tf_same_padding(n, f, s):
    n, f, s = (int(v) for v in (n, f, s))
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max(0, ((n + s - 1) // s - 1) * s + f - n)
    return tuple(np.array([total // 2, -(-total // 2)]))


@wrong("the odd pixel before")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return total - total // 2, total // 2


@wrong("the same on both sides")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return (total + 1) // 2, (total + 1) // 2


@wrong("negative padding")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = (-(-n // s) - 1) * s + f - n
    return total // 2, total - total // 2


@wrong("rounds the places down")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((n // s - 1) * s + f - n, 0)
    return total // 2, total - total // 2


@wrong("independent of n")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max(f - s, 0)
    return total // 2, total - total // 2


@wrong("as without stride")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    return (f - 1) // 2, f // 2


@wrong("keeps the size n")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = (n - 1) * s + f - n
    return total // 2, total - total // 2


@wrong("returns a list")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return [total // 2, total - total // 2]


@wrong("rounds up with floats")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((int(np.ceil(n / s)) - 1) * s + f - n, 0)
    return total // 2, total - total // 2


@wrong("no errors")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return total // 2, total - total // 2


@wrong("refuses a window larger than the image")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1 or f > n:
        raise ValueError("bad")
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return total // 2, total - total // 2


@wrong("trusts NumPy's integers")
def tf_same_padding(n, f, s):
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = (-(-n // s) - 1) * s + f - n
    total = total if total > 0 else 0
    return total // 2, total - total // 2


@wrong("tiles need no padding")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    if f == s:
        return 0, 0
    total = max((-(-n // s) - 1) * s + f - n, 0)
    return total // 2, total - total // 2


@wrong("trusts NumPy's integers, counts from the last start")
def tf_same_padding(n, f, s):
    if n < 1 or f < 1 or s < 1:
        raise ValueError("bad")
    total = max((n - 1) // s * s + f - n, 0)
    return int(total // 2), int(total - total // 2)


@wrong("halves with floats")
def tf_same_padding(n, f, s):
    n, f, s = int(n), int(f), int(s)
    if min(n, f, s) < 1:
        raise ValueError("bad")
    total = max((-(-n // s) - 1) * s + f - n, 0)
    before = int(total / 2)
    return before, total - before


@right("counts windows one by one when there are few")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    n, z, p = int(n), int(z), int(p)
    s = int(z if s is None else s)
    if n < 1 or z < 1 or s < 1 or p < 0 or p > z // 2 or n + 2 * p < z:
        raise ValueError("pool_out_size: impossible")
    if not ceil_mode:
        return (n + 2 * p - z + s) // s
    by_rounding = (n + 2 * p - z + s - 1) // s + 1
    by_starting = (n + p - 1) // s + 1
    return min(by_rounding, by_starting)


@right("as PyTorch writes it")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    if s is None:
        s = z
    n, z, s, p = map(int, [n, z, s, p])
    if n <= 0 or z <= 0 or s <= 0:
        raise ValueError("must be positive")
    if p < 0 or p > z / 2:
        raise ValueError("pad should be at most half of the window")
    if z > n + 2 * p:
        raise ValueError("window too large")
    out = (n + 2 * p - z + (s - 1 if ceil_mode else 0)) // s + 1
    if ceil_mode and (out - 1) * s >= n + p:
        out -= 1
    return out


@right("floor mode, and one more if it is worth it")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    n, z, p, s = int(n), int(z), int(p), int(z) if s is None else int(s)
    if min(n, z, s) < 1 or p not in range(z // 2 + 1) or z > n + 2 * p:
        raise ValueError("impossible pooling")
    count, rest = divmod(n + 2 * p - z, s)
    count += 1
    next_start = count * s - p
    if ceil_mode and rest and next_start < n:
        count += 1
    return count


@wrong("naive ceil")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    left = n + 2 * p - z
    return (-(-left // s) if ceil_mode else left // s) + 1


@wrong("the stride is 1 when not given")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = 1 if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - (ceil_mode and (out - 1) * s >= n + p)


@wrong("always rounds down")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    return (n + 2 * p - z) // s + 1


@wrong("padding counted once")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - (ceil_mode and (out - 1) * s >= n + p)


@wrong("ceil_mode the wrong way round")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s, ceil_mode = (z if s is None else s), not ceil_mode
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * ceil_mode) // s + 1
    return out - int(ceil_mode and (out - 1) * s >= n + p)


@wrong("the last window may not start on the last pixel")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and out > 1 and (out - 1) * s >= n + p - 1)


@wrong("forgets the padding before in the rule")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n)


@wrong("the last window may start in the padding after")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n + 2 * p)


@wrong("applies the rule of ceil mode by the end of the window")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s + z - p > n + p + 1)


@wrong("s or z, so that a stride of 0 passes")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = s or z
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n + p)


@wrong("any padding is welcome")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n + p)


@wrong("refuses a padding of exactly half the window")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p >= z or z > n + 2 * p:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n + p)


@wrong("no window needs to fit in ceil mode")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z:
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1) * bool(ceil_mode)) // s + 1
    out -= int(bool(ceil_mode) and (out - 1) * s >= n + p)
    if out < 1:
        raise ValueError("no window")
    return out


@wrong("rounds up with floats")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("impossible")
    rounded = np.ceil if ceil_mode else np.floor
    out = int(rounded((n + 2 * p - z) / s)) + 1
    return out - int(bool(ceil_mode) and (out - 1) * s >= n + p)


@wrong("trusts NumPy's integers")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    if min(n, z, s) < 1 or p < 0 or p > z / 2 or int(z) > int(n) + 2 * int(p):
        raise ValueError("impossible")
    out = (n + 2 * p - z + (s - 1 if ceil_mode else 0)) // s + 1
    return out - 1 if ceil_mode and (out - 1) * s >= n + p else out


@wrong("the rule only where the stride is at least the window")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("bad")
    if not ceil_mode:
        return (n + 2 * p - z) // s + 1
    windows = -(-(n + 2 * p - z) // s) + 1
    if s >= z and (windows - 1) * s - p >= n:
        windows -= 1
    return windows


@wrong("doubles the padding in NumPy's integers to compare it")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    if 2 * p > z or p < 0:
        raise ValueError("too much padding")
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or z > n + 2 * p:
        raise ValueError("bad")
    if not ceil_mode:
        return (n + 2 * p - z) // s + 1
    windows = -(-(n + 2 * p - z) // s) + 1
    return windows - ((windows - 1) * s >= n + p)


@wrong("a stride longer than the image gives one window")
def pool_out_size(n, z, s=None, p=0, ceil_mode=False):
    s = z if s is None else s
    n, z, s, p = int(n), int(z), int(s), int(p)
    if min(n, z, s) < 1 or p < 0 or 2 * p > z or z > n + 2 * p:
        raise ValueError("bad")
    if s > n:
        return 1
    if not ceil_mode:
        return (n + 2 * p - z) // s + 1
    windows = -(-(n + 2 * p - z) // s) + 1
    if (windows - 1) * s - p >= n:
        windows -= 1
    return windows


@right("by match and a helper inside")
def trace_shapes(input_shape, layers):
    def places(n, f, s, p, d):
        left = n + 2 * p - (f - 1) * d - 1
        if left < 0:
            raise ValueError(f"a window of {f} does not fit into {n}")
        return left // s + 1

    shapes = [tuple(input_shape)]
    for layer in layers:
        match layer, shapes[-1]:
            case {"type": "conv", "f": f, "k": k}, (_, H, W):
                rest = layer.get("s", 1), layer.get("p", 0), layer.get("d", 1)
                shapes.append((k, places(H, f, *rest), places(W, f, *rest)))
            case {"type": "pool", "f": f}, (C, H, W):
                rest = layer.get("s", f), layer.get("p", 0), 1
                shapes.append((C, places(H, f, *rest), places(W, f, *rest)))
            case {"type": "relu"}, shape:
                shapes.append(shape)
            case {"type": "gap"}, (C, _, _):
                shapes.append((C,))
            case {"type": "flatten"}, (C, H, W):
                shapes.append((C * H * W,))
            case {"type": "dense", "n_in": n_in, "n_out": n_out}, (n,) if n == n_in:
                shapes.append((n_out,))
            case _:
                raise ValueError(f"{layer} cannot work on {shapes[-1]}")
    return shapes[1:]


@right("fills in the defaults in a copy")
def trace_shapes(input_shape, layers):
    out = []
    for layer in layers:
        layer = {"s": layer.get("f") if layer["type"] == "pool" else 1} | layer
        layer = {"p": 0, "d": 1} | layer
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = input_shape
            sizes = []
            for n in (H, W):
                n = n + 2 * layer["p"] - layer["d"] * (layer["f"] - 1) - 1
                if n < 0:
                    raise ValueError("too small")
                sizes.append(n // layer["s"] + 1)
            input_shape = (layer["k"] if kind == "conv" else C, sizes[0], sizes[1])
        elif kind == "gap":
            C, H, W = input_shape
            input_shape = (C,)
        elif kind == "flatten":
            size = 1
            for n in input_shape:
                size *= n
            input_shape = (size,)
        elif kind == "dense":
            (n,) = input_shape
            if n != layer["n_in"]:
                raise ValueError(f"dense: {n} numbers, not {layer['n_in']}")
            input_shape = (layer["n_out"],)
        elif kind == "relu":
            pass
        else:
            raise ValueError(f"unknown layer {kind}")
        out.append(tuple(input_shape))
    return out


@right("recursive")
def trace_shapes(input_shape, layers):
    if len(layers) == 0:
        return []
    layer = layers[0]
    kind = layer["type"]
    shape = tuple(input_shape)
    if kind in ["conv", "pool"]:
        if len(shape) != 3:
            raise ValueError("needs a volume")
        s = layer.get("s", layer["f"] if kind == "pool" else 1)
        sizes = [
            conv_out_size(n, layer["f"], layer.get("p", 0), s, layer.get("d", 1))
            for n in shape[1:]
        ]
        shape = (layer.get("k", shape[0]), *sizes)
    elif kind == "flatten":
        shape = (np.prod(shape),)
    elif kind == "gap":
        shape = (shape[0],)
    elif kind == "dense":
        if len(shape) > 1 or shape[0] != layer["n_in"]:
            raise ValueError("dense layer of another size")
        shape = (layer["n_out"],)
    elif kind != "relu":
        raise ValueError(kind)
    return [shape] + trace_shapes(shape, layers[1:])


@wrong("rounds up in pooling")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            if kind == "conv":
                s, k = layer.get("s", 1), layer["k"]
                shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
            else:
                s = layer.get("s", f)
                if f > min(H, W) + 2 * p:
                    raise ValueError("too large")
                shape = (C, -(-(H + 2 * p - f) // s) + 1, -(-(W + 2 * p - f) // s) + 1)
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("pooling pools the channels too")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer["k"] if kind == "conv" else max(C // s, 1)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("channels last")
def trace_shapes(input_shape, layers):
    shape, shapes = (*input_shape[1:], input_shape[0]), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            H, W, C = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d), k)
        elif kind == "gap":
            shape = shape[-1:]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("flattens what came before the last pooling")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    before = shape
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = before = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(before)),)
        elif kind == "dense":
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("leaves relu out of the list")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind == "relu":
            continue
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        else:
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("takes images for square")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, _ = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            side = conv_out_size(H, f, p, s, d)
            shape = (layer.get("k", C), side, side)
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("writes the defaults into the plan")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.setdefault("p", 0), layer.setdefault("d", 1)
            s = layer.setdefault("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("puts the input's shape first")
def trace_shapes(input_shape, layers):
    shape = tuple(input_shape)
    shapes = [shape]
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("a pool without s has stride 1")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s, k = layer.get("s", 1), layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("ignores the padding of pooling and the dilation")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind == "conv":
            f, s, p = layer["f"], layer.get("s", 1), layer.get("p", 0)
            sizes = [conv_out_size(n, f, p, s) for n in shape[1:]]
            shape = (layer["k"], *sizes)
        elif kind == "pool":
            f, s = layer["f"], layer.get("s", layer["f"])
            C, H, W = shape
            shape = (C, conv_out_size(H, f, 0, s), conv_out_size(W, f, 0, s))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("does not look at n_in")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("dense flattens by itself")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if int(np.prod(shape)) != layer["n_in"]:
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("lets unknown layers pass")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        shapes.append(shape)
    return shapes


@wrong("gap keeps two axes of length 1")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            C, H, W = shape
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", f if kind == "pool" else 1)
            k = layer.get("k", C)
            shape = (k, conv_out_size(H, f, p, s, d), conv_out_size(W, f, p, s, d))
        elif kind == "gap":
            shape = (shape[0], 1, 1)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if int(np.prod(shape)) != layer["n_in"] or shape[1:] not in ((), (1, 1)):
                raise ValueError("mismatch")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError("unknown")
        shapes.append(shape)
    return shapes


@wrong("dense works along the last axis")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs a volume")
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            C, H, W = shape
            H, W = (conv_out_size(v, f, p, s, d) for v in (H, W))
            C = layer["k"] if kind == "conv" else C
            shape = (C, H, W)
        elif kind == "gap":
            shape = (shape[0],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape[-1] != layer["n_in"]:
                raise ValueError("dense does not fit")
            shape = (*shape[:-1], layer["n_out"])
        elif kind != "relu":
            raise ValueError(f"unknown {kind}")
        shapes.append(shape)
    return shapes


@wrong("compares f, not the span")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs a volume")
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            C, H, W = shape
            if f > min(H, W) + 2 * p:
                raise ValueError("too large")
            H, W = ((v + 2 * p - d * (f - 1) - 1) // s + 1 for v in (H, W))
            C = layer["k"] if kind == "conv" else C
            shape = (C, H, W)
        elif kind == "gap":
            shape = (shape[0],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("dense does not fit")
            shape = (layer["n_out"],)
        elif kind != "relu":
            raise ValueError(f"unknown {kind}")
        shapes.append(shape)
    return shapes


@wrong("relu repeats the last entry")
def trace_shapes(input_shape, layers):
    shape, shapes = tuple(input_shape), []
    for layer in layers:
        kind = layer["type"]
        if kind in ("conv", "pool"):
            if len(shape) != 3:
                raise ValueError(f"{kind} needs a volume")
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            C, H, W = shape
            H, W = (conv_out_size(v, f, p, s, d) for v in (H, W))
            C = layer["k"] if kind == "conv" else C
            shape = (C, H, W)
        elif kind == "gap":
            shape = (shape[0],)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind == "dense":
            if shape != (layer["n_in"],):
                raise ValueError("dense does not fit")
            shape = (layer["n_out"],)
        elif kind == "relu":
            shape = shapes[-1]
        else:
            raise ValueError(f"unknown {kind}")
        shapes.append(shape)
    return shapes


@right("loops and the function of Task 1")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    found = []
    for f in range(1, f_max + 1):
        if f % 2 == 0:
            continue
        for s in range(1, s_max + 1):
            for p in range(0, f):
                try:
                    if conv_out_size(n_in, f, p, s) == n_out:
                        found.append((f, s, p))
                except ValueError:
                    pass
    return found


@right("a sorted set, the inequality solved")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    found = set()
    for s in range(1, s_max + 1):
        for f in range(1, f_max + 1, 2):
            for p in range(f):
                steps = n_in + 2 * p - f
                if (n_out - 1) * s <= steps < n_out * s:
                    found.add((f, s, p))
    return sorted(found)


@right("counts the starts")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    from itertools import product

    candidates = product(range(1, f_max + 1, 2), range(1, s_max + 1), range(f_max))
    return [
        (f, s, p)
        for f, s, p in candidates
        if p < f and len(range(0, n_in + 2 * p - f + 1, s)) == n_out
    ]


@wrong("demands that the stride divides")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and n_in + 2 * p - f == (n_out - 1) * s
    ]


@wrong("even windows too")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max + 1)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("p up to f")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f + 1)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("p only up to half of f")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f // 2 + 1)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("unsorted: the stride outside")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for s in range(1, s_max + 1)
        for f in range(1, f_max + 1, 2)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("the same tuples twice")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return sorted(
        (f, s, p)
        for f in [1, *range(1, f_max + 1, 2)]
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    )


@wrong("(f, p, s)")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, p, s)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("windows that do not fit, by int()")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if int((n_in + 2 * p - f) / s) + 1 == n_out
    ]


@wrong("the largest window and stride are left out")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, f_max, 2)
        for s in range(1, s_max)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("only the window is too small by one")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(3, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("stops at the first one per window")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    found = {}
    for f in range(1, f_max + 1, 2):
        for s in range(1, s_max + 1):
            for p in range(f):
                if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out:
                    found.setdefault(f, (f, s, p))
    return list(found.values())


@wrong("the window may not be larger than the image without padding")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return [
        (f, s, p)
        for f in range(1, min(f_max, n_in) + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if (n_in + 2 * p - f) // s + 1 == n_out
    ]


@wrong("a tuple, not a list")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    return tuple(
        (f, s, p)
        for f in range(1, f_max + 1, 2)
        for s in range(1, s_max + 1)
        for p in range(f)
        if n_in + 2 * p >= f and (n_in + 2 * p - f) // s + 1 == n_out
    )


@wrong("a result at most two pixels larger than the image")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    if n_out > n_in + 2:
        return []
    out = []
    for f in range(1, f_max + 1, 2):
        for s in range(1, s_max + 1):
            for p in range(f):
                if (n_in + 2 * p - f) // s + 1 == n_out:
                    out.append((f, s, p))
    return out


@wrong("f_max at most 11, s_max at most 12")
def layer_options(n_in, n_out, f_max=7, s_max=4):
    f_max, s_max = min(f_max, 11), min(s_max, 12)
    out = []
    for f in range(1, f_max + 1, 2):
        for s in range(1, s_max + 1):
            for p in range(f):
                if (n_in + 2 * p - f) // s + 1 == n_out:
                    out.append((f, s, p))
    return out


@right("carries the left edge")
def receptive_field(layers):
    edge, r, j = 0, 1, 1
    result = []
    for layer in layers:
        if layer["type"] in ("conv", "pool"):
            f = layer["f"]
            edge -= layer.get("p", 0) * j
            r += layer.get("d", 1) * (f - 1) * j
            j *= layer.get("s", f if layer["type"] == "pool" else 1)
        elif layer["type"] != "relu":
            raise ValueError("cannot follow " + layer["type"])
        result.append({"start": edge + (r - 1) / 2, "jump": j, "r": r})
    return result


@right("from the top down for each layer")
def receptive_field(layers):
    plan = []
    for layer in layers:
        if layer["type"] == "relu":
            plan.append((1, 1, 0, 1))
        elif layer["type"] in ("conv", "pool"):
            s = layer.get("s", {"conv": 1, "pool": layer["f"]}[layer["type"]])
            plan.append((layer["f"], s, layer.get("p", 0), layer.get("d", 1)))
        else:
            raise ValueError("unknown layer")
    fields = []
    for depth in range(1, len(plan) + 1):
        low = high = 0
        jump = 1
        for f, s, p, d in plan[:depth][::-1]:
            low, high = low * s - p, high * s - p + d * (f - 1)
            jump *= s
        entry = {"r": high - low + 1, "jump": jump, "start": (low + high) / 2}
        fields.append(entry)
    return fields


@right("NumPy's cumulative products")
def receptive_field(layers):
    numbers = []
    for layer in layers:
        if layer["type"] not in {"conv", "pool", "relu"}:
            raise ValueError(f"no way through {layer['type']}")
        f = layer.get("f", 1) if layer["type"] != "relu" else 1
        s = layer.get("s", f if layer["type"] == "pool" else 1)
        s = 1 if layer["type"] == "relu" else s
        numbers.append((f, s, layer.get("p", 0), layer.get("d", 1)))
    if not numbers:
        return []
    f, s, p, d = np.array(numbers).T
    jump = np.cumprod(s)
    below = np.concatenate([[1], jump[:-1]])
    r = 1 + np.cumsum((f - 1) * d * below)
    start = np.cumsum(((f - 1) * d / 2 - p) * below)
    return [
        {"r": a, "jump": b, "start": c} for a, b, c in zip(r, jump, start, strict=True)
    ]


@wrong("r doubles at pooling")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            r = r * s if kind == "pool" else r + (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= s
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("forgets the jump")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("updates the jump first")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            j *= layer.get("s", 1 if kind == "conv" else f)
            r += (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("updates the jump before the start")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            j *= layer.get("s", 1 if kind == "conv" else f)
            start += ((f - 1) * d / 2 - p) * j
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("multiplies the windows")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r *= (f - 1) * d + 1
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("adds the padding")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += ((f - 1) * d + 2 * p) * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("ignores dilation")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p = layer["f"], layer.get("p", 0)
            r += (f - 1) * j
            start += ((f - 1) / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("ignores dilation in start only")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("f instead of f - 1")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += f * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("start in whole pixels")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) * d // 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("start is the first pixel, not the middle")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start -= p * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("the middle of pixel 0 is at 0.5")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.5, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("the same dict again and again")
def receptive_field(layers):
    field, fields = {"r": 1, "jump": 1, "start": 0.0}, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            field["r"] += (f - 1) * d * field["jump"]
            field["start"] += ((f - 1) * d / 2 - p) * field["jump"]
            field["jump"] *= layer.get("s", 1 if kind == "conv" else f)
        fields.append(field)
    return fields


@wrong("only the last layer")
def receptive_field(layers):
    r, j, start = 1, 1, 0.0
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if kind == "conv" else f)
    return [{"r": r, "jump": j, "start": start}]


@wrong("leaves relu out of the list")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind == "relu":
            continue
        if kind not in ("conv", "pool"):
            raise ValueError("no")
        f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
        r += (f - 1) * d * j
        start += ((f - 1) * d / 2 - p) * j
        j *= layer.get("s", 1 if kind == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("goes through flatten as if it were nothing")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        if layer["type"] in ("conv", "pool"):
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1 if layer["type"] == "conv" else f)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("a pool without s has stride 1")
def receptive_field(layers):
    r, j, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError("no")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            r += (f - 1) * d * j
            start += ((f - 1) * d / 2 - p) * j
            j *= layer.get("s", 1)
        fields.append({"r": r, "jump": j, "start": start})
    return fields


@wrong("relu repeats the last entry")
def receptive_field(layers):
    r, jump, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind not in ("conv", "pool", "relu"):
            raise ValueError(f"unknown {kind}")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            r += (f - 1) * d * jump
            start += ((f - 1) * d / 2 - p) * jump
            jump *= s
        fields.append(
            dict(fields[-1])
            if kind == "relu"
            else {"r": r, "jump": jump, "start": start}
        )
    return fields


@wrong("any unknown layer with a window is a convolution")
def receptive_field(layers):
    r, jump, start, fields = 1, 1, 0.0, []
    for layer in layers:
        kind = layer["type"]
        if kind != "relu" and "f" not in layer:
            raise ValueError(f"unknown {kind}")
        if kind != "relu":
            f, p, d = layer["f"], layer.get("p", 0), layer.get("d", 1)
            s = layer.get("s", 1 if kind == "conv" else f)
            r += (f - 1) * d * jump
            start += ((f - 1) * d / 2 - p) * jump
            jump *= s
        fields.append({"r": r, "jump": jump, "start": start})
    return fields
