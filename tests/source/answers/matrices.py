"""Answers to lesson 03: see autograder/audit.py for how they are read."""


@right("two loops and a condition")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 != 1:
        raise ValueError("the kernel has no middle weight")
    if n <= 0:
        raise ValueError("n must be positive")
    r = (len(kappa) - 1) // 2
    W = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(n):
            if -r <= j - i <= r:
                W[i][j] = float(kappa[j - i + r])
    return np.array(W)


@right("indices of all diagonals at once")
def toeplitz_conv1d(kappa, n):
    r, even = divmod(kappa.size - 1, 2)
    if even or n < 1 or kappa.size == 0:
        raise ValueError(f"cannot use {kappa.size} weights on {n} numbers")
    place = np.arange(n)[None, :] - np.arange(n)[:, None]
    inside = np.abs(place) <= r
    return np.where(inside, kappa[np.clip(place + r, 0, 2 * r)], 0).astype(float)


@right("windows of a padded row")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    row = np.concatenate([np.zeros(n), np.asarray(kappa, float), np.zeros(n)])
    return np.stack([row[n + r - i : 2 * n + r - i] for i in range(n)])


@right("stride tricks")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    row = np.pad(kappa.astype(np.float64), n)
    windows = np.lib.stride_tricks.sliding_window_view(row, n)
    start = n + len(kappa) // 2
    return windows[start - n + 1 : start + 1][::-1].copy()


@wrong("transposed: the matrix of the convolution")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    return sum(float(kappa[k + r]) * np.eye(n, k=-k) for k in range(-r, r + 1))


@wrong("the middle weight off the diagonal")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    return sum(float(w) * np.eye(n, k=k) for k, w in enumerate(kappa))


@wrong("fills the corners as on a circle")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    W = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            W[i, (i + k) % n] += kappa[k + r]
    return W


@wrong("negative indices wrap around, large ones do not")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    W = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            if -n <= i + k < n:
                W[i, i + k] = kappa[k + r]
    return W


@wrong("valid places only")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    m = n - len(kappa) + 1
    W = np.zeros((max(m, 0), n))
    for i in range(m):
        W[i, i : i + len(kappa)] = kappa
    return W


@wrong("fails for more weights than numbers")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    W = np.zeros((n, n + 2 * r))
    for i in range(n):
        W[i, i : i + len(kappa)] = kappa
    if len(kappa) > n:
        raise ValueError("kernel too long")
    return W[:, r : r + n]


@wrong("cuts a long kernel at its end, not around its middle")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    if len(kappa) > n:
        kappa = kappa[: n - (n % 2 == 0)]
    r = len(kappa) // 2
    return sum(float(kappa[k + r]) * np.eye(n, k=k) for k in range(-r, r + 1))


@wrong("accepts an even number of weights")
def toeplitz_conv1d(kappa, n):
    if n < 1:
        raise ValueError("n must be positive")
    r = len(kappa) // 2
    W = np.zeros((n, n))
    for p, weight in enumerate(kappa):
        W += float(weight) * np.eye(n, k=p - r)
    return W


@wrong("keeps the dtype of the weights")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    W = np.zeros((n, n), kappa.dtype)
    for k in range(-r, r + 1):
        W += kappa[k + r] * np.eye(n, k=k, dtype=kappa.dtype)
    return W


@wrong("does not look at n")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0:
        raise ValueError("wanted an odd number of weights")
    r = len(kappa) // 2
    W = np.zeros((max(n, 0), max(n, 0)))
    for k in range(-r, r + 1):
        W += float(kappa[k + r]) * np.eye(max(n, 0), k=k)
    return W


@wrong("asserts instead of raising ValueError")
def toeplitz_conv1d(kappa, n):
    assert len(kappa) % 2 == 1 and n >= 1
    r = len(kappa) // 2
    return sum(float(kappa[k + r]) * np.eye(n, k=k) for k in range(-r, r + 1))


@wrong("lets SciPy do it")
def toeplitz_conv1d(kappa, n):
    from scipy.linalg import toeplitz

    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    row, column = np.zeros(n + r), np.zeros(n + r)
    row[: r + 1], column[: r + 1] = kappa[r:], kappa[r::-1]
    return toeplitz(column[:n], row[:n])


@wrong("correlates unit vectors with np.correlate")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    padded = np.pad(np.eye(n), ((0, 0), (r, r)))
    k = kappa.astype(float)
    return np.stack([np.correlate(e, k, "valid") for e in padded], axis=1)


@wrong("the weights in reverse, as a list of rows")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    row = np.pad(kappa[::-1].astype(float), n)
    start = n + len(kappa) // 2
    return np.stack([row[start - i : start - i + n] for i in range(n)])


@wrong("computes in float32")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    W = np.zeros((n, n), np.float32)
    for k in range(-r, r + 1):
        W += np.float32(kappa[k + r]) * np.eye(n, k=k, dtype=np.float32)
    return W.astype(np.float64)


@wrong("squeezes integers into int16")
def toeplitz_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    if kappa.dtype.kind in "iub":
        kappa = kappa.astype(np.int16)
    W = np.zeros((n, n))
    for k in range(-r, r + 1):
        W += float(kappa[k + r]) * np.eye(n, k=k)
    return W


@right("rolls the first row")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0:
        raise ValueError("no middle weight")
    if n < 1:
        raise ValueError("n must be positive")
    r = len(kappa) // 2
    first = np.zeros(n)
    for k, weight in zip(range(-r, r + 1), kappa):
        first[k % n] += weight
    return np.array([np.roll(first, i) for i in range(n)])


@right("adds up rolled identities")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for p in range(len(kappa)):
        C += float(kappa[p]) * np.roll(np.eye(n), p - r, axis=1)
    return C


@right("np.add.at and index tables")
def circulant_conv1d(kappa, n):
    if kappa.size % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = kappa.size // 2
    rows = np.repeat(np.arange(n), kappa.size)
    columns = (rows + np.tile(np.arange(-r, r + 1), n)) % n
    C = np.zeros((n, n))
    np.add.at(C, (rows, columns), np.tile(kappa.astype(float), n))
    return C


@right("eigenvalues and the Fourier transform")
def circulant_conv1d(kappa, n):
    if kappa.size % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = kappa.size // 2
    m, k = np.arange(n), np.arange(-r, r + 1)
    values = np.exp(2j * np.pi * np.outer(m, k) / n) @ kappa.astype(float)
    waves = np.exp(2j * np.pi * np.outer(m, m) / n)
    return (waves @ np.diag(values) @ waves.conj().T / n).real


@wrong("overwrites where weights meet")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            C[i, (i + k) % n] = kappa[k + r]
    return C


@wrong("adds with a list of indices that repeat")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for i in range(n):
        C[i, (i + np.arange(-r, r + 1)) % n] += kappa
    return C


