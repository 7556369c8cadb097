"""Answers to lesson 05: see autograder/audit.py for how they are read."""


@right("seven loops")
def conv2d_loops(x, w, b, stride=1, pad=0):
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D:
        raise ValueError("depth of the filters: " + str(D) + ", channels: " + str(C))
    big = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    big[:, :, pad : pad + H, pad : pad + W] = x
    R, S = (big.shape[2] - kh) // stride + 1, (big.shape[3] - kw) // stride + 1
    if R <= 0 or S <= 0:
        raise ValueError("filters do not fit")
    out = np.empty((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    total = 0.0 if b is None else float(b[f])
                    for c in range(C):
                        for k in range(kh):
                            for l in range(kw):
                                pixel = big[n, c, i * stride + k, j * stride + l]
                                total += pixel * float(w[f, c, k, l])
                    out[n, f, i, j] = total
    return out


@right("four loops and a product of boxes")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@right("loops over the weights only")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = x.astype(float), w.astype(float)
    if x.shape[1] != w.shape[1]:
        raise ValueError(f"{w.shape} on {x.shape}")
    kh, kw = w.shape[2:]
    p = np.pad(x, [(0, 0)] * 2 + [(pad, pad)] * 2)
    R, S = p.shape[2] - kh + 1, p.shape[3] - kw + 1
    if min(R, S) < 1:
        raise ValueError(f"{w.shape} does not fit {p.shape}")
    out = sum(
        np.einsum("nchw,fc->nfhw", p[:, :, k : k + R, l : l + S], w[:, :, k, l])
        for k in range(kh)
        for l in range(kw)
    )[:, :, ::stride, ::stride]
    return out if b is None else out + np.reshape(b, (1, -1, 1, 1))


@right("one einsum over a sliding window view")
def conv2d_loops(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, "d"), np.asarray(w, "d")
    if w.shape[1] != x.shape[1]:
        raise ValueError("wrong depth")
    x = np.pad(x, ((0,), (0,), (pad,), (pad,)))
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        raise ValueError("filter too large")
    windows = sliding_window_view(x, w.shape[2:], (2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("nchwij,fcij->nfhw", windows, w)
    if b is not None:
        out = out + np.asarray(b)[None, :, None, None]
    return out


@wrong("adds the bias once per channel")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += C * b[f]
    return out


@wrong("turns the filters")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f, :, ::-1, ::-1])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("uses channel 0 only")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box[0] * w[f, 0])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("reads w as (C, F, kh, kw)")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    D, F, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[:, f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("reads w as (C, F, kh, kw) where that is possible")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * (w[:, f] if F == C else w[f]))
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("pads the channel axis as well")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n,
                        :C,
                        i * stride : i * stride + kh,
                        j * stride : j * stride + kw,
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("pads all four axes")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, pad)
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("slides along the channels too")
def conv2d_loops(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("wrong depth")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if w.shape[2] > p.shape[2] or w.shape[3] > p.shape[3]:
        raise ValueError("filter too large")
    p = np.concatenate([p, 0 * p[:, 1:]], axis=1)
    v = sliding_window_view(p, w.shape[1:], (1, 2, 3))[:, :, ::stride, ::stride]
    out = np.einsum("ndhwckl,fckl->nfhw", v, w)
    return out if b is None else out + np.asarray(b)[:, None, None]


@wrong("insists on sizes that divide")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    assert (H + 2 * pad - kh) % stride == 0
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("refuses a remainder with ValueError")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    if (H + 2 * pad - kh) % stride or (W + 2 * pad - kw) % stride:
        raise ValueError("does not divide")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("images and filters exchanged in the result")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out.swapaxes(0, 1)


@wrong("asserts instead of raising ValueError")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    assert C == D and H + 2 * pad >= kh and W + 2 * pad >= kw, "shapes"
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("does not compare depths")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("forgets that padding lets larger filters fit")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H < kh or W < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("returns an empty result when nothing fits")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    R, S = max(R, 0), max(S, 0)
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("cannot do without a bias")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    out[n, f, i, j] += b[f]
    return out


@wrong("forgets the bias")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
    return out


@wrong("stride for rows only")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = W + 2 * pad - kw + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[n, :, i * stride : i * stride + kh, j : j + kw]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("kh for both sides")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kh) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kh
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("computes in the dtype of x")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x), np.array(w)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f], dtype=np.result_type(box))
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("result in float32")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out.astype(np.float32)


@wrong("rounds the size up")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    R, S = -(-(H + 2 * pad - kh) // stride) + 1, -(-(W + 2 * pad - kw) // stride) + 1
    p = np.pad(p, ((0, 0), (0, 0), (0, stride), (0, stride)))
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("only the first image")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        0, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("mean over the channels")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f]) / C
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("relu inside")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return np.maximum(out, 0)


@wrong("calls scipy")
def conv2d_loops(x, w, b, stride=1, pad=0):
    from scipy.signal import correlate

    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("wrong depth")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if w.shape[2] > p.shape[2] or w.shape[3] > p.shape[3]:
        raise ValueError("filter too large")
    out = np.array([[correlate(i, f, "valid")[0] for f in w] for i in p])
    out = out[:, :, ::stride, ::stride]
    return out if b is None else out + np.asarray(b)[:, None, None]


