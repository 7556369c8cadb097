"""Answers to lesson 10: see autograder/audit.py for how they are read."""


@right("lists, one branch per activation")
def layer_gradient_norms(weights, x, activation, residual=False):
    if activation not in ("sigmoid", "tanh", "relu"):
        raise ValueError(f"unknown activation {activation}")
    hs, slopes = [np.array(x, dtype=float)], []
    for w in weights:
        if residual and len(w) != len(w[0]):
            raise ValueError("square matrices are needed for shortcuts")
        a = np.dot(w, hs[-1])
        if activation == "sigmoid":
            h = 1 / (1 + np.exp(-a))
            slopes.append(h * (1 - h))
        elif activation == "tanh":
            h = np.tanh(a)
            slopes.append(1 - h * h)
        else:
            h = np.where(a > 0, a, 0.0)
            slopes.append(np.where(a > 0, 1.0, 0.0))
        hs.append(h + hs[-1] if residual else h)
    n = hs[-1].size
    g = np.ones(n) / n**0.5
    norms = np.zeros(len(weights))
    for i in range(len(weights) - 1, -1, -1):
        delta = g * slopes[i]
        norms[i] = np.sqrt((delta**2).sum())
        g = delta @ weights[i] + (g if residual else 0)
    return norms


@right("recursion")
def layer_gradient_norms(weights, x, activation, residual=False):
    bends = {
        "sigmoid": lambda a: 0.5 + 0.5 * np.tanh(a / 2),
        "tanh": np.tanh,
        "relu": lambda a: a * (a > 0),
    }
    if activation not in bends:
        raise ValueError("activation must be sigmoid, tanh or relu")
    if residual:
        for w in weights:
            if w.shape[0] != w.shape[1]:
                raise ValueError("not square")

    def slope(a):
        if activation == "relu":
            return 1.0 * (a > 0)
        h = bends[activation](a)
        return h * (1 - h) if activation == "sigmoid" else (1 - h) * (1 + h)

    def down(l, h):
        if l == len(weights):
            return np.full(h.shape, len(h) ** -0.5), []
        w = np.asarray(weights[l], np.float64)
        a = w @ h
        out = bends[activation](a)
        grad, norms = down(l + 1, out + h if residual else out)
        delta = slope(a) * grad
        below = w.T @ delta
        if residual:
            below = below + grad
        return below, [np.linalg.norm(delta), *norms]

    return np.array(down(0, np.asarray(x, np.float64))[1])


@right("einsum, Jacobians multiplied")
def layer_gradient_norms(weights, x, activation, residual=False):
    if activation == "sigmoid":
        g, dg = lambda a: 1 / (1 + np.exp(-a)), None
        dg = lambda a: g(a) * (1 - g(a))
    elif activation == "tanh":
        g, dg = np.tanh, lambda a: 1 / np.cosh(a) ** 2
    elif activation == "relu":
        g, dg = lambda a: np.maximum(0, a), lambda a: np.heaviside(a, 0)
    else:
        raise ValueError(activation + " is no activation that this function knows")
    h = x.astype(np.float64)
    pre = []
    for w in weights:
        pre.append(np.einsum("ij,j->i", w.astype(np.float64), h))
        if residual and pre[-1].shape != h.shape:
            raise ValueError("a shortcut must keep the size")
        h = g(pre[-1]) + residual * (h if residual else 0)
    up, out = np.ones_like(h) / np.sqrt(h.size), []
    for w, a in list(zip(weights, pre))[::-1]:
        d = dg(a) * up
        out.insert(0, float(np.sqrt(d @ d)))
        up = np.einsum("ij,i->j", w, d) + (up if residual else 0)
    return np.array(out)


@wrong("last layer first")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms)