@wrong("transposed: the matrix of the convolution")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            C[i, (i - k) % n] += kappa[k + r]
    return C


@wrong("no corners")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    return sum(float(kappa[k + r]) * np.eye(n, k=k) for k in range(-r, r + 1))


@wrong("the corners are exchanged")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for i in range(n):
        for k in range(-r, r + 1):
            inside = 0 <= i + k < n
            C[i, (i + k) % n] += kappa[(k if inside else -k) + r]
    return C


@wrong("wraps around once only")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for k in range(-r, r + 1):
        for turn in (-n, 0, n):
            C += float(kappa[k + r]) * np.eye(n, k=k + turn)
    return C


@wrong("starts with the first weight on the diagonal")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    first = np.zeros(n)
    for p, weight in enumerate(kappa):
        first[p % n] += weight
    return np.array([np.roll(first, i) for i in range(n)])


@wrong("rolls the first row the other way")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    first = np.zeros(n)
    for k in range(-r, r + 1):
        first[k % n] += kappa[k + r]
    return np.array([np.roll(first, -i) for i in range(n)])


@wrong("adds up in the dtype of the weights")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n), kappa.dtype)
    for i in range(n):
        for k in range(-r, r + 1):
            C[i, (i + k) % n] += kappa[k + r]
    return C.astype(float)


@wrong("refuses a kernel longer than the circle")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < len(kappa):
        raise ValueError("kernel too long, or no middle weight")
    r = len(kappa) // 2
    first = np.zeros(n)
    for k in range(-r, r + 1):
        first[k % n] += kappa[k + r]
    return np.array([np.roll(first, i) for i in range(n)])


@wrong("accepts an even number of weights")
def circulant_conv1d(kappa, n):
    if n < 1:
        raise ValueError("n must be positive")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for p, weight in enumerate(kappa):
        C += float(weight) * np.roll(np.eye(n), p - r, axis=1)
    return C


@wrong("lets SciPy do it")
def circulant_conv1d(kappa, n):
    import scipy.linalg as la

    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    first = np.zeros(n)
    for k in range(-r, r + 1):
        first[-k % n] += kappa[k + r]
    return la.circulant(first)


@wrong("wraps around twice at most")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("wanted an odd number of weights, and n >= 1")
    r = len(kappa) // 2
    C = np.zeros((n, n))
    for k in range(-r, r + 1):
        for turn in (-2 * n, -n, 0, n, 2 * n):
            C += float(kappa[k + r]) * np.eye(n, k=k + turn)
    return C


@wrong("refuses n = 0 only")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n == 0:
        raise ValueError("an even number of weights, or n = 0")
    r = len(kappa) // 2
    return np.array(
        [
            [
                float(
                    sum(
                        float(kappa[k + r])
                        for k in range(-r, r + 1)
                        if (i + k) % n == j
                    )
                )
                for j in range(n)
            ]
            for i in range(n)
        ]
    )


@wrong("thinks of uint8 and float32 only")
def circulant_conv1d(kappa, n):
    if len(kappa) % 2 == 0 or n < 1:
        raise ValueError("an even number of weights, or n = 0")
    r = len(kappa) // 2
    if kappa.dtype == np.uint8 or kappa.dtype == np.float32:
        kappa = kappa.astype(float)
    first = np.zeros(n, kappa.dtype)
    for k in range(-r, r + 1):
        first[k % n] += kappa[k + r]
    return np.array([np.roll(first, i) for i in range(n)]).astype(float)


@right("Kronecker products of diagonals")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    total = np.zeros((H * W, H * W))
    for a in range(kh):
        for b in range(kw):
            rows, columns = np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
            total += float(k[a, b]) * np.kron(rows, columns)
    return total


@right("blocks of the one-dimensional matrix")
def conv2d_matrix(k, H, W):
    if k.shape[0] % 2 == 0 or k.shape[1] % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    r = k.shape[0] // 2
    zero = np.zeros((W, W))
    block = {p - r: toeplitz_conv1d(k[p], W) for p in range(k.shape[0])}
    return np.block([[block.get(J - I, zero) for J in range(H)] for I in range(H)])


@right("responses to unit pulses")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    columns = []
    for p in range(H * W):
        x = np.zeros((H + kh - 1, W + kw - 1))
        x[p // W + kh // 2, p % W + kw // 2] = 1
        y = np.zeros((H, W))
        for i in range(H):
            for j in range(W):
                y[i, j] = np.sum(x[i : i + kh, j : j + kw] * k)
        columns.append(y.ravel())
    return np.array(columns).T


@right("index tables, no loop")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    i, j = np.divmod(np.arange(H * W), W)
    a, b = i[None] - i[:, None] + kh // 2, j[None] - j[:, None] + kw // 2
    inside = (a >= 0) & (a < kh) & (b >= 0) & (b < kw)
    values = k[a.clip(0, kh - 1), b.clip(0, kw - 1)].astype(np.float64)
    return values * inside


@wrong("the rows leak into each other")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        total += float(weight) * np.eye(H * W, k=(a - kh // 2) * W + b - kw // 2)
    return total


@wrong("stacks by columns")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        rows, columns = np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
        total += float(weight) * np.kron(columns, rows)
    return total


@wrong("exchanges height and width")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        rows, columns = np.eye(W, k=a - kh // 2), np.eye(H, k=b - kw // 2)
        total += float(weight) * np.kron(rows, columns)
    return total


@wrong("takes H for the length of a row")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= n < W:
                matrix[(i * H + j) % (H * W), (m * H + n) % (H * W)] = weight
    return matrix


@wrong("flips the kernel")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k[::-1, ::-1]):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= n < W:
                matrix[i * W + j, m * W + n] = weight
    return matrix


@wrong("flips the kernel along one axis")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k[::-1]):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= n < W:
                matrix[i * W + j, m * W + n] = weight
    return matrix


@wrong("periodic border")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k):
            m, n = (i + a - kh // 2) % H, (j + b - kw // 2) % W
            matrix[i * W + j, m * W + n] += weight
    return matrix


@wrong("the one-dimensional matrix of the flattened kernel")
def conv2d_matrix(k, H, W):
    if k.shape[0] % 2 == 0 or k.shape[1] % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    return toeplitz_conv1d(k.ravel(), H * W)


@wrong("as large as the image, not as its square")
def conv2d_matrix(k, H, W):
    if k.shape[0] % 2 == 0 or k.shape[1] % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H, W))
    matrix[: k.shape[0], : k.shape[1]] = k[:H, :W]
    return matrix


@wrong("valid places only")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    rows = []
    for i, j in np.ndindex(max(H - kh + 1, 0), max(W - kw + 1, 0)):
        row = np.zeros((H, W))
        row[i : i + kh, j : j + kw] = k
        rows.append(row.ravel())
    return np.array(rows)