@wrong("truncates the size towards zero")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    (images, channels, height, width), (filters, depth, kh, kw) = x.shape, w.shape
    if depth != channels:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not match input {x.shape}"
        )
    rows = int((height + 2 * pad - kh) / stride) + 1
    columns = int((width + 2 * pad - kw) / stride) + 1
    if rows < 1 or columns < 1:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, filters, rows, columns))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        out[n, f, i, j] = (padded[n, :, top : top + kh, left : left + kw] * w[f]).sum()
        if b is not None:
            out[n, f, i, j] += b[f]
    return out


@wrong("float32 products, float64 sums")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = (v.astype(float) if v.dtype.kind in "iu" else v for v in (x, w))
    (images, channels, height, width), (filters, depth, kh, kw) = x.shape, w.shape
    if depth != channels:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not match input {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, filters, rows, columns))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        out[n, f, i, j] = (padded[n, :, top : top + kh, left : left + kw] * w[f]).sum(
            dtype=float
        )
        if b is not None:
            out[n, f, i, j] += b[f]
    return out


@wrong("compares the width with the image without padding")
def conv2d_loops(x, w, b, stride=1, pad=0):
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    (images, channels, height, width), (filters, depth, kh, kw) = x.shape, w.shape
    if depth != channels:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not match input {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or kw > width:
        raise ValueError(
            f"conv2d_loops: filters {w.shape} do not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, filters, rows, columns))
    for n, f, i, j in np.ndindex(out.shape):
        top, left = stride * i, stride * j
        out[n, f, i, j] = (padded[n, :, top : top + kh, left : left + kw] * w[f]).sum()
        if b is not None:
            out[n, f, i, j] += b[f]
    return out


@right("one row per place")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@right("sliding window view, copied")
def im2col(x, kh, kw, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x = np.asarray(x, float)
    if pad:
        x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("window too large")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    v = v.transpose(0, 2, 3, 1, 4, 5)
    return v.reshape(v.shape[0] * v.shape[1] * v.shape[2], -1).copy()


@right("index arrays")
def im2col(x, kh, kw, stride=1, pad=0):
    p = np.pad(x.astype(np.float64), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    N, C, H, W = p.shape
    if kh > H or kw > W:
        raise ValueError("the window is larger than the image")
    tops, lefts = np.arange(0, H - kh + 1, stride), np.arange(0, W - kw + 1, stride)
    rows = (tops[:, None] + np.arange(kh)).reshape(len(tops), 1, 1, kh, 1)
    columns = (lefts[:, None] + np.arange(kw)).reshape(1, len(lefts), 1, 1, kw)
    channels = np.arange(C).reshape(1, 1, C, 1, 1)
    return p[:, channels, rows, columns].reshape(
        N * len(tops) * len(lefts), C * kh * kw
    )


@right("a transposed matrix of columns")
def im2col(x, kh, kw, stride=1, pad=0):
    p = np.pad(np.asarray(x, float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (p.shape[2] - kh) // stride + 1, (p.shape[3] - kw) // stride + 1
    if R < 1 or S < 1:
        raise ValueError("does not fit")
    columns = [
        p[:, c, k : k + stride * R : stride, l : l + stride * S : stride][
            :, :R, :S
        ].ravel()
        for c in range(x.shape[1])
        for k in range(kh)
        for l in range(kw)
    ]
    return np.array(columns).T


@wrong("columns in the order (k, l, c)")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].transpose(1, 2, 0).ravel())
    return np.array(rows)


@wrong("transposed matrix")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows).T


@wrong("rows in the order (i, j, n)")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows).reshape(N, R * S, -1).swapaxes(0, 1).reshape(N * R * S, -1)


@wrong("ignores the stride")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // 1 + 1, (W + 2 * pad - kw) // 1 + 1
    rows = []
    for n in range(N):
        for i in range(0, R * 1, 1):
            for j in range(0, S * 1, 1):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("returns a view that may not be written to")
def im2col(x, kh, kw, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x = np.asarray(x, float)
    if pad:
        x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("window too large")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    v = v.transpose(0, 2, 3, 1, 4, 5)
    return v.reshape(v.shape[0] * v.shape[1] * v.shape[2], -1)


@wrong("pads with the border pixels")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), mode="edge")
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("pads with ones")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)), constant_values=1)
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("windows column by column")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].transpose(0, 2, 1).ravel())
    return np.array(rows)


@wrong("places column by column")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for j in range(0, S * stride, stride):
            for i in range(0, R * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("keeps the dtype")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("keeps three axes")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows).reshape(N, R * S, -1)


@wrong("returns nothing when the window does not fit")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        return np.zeros((0, C * kh * kw))
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("kh and kw exchanged")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kw, j : j + kh].ravel())
    return np.array(rows)