@wrong("the slope at h, not at a")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, after = np.asarray(x, float), []
    for w in weights:
        new = g[activation](w @ h)
        after.append(new)
        h = new + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], after[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("the matrix is not transposed")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("the copy around the layer is forgotten on the way back")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta
    return np.array(norms[::-1])


@wrong("adds 1 in place of the gradient around the layer")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (1 if residual else 0)
    return np.array(norms[::-1])


@wrong("the forward pass forgets the shortcut")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("the gradient of h, before the slope")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        norms.append(np.linalg.norm(grad))
        delta = d[activation](a) * grad
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("squared lengths")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append((delta**2).sum())
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("the start has length sqrt(n)")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("the start is divided by the length of x")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(x)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("ReLU has slope 1 at 0")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a >= 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("divided by the depth")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta) / len(weights))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("any other word means ReLU")
def layer_gradient_norms(weights, x, activation, residual=False):
    def g(a):
        if activation == "sigmoid":
            return 1 / (1 + np.exp(-a))
        return np.tanh(a) if activation == "tanh" else np.maximum(a, 0)

    def d(a):
        if activation == "sigmoid":
            return g(a) * (1 - g(a))
        return 1 - np.tanh(a) ** 2 if activation == "tanh" else (a > 0) * 1.0

    if residual and any(w.shape[0] != w.shape[1] for w in weights):
        raise ValueError("not square")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g(a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d(a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@wrong("lets a shortcut stretch a single number")
def layer_gradient_norms(weights, x, activation, residual=False):
    g = {
        "sigmoid": lambda a: 1 / (1 + np.exp(-a)),
        "tanh": np.tanh,
        "relu": lambda a: np.maximum(a, 0),
    }
    d = {
        "sigmoid": lambda a: g["sigmoid"](a) * (1 - g["sigmoid"](a)),
        "tanh": lambda a: 1 - np.tanh(a) ** 2,
        "relu": lambda a: (a > 0) * 1.0,
    }
    if activation not in g:
        raise ValueError("unknown activation")
    h, pre = np.asarray(x, float), []
    for w in weights:
        a = w @ h
        pre.append(a)
        h = g[activation](a) + (h if residual else 0)
    grad, norms = np.ones(len(h)) / np.sqrt(len(h)), []
    for w, a in zip(weights[::-1], pre[::-1]):
        delta = d[activation](a) * grad
        norms.append(np.linalg.norm(delta))
        grad = w.T @ delta + (grad if residual else 0)
    return np.array(norms[::-1])


@right("every number by hand")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n % 2 != 1 or n < 1:
        raise ValueError("n must be odd and positive")
    N, C, H, W = x.shape
    out = np.zeros((N, C, H, W))
    for c in range(C):
        total = np.zeros((N, H, W))
        for j in range(C):
            if c - n // 2 <= j <= c + n // 2:
                total += x[:, j].astype(float) ** 2
        out[:, c] = x[:, c] / (k + alpha * total) ** beta
    return out


@right("padded, cumulative sums")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or not n % 2:
        raise ValueError(f"no middle in a window of {n}")
    x = x.astype(np.float64)
    r = n // 2
    squares = np.pad(x * x, ((0, 0), (r, r), (0, 0), (0, 0)))
    window = sum(squares[:, i : i + x.shape[1]] for i in range(n))
    return x * (k + alpha * window) ** -beta


@right("a band matrix mixes the channels")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n <= 0 or n % 2 == 0:
        raise ValueError("n: odd, at least 1")
    c = np.arange(x.shape[1])
    band = (np.abs(c[:, None] - c) <= n // 2).astype(float)
    x = np.array(x, dtype=float)
    return x / (k + alpha * np.einsum("cd,ndij->ncij", band, x**2)) ** beta


@wrong("alpha divided by n, as PyTorch")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha / n * s) ** beta
    return out


@wrong("mean over the window")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).mean(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("over space")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    r = n // 2
    for i in range(x.shape[2]):
        for j in range(x.shape[3]):
            near = x[:, :, max(0, i - r) : i + r + 1, max(0, j - r) : j + r + 1]
            s = (near**2).sum((2, 3))
            out[:, :, i, j] = x[:, :, i, j] / (k + alpha * s) ** beta
    return out


@wrong("window without the last channel")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("n channels to each side")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n) : c + n + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("a negative start of the slice")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, c - n // 2 : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("wraps around")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    s = sum(np.roll(x**2, j, axis=1) for j in range(-(n // 2), n // 2 + 1))
    return x / (k + alpha * s) ** beta


@wrong("k is missing")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (alpha * s) ** beta
    return out


@wrong("square root in place of beta")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / np.sqrt(k + alpha * s)
    return out


@wrong("multiplies")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] * (k + alpha * s) ** beta
    return out