@wrong("takes the kernel's height for both sides")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    r = kh // 2
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k):
            m, n = i + a - r, j + b - r
            if 0 <= m < H and 0 <= n < W:
                matrix[i * W + j, m * W + n] = weight
    return matrix


@wrong("looks only at the number of the pixel")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W))
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= m * W + n < H * W:
                matrix[i * W + j, m * W + n] = weight
    return matrix


@wrong("accepts even sides")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        rows, columns = np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
        total += float(weight) * np.kron(rows, columns)
    return total


@wrong("refuses only if both sides are even")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 and kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        rows, columns = np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
        total += float(weight) * np.kron(rows, columns)
    return total


@wrong("fails for a kernel larger than the image")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0 or kh > H or kw > W:
        raise ValueError("kernel sides must be odd and not larger than the image")
    total = np.zeros((H * W, H * W))
    for (a, b), weight in np.ndenumerate(k):
        rows, columns = np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
        total += float(weight) * np.kron(rows, columns)
    return total


@wrong("keeps the dtype of the kernel")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    matrix = np.zeros((H * W, H * W), k.dtype)
    for i, j in np.ndindex(H, W):
        for (a, b), weight in np.ndenumerate(k):
            m, n = i + a - kh // 2, j + b - kw // 2
            if 0 <= m < H and 0 <= n < W:
                matrix[i * W + j, m * W + n] = weight
    return matrix


@wrong("lets SciPy correlate")
def conv2d_matrix(k, H, W):
    from scipy import ndimage

    if k.shape[0] % 2 == 0 or k.shape[1] % 2 == 0:
        raise ValueError("the kernel has no middle weight")
    k = k.astype(float)
    pulses = np.eye(H * W).reshape(H * W, H, W)
    seen = [ndimage.correlate(p, k, mode="constant").ravel() for p in pulses]
    return np.stack(seen, axis=1)


@wrong("computes in float32")
def conv2d_matrix(k, H, W):
    kh, kw = k.shape
    if kh % 2 == 0 or kw % 2 == 0:
        raise ValueError("a side is odd")
    total = np.zeros((H * W, H * W), np.float32)
    for (a, b), weight in np.ndenumerate(k):
        total += np.float32(weight) * np.kron(
            np.eye(H, k=a - kh // 2), np.eye(W, k=b - kw // 2)
        ).astype(np.float32)
    return total.astype(float)


@right("a dictionary")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": n + (n - 1), "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError(f"{kind!r} cannot be counted")
    return counts[kind]


@right("match")
def degrees_of_freedom(kind, n, s=None):
    match kind:
        case "general":
            return pow(int(n), 2)
        case "toeplitz":
            return int(n) * 2 - 1
        case "circulant":
            return n
        case "conv" if s is not None:
            return int(s)
    raise ValueError("unknown kind, or s is missing")


@wrong("counts the main diagonal twice")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": 2 * n, "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("a symmetric matrix for the Toeplitz matrix")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": n * (n + 1) // 2, "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("a convolution has n")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n}
    if s is not None:
        counts["conv"] = n
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("the square of s")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n}
    if s is not None:
        counts["conv"] = s**2
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("floats")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n**2.0, "toeplitz": 2.0 * n - 1, "circulant": float(n)}
    if s is not None:
        counts["conv"] = float(s)
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("floats that are rounded in the end")
def degrees_of_freedom(kind, n, s=None):
    n = float(n)
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError("unknown")
    return int(counts[kind])


@wrong("NumPy's integers overflow")
def degrees_of_freedom(kind, n, s=None):
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError("unknown")
    return int(counts[kind])


@wrong("returns None for another kind")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n, "conv": s}
    return counts.get(kind)


@wrong("takes everything else for a convolution")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    if kind == "general":
        return n * n
    if kind == "toeplitz":
        return 2 * n - 1
    if kind == "circulant":
        return n
    if s is None:
        raise ValueError("s is missing")
    return s


@wrong("counts three weights when s is missing")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n, "conv": s or 3}
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("a band for the Toeplitz matrix if s is given")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    counts = {"general": n * n, "toeplitz": s or 2 * n - 1, "circulant": n}
    if s is not None:
        counts["conv"] = s
    if kind not in counts:
        raise ValueError("unknown")
    return counts[kind]


@wrong("KeyError for another kind")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    if kind == "conv" and s is None:
        raise ValueError("s is missing")
    return {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n, "conv": s}[kind]


@wrong("forgives capital letters")
def degrees_of_freedom(kind, n, s=None):
    kind = kind.lower()
    n = int(n)
    if kind == "conv" and s is None:
        raise ValueError("s is missing")
    t = {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n, "conv": s}
    if kind not in t:
        raise ValueError("unknown kind")
    return t[kind]


@wrong("looks at the first letters only")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    if kind.startswith("gen"):
        return n * n
    if kind.startswith("toep"):
        return 2 * n - 1
    if kind.startswith("circ"):
        return n
    if kind.startswith("conv") and s is not None:
        return s
    raise ValueError("unknown kind")


@wrong("takes a part of a word for the word")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    if kind in "general":
        return n * n
    if kind in "toeplitz":
        return 2 * n - 1
    if kind in "circulant":
        return n
    if kind in "conv" and s is not None:
        return s
    raise ValueError("unknown kind")


@right("counts no weight that meets no number")
def degrees_of_freedom(kind, n, s=None):
    n = int(n)
    if kind == "conv":
        if s is None:
            raise ValueError("s is missing")
        return min(int(s), 2 * n - 1)
    try:
        return {"general": n * n, "toeplitz": 2 * n - 1, "circulant": n}[kind]
    except KeyError:
        raise ValueError(f"unknown {kind}") from None


@right("one weight after the other")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    kernel = np.zeros((2 * r + 1, 2 * r + 1))
    for k in range(-r, r + 1):
        for l in range(-r, r + 1):
            i, j = ci - k, cj - l
            if not (0 <= i < H and 0 <= j < W):
                raise ValueError("the window leaves the response")
            kernel[k + r, l + r] = response[i, j]
    return kernel


@right("turns with rot90")
def impulse_to_kernel(response, ci, cj, r):
    inside = r <= ci < response.shape[0] - r and r <= cj < response.shape[1] - r
    if not inside:
        raise ValueError("the window leaves the response")
    window = response[ci - r : ci + r + 1, cj - r : cj + r + 1]
    return np.rot90(window, 2).astype(float)


@right("catches the IndexError")
def impulse_to_kernel(response, ci, cj, r):
    span = np.arange(r, -r - 1, -1)
    rows, columns = ci + span, cj + span
    if rows.min() < 0 or columns.min() < 0:
        raise ValueError("the window leaves the response")
    try:
        return response[np.ix_(rows, columns)].astype(np.float64)
    except IndexError:
        raise ValueError("the window leaves the response") from None