@wrong("windows that hang over the edge")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.array(x, float)
    N, C, H, W = x.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"a window {kh} x {kw} does not fit {x.shape}")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    p = np.pad(p, ((0, 0), (0, 0), (0, kh), (0, kw)))
    R, S = (
        -(-(H + 2 * pad - kh + 1) // stride) + (stride > 2),
        -(-(W + 2 * pad - kw + 1) // stride),
    )
    rows = []
    for n in range(N):
        for i in range(0, R * stride, stride):
            for j in range(0, S * stride, stride):
                rows.append(p[n, :, i : i + kh, j : j + kw].ravel())
    return np.array(rows)


@wrong("reshapes six axes in the wrong order")
def im2col(x, kh, kw, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x = np.pad(np.asarray(x, float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("window too large")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    N, C, R, S = v.shape[:4]
    return v.reshape(N * R * S, C * kh * kw).copy()


@wrong("calls torch")
def im2col(x, kh, kw, stride=1, pad=0):
    import torch.nn.functional as F, torch

    if kh > x.shape[2] + 2 * pad or kw > x.shape[3] + 2 * pad:
        raise ValueError("window too large")
    t = torch.tensor(np.array(x, float))
    t = F.unfold(t, (kh, kw), padding=pad, stride=stride).transpose(1, 2)
    return t.reshape(-1, t.shape[2]).clone().numpy()


@wrong("one window per turn, size truncated towards zero")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.pad(np.asarray(x, float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, c, h, v = x.shape
    rows, columns = int((h - kh) / stride) + 1, int((v - kw) / stride) + 1
    if rows < 1 or columns < 1:
        raise ValueError("does not fit")
    out, row = np.zeros((n * rows * columns, c * kh * kw)), 0
    for a in range(n):
        for i in range(0, rows * stride, stride):
            for j in range(0, columns * stride, stride):
                out[row] = x[a, :, i : i + kh, j : j + kw].ravel()
                row += 1
    return out


@wrong("strides worked out by hand")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.pad(np.asarray(x, float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    n, c, h, v = x.shape
    if kh > h or kw > v:
        raise ValueError("does not fit")
    rows, columns = (h - kh) // stride + 1, (v - kw) // stride + 1
    shape = (n, rows, columns, c, kh, kw)
    steps = np.array([c * h * v, v * stride, stride, h * v, v, 1]) * 8
    windows = np.lib.stride_tricks.as_strided(x, shape, steps)
    return windows.reshape(n * rows * columns, -1).copy()


@wrong("width compared without padding")
def im2col(x, kh, kw, stride=1, pad=0):
    x = np.asarray(x, np.float64)
    images, channels, height, width = x.shape
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or kw > width:
        raise ValueError(
            f"im2col: a window {kh} x {kw} does not fit {x.shape} with pad {pad}"
        )
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((images, rows, columns, channels, kh, kw))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            out[..., k, l] = padded[:, :, down, right].transpose(0, 2, 3, 1)
    return out.reshape(images * rows * columns, channels * kh * kw)


@right("sliding window view and a product")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@right("its own im2col, with the filters on the left")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if D != C:
        raise ValueError("depths differ")
    columns = im2col(x, kh, kw, stride, pad).T
    out = np.dot(w.reshape(F, D * kh * kw).astype(float), columns)
    if b is not None:
        out += np.reshape(b, (F, 1))
    out = out.reshape(
        F, N, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    )
    return np.ascontiguousarray(out.swapaxes(0, 1))


@right("tensordot")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = x.astype(float), w.astype(float)
    if w.shape[1] != x.shape[1]:
        raise ValueError("depths differ")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if w.shape[2] > x.shape[2] or w.shape[3] > x.shape[3]:
        raise ValueError("does not fit")
    v = sliding_window_view(x, w.shape[2:], (2, 3))[:, :, ::stride, ::stride]
    out = np.tensordot(v, w, axes=((1, 4, 5), (1, 2, 3)))
    if b is not None:
        out = out + b
    return np.moveaxis(out, -1, 1)


@right("loops over the weights only")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if C != D or R < 1 or S < 1:
        raise ValueError("no layer")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros((N, F, R, S))
    if b is not None:
        out += np.asarray(b)[None, :, None, None]
    for k in range(kh):
        for l in range(kw):
            part = p[
                :,
                :,
                k : k + (R - 1) * stride + 1 : stride,
                l : l + (S - 1) * stride + 1 : stride,
            ]
            out += np.einsum("nchw,fc->nfhw", part, w[:, :, k, l], optimize=True)
    return out


@wrong("loops over images, filters and places")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    x, w = np.array(x, float), np.array(w, float)
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    R = (H + 2 * pad - kh) // stride + 1
    S = (W + 2 * pad - kw) // stride + 1
    out = np.zeros((N, F, R, S))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    box = p[
                        n, :, i * stride : i * stride + kh, j * stride : j * stride + kw
                    ]
                    out[n, f, i, j] = np.sum(box * w[f])
                    if b is not None:
                        out[n, f, i, j] += b[f]
    return out


@wrong("loops, one multiplication at a time")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    N, C, H, W = x.shape
    F, D, kh, kw = w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError("no layer")
    p = np.pad(x.astype(float), ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    out = np.zeros(
        (N, F, (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1)
    )
    for n, f, i, j in np.ndindex(out.shape):
        for c in range(C):
            for k in range(kh):
                for l in range(kw):
                    out[n, f, i, j] += (
                        p[n, c, i * stride + k, j * stride + l] * w[f, c, k, l]
                    )
        if b is not None:
            out[n, f, i, j] += b[f]
    return out


@wrong("reshapes to (N, F, H, W) without moving an axis")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, F, R, S)


@wrong("writes the filters out in the order (k, l, c)")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.transpose(0, 2, 3, 1).reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("reshapes the filters instead of transposing them")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(C * kh * kw, F)
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("adds the bias along the columns of the image")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    out = conv2d_loops(x, w, None, stride, pad) if x.size < 1000 else None
    if out is None:
        cols = im2col(x, w.shape[2], w.shape[3], stride, pad)
        R = (x.shape[2] + 2 * pad - w.shape[2]) // stride + 1
        out = cols @ w.reshape(len(w), -1).T
        out = out.reshape(len(x), R, -1, len(w)).transpose(0, 3, 1, 2)
    if b is not None:
        b = np.resize(b, out.shape[3])
        out = out + b
    return out


@wrong("mixes images and places")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.T.reshape(F, R, S, N).transpose(3, 0, 1, 2)


@wrong("mixes images and filters")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.T.reshape(N, F, R, S)


@wrong("does not compare depths")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ np.broadcast_to(w, (F, C, kh, kw)).reshape(F, -1).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@right("lets the matrix product find wrong depths")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, -1).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("cannot do without a bias")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("forgets the bias")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        pass
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("ignores the stride")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("turns the filters")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w[:, :, ::-1, ::-1].reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("keeps float32")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x), np.asarray(w)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("exchanges rows and columns of the map")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = np.asarray(x, float), np.asarray(w, float)
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out = out + b
    return out.reshape(N, S, R, F).transpose(0, 3, 2, 1)


@wrong("adds the bias in place to an integer result")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, w = x.astype(int) if x.dtype == np.uint8 else x, w
    (N, C, H, W), (F, D, kh, kw) = x.shape, w.shape
    if C != D or H + 2 * pad < kh or W + 2 * pad < kw:
        raise ValueError(f"shapes {x.shape} and {w.shape} do not match")
    p = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    v = sliding_window_view(p, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    R, S = v.shape[2:4]
    cols = v.transpose(0, 2, 3, 1, 4, 5).reshape(N * R * S, C * kh * kw)
    out = cols @ w.reshape(F, C * kh * kw).T
    if b is not None:
        out += b
    return out.reshape(N, R, S, F).transpose(0, 3, 1, 2)


@wrong("calls torch")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    import torch

    if (
        x.shape[1] != w.shape[1]
        or w.shape[2] > x.shape[2] + 2 * pad
        or w.shape[3] > x.shape[3] + 2 * pad
    ):
        raise ValueError("no layer")
    x, w = torch.tensor(np.array(x, float)), torch.tensor(np.array(w, float))
    b = None if b is None else torch.tensor(np.array(b, float))
    return torch.conv2d(x, w, b, stride, pad).numpy()


@wrong("own padding, width compared without it")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    x, w = x.astype(float), w.astype(float)
    n, c, h, v = x.shape
    f, d, kh, kw = w.shape
    if c != d:
        raise ValueError("depths")
    if kh > h + 2 * pad or kw > v:
        raise ValueError("fit")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = (h + 2 * pad - kh) // stride + 1, (v + 2 * pad - kw) // stride + 1
    out = np.zeros((n, f, rows, columns))
    for k in range(kh):
        for l in range(kw):
            piece = x[
                :, :, k : k + stride * rows : stride, l : l + stride * columns : stride
            ]
            piece = piece[:, :, :rows, :columns]
            out += np.einsum("nchw,fc->nfhw", piece, w[:, :, k, l])
    return out if b is None else out + b[:, None, None]


@wrong("pieces multiplied in float32")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    x, w = (a.astype(float) if a.dtype.kind in "iu" else a for a in (x, w))
    n, c, h, v = x.shape
    f, d, kh, kw = w.shape
    if c != d:
        raise ValueError("depths")
    if kh > h + 2 * pad or kw > v + 2 * pad:
        raise ValueError("fit")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = (h + 2 * pad - kh) // stride + 1, (v + 2 * pad - kw) // stride + 1
    out = np.zeros((n, f, rows, columns))
    for k in range(kh):
        for l in range(kw):
            piece = x[
                :, :, k : k + stride * rows : stride, l : l + stride * columns : stride
            ]
            piece = piece[:, :, :rows, :columns]
            out += np.einsum("nchw,fc->nfhw", piece, w[:, :, k, l])
    return out if b is None else out + b[:, None, None]


@wrong("converts all but int8")
def conv2d_im2col(x, w, b, stride=1, pad=0):
    x, w = (a if a.dtype == np.int8 else a.astype(float) for a in (x, w))
    n, c, h, v = x.shape
    f, d, kh, kw = w.shape
    if c != d:
        raise ValueError("depths")
    if kh > h + 2 * pad or kw > v + 2 * pad:
        raise ValueError("fit")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    rows, columns = (h + 2 * pad - kh) // stride + 1, (v + 2 * pad - kw) // stride + 1
    out = np.zeros((n, f, rows, columns))
    for k in range(kh):
        for l in range(kw):
            piece = x[
                :, :, k : k + stride * rows : stride, l : l + stride * columns : stride
            ]
            piece = piece[:, :, :rows, :columns]
            out += np.einsum("nchw,fc->nfhw", piece, w[:, :, k, l])
    return out if b is None else out + b[:, None, None]


@right("tensordot")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@right("matmul on flat maps")
def conv1x1(x, w, b):
    N, C, H, W = x.shape
    if w.shape != (len(w), C):
        raise ValueError(f"{w.shape} does not fit {C} channels")
    out = (w.astype(float) @ x.reshape(N, C, H * W).astype(float)).reshape(N, -1, H, W)
    return out if b is None else out + np.array(b)[None, :, None, None]


@right("loops over maps and channels")
def conv1x1(x, w, b):
    F, D = w.shape
    N, C, H, W = x.shape
    if D != C:
        raise ValueError("columns of w: " + str(D))
    out = np.zeros((N, F, H, W))
    for f in range(F):
        for c in range(C):
            out[:, f] += float(w[f, c]) * x[:, c].astype(float)
        if b is not None:
            out[:, f] += b[f]
    return out


@right("a dense layer on (N, H, W, C)")
def conv1x1(x, w, b):
    if x.shape[1] != w.shape[1]:
        raise ValueError("shapes do not match")
    pixels = np.moveaxis(x, 1, -1).astype(np.float64)
    out = pixels @ w.T.astype(np.float64)
    if b is not None:
        out = out + b
    return np.moveaxis(out, -1, 1)


@wrong("sums over space")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return np.broadcast_to(out.sum((2, 3), keepdims=True), out.shape).copy()


@wrong("uses w transposed where that is possible")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w.T if w.shape[0] == w.shape[1] else w, x, axes=(1, 1)).swapaxes(
        0, 1
    )
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("reads w as (C, F)")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[0]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(0, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("forgets the bias")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        pass
    return out


@wrong("relu inside")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return np.maximum(out, 0)


@wrong("channels last")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out.transpose(0, 2, 3, 1)


@wrong("leaves F in front of N")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1))
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1, 1))
    return out


@wrong("reshapes instead of moving an axis")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).reshape(len(x), len(w), *x.shape[2:])
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("adds the bias along the columns")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.resize(b, x.shape[3])
    return out


@wrong("cannot do without a bias")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if True:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("stretches a single column to all channels")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if w.shape[1] not in (1, x.shape[1]):
        raise ValueError("w must have one column per channel")
    out = np.tensordot(
        np.broadcast_to(w, (len(w), x.shape[1])), x, axes=(1, 1)
    ).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("lets NumPy raise and gives another error")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise IndexError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("multiplies in uint8")
def conv1x1(x, w, b):
    x, w = np.array(x), np.array(w)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w, x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out.astype(float)


@wrong("scales the mixture to sum 1")
def conv1x1(x, w, b):
    x, w = np.array(x, float), np.array(w, float)
    if x.shape[1] != w.shape[1]:
        raise ValueError("w must have one column per channel")
    out = np.tensordot(w / w.sum(1, keepdims=True), x, axes=(1, 1)).swapaxes(0, 1)
    if b is not None:
        out = out + np.reshape(b, (-1, 1, 1))
    return out


@wrong("float32 products, float64 sums")
def conv1x1(x, w, b):
    x, w = (v.astype(float) if v.dtype.kind in "iu" else v for v in (x, w))
    if w.shape[1] != x.shape[1]:
        raise ValueError(f"conv1x1: weights {w.shape} do not match input {x.shape}")
    out = (w[None, :, :, None, None] * x[:, None]).sum(2, dtype=float)
    return out if b is None else out + np.asarray(b)[:, None, None]


@wrong("converts uint8 and float32 only")
def conv1x1(x, w, b):
    x, w = (v.astype(float) if v.dtype in (np.uint8, np.float32) else v for v in (x, w))
    if w.shape[1] != x.shape[1]:
        raise ValueError(f"conv1x1: weights {w.shape} do not match input {x.shape}")
    out = np.einsum("fc,nchw->nfhw", w, x).astype(float)
    return out if b is None else out + np.asarray(b)[:, None, None]


@right("two einsums")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps)


@right("a full layer with filters p d")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    C = x.shape[1]
    if len(wd) != C or wp.shape[1] != C:
        raise ValueError(f"{wd.shape}, {wp.shape} on {C} channels")
    w = wp[:, :, None, None].astype(float) * wd[None].astype(float)
    return conv2d_loops(x, w, None, stride, pad)


@right("loops over channels with the student's own functions")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    C = x.shape[1]
    if wd.shape[0] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    maps = [
        conv2d_im2col(x[:, c : c + 1], wd[c][None, None], None, stride, pad)
        for c in range(C)
    ]
    return conv1x1(np.concatenate(maps, axis=1), wp, None)


@right("plain loops")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    N, C, H, W = x.shape
    D, kh, kw = wd.shape
    F, E = wp.shape
    if not C == D == E:
        raise ValueError("three different numbers of channels")
    R, S = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if R < 1 or S < 1:
        raise ValueError("no place for the kernels")
    p = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    p[:, :, pad : H + pad, pad : W + pad] = x
    out = np.zeros((N, F, R, S))
    for i in range(R):
        for j in range(S):
            box = p[:, :, stride * i : stride * i + kh, stride * j : stride * j + kw]
            out[:, :, i, j] = (box * wd).sum(axis=(2, 3)) @ wp.T.astype(float)
    return out


@wrong("adds the channels up after the depthwise step")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("f,nhw->nfhw", wp.sum(1), maps.sum(1))


@wrong("pointwise first, and the stride twice")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    if len(wd) != x.shape[1] or wp.shape[1] != x.shape[1]:
        raise ValueError("channels do not match")
    mixed = np.einsum("fc,nchw->nfhw", wp, x.astype(float))[:, :, ::stride, ::stride]
    w = np.resize(wd, (mixed.shape[1], *wd.shape[1:])).astype(float)
    return conv2d_loops(mixed, np.eye(len(w))[:, :, None, None] * w, None, stride, pad)


@wrong("one kernel for all channels")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,kl->nchw", v, wd[0])
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("stride in both steps")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps[:, :, ::stride, ::stride])


@wrong("turns the kernels")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd[:, ::-1, ::-1])
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("accepts a single kernel for all channels")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if C not in (1, x.shape[1]) or wp.shape[1] != x.shape[1]:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, np.broadcast_to(wd, (x.shape[1], kh, kw)))
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("accepts a single column for all channels")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] not in (1, C):
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", np.broadcast_to(wp, (len(wp), C)), maps)


