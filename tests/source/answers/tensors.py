"""Answers to lesson 00: see autograder/audit.py for how they are read."""


@right("moves the axis with moveaxis")
def to_nchw(img):
    img = np.asarray(img)
    if img.dtype.kind in "ui":
        x = np.divide(img, 255.0)
    else:
        x = np.array(img, dtype="float64")
    if x.ndim < 3:
        x = np.expand_dims(x, -1)
    return np.expand_dims(np.moveaxis(x, 2, 0), 0)


@right("loops over pixels")
def to_nchw(img):
    grey = img.ndim == 2
    H, W = img.shape[:2]
    C = 1 if grey else 3
    out = np.zeros((1, C, H, W))
    for c in range(C):
        for i in range(H):
            for j in range(W):
                value = img[i, j] if grey else img[i, j, c]
                out[0, c, i, j] = value / 255 if img.dtype == np.uint8 else value
    return out


@right("permutes a torch tensor")
def to_nchw(img):
    import torch

    scale = 1.0 if img.dtype.kind == "f" else 255.0
    t = torch.tensor(np.ascontiguousarray(img).astype(float)) / scale
    t = t[None] if t.ndim == 2 else t.permute(2, 0, 1)
    return t.unsqueeze(0).numpy()


@wrong("reshapes instead of moving the axis")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    H, W = img.shape[:2]
    return x.reshape(1, -1, H, W)


@wrong("exchanges height and width")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.T[None].copy()


@wrong("does not divide by 255")
def to_nchw(img):
    x = img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("divides float photos too")
def to_nchw(img):
    x = img / 255
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("divides as integers")
def to_nchw(img):
    x = img // 255 if img.dtype == np.uint8 else img
    x = x.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("gives a grey photo no channel axis")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    if x.ndim == 2:
        return x[None]
    return x.transpose(2, 0, 1)[None]


@wrong("reverses the channels")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x[..., ::-1].transpose(2, 0, 1)[None]


@wrong("decides by the largest value")
def to_nchw(img):
    x = img.astype(float)
    if x.max() > 1:
        x = x / 255
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("stretches each photo to its own range")
def to_nchw(img):
    x = img.astype(float)
    if img.dtype == np.uint8:
        x = x / max(x.max(), 1)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("returns float32")
def to_nchw(img):
    x = (img / 255 if img.dtype == np.uint8 else img).astype(np.float32)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("scales a float photo in place")
def to_nchw(img):
    if img.dtype == np.uint8:
        img = img / 255
    else:
        img *= 1.0
        img -= img.min()
    x = img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@right("swaps axes twice")
def to_nchw(img):
    x = np.array(img, float)
    if not np.issubdtype(img.dtype, np.floating):
        x /= 255
    if len(x.shape) == 2:
        x = np.stack([x], axis=2)
    return x[None].swapaxes(1, 3).swapaxes(2, 3)


@right("einsum")
def to_nchw(img):
    x = img.astype(float) / (np.iinfo(img.dtype).max if img.dtype.kind != "f" else 1)
    if x.ndim == 2:
        return x.reshape(1, 1, *x.shape)
    return np.einsum("hwc->chw", x).reshape(1, 3, *x.shape[:2])


@wrong("loses digits in float32")
def to_nchw(img):
    x = img.astype(np.float32)
    if img.dtype == np.uint8:
        x = x / 255
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None].astype(np.float64)


@wrong("divides float32 photos")
def to_nchw(img):
    x = img.astype(float)
    if img.dtype != np.float64:
        x = x / 255
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("divides by 256")
def to_nchw(img):
    x = img / 256 if img.dtype == np.uint8 else img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1)[None]


@wrong("squeezes axes of length 1")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    if x.ndim == 2:
        x = x[..., None]
    return x.transpose(2, 0, 1).squeeze()[None]


@wrong("gives the photo itself a third axis")
def to_nchw(img):
    if img.ndim == 2:
        img.shape = (*img.shape, 1)
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    return x.transpose(2, 0, 1)[None]