@wrong("no flip")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1].astype(float)


@wrong("one row and one column too few, then one too far")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r, cj - r : cj + r][::-1, ::-1].astype(float)


@wrong("the window is off by one")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    padded = np.pad(response.astype(float), 1)
    window = padded[ci - r : ci + r + 1, cj - r : cj + r + 1]
    return window[::-1, ::-1].copy()


@wrong("exchanges row and column of the pulse")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    window = response[cj - r : cj + r + 1, ci - r : ci + r + 1]
    return window[::-1, ::-1].astype(float)


@wrong("transposes instead of turning")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1].T.astype(float)


@wrong("turns one axis only")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1].astype(float)


@wrong("turns by a quarter")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return np.rot90(response[ci - r : ci + r + 1, cj - r : cj + r + 1]).astype(float)


@wrong("clips in silence")
def impulse_to_kernel(response, ci, cj, r):
    window = response[max(ci - r, 0) : ci + r + 1, max(cj - r, 0) : cj + r + 1]
    return window[::-1, ::-1].astype(float)


@wrong("fills up with zeros")
def impulse_to_kernel(response, ci, cj, r):
    padded = np.pad(response.astype(float), r)
    return padded[ci : ci + 2 * r + 1, cj : cj + 2 * r + 1][::-1, ::-1].copy()


@wrong("goes around the border")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    span = np.arange(r, -r - 1, -1)
    rows, columns = (ci + span) % H, (cj + span) % W
    return response[np.ix_(rows, columns)].astype(float)


@wrong("does not look at the top and the left")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1].astype(float)


@wrong("refuses windows that just fit")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci <= r or cj <= r or ci + r >= H - 1 or cj + r >= W - 1:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1].astype(float)


@wrong("takes the height for both sides")
def impulse_to_kernel(response, ci, cj, r):
    H = response.shape[0]
    if ci < r or cj < r or ci + r >= H or cj + r >= H:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1].astype(float)


@wrong("uses the middle of the response")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    i, j = H // 2, W // 2
    return response[i - r : i + r + 1, j - r : j + r + 1][::-1, ::-1].astype(float)


@wrong("keeps the dtype of the response")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1].copy()


@wrong("IndexError for a window that leaves")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise IndexError("the window leaves the response")
    return response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1].astype(float)


@wrong("cuts to float32 on the way")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if ci < r or cj < r or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    return (
        response[ci - r : ci + r + 1, cj - r : cj + r + 1][::-1, ::-1]
        .astype(np.float32)
        .astype(np.float64)
    )


@wrong("trusts the place of the pulse if r is 0")
def impulse_to_kernel(response, ci, cj, r):
    H, W = response.shape
    if r and (ci < r or cj < r) or ci + r >= H or cj + r >= W:
        raise ValueError("the window leaves the response")
    out = np.zeros((2 * r + 1, 2 * r + 1))
    for k in range(-r, r + 1):
        for l in range(-r, r + 1):
            out[k + r, l + r] = response[ci - k, cj - l]
    return out


@right("the row and the column of the largest entry")
def separate_kernel(k, tol=1e-9):
    k = np.array(k, float)
    i, j = np.unravel_index(np.argmax(abs(k)), k.shape)
    if k[i, j] == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    col, row = k[:, j] / k[i, j], k[i].copy()
    if abs(np.outer(col, row) - k).max() > tol * abs(k[i, j]):
        return None
    return col, row


@right("SVD, the square root on both sides")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float))
    if any(s[1:] > tol * np.abs(k.astype(float)).max()):
        return None
    return u[:, 0] * np.sqrt(s[0]), vt[0] * np.sqrt(s[0])


@right("np.linalg.matrix_rank, then the longest row")
def separate_kernel(k, tol=1e-9):
    k = k.astype(np.float64)
    scale = np.abs(k).max()
    if scale == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    if np.linalg.matrix_rank(k / scale, tol=tol) > 1:
        return None
    row = k[np.argmax((k**2).sum(axis=1))]
    return k @ row / (row @ row), row


@right("eigenvectors of k k^T")
def separate_kernel(k, tol=1e-9):
    k = k.astype(np.float64)
    scale = np.abs(k).max() or 1.0
    values, vectors = np.linalg.eigh((k / scale) @ (k / scale).T)
    col = vectors[:, -1]
    row = col @ k
    if np.abs(np.outer(col, row) - k).max() > tol * scale:
        return None
    return col, row


@wrong("takes the first row and the first column")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    if k[0, 0] == 0:
        if not k.any():
            return k[:, 0].copy(), k[0].copy()
        return None
    col, row = k[:, 0] / k[0, 0], k[0].copy()
    if abs(np.outer(col, row) - k).max() > tol * abs(k).max():
        return None
    return col, row


@wrong("takes the middle row and the middle column")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    if not k.any():
        return k[:, 0].copy(), k[0].copy()
    i, j = k.shape[0] // 2, k.shape[1] // 2
    if k[i, j] == 0:
        return None
    col, row = k[:, j] / k[i, j], k[i].copy()
    if abs(np.outer(col, row) - k).max() > tol * abs(k).max():
        return None
    return col, row


@wrong("always returns a pair")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    return u[:, 0] * s[0], vt[0]


@wrong("absolute tolerance")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol:
        return None
    return u[:, 0] * s[0], vt[0]


@wrong("np.allclose with its own tolerances")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    u, s, vt = np.linalg.svd(k, full_matrices=False)
    col, row = u[:, 0] * s[0], vt[0]
    return (col, row) if np.allclose(np.outer(col, row), k) else None


@wrong("eigenvalues, which only square kernels have")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    values, vectors = np.linalg.eig(k)
    order = np.argsort(-abs(values))
    col = vectors[:, order[0]].real
    row = col @ k / (col @ col)
    if abs(np.outer(col, row) - k).max() > tol * abs(k).max():
        return None
    return col, row


@wrong("loses the sign")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return abs(u[:, 0]) * s[0], abs(vt[0])


@wrong("the singular value on both sides")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0] * s[0]


@wrong("forgets the singular value")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0], vt[0]


@wrong("takes a column of vt")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[:, 0]


@wrong("sums of rows and columns")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    total = k.sum()
    if not k.any():
        return k[:, 0].copy(), k[0].copy()
    if abs(total) < tol * abs(k).max():
        return None
    col, row = k.sum(axis=1), k.sum(axis=0) / total
    if abs(np.outer(col, row) - k).max() > tol * abs(k).max():
        return None
    return col, row


@wrong("exchanges column and row")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return vt[0], u[:, 0] * s[0]


@wrong("takes zeros for not separable")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if np.sum(s > tol * s[0]) != 1:
        return None
    return u[:, 0] * s[0], vt[0]


@wrong("returns matrices")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, :1] * s[0], vt[:1]