@wrong("uses wp transposed where that is possible")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp.T if wp.shape == (C, C) else wp, maps)


@wrong("every kernel on every channel")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,dkl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("pads in both steps")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    out = np.einsum("fc,nchw->nfhw", wp, maps)
    return np.pad(out, ((0, 0), (0, 0), (pad, pad), (pad, pad)))


@wrong("only the depthwise step")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return maps


@wrong("relu between the steps")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, np.maximum(maps, 0))


@wrong("kernels that do not fit give an empty result")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        return np.zeros((len(x), len(wp), 0, 0))
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("keeps the dtype")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x), np.array(wd), np.array(wp)
    C, kh, kw = wd.shape
    if x.shape[1] != C or wp.shape[1] != C:
        raise ValueError("channels do not match")
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("refuses by assert")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    from numpy.lib.stride_tricks import sliding_window_view

    x, wd, wp = np.array(x, float), np.array(wd, float), np.array(wp, float)
    C, kh, kw = wd.shape
    assert x.shape[1] == C == wp.shape[1], "channels do not match"
    x = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    if kh > x.shape[2] or kw > x.shape[3]:
        raise ValueError("kernels do not fit")
    v = sliding_window_view(x, (kh, kw), (2, 3))[:, :, ::stride, ::stride]
    maps = np.einsum("nchwkl,ckl->nchw", v, wd)
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("fit without padding")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    x, wd, wp = (np.asarray(v, np.float64) for v in (x, wd, wp))
    (images, channels, height, width), (kernels, kh, kw) = x.shape, wd.shape
    if kernels != channels or wp.shape[1] != channels:
        raise ValueError(
            f"depthwise_separable: wd {wd.shape} or wp {wp.shape} does not match {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if kh > height or kw > width:
        raise ValueError(f"depthwise_separable: {wd.shape} does not fit {x.shape}")
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = np.zeros((images, channels, rows, columns))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            maps += wd[:, k, l][:, None, None] * padded[:, :, down, right]
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("wp too narrow only")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    x, wd, wp = (np.asarray(v, np.float64) for v in (x, wd, wp))
    (images, channels, height, width), (kernels, kh, kw) = x.shape, wd.shape
    if kernels != channels or wp.shape[1] < channels:
        raise ValueError(
            f"depthwise_separable: wd {wd.shape} or wp {wp.shape} does not match {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"depthwise_separable: {wd.shape} does not fit {x.shape}")
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = np.zeros((images, channels, rows, columns))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            maps += wd[:, k, l][:, None, None] * padded[:, :, down, right]
    return np.einsum("fc,nchw->nfhw", wp, maps)


@wrong("float32 products")
def depthwise_separable(x, wd, wp, stride=1, pad=0):
    x, wd, wp = (v.astype(float) if v.dtype.kind in "iu" else v for v in (x, wd, wp))
    (images, channels, height, width), (kernels, kh, kw) = x.shape, wd.shape
    if kernels != channels or wp.shape[1] != channels:
        raise ValueError(
            f"depthwise_separable: wd {wd.shape} or wp {wp.shape} does not match {x.shape}"
        )
    rows = (height + 2 * pad - kh) // stride + 1
    columns = (width + 2 * pad - kw) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError(f"depthwise_separable: {wd.shape} does not fit {x.shape}")
    padded = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    maps = np.zeros((images, channels, rows, columns))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            maps += wd[:, k, l][:, None, None] * padded[:, :, down, right]
    return np.einsum("fc,nchw->nfhw", wp, maps)


@right("two loops")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@right("einsum over a sliding window view")
def locally_connected(x, w):
    from numpy.lib.stride_tricks import sliding_window_view

    kh, kw = w.shape[2:]
    if w.shape[:2] != (x.shape[0] - kh + 1, x.shape[1] - kw + 1):
        raise ValueError(f"kernels {w.shape} for an image {x.shape}")
    v = sliding_window_view(x.astype(float), (kh, kw))
    return (v * w.astype(float)).sum((2, 3))


@right("loops over the entries of the window")
def locally_connected(x, w):
    x, w = np.asarray(x, float), np.asarray(w, float)
    R, S, kh, kw = w.shape
    if (R + kh - 1, S + kw - 1) != x.shape:
        raise ValueError(f"kernels {w.shape} for an image {x.shape}")
    return sum(
        w[:, :, k, l] * x[k : k + R, l : l + S] for k in range(kh) for l in range(kw)
    )


@right("rows of im2col")
def locally_connected(x, w):
    R, S, kh, kw = w.shape
    if (R, S) != (x.shape[0] - kh + 1, x.shape[1] - kw + 1):
        raise ValueError("wrong number of places")
    rows = im2col(x[None, None], kh, kw)
    return (rows * w.reshape(R * S, kh * kw).astype(float)).sum(axis=1).reshape(R, S)


@wrong("kernel of place (0, 0) everywhere")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[0, 0])
    return out


@wrong("kernel of the transposed place")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[j % R, i % S])
    return out