@wrong("no square")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = np.abs(x[:, max(0, c - n // 2) : c + n // 2 + 1]).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("reads channels that are normalised already")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    out = np.array(x, float)
    for c in range(x.shape[1]):
        s = (out[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = out[:, c] / (k + alpha * s) ** beta
    return out


@wrong("accepts an even n")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    x = np.asarray(x, float)
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("squares uint8")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    out = np.empty(x.shape)
    for c in range(x.shape[1]):
        s = (x[:, max(0, c - n // 2) : c + n // 2 + 1] ** 2).sum(1)
        out[:, c] = x[:, c] / (k + alpha * s) ** beta
    return out


@wrong("PyTorch does it")
def local_response_norm(x, n=5, k=2.0, alpha=1e-4, beta=0.75):
    if n < 1 or n % 2 == 0:
        raise ValueError("n must be odd")
    x = torch.tensor(np.array(x, float))
    return F.local_response_norm(x, n, alpha * n, beta, k).numpy()


@right("channel by channel")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    N, C, H, W = x.shape
    m = N * H * W
    if training and m < 2:
        raise ValueError("training needs more than one number per channel")
    y = np.zeros((N, C, H, W))
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    for c in range(C):
        values = x[:, c].astype(np.float64)
        if training:
            mu = values.sum() / m
            var = ((values - mu) ** 2).sum() / m
            rm[c] = rm[c] * (1 - momentum) + mu * momentum
            rv[c] = rv[c] * (1 - momentum) + var * m / (m - 1) * momentum
        else:
            mu, var = rm[c], rv[c]
        y[:, c] = float(gamma[c]) * (values - mu) / (var + eps) ** 0.5 + beta[c]
    return y, rm, rv


@right("channels first, then a matrix")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    rows = np.moveaxis(np.asarray(x, np.float64), 1, 0).reshape(x.shape[1], -1)
    mean = running_mean.astype(np.float64)
    var = running_var.astype(np.float64)
    new_mean, new_var = mean, var
    if training:
        if rows.shape[1] == 1:
            raise ValueError("a single number per channel")
        mean, var = rows.mean(1), rows.var(1)
        new_mean = new_mean + momentum * (mean - new_mean)
        new_var = new_var + momentum * (rows.var(1, ddof=1) - new_var)
    scale = gamma / np.sqrt(var + eps)
    rows = rows * scale[:, None] + (beta - mean * scale)[:, None]
    n, c, h, w = x.shape
    return rows.reshape(c, n, h, w).transpose(1, 0, 2, 3).copy(), new_mean, new_var


@right("keepdims")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = x.astype(float)
    shape = (1, -1, 1, 1)
    axes = (0, 2, 3)
    if not training:
        rm, rv = running_mean * 1.0, running_var * 1.0
        mu, var = rm.reshape(shape), rv.reshape(shape)
    elif x.size == x.shape[1]:
        raise ValueError("batchnorm2d: too few values to train")
    else:
        mu, var = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
        rm = (1 - momentum) * running_mean + momentum * mu.ravel()
        rv = (1 - momentum) * running_var + momentum * x.var(axes, ddof=1)
    y = gamma.reshape(shape) * ((x - mu) / np.sqrt(var + eps)) + beta.reshape(shape)
    return y, np.asarray(rm, np.float64), np.asarray(rv, np.float64)


@wrong("statistics over the images only")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    g, b = gamma[:, None, None], beta[:, None, None]
    if not training:
        y = (x - rm[:, None, None]) / np.sqrt(rv[:, None, None] + eps)
        return g * y + b, rm, rv
    if x.size == x.shape[1]:
        raise ValueError("one number")
    mu, var = x.mean(0), x.var(0)
    y = g * (x - mu) / np.sqrt(var + eps) + b
    m = x.size / x.shape[1]
    rm = 0.9 * rm + 0.1 * mu.mean((1, 2)) if momentum == 0.1 else rm
    rm = (1 - momentum) * np.array(running_mean, float) + momentum * mu.mean((1, 2))
    rv = (1 - momentum) * rv + momentum * x.var((0, 2, 3)) * m / (m - 1)
    return y, rm, rv


@wrong("statistics per image")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    g, b = gamma[:, None, None], beta[:, None, None]
    if not training:
        y = (x - rm[:, None, None]) / np.sqrt(rv[:, None, None] + eps)
        return g * y + b, rm, rv
    if x.size == x.shape[1]:
        raise ValueError("one number")
    mu, var = x.mean((2, 3), keepdims=True), x.var((2, 3), keepdims=True)
    y = g * (x - mu) / np.sqrt(var + eps) + b
    m = x.size // x.shape[1]
    rm = (1 - momentum) * rm + momentum * x.mean((0, 2, 3))
    rv = (1 - momentum) * rv + momentum * x.var((0, 2, 3)) * m / (m - 1)
    return y, rm, rv


@wrong("statistics over everything")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        mean = np.full(x.shape[1], x.mean())
        var = np.full(x.shape[1], x.var())
        m = x.size // x.shape[1]
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("unbiased variance for y")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3), ddof=1)
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("biased variance into the running one")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("momentum the other way round")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = momentum * rm + (1 - momentum) * mean
        rv = momentum * rv + (1 - momentum) * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("eps outside the root")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / (np.sqrt(var[:, None, None]) + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("divides by the variance")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / (var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("batch statistics in use, too")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("running statistics for y while training")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        rm = (1 - momentum) * rm + momentum * x.mean((0, 2, 3))
        rv = (1 - momentum) * rv + momentum * x.var((0, 2, 3), ddof=1)
    y = (x - rm[:, None, None]) / np.sqrt(rv[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("moves the statistics in use, too")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
    m = x.size // x.shape[1]
    if training and m == 1:
        raise ValueError("one number")
    new = (1 - momentum) * rm + momentum * mean
    wide = (1 - momentum) * rv + momentum * var * m / max(m - 1, 1)
    if not training:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], new, wide


@wrong("running statistics in place")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        running_mean *= 1 - momentum
        running_mean += momentum * mean
        running_var *= 1 - momentum
        running_var += momentum * var * m / (m - 1)
    else:
        mean, var = running_mean, running_var
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    y = gamma[:, None, None] * y + beta[:, None, None]
    return y, running_mean.astype(float), running_var.astype(float)


@wrong("x in place")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    mean, var = rm, rv
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * x.var((0, 2, 3), ddof=1)
    x -= mean[:, None, None]
    x /= np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * x + beta[:, None, None], rm, rv


@wrong("a momentum of its own")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = 0.9 * rm + 0.1 * mean
        rv = 0.9 * rv + 0.1 * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("gamma and beta along the last axis")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma * y + beta, rm, rv


@wrong("trains on a single number")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        m = x.size // x.shape[1]
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / max(m - 1, 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@wrong("computes in the dtype of x")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    mean, var = rm, rv
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        mean, var = x.mean((0, 2, 3)), x.var((0, 2, 3))
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * x.var((0, 2, 3), ddof=1)
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    y = gamma[:, None, None] * y + beta[:, None, None]
    return y.astype(float), rm.astype(float), rv.astype(float)


@wrong("the variance as E[x^2] - E[x]^2 with a float32 square")
def batchnorm2d(
    x, gamma, beta, running_mean, running_var, training, momentum=0.1, eps=1e-5
):
    x = np.asarray(x, float)
    rm, rv = np.array(running_mean, float), np.array(running_var, float)
    if training:
        if x.size == x.shape[1]:
            raise ValueError("one number")
        m = x.size // x.shape[1]
        mean = x.mean((0, 2, 3))
        var = (x.astype(np.float32) ** 2).mean((0, 2, 3)) - mean**2
        rm = (1 - momentum) * rm + momentum * mean
        rv = (1 - momentum) * rv + momentum * var * m / (m - 1)
    else:
        mean, var = rm, rv
    y = (x - mean[:, None, None]) / np.sqrt(var[:, None, None] + eps)
    return gamma[:, None, None] * y + beta[:, None, None], rm, rv


@right("modules with copied weights")
def residual_block(x, p, stride=1):
    def convolution(name, bias, stride, padding):
        w = p[name]
        layer = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2], stride, padding)
        layer = layer.to(w.dtype)
        layer.weight = nn.Parameter(w)
        layer.bias = nn.Parameter(bias)
        return layer

    f = nn.Sequential(
        convolution("w1", p["b1"], stride, 1),
        nn.ReLU(),
        convolution("w2", p["b2"], 1, 1),
    )(x)
    way = x
    if "wp" in p:
        way = convolution("wp", torch.zeros_like(p["b1"]), stride, 0)(x)
    if tuple(way.shape) != tuple(f.shape):
        raise ValueError("shapes differ, and there is no projection")
    return torch.relu(f + way).detach()


@right("the projection by slicing and einsum")
def residual_block(x, p, stride=1):
    h = F.conv2d(x, p["w1"], bias=p["b1"], stride=stride, padding=1).clamp(min=0)
    h = F.conv2d(h, p["w2"], bias=p["b2"], stride=1, padding="same")
    if p.get("wp") is not None:
        kept = x[:, :, ::stride, ::stride]
        h = h + torch.einsum("fc,ncij->nfij", p["wp"][:, :, 0, 0], kept)
    elif h.shape == x.shape:
        h = h + x
    else:
        raise ValueError(f"{x.shape} does not become {h.shape} by itself")
    return torch.where(h > 0, h, torch.zeros_like(h))


@right("decides first, then computes")
def residual_block(x, p, stride=1):
    n, c, height, width = x.shape
    f = p["w1"].shape[0]
    size = (n, f, -(-height // stride), -(-width // stride))
    if "wp" not in p and size != (n, c, height, width):
        raise ValueError("a projection is needed")
    branch = torch.conv2d(x, p["w1"], p["b1"], stride, 1)
    branch = torch.conv2d(torch.relu(branch), p["w2"], p["b2"], 1, 1)
    branch += torch.conv2d(x, p["wp"], None, stride) if "wp" in p else x
    return branch.relu_()


@wrong("no final ReLU")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return h + way


@wrong("the shortcut after the ReLU")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.relu(F.conv2d(h, p["w2"], p["b2"], padding=1))
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return h + way


@wrong("ReLU before and after the addition")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.relu(F.conv2d(h, p["w2"], p["b2"], padding=1))
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("no shortcut")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    if "wp" not in p and h.shape != x.shape:
        raise ValueError("shapes differ")
    return F.relu(h)


@wrong("no ReLU between the convolutions")
def residual_block(x, p, stride=1):
    h = F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1)
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("stride in both convolutions")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], stride=stride, padding=1)
    way = F.conv2d(x, p["wp"], stride=stride**2) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("stride in the second convolution")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], stride=stride, padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("the addition stretches")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    try:
        return F.relu(h + way)
    except RuntimeError as error:
        raise ValueError("shapes differ") from error


@wrong("projects only where shapes differ")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = x
    if x.shape != h.shape:
        if "wp" not in p:
            raise ValueError("shapes differ")
        way = F.conv2d(x, p["wp"], stride=stride)
    return F.relu(h + way)


@wrong("leaves the shortcut out where it does not fit")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    return F.relu(h + way) if way.shape == h.shape else F.relu(h)


@wrong("the projection looks at the bent x")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    x = F.relu(x)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("the shortcut starts after the first convolution")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    f = F.conv2d(h, p["w2"], p["b2"], padding=1)
    if "wp" not in p and f.shape != x.shape:
        raise ValueError("shapes differ")
    return F.relu(f + h)


@wrong("multiplies")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h * way)


@wrong("forgets the biases")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way)


@wrong("bends x in place")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    way += h
    return F.relu(way)


@wrong("returns NumPy")
def residual_block(x, p, stride=1):
    h = F.relu(F.conv2d(x, p["w1"], p["b1"], stride=stride, padding=1))
    h = F.conv2d(h, p["w2"], p["b2"], padding=1)
    way = F.conv2d(x, p["wp"], stride=stride) if "wp" in p else x
    if way.shape != h.shape:
        raise ValueError("shapes differ")
    return F.relu(h + way).numpy()


@right("branch by branch")
def inception_module(x, p):
    a = torch.relu(torch.conv2d(x, p["w1"], p["b1"]))
    b = torch.relu(torch.conv2d(x, p["w3r"], p["b3r"]))
    b = torch.relu(torch.conv2d(b, p["w3"], p["b3"], padding=1))
    c = torch.relu(torch.conv2d(x, p["w5r"], p["b5r"]))
    c = torch.relu(torch.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.max_pool2d(x, kernel_size=3, stride=1, padding=1)
    d = torch.relu(torch.conv2d(d, p["wp"], p["bp"]))
    return torch.cat((a, b, c, d), dim=1)


@right("one ReLU at the end of all branches")
def inception_module(x, p):
    three = F.conv2d(x, p["w3r"], p["b3r"]).clamp(min=0)
    five = F.conv2d(x, p["w5r"], p["b5r"]).clamp(min=0)
    pooled = nn.MaxPool2d(3, stride=1, padding=1)(x)
    return F.relu(
        torch.concat(
            [
                F.conv2d(x, p["w1"], p["b1"]),
                F.conv2d(three, p["w3"], p["b3"], padding="same"),
                F.conv2d(five, p["w5"], p["b5"], padding="same"),
                F.conv2d(pooled, p["wp"], p["bp"]),
            ],
            1,
        )
    )


@right("fills one tensor; pooling by unfold")
def inception_module(x, p):
    n, c, h, w = x.shape
    padded = F.pad(x, (1, 1, 1, 1), value=-float("inf"))
    pooled = padded.unfold(2, 3, 1).unfold(3, 3, 1).amax((-2, -1))
    outs = []
    for chain, source in (
        (["1"], x),
        (["3r", "3"], x),
        (["5r", "5"], x),
        (["p"], pooled),
    ):
        for name in chain:
            k = p["w" + name].shape[2]
            source = F.relu(
                F.conv2d(source, p["w" + name], p["b" + name], padding=k // 2)
            )
        outs.append(source)
    result = torch.empty(n, sum(o.shape[1] for o in outs), h, w, dtype=x.dtype)
    start = 0
    for o in outs:
        result[:, start : start + o.shape[1]] = o
        start += o.shape[1]
    return result


@wrong("order 1, 5, 3, pool")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([a, c, b, d], 1)


@wrong("the pooled branch first")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([d, a, b, c], 1)


@wrong("stacks the batch")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([a, b, c, d])


@wrong("adds the branches")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return a + b + c + d


@wrong("no ReLU on the reducers")
def inception_module(x, p):
    a = F.conv2d(x, p["w1"], p["b1"])
    b = F.conv2d(F.conv2d(x, p["w3r"], p["b3r"]), p["w3"], p["b3"], padding=1)
    c = F.conv2d(F.conv2d(x, p["w5r"], p["b5r"]), p["w5"], p["b5"], padding=2)
    d = F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"])
    return F.relu(torch.cat([a, b, c, d], 1))


@wrong("no ReLU on the 1 x 1 branch")
def inception_module(x, p):
    a = F.conv2d(x, p["w1"], p["b1"])
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("no ReLU after the pooled branch's projection")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"])
    return torch.cat([a, b, c, d], 1)


@wrong("pooling with stride 3, enlarged again")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.interpolate(F.max_pool2d(x, 3, padding=1), x.shape[2:])
    d = F.relu(F.conv2d(d, p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("zero padding wins in the pooling")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 1)
    d = F.relu(F.conv2d(d, p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("average pooling")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.avg_pool2d(x, 3, 1, 1, count_include_pad=False)
    d = F.relu(F.conv2d(d, p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("no pooling")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(x, p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("projects before it pools")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.max_pool2d(F.relu(F.conv2d(x, p["wp"], p["bp"])), 3, 1, 1)
    return torch.cat([a, b, c, d], 1)


@wrong("padding 1 for the 5 x 5, cropped to the smallest")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"], p["b5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=1))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    h, w = c.shape[2:]
    return torch.cat([t[:, :, :h, :w] for t in (a, b, c, d)], 1)


@wrong("the biases of the reducers are forgotten")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    b = F.relu(F.conv2d(x, p["w3r"]))
    b = F.relu(F.conv2d(b, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(x, p["w5r"]))
    c = F.relu(F.conv2d(c, p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@wrong("both reducers are the same")
def inception_module(x, p):
    a = F.relu(F.conv2d(x, p["w1"], p["b1"]))
    r = F.relu(F.conv2d(x, p["w3r"], p["b3r"]))
    b = F.relu(F.conv2d(r, p["w3"], p["b3"], padding=1))
    c = F.relu(F.conv2d(r[:, : p["w5"].shape[1]], p["w5"], p["b5"], padding=2))
    d = F.relu(F.conv2d(F.max_pool2d(x, 3, 1, 1), p["wp"], p["bp"]))
    return torch.cat([a, b, c, d], 1)


@right("a list of all maps")
def dense_block(x, weights):
    features = [x]
    for w in weights:
        maps = torch.cat(features, dim=1)
        if w.shape[1] != maps.shape[1]:
            raise ValueError("these weights read another number of channels")
        features.append(torch.relu(torch.conv2d(maps, w, padding=1)))
    return torch.cat(features, dim=1)


@right("recursion")
def dense_block(x, weights):
    if len(weights) == 0:
        return x.clone()
    w = weights[0]
    if w.size(1) != x.size(1):
        raise ValueError(f"{w.size(1)} channels wanted, {x.size(1)} there")
    new = F.conv2d(x, w, None, 1, 1).clamp(min=0)
    return dense_block(torch.cat((x, new), 1), list(weights)[1:])


@right("fills one tensor")
def dense_block(x, weights):
    n, c, h, w = x.shape
    total = c + sum(len(v) for v in weights)
    out = torch.zeros(n, total, h, w, dtype=x.dtype)
    out[:, :c] = x
    for v in weights:
        if v.shape[1] != c:
            raise ValueError("wrong number of channels")
        out[:, c : c + len(v)] = F.relu(F.conv2d(out[:, :c], v, padding=1))
        c += len(v)
    return out


@wrong("reads only the last maps")
def dense_block(x, weights):
    maps, total = [x], x.shape[1]
    for w in weights:
        if w.shape[1] != total:
            raise ValueError("wrong number of channels")
        last = maps[-1]
        maps.append(F.relu(F.conv2d(last, w[:, : last.shape[1]], padding=1)))
        total += len(w)
    return torch.cat(maps, 1)


@wrong("adds")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = h + F.relu(F.conv2d(h, w, padding=1))
    return h


@wrong("only the new maps")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = torch.cat([h, F.relu(F.conv2d(h, w, padding=1))], 1)
    return h[:, x.shape[1] :]


@wrong("only the last maps")
def dense_block(x, weights):
    h, new = x, x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        new = F.relu(F.conv2d(h, w, padding=1))
        h = torch.cat([h, new], 1)
    return new


@wrong("newest first")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = torch.cat([F.relu(F.conv2d(h, w, padding=1)), h], 1)
    return h


@wrong("newest first for the layers, in order at the end")
def dense_block(x, weights):
    maps = [x]
    for w in weights:
        h = torch.cat(maps[::-1], 1)
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        maps.append(F.relu(F.conv2d(h, w, padding=1)))
    return torch.cat(maps, 1)


@wrong("ReLU before the convolution")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = torch.cat([h, F.conv2d(F.relu(h), w, padding=1)], 1)
    return h


@wrong("no ReLU")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = torch.cat([h, F.conv2d(h, w, padding=1)], 1)
    return h


@wrong("ReLU over everything, x included")
def dense_block(x, weights):
    h = x
    for w in weights:
        if w.shape[1] != h.shape[1]:
            raise ValueError("wrong number of channels")
        h = F.relu(torch.cat([h, F.conv2d(h, w, padding=1)], 1))
    return h


@wrong("cuts weights that read too many")
def dense_block(x, weights):
    h = x
    for w in weights:
        c = min(w.shape[1], h.shape[1])
        h = torch.cat([h, F.relu(F.conv2d(h[:, :c], w[:, :c], padding=1))], 1)
    return h


@wrong("does not check the channels")
def dense_block(x, weights):
    h = x
    for w in weights:
        h = torch.cat([h, F.relu(F.conv2d(h, w, padding=1))], 1)
    return h


@wrong("counts l k channels, as the slide")
def dense_block(x, weights):
    h = x
    for number, w in enumerate(weights, 1):
        if number > 1 and w.shape[1] != number * len(w):
            raise ValueError("layer l reads l k channels")
        h = torch.cat([h, F.relu(F.conv2d(h, w, padding=1))], 1)
    return h


@wrong("expects k new maps from every layer")
def dense_block(x, weights):
    h = x
    for number, w in enumerate(weights):
        if w.shape[1] != x.shape[1] + number * len(weights[0]):
            raise ValueError("layer l reads k0 + (l - 1) k channels")
        h = torch.cat([h, F.relu(F.conv2d(h, w, padding=1))], 1)
    return h


@right("a class")
def build_separable_block(c_in, c_out, stride):
    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            self.pointwise = nn.Conv2d(c_in, c_out, kernel_size=1, bias=False)
            self.depthwise = nn.Conv2d(
                in_channels=c_in,
                out_channels=c_in,
                kernel_size=(3, 3),
                stride=stride,
                padding="valid",
                groups=c_in,
                bias=False,
            )
            self.after, self.last = nn.BatchNorm2d(c_in), nn.BatchNorm2d(c_out)

        def forward(self, x):
            x = F.pad(x, (1, 1, 1, 1))
            x = torch.relu(self.after(self.depthwise(x)))
            return torch.relu(self.last(self.pointwise(x)))

    return Separable()


@right("two halves, one ReLU module")
def build_separable_block(c_in, c_out, stride):
    bend = nn.ReLU(inplace=True)

    def half(*layer, channels):
        return [*layer, nn.BatchNorm2d(channels), bend]

    depthwise = nn.Conv2d(c_in, c_in, 3, stride, 1, 1, c_in, False)
    return nn.Sequential(
        *half(depthwise, channels=c_in),
        *half(nn.Conv2d(c_in, c_out, (1, 1), bias=False), channels=c_out),
    )


@wrong("groups missing")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("biases in front of BN")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("a bias in the pointwise layer")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("one BN only")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("stride in the pointwise layer")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, padding=1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, stride, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("ReLU6")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU6(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU6(),
    )


@wrong("pointwise first")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
        nn.Conv2d(c_out, c_out, 3, stride, 1, groups=c_out, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("no ReLU in the middle")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("no ReLU at the end")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
    )


@wrong("ReLU before BN")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.ReLU(),
        nn.BatchNorm2d(c_in),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.ReLU(),
        nn.BatchNorm2d(c_out),
    )


@wrong("no padding")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@wrong("one filter for all channels")
def build_separable_block(c_in, c_out, stride):
    class Shared(nn.Module):
        def __init__(self):
            super().__init__()
            self.look = nn.Conv2d(1, 1, 3, stride, 1, bias=False)
            self.mix = nn.Conv2d(c_in, c_out, 1, bias=False)
            self.norms = nn.ModuleList([nn.BatchNorm2d(c_in), nn.BatchNorm2d(c_out)])

        def forward(self, x):
            h = self.look(x.flatten(0, 1)[:, None])[:, 0]
            h = h.reshape(len(x), c_in, *h.shape[1:])
            return F.relu(self.norms[1](self.mix(F.relu(self.norms[0](h)))))

    return Shared()


@wrong("the layers are in a list")
def build_separable_block(c_in, c_out, stride):
    class Listed(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [
                nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
                nn.BatchNorm2d(c_in),
                nn.ReLU(),
                nn.Conv2d(c_in, c_out, 1, bias=False),
                nn.BatchNorm2d(c_out),
                nn.ReLU(),
            ]

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    return Listed()


@wrong("a shortcut that nobody asked for")
def build_separable_block(c_in, c_out, stride):
    class Separable(nn.Module):
        def __init__(self):
            super().__init__()
            self.f = nn.Sequential(
                nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
                nn.BatchNorm2d(c_in),
                nn.ReLU(),
                nn.Conv2d(c_in, c_out, 1, bias=False),
                nn.BatchNorm2d(c_out),
            )

        def forward(self, x):
            h = self.f(x)
            return F.relu(h + x if h.shape == x.shape else h)

    return Separable()


@wrong("BN without running statistics")
def build_separable_block(c_in, c_out, stride):
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in, track_running_stats=False),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out, track_running_stats=False),
        nn.ReLU(),
    )


@wrong("a seed inside")
def build_separable_block(c_in, c_out, stride):
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(c_in, c_in, 3, stride, 1, groups=c_in, bias=False),
        nn.BatchNorm2d(c_in),
        nn.ReLU(),
        nn.Conv2d(c_in, c_out, 1, bias=False),
        nn.BatchNorm2d(c_out),
        nn.ReLU(),
    )


@right("the usual class")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@right("one module with lists, pooled by mean")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class TinyResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(4 * width, num_classes)
            self.stem = self.unit(1, width, 3, 1)
            plan = [(width, width, 1)] * n + [(width, 2 * width, 2)]
            plan += [(2 * width, 2 * width, 1)] * (n - 1) + [(2 * width, 4 * width, 2)]
            plan += [(4 * width, 4 * width, 1)] * (n - 1)
            self.a = nn.ModuleList(self.unit(c, f, 3, s) for c, f, s in plan)
            self.b = nn.ModuleList(self.unit(f, f, 3, 1) for _, f, _ in plan)
            self.p = nn.ModuleList(
                self.unit(c, f, 1, s) if s == 2 else nn.Identity() for c, f, s in plan
            )

        def unit(self, c, f, k, s):
            convolution = nn.Conv2d(c, f, k, s, (k - 1) // 2, bias=False)
            return nn.Sequential(convolution, nn.BatchNorm2d(f))

        def forward(self, x):
            x = torch.relu(self.stem(x))
            for a, b, p in zip(self.a, self.b, self.p):
                x = torch.relu(p(x) + b(torch.relu(a(x))))
            return self.head(x.mean(dim=(2, 3)))

    return TinyResNet()


@right("shortcut projected by slices and 1 x 1 with stride 1")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.stride, self.projected = stride, c != f
            self.body = nn.Sequential(
                nn.Conv2d(c, f, 3, stride, 1, bias=False),
                nn.BatchNorm2d(f),
                nn.ReLU(inplace=True),
                nn.Conv2d(f, f, 3, 1, 1, bias=False),
                nn.BatchNorm2d(f),
            )
            if self.projected:
                self.mix = nn.Conv2d(c, f, 1, bias=False)
                self.norm = nn.BatchNorm2d(f)

        def forward(self, x):
            way = x
            if self.projected:
                way = self.norm(self.mix(x[:, :, :: self.stride, :: self.stride]))
            return (self.body(x) + way).clamp(min=0)

    def stage(c, f, stride):
        return [Block(c, f, stride), *(Block(f, f, 1) for _ in range(n - 1))]

    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width)),
        nn.ReLU(),
        *stage(width, width, 1),
        *stage(width, 2 * width, 2),
        *stage(2 * width, 4 * width, 2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(start_dim=1),
        nn.Linear(4 * width, num_classes),
    )


@wrong("softmax at the end")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    layers.append(nn.Softmax(1))
    return nn.Sequential(*layers)


@wrong("biases in front of BN")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(nn.Conv2d(c, f, 1, stride), nn.BatchNorm2d(f))

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("a bias in the stem")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no projection: zeros for new channels")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.stride, self.more = stride, f - c

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            way = x[:, :, :: self.stride, :: self.stride]
            way = F.pad(way, (0, 0, 0, 0, 0, self.more))
            return F.relu(self.bn2(self.conv2(h)) + way)

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no shortcut where the shape changes")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            f = self.bn2(self.conv2(h))
            return F.relu(f + x if f.shape == x.shape else f)

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no shortcut")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no BN on the projection")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Conv2d(c, f, 1, stride, bias=False)

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("projections everywhere")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if True:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("a 3 x 3 projection")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 3, stride, 1, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("ReLU before the addition")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h))) + self.way(x)

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no ReLU after the addition")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return self.bn2(self.conv2(h)) + self.way(x)

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no ReLU in the block")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = self.bn1(self.conv1(x))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no ReLU after the stem")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width)], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("stride in the second convolution")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, 1, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, stride, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("stage 1 has stride 2, too")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 1 if i else 2))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("stride 2 in every block of the later stages")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no strides")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("three stages of equal width")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, width, width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("flattened without pooling")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.Flatten(), nn.LazyLinear(num_classes)]
    return nn.Sequential(*layers)