@wrong("ignores tol")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if len(s) > 1 and s[1] > 1e-9 * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@wrong("the determinant tells")
def separate_kernel(k, tol=1e-9):
    k = k.astype(float)
    if k.shape[0] == k.shape[1] and abs(np.linalg.det(k)) > tol:
        return None
    u, s, vt = np.linalg.svd(k, full_matrices=False)
    return u[:, 0] * s[0], vt[0]


@wrong("a kernel of one row has no second singular value")
def separate_kernel(k, tol=1e-9):
    u, s, vt = np.linalg.svd(k.astype(float), full_matrices=False)
    if s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@wrong("works in the dtype of the kernel")
def separate_kernel(k, tol=1e-9):
    i, j = np.unravel_index(np.argmax(k), k.shape)
    if not k.any():
        return k[:, 0].astype(float), k[0].astype(float)
    col, row = k[:, j] / k[i, j], k[i].copy()
    if abs(np.outer(col, row) - k).max() > tol * abs(k).max():
        return None
    return col, row


@wrong("takes a kernel of zeros for a square")
def separate_kernel(k, tol=1e-9):
    k = np.asarray(k, float)
    if not k.any():
        return np.zeros(len(k)), np.zeros(len(k))
    u, s, vt = np.linalg.svd(k, full_matrices=False)
    if len(s) > 1 and s[1] > tol * s[0]:
        return None
    return u[:, 0] * s[0], vt[0]


@wrong("determinants of neighbours only")
def separate_kernel(k, tol=1e-9):
    k = np.asarray(k, float)
    big = abs(k).max()
    if big == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    minors = k[:-1, :-1] * k[1:, 1:] - k[1:, :-1] * k[:-1, 1:]
    if minors.size and abs(minors).max() > tol * big**2:
        return None
    i, j = np.unravel_index(abs(k).argmax(), k.shape)
    return k[:, j] / k[i, j], k[i].copy()


@wrong("the mean of what is left over")
def separate_kernel(k, tol=1e-9):
    k = np.asarray(k, float)
    big = abs(k).max()
    if big == 0:
        return np.zeros(k.shape[0]), np.zeros(k.shape[1])
    i, j = np.unravel_index(abs(k).argmax(), k.shape)
    col, row = k[:, j] / k[i, j], k[i].copy()
    if abs((np.outer(col, row) - k).mean()) > tol * big:
        return None
    return col, row