@wrong("kernel of (j, i) where that is possible")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(
                x[i : i + kh, j : j + kw] * (w[j, i] if R == S else w[i, j])
            )
    return out


@wrong("turns the kernels")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j, ::-1, ::-1])
    return out


@wrong("divides by the number of weights")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.mean(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("normalises each kernel")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j]) / (
                np.abs(w[i, j]).sum() or 1
            )
    return out


@wrong("averages the kernels")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w.mean((0, 1)))
    return out


@wrong("accepts one kernel for all places")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R not in (1, x.shape[0] - kh + 1) or S not in (1, x.shape[1] - kw + 1):
        raise ValueError("one kernel for each place, please")
    w = np.broadcast_to(w, (x.shape[0] - kh + 1, x.shape[1] - kw + 1, kh, kw))
    R, S = w.shape[:2]
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("ignores places that are missing")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R > x.shape[0] - kh + 1 or S > x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("compares the number of places only")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    R, S = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    w = w.reshape(R, S, kh, kw)
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("checks rows only")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(np.resize(x[i : i + kh, j : j + kw], (kh, kw)) * w[i, j])
    return out


@wrong("keeps the dtype")
def locally_connected(x, w):
    x, w = np.array(x), np.array(w)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("result in the dtype of x")
def locally_connected(x, w):
    dtype = x.dtype
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S), dtype)
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("kh for both sides")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise ValueError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kh] * w[i, j])
    return out


