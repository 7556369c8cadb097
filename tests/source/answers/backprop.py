"""Answers to lesson 08: see autograder/audit.py for how they are read."""


@right("flat copy")
def central_difference(f, x, eps=1e-5):
    flat = np.asarray(x).astype(np.float64).ravel()
    grad = []
    for i in range(flat.size):
        plus, minus = flat.copy(), flat.copy()
        plus[i] += eps
        minus[i] -= eps
        up, down = f(plus.reshape(np.shape(x))), f(minus.reshape(np.shape(x)))
        grad.append((up - down) / 2 / eps)
    return np.array(grad, float).reshape(np.shape(x))


@right("unit arrays")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, dtype=float)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    values = [(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in units]
    return np.reshape(values, x.shape).astype(float)


@right("nditer, in place, the old value put back")
def central_difference(f, x, eps=1e-5):
    work = x.astype("float64", copy=True)
    out = np.empty(work.shape)
    it = np.nditer(work, flags=["multi_index"])
    while not it.finished:
        i = it.multi_index
        keep = work[i]
        work[i] = keep - eps
        below = f(work)
        work[i] = keep + eps
        out[i] = f(work) - below
        work[i] = keep
        it.iternext()
    return out / (2.0 * eps)


@wrong("one-sided")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        y = x.copy()
        y[i] += eps
        grad[i] = (f(y) - f(x)) / eps
    return grad


@wrong("leaves x moved")
def central_difference(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        old = x[i]
        x[i] = old + eps
        up = f(x)
        x[i] = old - eps
        grad[i] = (up - f(x)) / (2 * eps)
        x[i] = old + eps - eps
    return grad


@wrong("puts back by adding, not to the last bit")
def central_difference(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        down = f(x)
        x[i] += eps
        grad[i] = (up - down) / (2 * eps)
    return grad


@wrong("divides by eps")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = eps
        grad[i] = (f(x + e) - f(x - e)) / eps
    return grad


@wrong("divides by 2 and multiplies by eps")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = eps
        grad[i] = (f(x + e) - f(x - e)) / 2 * eps
    return grad


@wrong("moves all entries together")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    slope = (f(x + eps) - f(x - eps)) / (2 * eps)
    return np.full(x.shape, slope)


@wrong("does not put the entry back in its copy")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        x[i] += eps
        up = f(x)
        x[i] -= 2 * eps
        grad[i] = (up - f(x)) / (2 * eps)
    return grad


@wrong("loses the step in integers")
def central_difference(f, x, eps=1e-5):
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        up, down = x.copy(), x.copy()
        up[i] = up[i] + eps
        down[i] = down[i] - eps
        grad[i] = (f(up) - f(down)) / (2 * eps)
    return grad


@wrong("returns the values of f")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    out = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        y = x.copy()
        y[i] += eps
        out[i] = f(y)
    return out


@wrong("a fixed step")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = 1e-5
        grad[i] = (f(x + e) - f(x - e)) / 2e-5
    return grad


@wrong("calls f once too often")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    f(x)
    for i in np.ndindex(x.shape):
        e = np.zeros(x.shape)
        e[i] = eps
        grad[i] = (f(x + e) - f(x - e)) / (2 * eps)
    return grad


@wrong("flat result")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    units = np.eye(x.size).reshape(x.size, *x.shape)
    return np.array([(f(x + eps * e) - f(x - eps * e)) / (2 * eps) for e in units])


@wrong("two axes only")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            e = np.zeros(x.shape)
            e[i, j] = eps
            grad[i, j] = (f(x + e) - f(x - e)) / (2 * eps)
    return grad


@wrong("a step relative to the entry")
def central_difference(f, x, eps=1e-5):
    x = np.array(x, float)
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        step = eps * max(1, abs(x[i]))
        e = np.zeros(x.shape)
        e[i] = step
        grad[i] = (f(x + e) - f(x - e)) / (2 * step)
    return grad


@wrong("flat of an F-ordered copy is a copy")
def central_difference(f, x, eps=1e-5):
    moved = np.array(x, dtype=float)
    flat = moved.reshape(-1)
    grad = np.zeros(flat.size)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + eps
        up = f(moved)
        flat[i] = old - eps
        grad[i] = (up - f(moved)) / (2 * eps)
        flat[i] = old
    return grad.reshape(moved.shape)


@wrong("evaluates equal entries once")
def central_difference(f, x, eps=1e-5):
    seen = {}
    grad = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        key = float(x[i])
        if key not in seen:
            up, down = x.astype(float), x.astype(float)
            up[i] += eps
            down[i] -= eps
            seen[key] = (f(up) - f(down)) / (2 * eps)
        grad[i] = seen[key]
    return grad


@right("fills a copy")
def relu_backward(dout, a):
    dx = np.array(dout, dtype=float)
    dx[a <= 0] = 0
    return dx


@right("fills zeros")
def relu_backward(dout, a):
    dx = np.zeros(a.shape)
    dx[a > 0] = dout[a > 0]
    return dx


@right("loop")
def relu_backward(dout, a):
    out = np.zeros(dout.shape, np.float64)
    for index in np.ndindex(*a.shape):
        if a[index] > 0:
            out[index] = dout[index]
    return out


@wrong("gate on dout")
def relu_backward(dout, a):
    return np.where(dout > 0, dout, 0.0).astype(float)


@wrong("open at 0")
def relu_backward(dout, a):
    return np.where(a >= 0, dout, 0.0).astype(float)


@wrong("in place")
def relu_backward(dout, a):
    dout[a <= 0] = 0
    return dout.astype(float)


@wrong("returns the gate")
def relu_backward(dout, a):
    return (a > 0).astype(float)


@wrong("multiplies by a")
def relu_backward(dout, a):
    return np.where(a > 0, dout * a, 0).astype(float)


@wrong("multiplies by the gate, NaN stays")
def relu_backward(dout, a):
    return (dout * (a > 0)).astype(float)


@wrong("keeps the dtype")
def relu_backward(dout, a):
    return np.where(a > 0, dout, np.zeros_like(dout))


@wrong("both must be positive")
def relu_backward(dout, a):
    return np.where((a > 0) & (dout > 0), dout, 0.0).astype(float)


@wrong("leaks")
def relu_backward(dout, a):
    return np.where(a > 0, dout, 0.01 * np.nan_to_num(dout)).astype(float)


@wrong("cleans NaN and infinity everywhere")
def relu_backward(dout, a):
    return np.nan_to_num(dout.astype(float)) * (a > 1e-12)


@wrong("half a slope at 0")
def relu_backward(dout, a):
    d = np.nan_to_num(np.asarray(dout, float))
    return np.where(a > 0, d, np.where(a == 0, d / 2, 0))


@wrong("slope as relu over a")
def relu_backward(dout, a):
    a = np.asarray(a, float)
    slope = np.maximum(a, 0) / np.where(a == 0, 1, a)
    return np.where(slope > 0, dout * slope, 0).astype(float)


@wrong("all open: as it is")
def relu_backward(dout, a):
    if (a > 0).all():
        return dout.copy()
    return np.where(a > 0, dout, 0).astype(float)


@right("einsum")
def dense_backward(dout, h, W):
    d, h, W = np.float64(dout), np.float64(h), np.float64(W)
    dh = np.einsum("nm,dm->nd", d, W)
    return dh, np.einsum("nd,nm->dm", h, d), np.einsum("nm->m", d)


@right("a sum over examples")
def dense_backward(dout, h, W):
    dout, h, W = dout.astype(float), h.astype(float), W.astype(float)
    dh, dW, db = np.zeros(h.shape), np.zeros(W.shape), np.zeros(W.shape[1])
    for n in range(len(h)):
        dh[n] = W @ dout[n]
        dW += np.outer(h[n], dout[n])
        db += dout[n]
    return dh, dW, db


@right("transposes of products, a row of ones")
def dense_backward(dout, h, W):
    dout = np.array(dout, dtype=np.float64)
    dW = (dout.T @ np.array(h, dtype=np.float64)).T
    dh = np.dot(dout, np.transpose(W.astype(np.float64)))
    return dh, dW, np.ones(len(dout)) @ dout


@wrong("dW transposed")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return dout @ W.T, dout.T @ h, dout.sum(0)


@wrong("means over the batch")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return dout @ W.T, h.T @ dout / len(h), dout.mean(0)


@wrong("dh from h")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return h * (dout @ W.T), h.T @ dout, dout.sum(0)


@wrong("db along the wrong axis")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return dout @ W.T, h.T @ dout, dout.sum(1)


@wrong("scales dout in place")
def dense_backward(dout, h, W):
    N = len(h)
    dout /= N
    dh, dW, db = N * dout @ W.T, N * h.T @ dout, N * dout.sum(0)
    return dh, dW, db


@wrong("adds the gradient to W")
def dense_backward(dout, h, W):
    dh = np.asarray(dout, float) @ np.asarray(W, float).T
    dW = np.asarray(h, float).T @ dout
    W -= dW.astype(W.dtype)
    return dh, dW, dout.sum(0).astype(float)


@wrong("forgets the transposition of W where it fits")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    dh = dout @ W if W.shape[0] == W.shape[1] else dout @ W.T
    return dh, h.T @ dout, dout.sum(0)


@wrong("db keeps its axis")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return dout @ W.T, h.T @ dout, dout.sum(0, keepdims=True)


@wrong("another order")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return h.T @ dout, dout.sum(0), dout @ W.T


@wrong("only the bias is a mean")
def dense_backward(dout, h, W):
    dout, h, W = (np.asarray(v, float) for v in (dout, h, W))
    return dout @ W.T, h.T @ dout, dout.mean(0)


@wrong("computes in the dtype that comes")
def dense_backward(dout, h, W):
    return (
        (dout @ W.T).astype(float),
        (h.T @ dout).astype(float),
        dout.sum(0).astype(float),
    )


@wrong("asks PyTorch")
def dense_backward(dout, h, W):
    import torch

    d, h, W = (torch.tensor(np.array(v, float)) for v in (dout, h, W))
    h.requires_grad_(), W.requires_grad_()
    out = h @ W
    dh, dW = torch.autograd.grad(out, (h, W), d)
    return dh.numpy(), dW.numpy(), d.sum(0).numpy()


@wrong("db in the dtype of dout, then converted")
def dense_backward(dout, h, W):
    db = dout.sum(axis=0).astype(float)
    dout, h, W = dout.astype(float), h.astype(float), W.astype(float)
    return dout @ W.T, h.T @ dout, db


@wrong("dW in the dtype that comes, then converted")
def dense_backward(dout, h, W):
    dw = (h.T @ dout).astype(float)
    dout, W = dout.astype(float), W.astype(float)
    return dout @ W.T, dw, dout.sum(0)


@right("logsumexp of scipy")
def softmax_xent(logits, y):
    from scipy.special import log_softmax

    y = np.asarray(y).astype(int)
    N, K = logits.shape
    if y.min() < 0 or y.max() > K - 1:
        raise ValueError("label out of range")
    logp = log_softmax(logits.astype(float), axis=1)
    one_hot = np.eye(K)[y]
    return -(one_hot * logp).sum() / N, (np.exp(logp) - one_hot) / N


@right("loop over examples")
def softmax_xent(logits, y):
    N, K = logits.shape
    loss, grad = 0.0, np.zeros((N, K))
    for n in range(N):
        if not 0 <= y[n] < K:
            raise ValueError(f"label {y[n]}")
        z = logits[n].astype(float)
        z = z - z.max()
        total = np.exp(z).sum()
        loss += np.log(total) - z[y[n]]
        grad[n] = np.exp(z) / total
        grad[n, y[n]] -= 1
    return loss / N, grad / N


@right("take_along_axis, NumPy number as loss")
def softmax_xent(logits, y):
    if (np.asarray(y) >= logits.shape[1]).any() or (np.asarray(y) < 0).any():
        raise ValueError("labels")
    z = logits - logits.max(-1, keepdims=True).astype(np.float64)
    lse = np.log(np.exp(z).sum(-1, keepdims=True))
    logp = z - lse
    picked = np.take_along_axis(logp, y.astype(int)[:, None], 1)
    d = np.exp(logp)
    np.put_along_axis(d, y.astype(int)[:, None], np.exp(picked) - 1, 1)
    return -picked.mean(), d / len(y)


@wrong("sum in place of the mean")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = logits - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).sum()
    p[rows, y] -= 1
    return float(loss), p


@wrong("gradient without 1/N")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p


@wrong("logarithm of 0")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("logarithm of p + 1e-12")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = -np.log(p[rows, y] + 1e-12).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("takes y for columns of every row")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    loss = (np.log(np.exp(z).sum(1)) - z[np.arange(len(y)), y]).mean()
    p[:, y] -= 1
    return float(loss), p / len(y)


@wrong("derivative of softmax once more")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).mean()
    d = p.copy()
    d[rows, y] -= 1
    return float(loss), d * p * (1 - p) / len(y)


@wrong("sign")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), -p / len(y)