@right("real transforms")
def fft_correlate(x, k):
    H, W = x.shape
    kh, kw = k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros((H, W))
    rows = (np.arange(kh) - (kh - 1) // 2) % H
    columns = (np.arange(kw) - (kw - 1) // 2) % W
    large[np.ix_(rows, columns)] = k
    spectrum = np.fft.rfft2(np.asarray(x, float)) * np.conj(np.fft.rfft2(large))
    return np.fft.irfft2(spectrum, s=(H, W))


@right("convolves with the turned kernel, then moves the result")
def fft_correlate(x, k):
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    turned = k.astype(float)[::-1, ::-1]
    product = np.fft.fft2(x.astype(float)) * np.fft.fft2(turned, s=x.shape)
    y = np.real(np.fft.ifft2(product))
    back = (-(k.shape[0] // 2), -(k.shape[1] // 2))
    return np.roll(y, back, axis=(0, 1))


@right("a phase factor instead of a move")
def fft_correlate(x, k):
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    u, v = np.fft.fftfreq(H)[:, None], np.fft.fftfreq(W)[None]
    phase = np.exp(-2j * np.pi * (u * ((kh - 1) // 2) + v * ((kw - 1) // 2)))
    spectrum = np.conj(np.fft.fftn(k.astype(float), (H, W))) * phase
    return np.fft.ifftn(spectrum * np.fft.fftn(x.astype(float))).real.copy()


@right("one axis after the other, float64 first")
def fft_correlate(x, k):
    x, k = np.array(x, np.float64), np.array(k, np.float64)
    if k.shape[0] > x.shape[0] or k.shape[1] > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.pad(k, ((0, x.shape[0] - k.shape[0]), (0, x.shape[1] - k.shape[1])))
    for axis in (0, 1):
        large = np.roll(large, -((k.shape[axis] - 1) // 2), axis=axis)
    spectra = [np.fft.fft(np.fft.fft(a, axis=0), axis=1) for a in (x, large)]
    product = spectra[0] * spectra[1].conj()
    return np.fft.ifft(np.fft.ifft(product, axis=1), axis=0).real


@wrong("convolution")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    return np.fft.ifft2(np.fft.fft2(x.astype(float)) * np.fft.fft2(large)).real


@wrong("kernel not centred")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(k, s=x.shape))
    return np.fft.ifft2(product).real


@wrong("kernel moved the wrong way")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, ((kh - 1) // 2, (kw - 1) // 2), axis=(0, 1))
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large))
    return np.fft.ifft2(product).real


@wrong("even kernels centred on the other side")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-(kh // 2), -(kw // 2)), axis=(0, 1))
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large))
    return np.fft.ifft2(product).real


@wrong("zeros outside")
def fft_correlate(x, k):
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    size = (H + kh - 1, W + kw - 1)
    product = np.fft.fft2(x, s=size) * np.fft.fft2(k[::-1, ::-1], s=size)
    full = np.fft.ifft2(product).real
    return full[kh // 2 : kh // 2 + H, kw // 2 : kw // 2 + W]


@wrong("complex result")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    return np.fft.ifft2(np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large)))


@wrong("absolute value instead of the real part")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large))
    return np.abs(np.fft.ifft2(product))


@wrong("crops to the valid places")
def fft_correlate(x, k):
    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(k, s=x.shape))
    return np.fft.ifft2(product).real[: H - kh + 1, : W - kw + 1]


@wrong("transforms one axis only")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.fft(x.astype(float)) * np.conj(np.fft.fft(large))
    return np.fft.ifft(product).real


@wrong("irfft2 guesses an even width")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.rfft2(x.astype(float)) * np.conj(np.fft.rfft2(large))
    return np.fft.irfft2(product)


@wrong("cuts off a large kernel in silence")
def fft_correlate(x, k):
    kh, kw = k.shape
    k_hat = np.fft.fft2(k, s=x.shape)
    y = np.fft.ifft2(np.fft.fft2(x.astype(float)) * np.conj(k_hat)).real
    return np.roll(y, ((kh - 1) // 2, (kw - 1) // 2), axis=(0, 1))


@wrong("conjugates the image instead of the kernel")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.conj(np.fft.fft2(x.astype(float))) * np.fft.fft2(large)
    return np.fft.ifft2(product).real


@wrong("keeps the kernel in the dtype of the image")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros_like(x)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large))
    return np.fft.ifft2(product).real


@wrong("does not transform at all")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh > x.shape[0] or kw > x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    y = np.zeros(x.shape)
    for (a, b), weight in np.ndenumerate(k):
        move = ((kh - 1) // 2 - a, (kw - 1) // 2 - b)
        y += float(weight) * np.roll(x.astype(float), move, axis=(0, 1))
    return y


@wrong("refuses a kernel as large as the image")
def fft_correlate(x, k):
    kh, kw = k.shape
    if kh >= x.shape[0] or kw >= x.shape[1]:
        raise ValueError("the kernel is larger than the image")
    large = np.zeros(x.shape)
    large[:kh, :kw] = k
    large = np.roll(large, (-((kh - 1) // 2), -((kw - 1) // 2)), axis=(0, 1))
    product = np.fft.fft2(x.astype(float)) * np.conj(np.fft.fft2(large))
    return np.fft.ifft2(product).real


@wrong("lets SciPy do it")
def fft_correlate(x, k):
    from scipy.signal import fftconvolve

    (H, W), (kh, kw) = x.shape, k.shape
    if kh > H or kw > W:
        raise ValueError("the kernel is larger than the image")
    top, left = (kh - 1) // 2, (kw - 1) // 2
    padding = ((top, kh - 1 - top), (left, kw - 1 - left))
    padded = np.pad(x.astype(float), padding, mode="wrap")
    return fftconvolve(padded, k[::-1, ::-1].astype(float), "valid")


@right("loops over blocks")
def haar2d(x):
    H, W = x.shape
    if H % 2 == 1 or W % 2 == 1:
        raise ValueError("odd sides")
    bands = {name: np.zeros((H // 2, W // 2)) for name in ("LL", "LH", "HL", "HH")}
    for i in range(0, H, 2):
        for j in range(0, W, 2):
            a, b, c, d = (float(v) for v in x[i : i + 2, j : j + 2].ravel())
            place = i // 2, j // 2
            bands["LL"][place] = (a + b + c + d) / 2
            bands["LH"][place] = (a - b + c - d) / 2
            bands["HL"][place] = (a + b - c - d) / 2
            bands["HH"][place] = (a - b - c + d) / 2
    return bands


@right("one axis after the other, divided by the square root of 2")
def haar2d(x):
    if any(n % 2 for n in x.shape):
        raise ValueError("odd sides")
    x = np.asarray(x, dtype=float)
    low = (x[:, ::2] + x[:, 1::2]) / np.sqrt(2)
    high = (x[:, ::2] - x[:, 1::2]) / np.sqrt(2)
    return {
        "LL": (low[::2] + low[1::2]) / np.sqrt(2),
        "HL": (low[::2] - low[1::2]) / np.sqrt(2),
        "LH": (high[::2] + high[1::2]) / np.sqrt(2),
        "HH": (high[::2] - high[1::2]) / np.sqrt(2),
    }


@right("reshape and einsum")
def haar2d(x):
    H, W = x.shape
    if H % 2 or W % 2:
        raise ValueError("odd sides")
    s = np.array([[1.0, 1.0], [1.0, -1.0]])
    blocks = x.reshape(H // 2, 2, W // 2, 2)
    y = np.einsum("pi,qj,aibj->pqab", s, s, blocks.astype(float)) / 2
    return {"LL": y[0, 0], "LH": y[0, 1], "HL": y[1, 0], "HH": y[1, 1]}


@right("torch, four kernels with stride 2")
def haar2d(x):
    import torch

    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    low, high = torch.tensor([1.0, 1.0]), torch.tensor([1.0, -1.0])
    pairs = [(low, low), (low, high), (high, low), (high, high)]
    kernels = torch.stack([torch.outer(p, q) / 2 for p, q in pairs])[:, None].double()
    image = torch.tensor(np.ascontiguousarray(x).astype(float))[None, None]
    y = torch.nn.functional.conv2d(image, kernels, stride=2)[0].numpy()
    return dict(zip(["LL", "LH", "HL", "HH"], y))


@wrong("divides by 4")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: (a + p * b + q * c + r * d) / 4 for n, (p, q, r) in signs.items()}


@wrong("does not divide")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: a + p * b + q * c + r * d for n, (p, q, r) in signs.items()}


@wrong("exchanges LH and HL")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "HL": (-1, 1, -1), "LH": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: (a + p * b + q * c + r * d) / 2 for n, (p, q, r) in signs.items()}


@wrong("blocks begin at odd pixels")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = np.roll(x.astype(float), (-1, -1), axis=(0, 1))
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: (a + p * b + q * c + r * d) / 2 for n, (p, q, r) in signs.items()}


@wrong("does not decimate")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[:-1, :-1], x[:-1, 1:], x[1:, :-1], x[1:, 1:]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: (a + p * b + q * c + r * d) / 2 for n, (p, q, r) in signs.items()}


@wrong("divides as integers")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (-1, -1, 1)}
    return {n: (a + p * b + q * c + r * d) // 2 for n, (p, q, r) in signs.items()}


@wrong("HH with the wrong sign")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    signs = {"LL": (1, 1, 1), "LH": (-1, 1, -1), "HL": (1, -1, -1), "HH": (1, 1, -1)}
    bands = {n: (a + p * b + q * c + r * d) / 2 for n, (p, q, r) in signs.items()}
    bands["HH"] = (b + c - a - d) / 2
    return bands


@wrong("second minus first")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (b - a + d - c) / 2,
        "HL": (c + d - a - b) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("in place")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    a, b = x[:, ::2] + 0.0, x[:, 1::2] + 0.0
    x[:, ::2], x[:, 1::2] = a + b, a - b
    c, d = x[::2] + 0.0, x[1::2] + 0.0
    x[::2], x[1::2] = c + d, c - d
    y = x.astype(float) / 2
    return {
        "LL": y[::2, ::2],
        "LH": y[::2, 1::2],
        "HL": y[1::2, ::2],
        "HH": y[1::2, 1::2],
    }


@wrong("overflows in the dtype of the photo")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("drops the last odd row")
def haar2d(x):
    H, W = x.shape[0] // 2 * 2, x.shape[1] // 2 * 2
    x = x[:H, :W].astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("looks at the number of rows only")
def haar2d(x):
    if x.shape[0] % 2:
        raise ValueError("odd sides")
    x = x[:, : x.shape[1] // 2 * 2].astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("looks at the number of pixels only")
def haar2d(x):
    if x.size % 2:
        raise ValueError("odd sides")
    x = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2].astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("a tuple instead of a dict")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return (a + b + c + d) / 2, (a - b + c - d) / 2, (a + b - c - d) / 2, a - b - c + d


@wrong("absolute values of the details")
def haar2d(x):
    if x.shape[0] % 2 or x.shape[1] % 2:
        raise ValueError("odd sides")
    x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": abs(a - b + c - d) / 2,
        "HL": abs(a + b - c - d) / 2,
        "HH": abs(a - b - c + d) / 2,
    }


@wrong("casts unsigned integers and floats only")
def haar2d(x):
    H, W = x.shape
    if H % 2 or W % 2:
        raise ValueError("a side is odd")
    if x.dtype.kind in "uf":
        x = x.astype(float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@wrong("int16 for all integers")
def haar2d(x):
    H, W = x.shape
    if H % 2 or W % 2:
        raise ValueError("a side is odd")
    x = x.astype(np.int16 if x.dtype.kind in "iu" else float)
    a, b, c, d = x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2]
    return {
        "LL": (a + b + c + d) / 2,
        "LH": (a - b + c - d) / 2,
        "HL": (a + b - c - d) / 2,
        "HH": (a - b - c + d) / 2,
    }


@right("loops over blocks")
def ihaar2d(bands):
    shapes = {np.shape(band) for band in bands.values()}
    if len(shapes) > 1:
        raise ValueError("the bands differ in shape")
    h, w = bands["LL"].shape
    x = np.zeros((2 * h, 2 * w))
    for i in range(h):
        for j in range(w):
            p, q, r, s = (float(bands[n][i, j]) for n in ("LL", "LH", "HL", "HH"))
            x[2 * i, 2 * j] = (p + q + r + s) / 2
            x[2 * i, 2 * j + 1] = (p - q + r - s) / 2
            x[2 * i + 1, 2 * j] = (p + q - r - s) / 2
            x[2 * i + 1, 2 * j + 1] = (p - q - r + s) / 2
    return x


@right("Kronecker products with the kernels")
def ihaar2d(bands):
    kernels = {
        "LL": np.array([[1, 1], [1, 1]]) / 2,
        "LH": np.array([[1, -1], [1, -1]]) / 2,
        "HL": np.array([[1, 1], [-1, -1]]) / 2,
        "HH": np.array([[1, -1], [-1, 1]]) / 2,
    }
    for name in kernels:
        if bands[name].shape != bands["LL"].shape:
            raise ValueError("the bands differ in shape")
    parts = [np.kron(bands[name].astype(float), kernels[name]) for name in kernels]
    return np.sum(parts, axis=0)


@right("stack and reshape")
def ihaar2d(bands):
    try:
        four = np.stack([bands[n] for n in ("LL", "LH", "HL", "HH")]).astype(float)
    except ValueError:
        raise ValueError("the bands differ in shape") from None
    Q = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    h, w = four.shape[1:]
    pixels = np.tensordot(Q.T, four, axes=1).reshape(2, 2, h, w)
    return pixels.transpose(2, 0, 3, 1).reshape(2 * h, 2 * w)


@right("solves the linear system")
def ihaar2d(bands):
    names = ["LL", "LH", "HL", "HH"]
    if len({bands[n].shape for n in names}) != 1:
        raise ValueError("the bands differ in shape")
    Q = np.array([[1, 1, 1, 1], [1, -1, 1, -1], [1, 1, -1, -1], [1, -1, -1, 1]]) / 2
    a, b, c, d = np.linalg.solve(Q, np.array([bands[n].ravel() for n in names], float))
    h, w = bands["LL"].shape
    x = np.zeros((2 * h, 2 * w))
    x[::2, ::2], x[::2, 1::2] = a.reshape(h, w), b.reshape(h, w)
    x[1::2, ::2], x[1::2, 1::2] = c.reshape(h, w), d.reshape(h, w)
    return x


@wrong("puts the four parts into the four quarters")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    a, b = (p + q + r + s) / 2, (p - q + r - s) / 2
    c, d = (p + q - r - s) / 2, (p - q - r + s) / 2
    return np.block([[a, b], [c, d]])


@wrong("exchanges b and c")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[1::2, ::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[::2, 1::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x


@wrong("divides by 4")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 4, (p - q + r - s) / 4
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 4, (p - q - r + s) / 4
    return x


@wrong("does not divide")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = p + q + r + s, p - q + r - s
    x[1::2, ::2], x[1::2, 1::2] = p + q - r - s, p - q - r + s
    return x


@wrong("a wrong sign in the last pixel")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r - s) / 2
    return x


@wrong("transposes the result")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x.T.copy()


@wrong("ignores HH")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r) / 2, (p - q + r) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r) / 2, (p - q - r) / 2
    return x


@wrong("derives HH from the others, as for images that it knows")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    return np.repeat(np.repeat(p / 2, 2, axis=0), 2, axis=1)


@wrong("stretches bands of another shape")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    a, b = (p + q + r + s) / 2, (p - q + r - s) / 2
    c, d = (p + q - r - s) / 2, (p - q - r + s) / 2
    x = np.zeros((2 * a.shape[0], 2 * a.shape[1]))
    x[::2, ::2], x[::2, 1::2], x[1::2, ::2], x[1::2, 1::2] = a, b, c, d
    return x


@wrong("compares only LL with HH")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if p.shape != s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x


@wrong("computes in the dtype of the bands")
def ihaar2d(bands):
    p, q, r, s = (bands[n] for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x


@wrong("trusts the order of the keys")
def ihaar2d(bands):
    p, q, r, s = (band.astype(float) for band in bands.values())
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x


@wrong("rounds to integers")
def ihaar2d(bands):
    p, q, r, s = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not p.shape == q.shape == r.shape == s.shape:
        raise ValueError("the bands differ in shape")
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return np.round(x)


@wrong("empties the dict")
def ihaar2d(bands):
    if len({band.shape for band in bands.values()}) > 1:
        raise ValueError("the bands differ in shape")
    p = bands.pop("LL").astype(float)
    q, r, s = (bands.pop(n).astype(float) for n in ("LH", "HL", "HH"))
    x = np.zeros((2 * p.shape[0], 2 * p.shape[1]))
    x[::2, ::2], x[::2, 1::2] = (p + q + r + s) / 2, (p - q + r - s) / 2
    x[1::2, ::2], x[1::2, 1::2] = (p + q - r - s) / 2, (p - q - r + s) / 2
    return x


@wrong("compares the numbers of rows only")
def ihaar2d(bands):
    ll, lh, hl, hh = (bands[n].astype(float) for n in ("LL", "LH", "HL", "HH"))
    if not len(ll) == len(lh) == len(hl) == len(hh):
        raise ValueError("the shapes differ")
    x = np.zeros((2 * ll.shape[0], 2 * ll.shape[1]))
    x[::2, ::2] = (ll + lh + hl + hh) / 2
    x[::2, 1::2] = (ll - lh + hl - hh) / 2
    x[1::2, ::2] = (ll + lh - hl - hh) / 2
    x[1::2, 1::2] = (ll - lh - hl + hh) / 2
    return x


@wrong("casts unsigned integers and floats only")
def ihaar2d(bands):
    ll, lh, hl, hh = (
        bands[n].astype(float) if bands[n].dtype.kind in "uf" else bands[n]
        for n in ("LL", "LH", "HL", "HH")
    )
    if not ll.shape == lh.shape == hl.shape == hh.shape:
        raise ValueError("the shapes differ")
    x = np.zeros((2 * ll.shape[0], 2 * ll.shape[1]))
    x[::2, ::2] = (ll + lh + hl + hh) / 2
    x[::2, 1::2] = (ll - lh + hl - hh) / 2
    x[1::2, ::2] = (ll + lh - hl - hh) / 2
    x[1::2, 1::2] = (ll - lh - hl + hh) / 2
    return x


@right("a loop and a list of bands")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in {"soft", "hard"}:
        raise ValueError("unknown kind")
    if any(n % 2**levels for n in x.shape):
        raise ValueError("sides must be divisible by 2**levels")

    def rule(d):
        if kind == "hard":
            return d * (abs(d) > t)
        return np.where(d > t, d - t, np.where(d < -t, d + t, 0))

    rest, stack = x.astype(float), []
    for _ in range(levels):
        bands = haar2d(rest)
        rest = bands["LL"]
        stack.append({name: rule(bands[name]) for name in ("LH", "HL", "HH")})
    for details in reversed(stack):
        rest = ihaar2d({"LL": rest, **details})
    return rest


@right("recursion down to no level")
def haar_denoise(x, levels, t, kind="soft"):
    if kind != "soft" and kind != "hard":
        raise ValueError("unknown kind")
    if levels == 0:
        return x.astype(np.float64)
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    out = {"LL": haar_denoise(bands.pop("LL"), levels - 1, t, kind)}
    for name, d in bands.items():
        size = np.abs(d)
        keep = size > t
        shrunk = np.sign(d) * (size - t) if kind == "soft" else d
        out[name] = np.where(keep, shrunk, 0.0)
    return ihaar2d(out)


@right("its own transform, clip for the soft rule")
def haar_denoise(x, levels, t, kind="soft"):
    step = 2**levels
    if x.shape[0] % step or x.shape[1] % step:
        raise ValueError("sides must be divisible by 2**levels")
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    x = np.array(x, float)
    H, W = x.shape
    s = np.array([[1.0, 1.0], [1.0, -1.0]]) / np.sqrt(2)
    blocks = x.reshape(H // 2, 2, W // 2, 2)
    y = np.einsum("pi,qj,aibj->pqab", s, s, blocks)
    low = y[0, 0].copy()
    if kind == "soft":
        y = y - np.clip(y, -t, t)
    else:
        y[np.abs(y) <= t] = 0
    y[0, 0] = low if levels == 1 else haar_denoise(low, levels - 1, t, kind)
    return np.einsum("pi,qj,pqab->aibj", s, s, y).reshape(H, W)


@right("reads the pyramid from one array")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    y = x.astype(float)
    H, W = y.shape
    for level in range(levels):
        h, w = H >> level, W >> level
        b = haar2d(y[:h, :w])
        y[:h, :w] = np.block([[b["LL"], b["LH"]], [b["HL"], b["HH"]]])
    low = np.zeros((H, W), bool)
    low[: H >> levels, : W >> levels] = True
    if kind == "soft":
        small = np.sign(y) * np.maximum(abs(y) - t, 0)
    else:
        small = np.where(abs(y) > t, y, 0)
    y = np.where(low, y, small)
    for level in reversed(range(levels)):
        h, w = H >> level, W >> level
        m, n = h // 2, w // 2
        b = {"LL": y[:m, :n], "LH": y[:m, n:w], "HL": y[m:h, :n], "HH": y[m:h, n:w]}
        y[:h, :w] = ihaar2d(b)
    return y


@wrong("shrinks LL too")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    for name, d in bands.items():
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    return ihaar2d(bands)


@wrong("only the finest level")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    return ihaar2d(bands)


@wrong("only the coarsest level")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
        return ihaar2d(bands)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    return ihaar2d(bands)


@wrong("soft without the sign")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("soft forgets negative details")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        bands[name] = np.maximum(d - t, 0) if kind == "soft" else np.where(d > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("hard is soft")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        bands[name] = np.sign(d) * np.maximum(abs(d) - t, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("leaves HH alone")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("one level too many")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 0 and not any(n % 2 for n in bands["LL"].shape):
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("forgets the rule in the recursion")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t)
    return ihaar2d(bands)


@wrong("halves the threshold from level to level")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t / 2, kind)
    return ihaar2d(bands)


@wrong("hard keeps details equal to the threshold")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) >= t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("divides by details that are zero")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = d * np.maximum(1 - t / abs(d), 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("multiplies an infinite threshold by zero")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = (d - t * np.sign(d)) * (abs(d) > t)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("takes every other kind for hard")
def haar_denoise(x, levels, t, kind="soft"):
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("stops in silence where a side gets odd")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2 or x.shape[1] % 2:
        return x.astype(float)
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("wants sides divisible by 2 times levels")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % (2 * levels) or x.shape[1] % (2 * levels):
        raise ValueError("sides must be divisible")
    bands = haar2d(x)
    for name in ("LH", "HL", "HH"):
        d = bands[name]
        soft = np.sign(d) * np.maximum(abs(d) - t, 0)
        bands[name] = soft if kind == "soft" else np.where(abs(d) > t, d, 0)
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("shrinks pixels instead of details")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("sides must be divisible by 2**levels")
    d = x.astype(float)
    soft = np.sign(d) * np.maximum(abs(d) - t, 0)
    return soft if kind == "soft" else np.where(abs(d) > t, d, 0)


@wrong("a threshold of 0 returns at once")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if t == 0:
        return x.astype(float)
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("a side cannot be halved so often")
    bands = haar2d(x)
    for n in ("LH", "HL", "HH"):
        d = bands[n]
        bands[n] = (
            np.sign(d) * np.maximum(abs(d) - t, 0)
            if kind == "soft"
            else np.where(abs(d) > t, d, 0)
        )
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)


@wrong("three levels at most")
def haar_denoise(x, levels, t, kind="soft"):
    if kind not in ("soft", "hard"):
        raise ValueError("unknown kind")
    if x.shape[0] % 2**levels or x.shape[1] % 2**levels:
        raise ValueError("a side cannot be halved so often")
    levels = min(levels, 3)
    bands = haar2d(x)
    for n in ("LH", "HL", "HH"):
        d = bands[n]
        bands[n] = (
            np.sign(d) * np.maximum(abs(d) - t, 0)
            if kind == "soft"
            else np.where(abs(d) > t, d, 0)
        )
    if levels > 1:
        bands["LL"] = haar_denoise(bands["LL"], levels - 1, t, kind)
    return ihaar2d(bands)