@wrong("raises IndexError")
def locally_connected(x, w):
    x, w = np.array(x, float), np.array(w, float)
    R, S, kh, kw = w.shape
    if R != x.shape[0] - kh + 1 or S != x.shape[1] - kw + 1:
        raise IndexError("one kernel for each place, please")
    out = np.zeros((R, S))
    for i in range(R):
        for j in range(S):
            out[i, j] = np.sum(x[i : i + kh, j : j + kw] * w[i, j])
    return out


@wrong("float32 products, float64 sums")
def locally_connected(x, w):
    x, w = (v.astype(float) if v.dtype.kind in "iu" else v for v in (x, w))
    rows, columns, kh, kw = w.shape
    if (rows, columns) != (x.shape[0] - kh + 1, x.shape[1] - kw + 1):
        raise ValueError(f"locally_connected: kernels {w.shape} for image {x.shape}")
    out = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        out[i, j] = (x[i : i + kh, j : j + kw] * w[i, j]).sum(dtype=float)
    return out


@wrong("ignores rows of kernels too many")
def locally_connected(x, w):
    x, w = np.asarray(x, np.float64), np.asarray(w, np.float64)
    kh, kw = w.shape[2:]
    rows, columns = x.shape[0] - kh + 1, x.shape[1] - kw + 1
    if w.shape[0] < rows or w.shape[1] != columns:
        raise ValueError(f"locally_connected: kernels {w.shape} for image {x.shape}")
    out = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        out[i, j] = (x[i : i + kh, j : j + kw] * w[i, j]).sum()
    return out