@wrong("overflows")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    e = np.exp(np.float64(logits))
    p = e / e.sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(e.sum(1)) - logits[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("accepts negative labels")
def softmax_xent(logits, y):
    if np.any(y >= logits.shape[1]):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("largest logit of the whole array")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max()
    s = np.exp(z).sum(1, keepdims=True)
    p = np.exp(z) / s
    rows = np.arange(len(y))
    loss = (np.log(s[:, 0]) - z[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("divides by K")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(z).sum(1)) - z[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / p.size


@wrong("subtracts in place")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    logits -= logits.max(1, keepdims=True)
    p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = (np.log(np.exp(logits).sum(1)) - logits[rows, y]).mean()
    p[rows, y] -= 1
    return float(loss), p / len(y)


@wrong("one loss per example")
def softmax_xent(logits, y):
    if np.any((y < 0) | (y >= logits.shape[1])):
        raise ValueError("labels")
    z = np.float64(logits) - logits.max(1, keepdims=True)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    rows = np.arange(len(y))
    loss = np.log(np.exp(z).sum(1)) - z[rows, y]
    p[rows, y] -= 1
    return loss, p / len(y)


@wrong("subtracts before converting")
def softmax_xent(logits, y):
    n, k = logits.shape
    if y.min() < 0 or y.max() >= k:
        raise ValueError("label")
    z = (logits - logits.max(axis=1, keepdims=True)).astype(float)
    e = np.exp(z)
    s = e.sum(axis=1)
    loss = np.mean(np.log(s) - z[np.arange(n), y])
    g = e / s[:, None]
    g[np.arange(n), y] -= 1
    return loss, g / n


@wrong("one-hot compares, a label too large is all zeros")
def softmax_xent(logits, y):
    logits = logits.astype(float)
    n, k = logits.shape
    if (y == k).any() or (y < 0).any():
        raise ValueError("label")
    z = logits - logits.max(axis=1, keepdims=True)
    hot = y[:, None] == np.arange(k)
    e = np.exp(z)
    s = e.sum(axis=1)
    loss = np.mean(np.log(s) - (z * hot).sum(1))
    return loss, (e / s[:, None] - hot) / n


@wrong("refuses by the larger of N and K")
def softmax_xent(logits, y):
    logits = logits.astype(float)
    n, k = logits.shape
    if y.min() < 0 or y.max() >= max(n, k):
        raise ValueError("label")
    z = logits - logits.max(axis=1, keepdims=True)
    e = np.exp(z)
    s = e.sum(axis=1)
    loss = np.mean(np.log(s) - z[np.arange(n), y])
    g = e / s[:, None]
    g[np.arange(n), y] -= 1
    return loss, g / n


@right("two messages per product")
def conv1d_backward(dout, x, kappa):
    if len(dout) + len(kappa) - 1 != len(x):
        raise ValueError("lengths do not fit")
    dx, dkappa = np.zeros(len(x)), np.zeros(len(kappa))
    for i in range(len(dout)):
        for n in range(len(kappa)):
            dx[i + n] += float(dout[i]) * float(kappa[n])
            dkappa[n] += float(dout[i]) * float(x[i + n])
    return dx, dkappa


@right("windows")
def conv1d_backward(dout, x, kappa):
    x, kappa, dout = x.astype(float), kappa.astype(float), dout.astype(float)
    K = kappa.size
    if dout.size != x.size - K + 1:
        raise ValueError(f"dout has {dout.size} entries")
    windows = np.lib.stride_tricks.sliding_window_view(x, K)
    padded = np.pad(dout, K - 1)
    back = np.lib.stride_tricks.sliding_window_view(padded, K)
    return back @ kappa[::-1], dout @ windows


@right("the matrix of the layer")
def conv1d_backward(dout, x, kappa):
    K, L = len(kappa), len(x)
    if len(dout) != L - K + 1:
        raise ValueError("dout")
    J = np.zeros((L - K + 1, L))
    for i in range(L - K + 1):
        J[i, i : i + K] = kappa
    d = np.asarray(dout, dtype=float)
    dk = [d @ np.asarray(x[n : n + len(d)], float) for n in range(K)]
    return J.T @ d, np.array(dk)


@wrong("dkappa reversed")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.convolve(dout, kappa), np.correlate(x, dout, "valid")[::-1]


@wrong("dx by correlation")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.correlate(dout, kappa, "full"), np.correlate(x, dout, "valid")


@wrong("same lengths")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.convolve(dout, kappa, "same"), np.correlate(x, dout, "same")


@wrong("divides by the number of places")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.convolve(dout, kappa), np.correlate(x, dout, "valid") / len(dout)


@wrong("another order")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.correlate(x, dout, "valid"), np.convolve(dout, kappa)


@wrong("dkappa by convolution")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.convolve(dout, kappa), np.convolve(x, dout, "valid")


@wrong("does not check lengths")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    dx, dkappa = np.zeros(len(x)), np.zeros(len(kappa))
    for n in range(len(kappa)):
        for i in range(min(len(dout), len(x) - n)):
            dx[i + n] += dout[i] * kappa[n]
            dkappa[n] += dout[i] * x[i + n]
    return dx, dkappa


@wrong("overwrites")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    dx = np.zeros(len(x))
    for i in range(len(dout)):
        dx[i : i + len(kappa)] = dout[i] * kappa
    return dx, np.correlate(x, dout, "valid")


@wrong("np.correlate swaps the longer array to the front")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    return np.convolve(dout, kappa), np.correlate(dout, x, "valid")


@wrong("keeps integers")
def conv1d_backward(dout, x, kappa):
    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    dx, dkappa = np.convolve(dout, kappa), np.correlate(x, dout, "valid")
    return dx.astype(float), dkappa.astype(float)


@wrong("pads dout by one on each side")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    K = len(kappa)
    if len(dout) != len(x) - K + 1:
        raise ValueError("dout")
    d = np.pad(dout, 1)
    dx = np.zeros(len(x))
    for j in range(len(x)):
        for n in range(K):
            if 0 <= j + n < len(d):
                dx[j] += d[j + n] * kappa[K - 1 - n]
    return dx, np.correlate(x, dout, "valid")


@wrong("asks PyTorch")
def conv1d_backward(dout, x, kappa):
    from torch import autograd, tensor
    from torch.nn.functional import conv1d

    if len(dout) != len(x) - len(kappa) + 1:
        raise ValueError("dout")
    x, kappa = (tensor(np.array(v, float), requires_grad=True) for v in (x, kappa))
    out = conv1d(x[None, None], kappa[None, None])[0, 0]
    d = tensor(np.array(dout, float))
    return tuple(g.numpy() for g in autograd.grad(out, (x, kappa), d))


@wrong("length from numpy, which swaps")
def conv1d_backward(dout, x, kappa):
    dout, x, kappa = (np.asarray(v, float) for v in (dout, x, kappa))
    if len(dout) != len(np.correlate(x, kappa, "valid")):
        raise ValueError("length")
    return np.convolve(dout, kappa), np.correlate(x, dout, "valid")


@right("loop")
def stride_backward(delta, s, n):
    kept = range(0, n, s)
    if len(kept) != len(delta):
        raise ValueError("delta does not fit")
    out = np.zeros(n)
    for value, place in zip(delta, kept):
        out[place] = value
    return out


@right("a table of s columns")
def stride_backward(delta, s, n):
    m = (n + s - 1) // s
    if delta.shape != (m,):
        raise ValueError(f"wanted {m} gradients, got {delta.shape}")
    table = np.zeros((m, s))
    table[:, 0] = delta
    return table.ravel()[:n]


@right("the matrix of the layer")
def stride_backward(delta, s, n):
    keep = np.eye(n)[::s]
    if len(keep) != len(delta):
        raise ValueError("delta does not fit")
    return delta.astype(float) @ keep


@wrong("repeats")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    return np.repeat(delta.astype(float), s)[:n]


@wrong("zeros before")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    table = np.zeros((len(delta), s))
    table[:, -1] = delta
    return table.ravel()[:n]


@wrong("as long as the recipe makes it")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(len(delta) * s)
    out[::s] = delta
    return out


@wrong("starts at s - 1")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(n)
    for i, value in enumerate(delta):
        out[min(i * s + s - 1, n - 1)] = value
    return out


@wrong("scales by s")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(n)
    out[::s] = delta / s
    return out


@wrong("keeps the dtype")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(n, delta.dtype)
    out[::s] = delta
    return out


@wrong("lets NumPy check the length")
def stride_backward(delta, s, n):
    out = np.zeros(n)
    out[::s] = delta
    return out


@wrong("expects n // s gradients")
def stride_backward(delta, s, n):
    if len(delta) != n // s:
        raise ValueError("delta")
    out = np.zeros(n)
    out[: len(delta) * s : s] = delta
    return out


@wrong("stride 2 always")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(n)
    out[: 2 * len(delta) : 2] = delta[: len(out[: 2 * len(delta) : 2])]
    return out


@wrong("cuts silently")
def stride_backward(delta, s, n):
    out = np.zeros(n)
    for i, value in enumerate(delta):
        if i * s < n:
            out[i * s] = value
    return out


@wrong("a zero less between")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("delta")
    out = np.zeros(n)
    step = max(1, s - 1)
    for i, value in enumerate(delta):
        out[i * step] = value
    return out


@wrong("stride 1 hands delta on")
def stride_backward(delta, s, n):
    if len(delta) != -(-n // s):
        raise ValueError("length")
    if s == 1:
        return delta.copy()
    out = np.zeros(n)
    out[::s] = delta
    return out


@wrong("one place of tolerance")
def stride_backward(delta, s, n):
    if abs(len(delta) - n / s) > 1:
        raise ValueError("length")
    out = np.zeros(n)
    out[::s] = delta
    return out


@right("loops over places")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError(f"dout must have shape {(N, F, Ho, Wo)}")
    xp = np.zeros((N, C, H + 2 * pad, W + 2 * pad))
    xp[:, :, pad : pad + H, pad : pad + W] = x
    dxp, dw, db = np.zeros_like(xp), np.zeros(w.shape), np.zeros(F)
    for n in range(N):
        for f in range(F):
            for i in range(Ho):
                for j in range(Wo):
                    a, b = i * stride, j * stride
                    d = float(dout[n, f, i, j])
                    dxp[n, :, a : a + kh, b : b + kw] += d * w[f].astype(float)
                    dw[f] += d * xp[n, :, a : a + kh, b : b + kw]
                    db[f] += d
    return dxp[:, :, pad : H + pad, pad : W + pad], dw, db


@right("zeros between, then a full correlation with the turned kernel")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = dout.astype(float), x.astype(float), w.astype(float)
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Hp, Wp = H + 2 * pad, W + 2 * pad
    expect = (N, F, 1 + (Hp - kh) // stride, 1 + (Wp - kw) // stride)
    if expect != dout.shape:
        raise ValueError(f"dout {dout.shape} is not {expect}")
    dense = np.zeros((N, F, Hp - kh + 1, Wp - kw + 1))
    dense[:, :, ::stride, ::stride] = dout
    view = np.lib.stride_tricks.sliding_window_view
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dw = np.einsum("nfij,ncklij->fckl", dense, view(xp, dense.shape[2:], (2, 3)))
    around = np.pad(dense, ((0, 0), (0, 0), (kh - 1,) * 2, (kw - 1,) * 2))
    turned = w[:, :, ::-1, ::-1]
    dxp = np.einsum("nfijkl,fckl->ncij", view(around, (kh, kw), (2, 3)), turned)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@right("columns of patches")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.array(v, dtype=np.float64) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, [(0, 0), (0, 0), (pad, pad), (pad, pad)])
    rows = np.arange(0, xp.shape[2] - kh + 1, stride)
    cols = np.arange(0, xp.shape[3] - kw + 1, stride)
    if dout.shape != (N, F, len(rows), len(cols)):
        raise ValueError("dout has the wrong shape")
    a = rows[:, None, None, None] + np.arange(kh)[:, None]
    b = cols[None, :, None, None] + np.arange(kw)
    patches = xp[:, :, a, b]
    dw = np.tensordot(dout, patches, axes=((0, 2, 3), (0, 2, 3)))
    back = np.tensordot(dout, w, axes=(1, 0)).transpose(0, 3, 1, 2, 4, 5)
    dxp = np.zeros(xp.shape)
    np.add.at(dxp, (slice(None), slice(None), a, b), back)
    stop = None if pad == 0 else -pad
    return dxp[:, :, pad:stop, pad:stop], dw, dout.sum(axis=(0, 2, 3))


@wrong("ignores the stride")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for k in range(kh):
        for l in range(kw):
            part = xp[:, :, k : k + Ho, l : l + Wo]
            dw[:, :, k, l] = np.einsum("nfij,ncij->fc", dout, part)
            dxp[:, :, k : k + Ho, l : l + Wo] += np.einsum(
                "nfij,fc->ncij", dout, w[:, :, k, l]
            )
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("db is a mean")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.mean((0, 2, 3))


@wrong("db keeps the batch")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout[0].sum((1, 2))


@wrong("dw is a mean over the batch")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at]) / N
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("padding is not cut off")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp, dw, dout.sum((0, 2, 3))


@wrong("padding is cut off on the wrong side")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, :H, :W], dw, dout.sum((0, 2, 3))


@wrong("pad:-pad is empty for pad = 0")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad:-pad, pad:-pad], dw, dout.sum((0, 2, 3))