@right("where")
def relu(a):
    return np.where(a > 0, a, np.zeros_like(a))


@right("clips a copy")
def relu(a):
    out = a.copy()
    out[out < 0] = 0
    return out


@right("multiplies by the mask")
def relu(a):
    return a * (a > 0)


@right("torch")
def relu(a):
    import torch

    return torch.relu(torch.tensor(np.ascontiguousarray(a))).numpy()


@wrong("works in place")
def relu(a):
    a[a < 0] = 0
    return a


@wrong("takes absolute values")
def relu(a):
    return np.abs(a)


@wrong("returns the mask")
def relu(a):
    return a > 0


@wrong("np.max takes the 0 for an axis")
def relu(a):
    return np.max(a, 0)


@wrong("casts to float64")
def relu(a):
    return np.maximum(a, 0).astype(float)


@wrong("leaks")
def relu(a):
    return np.where(a > 0, a, (0.01 * a).astype(a.dtype))


@wrong("goes through float16")
def relu(a):
    return np.maximum(a.astype(np.float16), 0).astype(a.dtype)


@wrong("keeps small negative numbers")
def relu(a):
    return np.where(a < -1e-6, np.zeros_like(a), a)


@wrong("flattens")
def relu(a):
    return np.array([max(v, 0) for v in a.ravel()], a.dtype)


@wrong("clips at 1 as well")
def relu(a):
    return np.clip(a, 0, 1).astype(a.dtype)


@wrong("negates")
def relu(a):
    return np.maximum(-a, 0)


@right("difference from the minimum")
def relu(a):
    return a - np.minimum(a, 0)


@right("max over a stack")
def relu(a):
    return np.max([a, np.zeros_like(a)], axis=0)


@wrong("clips at 255 too")
def relu(a):
    return np.clip(a, 0, 255 if a.dtype.kind == "f" else 127).astype(a.dtype)


@wrong("goes through float64 and back")
def relu(a):
    return np.maximum(a.astype(float), 0).astype(a.dtype)


@wrong("in place through ravel")
def relu(a):
    f = a.ravel()
    f[f < 0] = 0
    return f.reshape(a.shape)


@wrong("clips at 6 as well")
def relu(a):
    return np.minimum(np.maximum(a, 0), 6)


@wrong("negates twice, but int16 has no 32768")
def relu(a):
    return -np.minimum(-a, 0)


@right("scipy")
def softmax(a, axis=-1):
    from scipy.special import softmax as f

    return f(np.asarray(a, float), axis=axis)


@right("log-sum-exp")
def softmax(a, axis=-1):
    a = a.astype(np.float64)
    m = np.expand_dims(np.max(a, axis), axis)
    logsum = m + np.log(np.sum(np.exp(a - m), axis=axis, keepdims=True))
    return np.exp(a - logsum)


@right("torch")
def softmax(a, axis=-1):
    import torch

    return torch.softmax(
        torch.tensor(np.asarray(a, dtype=np.float64)), dim=axis
    ).numpy()


@right("moves the axis and loops")
def softmax(a, axis=-1):
    rows = np.moveaxis(np.array(a, dtype=float), axis, -1)
    out = np.zeros_like(rows)
    for index in np.ndindex(rows.shape[:-1]):
        e = np.exp(rows[index] - rows[index].max())
        out[index] = e / e.sum()
    return np.moveaxis(out, -1, axis)


@wrong("overflows")
def softmax(a, axis=-1):
    e = np.exp(a.astype(float))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("normalises the whole array")
def softmax(a, axis=-1):
    e = np.exp(a.astype(float) - a.max())
    return e / e.sum()


@wrong("forgets keepdims in the sum")
def softmax(a, axis=-1):
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis)