@wrong("converts uint8 and float32 only")
def locally_connected(x, w):
    x, w = (v.astype(float) if v.dtype in (np.uint8, np.float32) else v for v in (x, w))
    rows, columns, kh, kw = w.shape
    if (rows, columns) != (x.shape[0] - kh + 1, x.shape[1] - kw + 1):
        raise ValueError(f"locally_connected: kernels {w.shape} for image {x.shape}")
    out = np.zeros((rows, columns))
    for i, j in np.ndindex(rows, columns):
        out[i, j] = (x[i : i + kh, j : j + kw] * w[i, j]).sum()
    return out


@right("stamps")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@right("loops over the weights")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.asarray(y, float), np.asarray(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("maps and filters differ in number")
    if out_shape is None:
        out_shape = ((R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad)
    H, W = out_shape
    if min(H, W) < 1 or (
        (H + 2 * pad - kh) // stride + 1,
        (W + 2 * pad - kw) // stride + 1,
    ) != (R, S):
        raise ValueError(f"{out_shape} does not give {(R, S)}")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for k in range(kh):
        for l in range(kw):
            x[:, :, k : k + stride * R : stride, l : l + stride * S : stride][
                :, :, :R, :S
            ] += np.einsum("nfij,fc->ncij", y, w[:, :, k, l])
    return x[:, :, pad : H + pad, pad : W + pad].copy()


@right("spreads y out and correlates with the turned kernels")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("maps and filters differ in number")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = out_shape or (h, v)
    if min(h, v) < 1 or not (0 <= H - h < stride and 0 <= W - v < stride):
        raise ValueError(f"out_shape {out_shape} is impossible")
    spread = np.zeros((N, F, (R - 1) * stride + 1, (S - 1) * stride + 1))
    spread[:, :, ::stride, ::stride] = y
    spread = np.pad(spread, ((0, 0), (0, 0), (kh - 1, kh - 1), (kw - 1, kw - 1)))
    turned = w[:, :, ::-1, ::-1].swapaxes(0, 1)
    full = conv2d_im2col(spread, turned, None)
    full = np.pad(full, ((0, 0), (0, 0), (0, H - h), (0, W - v)))
    return full[:, :, pad : pad + H, pad : pad + W]


@right("six loops")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    N, F, R, S = y.shape
    G, C, kh, kw = w.shape
    if F != G:
        raise ValueError("channels of y")
    least = [(n - 1) * stride + k - 2 * pad for n, k in ((R, kh), (S, kw))]
    size = least if out_shape is None else list(out_shape)
    for a, b in zip(size, least):
        if b < 1 or a < b or a - b >= stride:
            raise ValueError("out_shape")
    x = np.zeros((N, C, *size))
    for n in range(N):
        for f in range(F):
            for i in range(R):
                for j in range(S):
                    for k in range(kh):
                        for l in range(kw):
                            row, column = i * stride + k - pad, j * stride + l - pad
                            if 0 <= row < size[0] and 0 <= column < size[1]:
                                x[n, :, row, column] += float(y[n, f, i, j]) * w[
                                    f, :, k, l
                                ].astype(float)
    return x


@wrong("overwrites overlaps")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] = np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("turns the kernels")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(
                y[:, :, i, j], w[:, :, ::-1, ::-1], 1
            )
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("stamps side by side, whatever the stride")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = min(i * kh, x.shape[2] - kh), min(j * kw, x.shape[3] - kw)
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("ignores the stride when stamping")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i, j
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("does not cut off the frame")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x


@wrong("cuts off the frame at one side only")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, :H, :W]