@wrong("global maximum")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveMaxPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("one block n times")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        layers.append(Block(c, f, 2 if stage else 1))
        c = f
        layers += [Block(f, f, 1)] * (n - 1)
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("n blocks more than asked")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(2 * n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("n is ignored")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(1):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("always ten classes")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, 10)]
    return nn.Sequential(*layers)


@wrong("the width is fixed")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    width = 8
    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("a max pooling in the stem, as for large photos")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU(), nn.MaxPool2d(3, 1, 1)], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("pre-activation")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(c)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = self.conv1(F.relu(self.bn1(x)))
            return self.conv2(F.relu(self.bn2(h))) + self.way(x)

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("ReLU on the projection")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f), nn.ReLU()
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("one BN for both convolutions")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn1(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("no bias in the head")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(c, num_classes, bias=False),
    ]
    return nn.Sequential(*layers)


@wrong("a seed inside")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    torch.manual_seed(0)
    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    layers += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(c, num_classes)]
    return nn.Sequential(*layers)


@wrong("the blocks are in a plain list")
def build_tiny_resnet(n=1, width=8, num_classes=10):
    class Block(nn.Module):
        def __init__(self, c, f, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(c, f, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(f)
            self.conv2 = nn.Conv2d(f, f, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(f)
            self.way = nn.Sequential()
            if stride > 1 or c != f:
                self.way = nn.Sequential(
                    nn.Conv2d(c, f, 1, stride, bias=False), nn.BatchNorm2d(f)
                )

        def forward(self, x):
            h = F.relu(self.bn1(self.conv1(x)))
            return F.relu(self.bn2(self.conv2(h)) + self.way(x))

    stem = nn.Conv2d(1, width, 3, padding=1, bias=False)
    layers, c = [stem, nn.BatchNorm2d(width), nn.ReLU()], width
    for stage, f in enumerate((width, 2 * width, 4 * width)):
        for i in range(n):
            layers.append(Block(c, f, 2 if stage and not i else 1))
            c = f
    head = nn.Linear(c, num_classes)

    class Network(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.blocks, self.head = (
                nn.Sequential(*layers[:3]),
                layers[3:],
                head,
            )

        def forward(self, x):
            x = self.stem(x)
            for block in self.blocks:
                x = block(x)
            return self.head(x.mean((2, 3)))

    return Network()