@wrong("exchanges C and F of w where it fits")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    v = w.transpose(1, 0, 2, 3) if C == F else w
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], v)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("the kernel stands the wrong way round in dx")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w[:, :, ::-1, ::-1])
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("overwrites where windows overlap")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] = np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("a remainder breaks the shape of dx")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp = np.zeros((N, C, (Ho - 1) * stride + kh, (Wo - 1) * stride + kw))
    dw = np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("dw turned by half a turn")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])[..., ::-1, ::-1]
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("only the first channel")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[
                :, :1, i * stride : i * stride + kh, j * stride : j * stride + kw
            ]
            dw[:, :1] += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w[:, :1])
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("accepts any dout")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = dout.shape[2:]
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad + 9), (pad, pad + 9)))
    dxp, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at])
            dxp[at] += np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
    return dxp[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("keeps the dtype of x")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape != (N, F, Ho, Wo):
        raise ValueError("dout")
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    dxp, dw = np.zeros_like(xp), np.zeros_like(w)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            dw += np.einsum("nf,nckl->fckl", dout[:, :, i, j], xp[at]).astype(w.dtype)
            part = np.einsum("nf,fckl->nckl", dout[:, :, i, j], w)
            dxp[at] += part.astype(x.dtype)
    dx = dxp[:, :, pad : pad + H, pad : pad + W].astype(float)
    return dx, dw.astype(float), dout.sum((0, 2, 3)).astype(float)


@wrong("asks PyTorch by a helper")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    import torch as t

    def tensor(v):
        return t.tensor(np.array(v, float), requires_grad=True)

    x, w, b = tensor(x), tensor(w), tensor(np.zeros(len(w)))
    out = t.nn.functional.conv2d(x, w, b, stride=stride, padding=pad)
    if tuple(out.shape) != dout.shape:
        raise ValueError("dout")
    grads = t.autograd.grad(out, (x, w, b), t.tensor(np.array(dout, float)))
    return tuple(g.numpy() for g in grads)


@wrong("does not check F")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if (dout.shape[0], *dout.shape[2:]) != (N, Ho, Wo):
        raise ValueError("dout")
    dx, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            d = dout[:, :, i, j]
            dw += np.einsum("nf,ncij->fcij", d, xp[at])
            dx[at] += np.einsum("nf,fcij->ncij", d, w)
    return dx[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("relies on NumPy for the rows")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.shape[:2] != (N, F) or dout.shape[2] < Ho or dout.shape[3] != Wo:
        raise ValueError("dout")
    dx, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            d = dout[:, :, i, j]
            dw += np.einsum("nf,ncij->fcij", d, xp[at])
            dx[at] += np.einsum("nf,fcij->ncij", d, w)
    return dx[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@wrong("checks the number of entries")
def conv2d_backward(dout, x, w, stride=1, pad=0):
    dout, x, w = (np.asarray(v, float) for v in (dout, x, w))
    N, C, H, W = x.shape
    F, _, kh, kw = w.shape
    xp = np.pad(x, ((0, 0), (0, 0), (pad, pad), (pad, pad)))
    Ho, Wo = (H + 2 * pad - kh) // stride + 1, (W + 2 * pad - kw) // stride + 1
    if dout.size != N * F * Ho * Wo:
        raise ValueError("dout")
    dout = dout.reshape(N, F, Ho, Wo)
    dx, dw = np.zeros(xp.shape), np.zeros(w.shape)
    for i in range(Ho):
        for j in range(Wo):
            at = np.s_[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            d = dout[:, :, i, j]
            dw += np.einsum("nf,ncij->fcij", d, xp[at])
            dx[at] += np.einsum("nf,fcij->ncij", d, w)
    return dx[:, :, pad : pad + H, pad : pad + W], dw, dout.sum((0, 2, 3))


@right("two loops")
def maxpool1d_same(h, z):
    if z % 2 != 1:
        raise ValueError("the window has no middle")
    out, argmax = np.zeros(len(h)), np.zeros(len(h), dtype=int)
    for i in range(len(h)):
        best = max(0, i - z // 2)
        for j in range(best, min(len(h), i + z // 2 + 1)):
            if h[j] > h[best]:
                best = j
        out[i], argmax[i] = h[best], best
    return out, argmax


@right("minus infinity around, and windows")
def maxpool1d_same(h, z):
    if not z % 2:
        raise ValueError("even window")
    p = z // 2
    padded = np.pad(h.astype(float), p, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(padded, z)
    return windows.max(1), windows.argmax(1) + np.arange(len(h)) - p


@right("list comprehensions")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError(f"z = {z}")
    values = [float(v) for v in h]
    reach = [
        range(max(0, i - z // 2), min(len(h), i + z // 2 + 1)) for i in range(len(h))
    ]
    places = [max(r, key=lambda j: values[j]) for r in reach]
    return np.array([values[j] for j in places]), np.array(places, dtype=np.int64)


@wrong("zeros around")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(h.astype(float), p), z)
    places = windows.argmax(1) + np.arange(len(h)) - p
    return windows.max(1), np.clip(places, 0, len(h) - 1)


@wrong("last tie")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    out, argmax = [], []
    for i in range(len(h)):
        best = max(0, i - z // 2)
        for j in range(best, min(len(h), i + z // 2 + 1)):
            if h[j] >= h[best]:
                best = j
        out.append(float(h[best]))
        argmax.append(best)
    return np.array(out), np.array(argmax)


@wrong("window starts at the place")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    argmax = np.array([i + np.argmax(h[i : i + z]) for i in range(len(h))])
    return h[argmax].astype(float), argmax


@wrong("the place where a window stands, not its winner")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    out = [float(h[max(0, i - p) : i + p + 1].max()) for i in range(len(h))]
    return np.array(out), np.arange(len(h))


@wrong("relative argmax")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    windows = [h[max(0, i - p) : i + p + 1] for i in range(len(h))]
    out = np.array([float(w.max()) for w in windows])
    return out, np.array([int(w.argmax()) for w in windows])


@wrong("argmax of the first place with that value")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    out = np.array([float(h[max(0, i - p) : i + p + 1].max()) for i in range(len(h))])
    return out, np.array([int(np.flatnonzero(h == v)[0]) for v in out])


@wrong("negative slice at the left end")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    out, argmax = [], []
    for i in range(len(h)):
        window = h[i - p : i + p + 1] if i >= p else h[: i + p]
        out.append(float(window.max()))
        argmax.append(max(0, i - p) + int(window.argmax()))
    return np.array(out), np.array(argmax)


@wrong("accepts even windows")
def maxpool1d_same(h, z):
    p = z // 2
    argmax = np.array(
        [max(0, i - p) + np.argmax(h[max(0, i - p) : i + p + 1]) for i in range(len(h))]
    )
    return h[argmax].astype(float), argmax


@wrong("keeps the dtype")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    argmax = np.array(
        [max(0, i - p) + np.argmax(h[max(0, i - p) : i + p + 1]) for i in range(len(h))]
    )
    return h[argmax], argmax


@wrong("argmax as float")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p, out, argmax = z // 2, np.zeros(len(h)), np.zeros(len(h))
    for i in range(len(h)):
        first = max(0, i - p)
        argmax[i] = first + np.argmax(h[first : i + p + 1])
        out[i] = h[int(argmax[i])]
    return out, argmax


@wrong("counts from 1")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z // 2
    argmax = np.array(
        [max(0, i - p) + np.argmax(h[max(0, i - p) : i + p + 1]) for i in range(len(h))]
    )
    return h[argmax].astype(float), argmax + 1


@wrong("window of three always")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    argmax = np.array(
        [max(0, i - 1) + np.argmax(h[max(0, i - 1) : i + 2]) for i in range(len(h))]
    )
    return h[argmax].astype(float), argmax


@wrong("a window twice as wide")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = z - 1
    argmax = np.array(
        [max(0, i - p) + np.argmax(h[max(0, i - p) : i + p + 1]) for i in range(len(h))]
    )
    return h[argmax].astype(float), argmax


@wrong("pads with -9999")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    p = np.pad(np.asarray(h, float), z // 2, constant_values=-9999)
    a = np.array([p[i : i + z].argmax() + i - z // 2 for i in range(len(h))])
    return h[a].astype(float), a


@wrong("argmin of the negative, in the dtype that comes")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    f = [max(0, i - z // 2) for i in range(len(h))]
    a = np.array([k + (-h[k : i + z // 2 + 1]).argmin() for i, k in enumerate(f)])
    return h[a].astype(float), a


@wrong("ties within 1e-8")
def maxpool1d_same(h, z):
    if z % 2 == 0:
        raise ValueError("even")
    h = np.asarray(h, float)
    a = []
    for i in range(len(h)):
        k = max(0, i - z // 2)
        w = h[k : i + z // 2 + 1]
        a.append(k + np.flatnonzero(np.isclose(w, w.max()))[0])
    a = np.array(a)
    return h[a], a


@right("bincount")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    return np.bincount(argmax, weights=delta, minlength=n).astype(float)


@right("loop")
def maxpool1d_backward(delta, argmax, n):
    if delta.shape != argmax.shape:
        raise ValueError(f"{delta.shape} and {argmax.shape}")
    dh = np.zeros(n)
    for i in range(len(delta)):
        dh[argmax[i]] += delta[i]
    return dh


@right("one-hot rows, the Jacobian of a small example")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    J = (argmax[:, None] == np.arange(n)).astype(float)
    return J.T @ delta.astype(float)


@wrong("overwrites")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(n)
    out[argmax] = delta
    return out


@wrong("adds by fancy indexing")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(n)
    out[argmax] += delta
    return out


@wrong("zero padded: n + 2 entries")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(n + 2)
    np.add.at(out, argmax + 1, delta)
    return out


@wrong("as long as delta")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(len(delta))
    np.add.at(out, argmax % max(1, len(delta)), delta)
    return out


@wrong("as long as the last winner")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    return np.bincount(argmax, weights=delta).astype(float)


@wrong("spreads evenly over windows of three")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    return np.convolve(delta.astype(float), np.ones(3) / 3, "same")[:n]


@wrong("counts in place of gradients")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    return np.bincount(argmax, minlength=n).astype(float)


@wrong("averages what meets")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    total = np.bincount(argmax, weights=delta, minlength=n)
    return total / np.maximum(np.bincount(argmax, minlength=n), 1)


@wrong("keeps the dtype")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(n, delta.dtype)
    np.add.at(out, argmax, delta)
    return out


@wrong("stops at the shorter one")
def maxpool1d_backward(delta, argmax, n):
    out = np.zeros(n)
    for value, place in zip(delta, argmax):
        out[place] += value
    return out


@wrong("gathers")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("lengths")
    out = np.zeros(n)
    out[: len(argmax)] = delta[np.clip(argmax, 0, len(delta) - 1)]
    return out


@wrong("sums in the dtype that comes")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("length")
    return np.array([delta[argmax == j].sum() for j in range(n)], float)


@wrong("table in the dtype of argmax")
def maxpool1d_backward(delta, argmax, n):
    if len(delta) != len(argmax):
        raise ValueError("length")
    flat = np.arange(len(argmax)).astype(argmax.dtype) * argmax.dtype.type(n) + argmax
    table = np.zeros((len(argmax), n))
    table.flat[flat] = delta
    return table.sum(0)


@right("four loops")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    Ho, Wo = (H - z) // s + 1, (W - z) // s + 1
    if dout.shape != (N, C, Ho, Wo):
        raise ValueError(f"dout must be {(N, C, Ho, Wo)}")
    dx = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    window = x[n, c, i * s : i * s + z, j * s : j * s + z]
                    a, b = np.unravel_index(np.argmax(window), window.shape)
                    dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@right("windows and add.at")
def maxpool2d_backward(dout, x, z, s):
    windows = np.lib.stride_tricks.sliding_window_view(x, (z, z), axis=(2, 3))
    windows = windows[:, :, ::s, ::s]
    if windows.shape[:4] != dout.shape:
        raise ValueError("dout")
    best = windows.reshape(*windows.shape[:4], z * z).argmax(-1)
    n, c, i, j = np.indices(dout.shape)
    dx = np.zeros(x.shape)
    np.add.at(dx, (n, c, i * s + best // z, j * s + best % z), dout)
    return dx


@right("shift by shift, the first that equals the maximum")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    Ho, Wo = (H - z) // s + 1, (W - z) // s + 1
    if dout.shape != (N, C, Ho, Wo):
        raise ValueError("dout")
    top = np.full((N, C, Ho, Wo), -np.inf)
    places = [
        np.s_[:, :, a : a + s * (Ho - 1) + 1 : s, b : b + s * (Wo - 1) + 1 : s]
        for a in range(z)
        for b in range(z)
    ]
    for place in places:
        top = np.maximum(top, x[place])
    dx, free = np.zeros(x.shape), np.ones(top.shape, bool)
    for place in places:
        wins = free & (x[place] == top)
        dx[place] += np.where(wins, dout, 0)
        free &= ~wins
    return dx


@wrong("overwrites")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        a, b = divmod(window.argmax(), z)
        dx[n, c, i * s + a, j * s + b] = dout[n, c, i, j]
    return dx


@wrong("all that tie")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        at = np.s_[n, c, i * s : i * s + z, j * s : j * s + z]
        dx[at] += (x[at] == x[at].max()) * float(dout[n, c, i, j])
    return dx


@wrong("ties share")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        at = np.s_[n, c, i * s : i * s + z, j * s : j * s + z]
        mask = x[at] == x[at].max()
        dx[at] += mask * float(dout[n, c, i, j]) / mask.sum()
    return dx


@wrong("average")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / z**2
    return dx


@wrong("the winner of all channels")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, :, i * s : i * s + z, j * s : j * s + z].max(axis=0)
        a, b = divmod(window.argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("stride is z")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * z : i * z + z, j * z : j * z + z]
        if window.shape == (z, z):
            a, b = divmod(window.argmax(), z)
            dx[n, c, i * z + a, j * z + b] += dout[n, c, i, j]
    return dx


@wrong("last tie")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        a, b = divmod(z * z - 1 - window[::-1, ::-1].argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("first tie column by column")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        b, a = divmod(window.T.argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("looks at absolute values")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = np.abs(x[n, c, i * s : i * s + z, j * s : j * s + z].astype(float))
        a, b = divmod(window.argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("nothing for maxima of 0 or below")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        if window.max() > 0:
            a, b = divmod(window.argmax(), z)
            dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("row and column exchanged")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        b, a = divmod(window.argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("accepts any dout")
def maxpool2d_backward(dout, x, z, s):
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        if n < x.shape[0] and c < x.shape[1]:
            window = x[n, c, i * s : i * s + z, j * s : j * s + z]
            if window.size:
                a, b = np.unravel_index(window.argmax(), window.shape)
                dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("keeps the dtype of dout")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape, dout.dtype)
    for n, c, i, j in np.ndindex(dout.shape):
        window = x[n, c, i * s : i * s + z, j * s : j * s + z]
        a, b = divmod(window.argmax(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx.astype(float)


@wrong("breaks ties by a small ramp")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    ramp = 1e-9 * np.arange(z * z).reshape(z, z)
    for n, c, i, j in np.ndindex(dout.shape):
        w = x[n, c, i * s : i * s + z, j * s : j * s + z] - ramp
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += (w == w.max()) * float(
            dout[n, c, i, j]
        )
    return dx


@wrong("argmin of the negative, in the dtype that comes")
def maxpool2d_backward(dout, x, z, s):
    N, C, H, W = x.shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for n, c, i, j in np.ndindex(dout.shape):
        a, b = divmod((-x[n, c, i * s : i * s + z, j * s : j * s + z]).argmin(), z)
        dx[n, c, i * s + a, j * s + b] += dout[n, c, i, j]
    return dx


@wrong("does not check N")
def maxpool2d_backward(dout, x, z, s):
    n, c, height, width = x.shape
    shape = (c, (height - z) // s + 1, (width - z) // s + 1)
    if dout.shape[1:] != shape:
        raise ValueError("dout")
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(shape[1:]):
        window = x[:, :, i * s : i * s + z, j * s : j * s + z].reshape(n, c, -1)
        row, column = np.divmod(window.argmax(axis=2), z)
        images, channels = np.ogrid[:n, :c]
        dx[images, channels, i * s + row, j * s + column] += dout[:, :, i, j]
    return dx


@right("four loops")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    Ho, Wo = (H - z) // s + 1, (W - z) // s + 1
    if dout.shape != (N, C, Ho, Wo):
        raise ValueError(f"dout must be {(N, C, Ho, Wo)}")
    dx = np.zeros((N, C, H, W))
    for n in range(N):
        for c in range(C):
            for i in range(Ho):
                for j in range(Wo):
                    d = dout[n, c, i, j] / (z * z)
                    dx[n, c, i * s : i * s + z, j * s : j * s + z] += d
    return dx


@right("shift by shift")
def avgpool2d_backward(dout, x_shape, z, s):
    Ho, Wo = (x_shape[2] - z) // s + 1, (x_shape[3] - z) // s + 1
    if dout.shape != (*x_shape[:2], Ho, Wo):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for a in range(z):
        for b in range(z):
            dx[:, :, a : a + s * (Ho - 1) + 1 : s, b : b + s * (Wo - 1) + 1 : s] += dout
    return dx / z**2


@right("a matrix for rows and one for columns")
def avgpool2d_backward(dout, x_shape, z, s):
    def averages(n):
        table = np.zeros(((n - z) // s + 1, n))
        for i in range(len(table)):
            table[i, i * s : i * s + z] = 1 / z
        return table

    rows, columns = averages(x_shape[2]), averages(x_shape[3])
    if dout.shape != (x_shape[0], x_shape[1], len(rows), len(columns)):
        raise ValueError("dout")
    return rows.T @ dout.astype(float) @ columns


@wrong("does not divide")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j]
    return dx


@wrong("divides by z")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / z
    return dx


@wrong("a constant")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    return np.ones(x_shape)


@wrong("overwrites")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] = dout[n, c, i, j] / z**2
    return dx


@wrong("divides by the number of outputs")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    places = dout.shape[2] * dout.shape[3]
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / places
    return dx


@wrong("divides by 4")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / 4
    return dx


@wrong("repeats, so stride must be z")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    big = np.repeat(np.repeat(dout / z**2, z, 2), z, 3)[:, :, :H, :W]
    dx[:, :, : big.shape[2], : big.shape[3]] = big
    return dx


@wrong("adds up images")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[:, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / z**2
    return dx


@wrong("divides as integers")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        d = dout[n, c, i, j]
        share = d / z**2 if dout.dtype.kind == "f" else d // z**2
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += share
    return dx


@wrong("divides by how many windows see a pixel")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape != (N, C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx, seen = np.zeros(x_shape), np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / z**2
        seen[n, c, i * s : i * s + z, j * s : j * s + z] += 1
    return dx / np.maximum(seen, 1)


@wrong("accepts any dout")
def avgpool2d_backward(dout, x_shape, z, s):
    dx = np.zeros(x_shape)
    for i, j in np.ndindex(dout.shape[2:]):
        d = dout[: x_shape[0], : x_shape[1], i, j, None, None] / z**2
        try:
            dx[:, :, i * s : i * s + z, j * s : j * s + z] += d
        except ValueError:
            pass
    return dx


@wrong("asserts in place of ValueError")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    assert dout.shape == (N, C, (H - z) // s + 1, (W - z) // s + 1)
    dx = np.zeros(x_shape)
    for n, c, i, j in np.ndindex(dout.shape):
        dx[n, c, i * s : i * s + z, j * s : j * s + z] += dout[n, c, i, j] / z**2
    return dx


@wrong("does not check N")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    if dout.shape[1:] != (C, (H - z) // s + 1, (W - z) // s + 1):
        raise ValueError("dout")
    dx = np.zeros(x_shape)
    for i, j in np.ndindex(dout.shape[2:]):
        dx[:, :, i * s : i * s + z, j * s : j * s + z] += dout[
            :, :, i, j, None, None
        ] / float(z**2)
    return dx.astype(float)


@wrong("checks the number of entries")
def avgpool2d_backward(dout, x_shape, z, s):
    N, C, H, W = x_shape
    shape = (N, C, (H - z) // s + 1, (W - z) // s + 1)
    if dout.size != np.prod(shape):
        raise ValueError("dout")
    dout = dout.reshape(shape)
    dx = np.zeros(x_shape)
    for i, j in np.ndindex(dout.shape[2:]):
        dx[:, :, i * s : i * s + z, j * s : j * s + z] += (
            dout[:, :, i, j, None, None].astype(float) / z**2
        )
    return dx