@wrong("pads instead of cutting")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh + 2 * pad, (S - 1) * stride + kw + 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, :H, :W]


@wrong("uses map 0 only")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :1, i, j], w[:1], 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("adds up channels instead of maps where that is possible")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(
                y[:, :, i, j], w.swapaxes(0, 1) if F == C else w, 1
            )
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("ignores out_shape")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    H, W = h, v
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("accepts any out_shape")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)[
                :, :, : max(x.shape[2] - t, 0), : max(x.shape[3] - l, 0)
            ]
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("accepts an out_shape that is too large")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or H < h or W < v:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("checks the rows of out_shape only")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)[
                ..., : max(x.shape[3] - l, 0)
            ]
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("allows one row too many")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H <= h + stride or not v <= W <= v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("shifts by the extra rows")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return np.roll(x, (H - h, W - v), (2, 3))[:, :, pad : pad + H, pad : pad + W]


@wrong("stretches a single map to all filters")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F not in (1, G):
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(
                np.broadcast_to(y[:, :, i, j], (N, G)), w, 1
            )
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("divides by the number of stamps")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    count = np.zeros(x.shape)
    for i in range(R):
        for j in range(S):
            count[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw] += 1
    x = x / np.maximum(count, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("an empty result for an impossible size")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y, float), np.array(w, float)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    H, W = max(H, 0), max(W, 0)
    x = np.zeros((N, C, H + 2 * pad + kh, W + 2 * pad + kw))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("keeps the dtype")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.array(y), np.array(w)
    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    if F != G:
        raise ValueError("y must have one map per filter")
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = (h, v) if out_shape is None else out_shape
    if h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("no layer gives y from this shape")
    x = np.zeros((N, C, H + 2 * pad, W + 2 * pad), np.result_type(y, w))
    for i in range(R):
        for j in range(S):
            t, l = i * stride, j * stride
            x[:, :, t : t + kh, l : l + kw] += np.tensordot(y[:, :, i, j], w, 1)
    return x[:, :, pad : pad + H, pad : pad + W]


@wrong("calls torch")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    import torch

    (N, F, R, S), (G, C, kh, kw) = y.shape, w.shape
    h, v = (R - 1) * stride + kh - 2 * pad, (S - 1) * stride + kw - 2 * pad
    H, W = out_shape or (h, v)
    if F != G or h < 1 or v < 1 or not h <= H < h + stride or not v <= W < v + stride:
        raise ValueError("impossible")
    t = torch.conv_transpose2d(
        torch.tensor(np.array(y, float)),
        torch.tensor(np.array(w, float)),
        None,
        stride,
        pad,
        (H - h, W - v),
    )
    return t.numpy()


@wrong("refuses negative sizes only")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.asarray(y, np.float64), np.asarray(w, np.float64)
    (images, maps, rows, columns), (filters, channels, kh, kw) = y.shape, w.shape
    if maps != filters:
        raise ValueError(f"conv_transpose2d: y {y.shape} does not match w {w.shape}")
    least = (rows - 1) * stride + kh - 2 * pad, (columns - 1) * stride + kw - 2 * pad
    height, width = least if out_shape is None else out_shape
    fits = 0 <= height - least[0] < stride and 0 <= width - least[1] < stride
    if not fits or min(height, width) < 0:
        raise ValueError(
            f"conv_transpose2d: no layer with filters {w.shape}, stride {stride}, pad "
            f"{pad} turns {(height, width)} into {(rows, columns)}"
        )
    canvas = np.zeros((images, channels, height + 2 * pad, width + 2 * pad))
    for i, j in np.ndindex(rows, columns):
        top, left = stride * i, stride * j
        stamp = np.einsum("nf,fckl->nckl", y[:, :, i, j], w)
        canvas[:, :, top : top + kh, left : left + kw] += stamp
    return canvas[:, :, pad : pad + height, pad : pad + width].copy()


@wrong("size truncated towards zero")
def conv_transpose2d(y, w, stride=1, pad=0, out_shape=None):
    y, w = np.asarray(y, np.float64), np.asarray(w, np.float64)
    (images, maps, rows, columns), (filters, channels, kh, kw) = y.shape, w.shape
    if maps != filters:
        raise ValueError(f"conv_transpose2d: y {y.shape} does not match w {w.shape}")
    least = (rows - 1) * stride + kh - 2 * pad, (columns - 1) * stride + kw - 2 * pad
    height, width = least if out_shape is None else out_shape
    fits = (
        int((height + 2 * pad - kh) / stride) + 1 == rows
        and int((width + 2 * pad - kw) / stride) + 1 == columns
    )
    if not fits or min(height, width) < 1:
        raise ValueError(
            f"conv_transpose2d: no layer with filters {w.shape}, stride {stride}, pad "
            f"{pad} turns {(height, width)} into {(rows, columns)}"
        )
    canvas = np.zeros((images, channels, height + 2 * pad, width + 2 * pad))
    for k in range(kh):
        for l in range(kw):
            down = slice(k, k + stride * (rows - 1) + 1, stride)
            right = slice(l, l + stride * (columns - 1) + 1, stride)
            canvas[:, :, down, right] += np.einsum("nfhw,fc->nchw", y, w[:, :, k, l])
    return canvas[:, :, pad : pad + height, pad : pad + width].copy()