@wrong("ignores axis")
def softmax(a, axis=-1):
    a = a.astype(float)
    e = np.exp(a - a.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@wrong("sums along the other axis")
def softmax(a, axis=-1):
    e = np.exp(a - a.max())
    return e / e.sum(axis=0 if axis == -1 else -1, keepdims=True)


@wrong("returns the logarithm")
def softmax(a, axis=-1):
    m = a.max(axis=axis, keepdims=True)
    return a - m - np.log(np.exp(a - m).sum(axis=axis, keepdims=True))


@wrong("divides by the maximum")
def softmax(a, axis=-1):
    e = np.exp(a / np.abs(a).max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("subtracts the maximum of the whole array")
def softmax(a, axis=-1):
    e = np.exp(a.astype(float) - a.max())
    return e / e.sum(axis=axis, keepdims=True)


@wrong("clips the logits")
def softmax(a, axis=-1):
    e = np.exp(np.clip(a, -50, 500).astype(float))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("drops minus infinity")
def softmax(a, axis=-1):
    a = np.nan_to_num(a.astype(float), neginf=0.0)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("subtracts in place")
def softmax(a, axis=-1):
    a -= a.max(axis=axis, keepdims=True)
    e = np.exp(a)
    return e / e.sum(axis=axis, keepdims=True)


@wrong("powers of 2")
def softmax(a, axis=-1):
    e = 2.0 ** (a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("adds a small number to the sum")
def softmax(a, axis=-1):
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / (e.sum(axis=axis, keepdims=True) + 1e-3)


@right("apply_along_axis")
def softmax(a, axis=-1):
    def one(v):
        v = np.exp(v - np.max(v))
        return v / np.sum(v)

    return np.apply_along_axis(one, axis, np.array(a, dtype=np.float64))


@right("logaddexp")
def softmax(a, axis=-1):
    a = a.astype(float)
    return np.exp(a - np.logaddexp.reduce(a, axis=axis, keepdims=True))


@right("in place on a copy")
def softmax(a, axis=-1):
    x = np.array(a, dtype=np.float64)
    x -= np.amax(x, axis, keepdims=True)
    np.exp(x, out=x)
    x /= np.add.reduce(x, axis=axis, keepdims=True)
    return x


@wrong("keeps the dtype of the logits")
def softmax(a, axis=-1):
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("subtracts in the logits' own integers")
def softmax(a, axis=-1):
    e = np.exp((a - a.max(axis=axis, keepdims=True)).astype(float))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("replaces minus infinity by -100")
def softmax(a, axis=-1):
    a = np.where(np.isinf(a), -100.0, a).astype(float)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("knows no negative axis but -1")
def softmax(a, axis=-1):
    if axis < 0:
        axis = a.ndim - 1
    a = a.astype(float)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("subtracts the maximum only when it is large")
def softmax(a, axis=-1):
    a = a.astype(float)
    if a.max() > 700:
        a = a - a.max(axis=axis, keepdims=True)
    e = np.exp(a)
    return e / e.sum(axis=axis, keepdims=True)


@wrong("forgets keepdims in the maximum")
def softmax(a, axis=-1):
    a = a.astype(float)
    e = np.exp(a - a.max(axis=axis))
    return e / e.sum(axis=axis, keepdims=True)


@wrong("squeezes axes of length 1")
def softmax(a, axis=-1):
    a = a.astype(float)
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return np.squeeze(e / e.sum(axis=axis, keepdims=True))


@wrong("takes the sigmoid of two logits")
def softmax(a, axis=-1):
    a = a.astype(float)
    if a.shape[axis] == 2:
        return 1 / (1 + np.exp(-a))
    e = np.exp(a - a.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


@right("rows of the identity")
def one_hot(y, K):
    y = y.astype(int)
    if len(y) and (y.min() < 0 or y.max() >= K):
        raise ValueError(f"labels {y} are not in 0..{K - 1}")
    return np.eye(K)[y]


@right("loop over labels")
def one_hot(y, K):
    out = np.zeros((len(y), K))
    for n, label in enumerate(y):
        if not 0 <= label < K:
            raise ValueError("bad label " + str(label))
        out[n, label] = 1.0
    return out


@right("torch")
def one_hot(y, K):
    import torch

    t = torch.tensor(y.astype(np.int64))
    if ((t < 0) | (t > K - 1)).any():
        raise ValueError("label out of range")
    return torch.nn.functional.one_hot(t, K).double().numpy()


@wrong("takes K from the labels")
def one_hot(y, K):
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("label out of range")
    return np.eye(int(y.max()) + 1 if len(y) else K)[y]


@wrong("counts labels from 1")
def one_hot(y, K):
    out = np.zeros((len(y), K))
    for n, label in enumerate(y):
        if not 0 <= label < K:
            raise ValueError("label out of range")
        out[n, label - 1] = 1
    return out


@wrong("transposed")
def one_hot(y, K):
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("label out of range")
    return np.eye(K)[:, y]


@wrong("wraps negative labels around")
def one_hot(y, K):
    if np.any(y >= K):
        raise ValueError("label out of range")
    return np.eye(K)[y.astype(int)]


@wrong("returns integers")
def one_hot(y, K):
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("label out of range")
    return np.eye(K, dtype=int)[y]


@wrong("fills only the last row")
def one_hot(y, K):
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("label out of range")
    for label in y:
        out = np.zeros((len(y), K))
        out[-1, label] = 1
    return out if len(y) else np.zeros((0, K))


@wrong("lets large labels vanish")
def one_hot(y, K):
    return (y[:, None] == np.arange(K)).astype(float)


@wrong("asserts instead of raising ValueError")
def one_hot(y, K):
    assert np.all((y >= 0) & (y < K))
    return np.eye(K)[y.astype(int)]


@wrong("cannot take an empty array")
def one_hot(y, K):
    if y.min() < 0 or y.max() >= K:
        raise ValueError("label out of range")
    return np.eye(K)[y]


@wrong("sums the labels")
def one_hot(y, K):
    if np.any(y < 0) or np.any(y >= K):
        raise ValueError("label out of range")
    out = np.zeros((len(y), K))
    out[:, y] = 1
    return out


@right("finds the rows without a 1")
def one_hot(y, K):
    out = np.equal.outer(y, np.arange(K)).astype(np.float64)
    if (out.sum(1) != 1).any():
        raise ValueError("a label is not among the classes")
    return out


@right("put along axis")
def one_hot(y, K):
    if not set(y.tolist()) <= set(range(K)):
        raise ValueError("unknown label in %s" % y)
    out = np.zeros((y.size, K))
    np.put_along_axis(out, y[:, None].astype(np.intp), 1.0, axis=1)
    return out


@right("its own exception that is a ValueError")
def one_hot(y, K):
    class LabelError(ValueError):
        pass

    if any(l < 0 or l > K - 1 for l in y):
        raise LabelError("labels must be in range", y.tolist())
    return np.array([[float(k == l) for k in range(K)] for l in y]).reshape(len(y), K)


@wrong("numbers the columns in the labels' dtype")
def one_hot(y, K):
    if np.any((y < 0) | (y >= K)):
        raise ValueError("label out of range")
    return (y[:, None] == np.arange(K).astype(y.dtype)).astype(float)


@wrong("makes the labels uint8")
def one_hot(y, K):
    y = y.astype(np.uint8)
    if np.any(y >= K):
        raise ValueError("label out of range")
    return np.eye(K)[y]


@wrong("shifts labels so the smallest is 0")
def one_hot(y, K):
    if np.any((y < 0) | (y >= K)):
        raise ValueError("label out of range")
    y = y - y.min() if len(y) else y
    return np.eye(K)[y]


@wrong("wants every class to occur")
def one_hot(y, K):
    if np.any((y < 0) | (y >= K)) or (
        len(y) >= K and len(set(y.tolist())) != K and K > 1
    ):
        raise ValueError("label out of range")
    return np.eye(K)[y]


@wrong("says nothing in its ValueError")
def one_hot(y, K):
    if np.any((y < 0) | (y >= K)):
        raise ValueError
    return np.eye(K)[y.astype(int)]


@wrong("loses the columns when there are no labels")
def one_hot(y, K):
    if any(l < 0 or l >= K for l in y):
        raise ValueError("label out of range")
    return np.array([[float(k == l) for k in range(K)] for l in y])


@right("inputs plus one, times units")
def dense_params(n_in, n_out, bias=True):
    n_in, n_out = int(n_in), int(n_out)
    return (n_in + 1) * n_out if bias else n_in * n_out


@right("sums over units")
def dense_params(n_in, n_out, bias=True):
    per_unit = int(n_in)
    if bias:
        per_unit += 1
    return per_unit * int(n_out)


@wrong("forgets the bias")
def dense_params(n_in, n_out, bias=True):
    return int(n_in) * int(n_out)


@wrong("one bias per input")
def dense_params(n_in, n_out, bias=True):
    return int(n_in) * int(n_out) + (int(n_in) if bias else 0)


@wrong("overflows at 32 bits")
def dense_params(n_in, n_out, bias=True):
    weights = np.multiply(n_in, n_out, dtype=np.int32, casting="unsafe")
    return int(weights) + (int(n_out) if bias else 0)


@wrong("overflows at 64 bits")
def dense_params(n_in, n_out, bias=True):
    return int(np.int64(n_in) * np.int64(n_out)) + (int(n_out) if bias else 0)


@wrong("trusts the NumPy integers it gets")
def dense_params(n_in, n_out, bias=True):
    return n_in * n_out + (n_out if bias else 0)


@wrong("returns a float")
def dense_params(n_in, n_out, bias=True):
    return float(int(n_in) * int(n_out) + (int(n_out) if bias else 0))


@wrong("computes in float64")
def dense_params(n_in, n_out, bias=True):
    return int(float(n_in) * float(n_out) + (float(n_out) if bias else 0) + 1e6) - 10**6


@wrong("a bias on both sides")
def dense_params(n_in, n_out, bias=True):
    return (int(n_in) + 1) * (int(n_out) + 1) if bias else int(n_in) * int(n_out)


@wrong("always counts the bias")
def dense_params(n_in, n_out, bias=True):
    return (int(n_in) + 1) * int(n_out)


@wrong("a single bias for the layer")
def dense_params(n_in, n_out, bias=True):
    return int(n_in) * int(n_out) + int(bias)


@right("multiplies with math.prod")
def dense_params(n_in, n_out, bias=True):
    import math, operator

    n_in, n_out = map(operator.index, (n_in, n_out))
    return math.prod((n_in, n_out)) + n_out * bias


@right("product of an object array")
def dense_params(n_in, n_out, bias=True):
    shape = np.array([int(n_in), int(n_out)], dtype=object)
    total = np.prod(shape)
    if not bias:
        return total
    total += shape[1]
    return total


@wrong("only the product is a float")
def dense_params(n_in, n_out, bias=True):
    return int(float(n_in) * float(n_out)) + (int(n_out) if bias else 0)


@wrong("long double")
def dense_params(n_in, n_out, bias=True):
    return int(np.longdouble(n_in) * np.longdouble(n_out)) + (int(n_out) if bias else 0)


@wrong("NumPy's product")
def dense_params(n_in, n_out, bias=True):
    return int(np.prod([n_in, n_out])) + (int(n_out) if bias else 0)


@wrong("makes the product an int too late")
def dense_params(n_in, n_out, bias=True):
    return int(n_in * n_out) + int(n_out if bias else 0)


@wrong("takes a photo with three columns for a colour photo")
def to_nchw(img):
    x = img / 255 if img.dtype == np.uint8 else img.astype(float)
    if x.shape[-1] != 3:
        x = x[..., None]
    return np.moveaxis(x, -1, 0).reshape(1, -1, *img.shape[:2])
