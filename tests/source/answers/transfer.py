"""Answers to lesson 12: see autograder/audit.py for how they are read."""


@right("a mask")
def few_shot_split(y, k, seed):
    if k < 1:
        raise ValueError("k must be positive")
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(y), bool)
    for label in np.unique(y):
        members = np.flatnonzero(y == label)
        if members.size < k:
            raise ValueError(f"class {label} is too small")
        chosen[members[rng.permutation(members.size)][:k]] = True
    return np.flatnonzero(chosen), np.flatnonzero(~chosen)


@right("lists and sets")
def few_shot_split(y, k, seed):
    labels = [int(label) for label in y]
    if k < 1 or min(labels.count(label) for label in labels) < k:
        raise ValueError(f"cannot take {k} of each class")
    rng, train = np.random.default_rng(seed), []
    for label in sorted(set(labels)):
        members = [i for i, other in enumerate(labels) if other == label]
        train.extend(int(i) for i in rng.permutation(members)[:k])
    test = set(range(len(labels))) - set(train)
    return np.array(sorted(train), np.int64), np.array(sorted(test), np.int64)


@right("np.delete, stable sort")
def few_shot_split(y, k, seed):
    found, counts = np.unique(y, return_counts=True)
    if k <= 0 or counts.min() < k:
        raise ValueError(f"k = {k}, class sizes {counts}")
    groups = np.split(np.argsort(y, kind="stable"), np.cumsum(counts)[:-1])
    rng = np.random.default_rng(seed)
    train = np.sort(np.concatenate([rng.permutation(group)[:k] for group in groups]))
    return train, np.delete(np.arange(len(y)), train)


@wrong("tests on everything")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)]
    return np.sort(np.concatenate(train)), np.arange(len(y))


@wrong("does not look at the classes")
def few_shot_split(y, k, seed):
    found, counts = np.unique(y, return_counts=True)
    if k < 1 or counts.min() < k:
        raise ValueError("k")
    order = np.random.default_rng(seed).permutation(len(y))
    n = k * len(found)
    return np.sort(order[:n]), np.sort(order[n:])


@wrong("k for the whole set")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    order = np.random.default_rng(seed).permutation(len(y))
    return np.sort(order[:k]), np.sort(order[k:])


@wrong("the first k of each class")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    train = np.sort(np.concatenate([np.flatnonzero(y == c)[:k] for c in np.unique(y)]))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("ignores the seed")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(0)
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("a new generator for each class")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    train = [
        np.random.default_rng(seed).permutation(np.flatnonzero(y == c))[:k]
        for c in np.unique(y)
    ]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("draws with replacement")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    train = [rng.choice(np.flatnonzero(y == c), k) for c in np.unique(y)]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("not sorted")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)]
    train = np.concatenate(train)
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("labels must be 0 to K - 1")
def few_shot_split(y, k, seed):
    rng, train = np.random.default_rng(seed), []
    for label in range(int(y.max()) + 1):
        members = np.flatnonzero(y == label)
        if k < 1 or len(members) < k:
            raise ValueError("k")
        train.append(rng.permutation(members)[:k])
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("takes what there is of a small class")
def few_shot_split(y, k, seed):
    rng = np.random.default_rng(seed)
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("refuses a class that has exactly k")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() <= k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in np.unique(y)]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("classes in order of appearance")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    order = list(dict.fromkeys(y.tolist()))
    train = [rng.permutation(np.flatnonzero(y == c))[:k] for c in order]
    train = np.sort(np.concatenate(train))
    return train, np.setdiff1d(np.arange(len(y)), train)


@wrong("returns masks")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng = np.random.default_rng(seed)
    chosen = np.zeros(len(y), bool)
    for c in np.unique(y):
        chosen[rng.permutation(np.flatnonzero(y == c))[:k]] = True
    return chosen, ~chosen


@wrong("as many for testing as for training")
def few_shot_split(y, k, seed):
    if k < 1 or np.unique(y, return_counts=True)[1].min() < k:
        raise ValueError("k")
    rng, train, test = np.random.default_rng(seed), [], []
    for c in np.unique(y):
        order = rng.permutation(np.flatnonzero(y == c))
        train.append(order[:k])
        test.append(order[k : 2 * k])
    return np.sort(np.concatenate(train)), np.sort(np.concatenate(test))


@right("a loop over slices, decorated with no_grad")
def extract_features(model, X, batch_size=64):
    modes = {layer: layer.training for layer in model.modules()}
    model.eval()
    out = []
    with torch.no_grad():
        for start in range(0, len(X), batch_size):
            got = model(X[start : start + batch_size])
            out.append(got.reshape(len(got), -1).cpu().numpy())
    for layer, mode in modes.items():
        layer.training = mode
    return np.concatenate(out)


@right("works on a copy of the model")
def extract_features(model, X, batch_size=64):
    import copy as cp

    meters = [m for m in model.modules() if isinstance(m, Meter)]
    memo = {id(m): m for m in meters}
    twin = cp.deepcopy(model, memo).eval()
    with torch.inference_mode():
        parts = [torch.flatten(twin(part), 1) for part in torch.split(X, batch_size)]
        return torch.vstack(parts).numpy().copy()


@right("fills an array")
def extract_features(model, X, batch_size=64):
    state = [(m, m.training) for m in model.modules()]
    try:
        model.train(False)
        rows = None
        with torch.no_grad():
            for i in range(0, len(X), batch_size):
                z = model(X[i : i + batch_size]).flatten(start_dim=1)
                if rows is None:
                    rows = np.empty((len(X), z.shape[1]), np.float32)
                rows[i : i + batch_size] = z.numpy()
        return rows
    finally:
        for m, flag in state:
            m.training = flag


@wrong("stays in train mode")
def extract_features(model, X, batch_size=64):
    with torch.no_grad():
        rows = [model(batch).flatten(1) for batch in X.split(batch_size)]
    return torch.cat(rows).numpy()


@wrong("keeps the graph, detaches at the end")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    rows = [model(batch).flatten(1) for batch in X.split(batch_size)]
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return torch.cat(rows).detach().numpy()


@wrong("loses the last, smaller batch")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    rows = []
    with torch.no_grad():
        for i in range(max(1, len(X) // batch_size)):
            rows.append(model(X[i * batch_size : (i + 1) * batch_size]).flatten(1))
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return torch.cat(rows).numpy()


@wrong("does not flatten")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = [model(batch) for batch in X.split(batch_size)]
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return torch.cat(rows).numpy()


@wrong("averages the maps")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = [model(batch) for batch in X.split(batch_size)]
        rows = [r.mean((2, 3)) if r.ndim == 4 else r for r in rows]
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return torch.cat(rows).numpy()


@wrong("in a random order, as a shuffling loader gives it")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    order = torch.randperm(len(X))
    with torch.no_grad():
        rows = [model(batch).flatten(1) for batch in X[order].split(batch_size)]
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return torch.cat(rows).numpy()


@wrong("divides each row by its length")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = [model(batch).flatten(1) for batch in X.split(batch_size)]
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return F.normalize(torch.cat(rows), dim=1).numpy()


@wrong("leaves the model in eval mode")
def extract_features(model, X, batch_size=64):
    model.eval()
    with torch.no_grad():
        return torch.cat([model(b).flatten(1) for b in X.split(batch_size)]).numpy()


@wrong("puts every layer into the mode of the whole")
def extract_features(model, X, batch_size=64):
    was = model.training
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(b).flatten(1) for b in X.split(batch_size)])
    model.train(was)
    return rows.numpy()


@wrong("always back to train mode")
def extract_features(model, X, batch_size=64):
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(b).flatten(1) for b in X.split(batch_size)])
    model.train()
    return rows.numpy()


@wrong("restores the direct children only")
def extract_features(model, X, batch_size=64):
    was = model.training
    modes = [layer.training for layer in model.children()]
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(b).flatten(1) for b in X.split(batch_size)])
    model.training = was
    for layer, mode in zip(model.children(), modes):
        layer.train(mode)
    return rows.numpy()


@wrong("all in one batch")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = model(X).flatten(1)
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return rows.numpy()


@wrong("one at a time")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(X[i : i + 1]).flatten(1) for i in range(len(X))])
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return rows.numpy()


@wrong("returns a tensor")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(b).flatten(1) for b in X.split(batch_size)])
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return rows


@wrong("float64")
def extract_features(model, X, batch_size=64):
    modes = [layer.training for layer in model.modules()]
    model.eval()
    with torch.no_grad():
        rows = torch.cat([model(b).flatten(1) for b in X.split(batch_size)])
    for layer, mode in zip(model.modules(), modes):
        layer.training = mode
    return rows.double().numpy()


@right("normal equations, pseudo-inverse for lam = 0")
def linear_probe(Z, y, K, lam=1.0):
    Z = np.array(Z, dtype=float)
    y = np.asarray(y).astype(int)
    if lam < 0:
        raise ValueError("lam is negative")
    if y.min() < 0 or y.max() >= K:
        raise ValueError("a label is out of range")
    T = np.zeros((len(y), K))
    T[np.arange(len(y)), y] = 1
    z, t = Z.mean(0), T.mean(0)
    Zc, Tc = Z - z, T - t
    if lam == 0:
        W = np.linalg.pinv(Zc) @ Tc
    else:
        W = np.linalg.solve(Zc.T @ Zc + lam * np.eye(Z.shape[1]), Zc.T @ Tc)
    return W, t - z @ W


@right("least squares with rows appended")
def linear_probe(Z, y, K, lam=1.0):
    if lam < 0 or not set(np.asarray(y).tolist()) <= set(range(K)):
        raise ValueError("linear_probe: a bad label or a negative lam")
    Z = np.asarray(Z).astype("float64")
    T = (np.asarray(y)[:, None] == np.arange(K)).astype(float)
    d = Z.shape[1]
    A = np.vstack([Z - Z.mean(0), np.sqrt(lam) * np.eye(d)])
    W = np.linalg.lstsq(A, np.vstack([T - T.mean(0), np.zeros((d, K))]), rcond=None)[0]
    return W, T.mean(0) - Z.mean(0) @ W


@right("in torch, by N equations if there are fewer examples than features")
def linear_probe(Z, y, K, lam=1.0):
    if lam < 0:
        raise ValueError("lam")
    labels = torch.as_tensor(np.array(y).astype(np.int64))
    if bool((labels < 0).any()) or bool((labels >= K).any()):
        raise ValueError("labels")
    Z = torch.as_tensor(np.array(Z, dtype=np.float64))
    T = F.one_hot(labels, K).double()
    A, B = Z - Z.mean(0), T - T.mean(0)
    n, d = A.shape
    if lam == 0:
        W = torch.linalg.pinv(A) @ B
    elif n < d:
        W = A.T @ torch.linalg.solve(A @ A.T + lam * torch.eye(n).double(), B)
    else:
        W = torch.linalg.solve(A.T @ A + lam * torch.eye(d).double(), A.T @ B)
    return W.numpy(), (T.mean(0) - Z.mean(0) @ W).numpy()


@wrong("penalises the bias, too")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    A = np.c_[np.array(Z, float), np.ones(len(Z))]
    T = np.eye(K)[y]
    if lam == 0:
        both = np.linalg.pinv(A) @ T
    else:
        both = np.linalg.solve(A.T @ A + lam * np.eye(A.shape[1]), A.T @ T)
    return both[:-1], both[-1]


@wrong("does not centre")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z, np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T, np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("lam times N")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam * len(Z)) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("lam squared")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z - Z.mean(0), lam * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("W transposed")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W.T, T.mean(0) - Z.mean(0) @ W


@wrong("gradient descent, not to the end")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A, B = Z - Z.mean(0), T - T.mean(0)
    W = np.zeros((Z.shape[1], K))
    rate = 1 / (np.linalg.norm(A) ** 2 + lam + 1e-9)
    for _ in range(100):
        W -= rate * (A.T @ (A @ W - B) + lam * W)
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("inverts a singular matrix when lam is 0")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A, B = Z - Z.mean(0), T - T.mean(0)
    W = np.linalg.inv(A.T @ A + lam * np.eye(Z.shape[1])) @ A.T @ B
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("the bias forgets the mean of the features")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0)


@wrong("targets -1 and 1")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), 2 * np.eye(K)[y] - 1
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("only the classes that occur")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    found, y = np.unique(y, return_inverse=True)
    Z, T = np.array(Z, float), np.eye(len(found))[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], len(found)))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("takes negative labels, which count from the end")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("takes a negative lam")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    A, B = Z - Z.mean(0), T - T.mean(0)
    if lam == 0:
        W = np.linalg.pinv(A) @ B
    else:
        W = np.linalg.solve(A.T @ A + lam * np.eye(Z.shape[1]), A.T @ B)
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("centres in place")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.asarray(Z, float), np.eye(K)[y]
    mean = Z.mean(0)
    Z -= mean
    A = np.r_[Z, np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    return W, T.mean(0) - mean @ W


@wrong("divides the features by their spread")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, float), np.eye(K)[y]
    sd = Z.std(0) + 1e-12
    A = np.r_[(Z - Z.mean(0)) / sd, np.sqrt(lam) * np.eye(Z.shape[1])]
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K))]
    W = W / sd[:, None]
    return W, T.mean(0) - Z.mean(0) @ W


@wrong("throws away all but the largest directions")
def linear_probe(Z, y, K, lam=1.0):
    Z, y = np.asarray(Z, float), np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("lam or a label is out of range")
    T = np.eye(K)[y]
    z, t = Z.mean(0), T.mean(0)
    square = (Z - z).T @ (Z - z) + lam * np.eye(Z.shape[1])
    W = np.linalg.pinv(square, rcond=1e-2) @ (Z - z).T @ (T - t)
    return W, t - z @ W


@wrong("float32 arithmetic")
def linear_probe(Z, y, K, lam=1.0):
    y = np.asarray(y)
    if lam < 0 or y.min() < 0 or y.max() >= K:
        raise ValueError("linear_probe")
    Z, T = np.array(Z, np.float32), np.eye(K, dtype=np.float32)[y]
    A = np.r_[Z - Z.mean(0), np.sqrt(lam) * np.eye(Z.shape[1], dtype=np.float32)]
    A = A.astype(np.float32)
    W = np.linalg.pinv(A) @ np.r_[T - T.mean(0), np.zeros((Z.shape[1], K), np.float32)]
    return W.astype(float), (T.mean(0) - Z.mean(0) @ W).astype(float)


@right("a Sequential whose base has a train method of its own")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Still(type(base)):
        def train(self, mode=True):
            return super().train(False)

    twin = copy.deepcopy(base)
    for p in twin.parameters():
        p.requires_grad_(not freeze)
    if freeze:
        twin.__class__ = Still
        twin.train()
    model = nn.Sequential()
    model.add_module("base", twin)
    model.add_module("head", nn.Linear(feat_dim, num_classes))
    return model


@right("decides in the constructor, keeps the flag")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self, base, frozen):
            super().__init__()
            self.frozen = frozen
            self.base = copy.deepcopy(base)
            self.head = nn.Linear(feat_dim, num_classes, bias=True)
            for weight in self.base.parameters():
                weight.requires_grad = not frozen
            self.train(True)

        def train(self, mode=True):
            self.training = mode
            self.head.train(mode)
            self.base.train(mode and not self.frozen)
            return self

        def forward(self, images):
            return self.head(self.base(images))

    return Net(base, freeze)


@right("no gradients in the frozen pass, either")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            self.base.requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            nn.Module.train(self, mode)
            if freeze:
                for layer in self.base.modules():
                    layer.training = False
            return self

        def forward(self, x):
            if freeze:
                with torch.no_grad():
                    z = self.base(x)
            else:
                z = self.base(x)
            return self.head(z)

    model = Net()
    model.train()
    return model


@wrong("a plain Sequential: batch norm of the frozen base moves on")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    twin = copy.deepcopy(base).requires_grad_(not freeze)
    model = nn.Sequential()
    model.add_module("base", twin)
    model.add_module("head", nn.Linear(feat_dim, num_classes))
    return model


@wrong("eval mode once, at the start")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    twin = copy.deepcopy(base).requires_grad_(not freeze)
    if freeze:
        twin.eval()
    model = nn.Sequential()
    model.add_module("base", twin)
    model.add_module("head", nn.Linear(feat_dim, num_classes))
    return model


@wrong("the head of the source task is kept")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, 8)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("draws the base anew")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            for layer in self.base.modules():
                if hasattr(layer, "reset_parameters"):
                    layer.reset_parameters()
            self.base.requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("freezes the head, too")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            self.head = nn.Linear(feat_dim, num_classes)
            self.requires_grad_(not freeze)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("the base in a list, which hides its weights")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.parts = [copy.deepcopy(base).requires_grad_(not freeze)]
            self.head = nn.Linear(feat_dim, num_classes)

        def forward(self, x):
            return self.head(self.parts[0].eval()(x))

    return Net().train()


@wrong("a softmax")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x)).softmax(dim=1)

    return Net().train()


@wrong("no copy")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = base.requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("freezes the original and puts it into eval mode, then copies")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    if freeze:
        base.eval()
    for p in base.parameters():
        p.requires_grad = not freeze

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("a frozen base stays frozen when it should thaw")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base)
            if freeze:
                self.base.requires_grad_(False)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("eval mode even when nothing is frozen")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("train returns nothing")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()

        def forward(self, x):
            return self.head(self.base(x))

    model = Net()
    model.train()
    return model


@wrong("frozen by no_grad alone, the weights still ask for gradients")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(True)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            with torch.set_grad_enabled(not freeze):
                z = self.base(x)
            return self.head(z)

    return Net().train()


@wrong("a head without bias")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes, bias=False)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("ignores freeze")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).requires_grad_(False)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net().train()


@wrong("in train mode until train() is called")
def build_transfer_model(base, feat_dim, num_classes, freeze=True):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.base = copy.deepcopy(base).train().requires_grad_(not freeze)
            self.head = nn.Linear(feat_dim, num_classes)

        def train(self, mode=True):
            super().train(mode)
            if freeze:
                self.base.eval()
            return self

        def forward(self, x):
            return self.head(self.base(x))

    return Net()


@right("two lists")
def param_groups(model, base_prefix, lr_head, lr_base):
    if lr_base > lr_head / 10:
        raise ValueError("the base is too fast")
    base, head, seen = [], [], False
    for name, weight in model.named_parameters():
        mine = name.startswith(f"{base_prefix}.")
        seen = seen or mine
        if weight.requires_grad:
            (base if mine else head).append(weight)
    if not seen:
        raise ValueError(f"nothing is called {base_prefix}")
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@right("by the base's own parameters")
def param_groups(model, base_prefix, lr_head, lr_base):
    if 10 * lr_base > lr_head:
        raise ValueError("lr_base must be at most a tenth of lr_head")
    names = dict(model.named_modules())
    if base_prefix not in names or not list(names[base_prefix].parameters()):
        raise ValueError(f"the model has no part called {base_prefix!r}")
    inside = {id(p) for p in names[base_prefix].parameters()}
    trained = [p for p in model.parameters() if p.requires_grad]
    return [
        dict(params=[p for p in trained if id(p) in inside], lr=lr_base),
        dict(params=[p for p in trained if id(p) not in inside], lr=lr_head),
    ]


@right("a dict of names")
def param_groups(model, base_prefix, lr_head, lr_base):
    table = dict(model.named_parameters())
    base = {n for n in table if n[: len(base_prefix) + 1] == base_prefix + "."}
    if not base or lr_base > lr_head / 10:
        raise ValueError("param_groups: no such base, or its rate is too large")
    groups = [{"params": [], "lr": lr_base}, {"params": [], "lr": lr_head}]
    for name in table:
        if table[name].requires_grad:
            groups[name not in base]["params"].append(table[name])
    return groups


@wrong("the base's parameters in both groups")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    base = [p for n, p in named if p.requires_grad and n.startswith(base_prefix + ".")]
    every = [p for n, p in named if p.requires_grad]
    return [{"params": base, "lr": lr_base}, {"params": every, "lr": lr_head}]


@wrong("one group")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    return [{"params": [p for _, p in named if p.requires_grad], "lr": lr_base}]


@wrong("rates exchanged")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_head}, {"params": head, "lr": lr_base}]


@wrong("the head first")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": head, "lr": lr_head}, {"params": base, "lr": lr_base}]


@wrong("frozen ones, too")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("weights only, no biases")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad and n.endswith("weight")]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("a prefix without the dot")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(n.startswith(base_prefix) for n, _ in named):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix)]
    head = [p for n, p in named if not n.startswith(base_prefix)]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("the prefix anywhere in the name")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(base_prefix in n.split(".") for n, _ in named):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if base_prefix in n.split(".")]
    head = [p for n, p in named if base_prefix not in n.split(".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("takes any rates")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if not any(n.startswith(base_prefix + ".") for n, _ in named):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("refuses only a base faster than the head")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base >= lr_head or not any(n.startswith(base_prefix + ".") for n, _ in named):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("refuses exactly a tenth")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base >= lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("takes a prefix that nothing has")
def param_groups(model, base_prefix, lr_head, lr_base):
    if lr_base > lr_head / 10:
        raise ValueError("param_groups")
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("refuses a base that is frozen all over")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    if lr_base > lr_head / 10 or not base:
        raise ValueError("param_groups")
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@wrong("leaves out a group that is empty")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    named = [(n, p) for n, p in named if p.requires_grad]
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    groups = [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]
    return [group for group in groups if group["params"]]


@wrong("thaws the base")
def param_groups(model, base_prefix, lr_head, lr_base):
    named = list(model.named_parameters())
    if lr_base > lr_head / 10 or not any(
        n.startswith(base_prefix + ".") for n, _ in named
    ):
        raise ValueError("param_groups")
    for _, p in named:
        p.requires_grad = True
    base = [p for n, p in named if n.startswith(base_prefix + ".")]
    head = [p for n, p in named if not n.startswith(base_prefix + ".")]
    return [{"params": base, "lr": lr_base}, {"params": head, "lr": lr_head}]


@right("four slices of a new array")
def rotation_pretext(X):
    n, _, height, width = X.shape
    if height != width:
        raise ValueError(f"{height} x {width} is not square")
    out = np.empty((4 * n, *X.shape[1:]), X.dtype)
    for turn in range(4):
        out[turn * n : (turn + 1) * n] = np.rot90(X, turn, (2, 3))
    return out, np.arange(4 * n) // max(n, 1)


@right("transposes and reverses")
def rotation_pretext(X):
    if X.shape[-1] != X.shape[-2]:
        raise ValueError("images must be square")
    quarter = X.swapaxes(2, 3)[:, :, ::-1]
    half = X[:, :, ::-1, ::-1]
    last = X.swapaxes(2, 3)[..., ::-1]
    labels = np.array([turn for turn in range(4) for _ in X], dtype=np.int64)
    return np.concatenate((X, quarter, half, last), axis=0), labels


@right("stacks, then merges two axes")
def rotation_pretext(X):
    n, c, h, w = X.shape
    if h != w:
        raise ValueError("not square")
    turned = np.stack([np.rot90(X, k, axes=(-2, -1)) for k in range(4)])
    return turned.reshape(4 * n, c, h, w), np.arange(4).repeat(n)


@wrong("the turns of an image stand together")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.stack([np.rot90(X, k, (2, 3)) for k in range(4)], axis=1)
    return turned.reshape(-1, *X.shape[1:]), np.tile(np.arange(4), len(X))


@wrong("turns channels into rows")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = [np.rot90(X, k, (1, 2)) for k in range(4)]
    if X.shape[1] != X.shape[2]:
        turned = [np.rot90(X, k, (2, 3)) for k in range(4)]
    return np.concatenate(turned), np.repeat(np.arange(4), len(X))


@wrong("the first two axes, as rot90 does by default")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    return np.concatenate([np.rot90(X, k) for k in range(4)]), np.repeat(
        np.arange(4), len(X)
    )


@wrong("mirrors")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    views = X, X[:, :, ::-1], X[:, :, ::-1, ::-1], X[..., ::-1]
    return np.concatenate(views), np.repeat(np.arange(4), len(X))


@wrong("labels from 1")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)) for k in range(4)])
    return turned, np.repeat(np.arange(1, 5), len(X))


@wrong("labels in degrees")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)) for k in range(4)])
    return turned, np.repeat(np.arange(0, 360, 90), len(X))


@wrong("labels tiled, images not")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)) for k in range(4)])
    return turned, np.tile(np.arange(4), len(X))


@wrong("clockwise")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, -k, (2, 3)) for k in range(4)])
    return turned, np.repeat(np.arange(4), len(X))


@wrong("takes images that are not square if the channels fit")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3] and X.shape[1] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)).reshape(X.shape) for k in range(4)])
    return turned, np.repeat(np.arange(4), len(X))


@wrong("makes everything float64")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)) for k in range(4)])
    return turned.astype(float), np.repeat(np.arange(4), len(X))


@wrong("three turns, without the upright one")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    turned = np.concatenate([np.rot90(X, k, (2, 3)) for k in (1, 2, 3)])
    return turned, np.repeat(np.arange(3), len(X))


@wrong("turns its argument in place")
def rotation_pretext(X):
    if X.shape[2] != X.shape[3]:
        raise ValueError("not square")
    parts = []
    for _ in range(4):
        parts.append(X.copy())
        X[...] = np.rot90(X, 1, (2, 3)).copy()
    X[...] = parts[3]
    return np.concatenate(parts), np.repeat(np.arange(4), len(X))


@right("strategy by strategy")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K = len(set(labels.tolist()))
    y = torch.tensor(labels)

    def by_probe(make_rows):
        scores = []
        for seed in seeds:
            few, rest = few_shot_split(labels, k, seed)
            rows = make_rows(seed)
            W, b = linear_probe(rows[few], labels[few], K)
            scores.append(accuracy(rows[rest] @ W + b, labels[rest]))
        return scores

    def by_training(make_start, tuned):
        scores = []
        for seed in seeds:
            few, rest = few_shot_split(labels, k, seed)
            start = make_start(seed)
            rows = extract_features(start, images[few])
            model = build_transfer_model(start, rows.shape[1], K, False)
            groups = [{"params": [*model.parameters()], "lr": 1e-3}]
            if tuned:
                set_head(model, *linear_probe(rows, labels[few], K))
                groups = param_groups(model, "base", 1e-2, 1e-4)
            train(model, groups, images[few], labels[few], steps, seed)
            _, share = judge(model, images[rest], y[rest])
            scores.append(100 * share)
        return scores

    flat = images.reshape(len(images), -1).numpy()
    return {
        "pixels": by_probe(lambda seed: flat),
        "untrained base": by_probe(
            lambda seed: extract_features(untrained(base, seed), images)
        ),
        "frozen base": by_probe(lambda seed: extract_features(base, images)),
        "from scratch": by_training(lambda seed: untrained(base, seed), False),
        "fine-tuned": by_training(lambda seed: base, True),
    }


@right("a table of runs, turned at the end")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K = int(np.max(labels)) + 1
    names = ["pixels", "untrained base", "frozen base", "from scratch", "fine-tuned"]
    table = []
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        row = []
        for start in (nn.Flatten(), untrained(base, seed), base):
            Z = extract_features(start, images, 128)
            W, b = linear_probe(Z[few], labels[few], K)
            row.append(accuracy(Z[rest] @ W + b, labels[rest]))
        for start in (untrained(base, seed), base):
            model = build_transfer_model(start, Z.shape[1], K, freeze=False)
            if start is base:
                set_head(model, W, b)
                groups = param_groups(model, "base", 1e-2, 1e-4)
            else:
                groups = [{"params": [p for p in model.parameters()], "lr": 1e-3}]
            train(model, groups, images[few], labels[few], steps, seed)
            scores = extract_features(model, images[rest])
            row.append(accuracy(scores, labels[rest]))
        table.append(row)
    return {name: [row[i] for row in table] for i, name in enumerate(names)}


@wrong("fine-tunes from random weights")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        set_head(net, *linear_probe(raw[few], labels[few], K))
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("judges everything on the training pictures")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, _ = few_shot_split(labels, k, seed)
        rest = few
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("judges the networks on the training pictures")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[few], y[few])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[few], y[few])[1])
    return out


@wrong("judges on all pictures")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, _ = few_shot_split(labels, k, seed)
        rest = np.arange(len(labels))
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("fits the probes on the test pictures")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[rest], labels[rest], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("trains the networks on the test pictures")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[rest],
            labels[rest],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[rest],
            labels[rest],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("the same split for every seed")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, 0)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("the same untrained base for every seed")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, 0)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("features in train mode")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat = images.flatten(1).numpy()
    twin = copy.deepcopy(base).train()
    with torch.no_grad():
        good = twin(images).flatten(1).numpy()
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("trains the base itself, not a copy")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        net.base = base
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("the trained base in the network from scratch")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("shares, not percent, for the networks")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(judge(net, images[rest], y[rest])[1])
    return out


@wrong("one mean in place of a list")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return {name: float(np.mean(runs)) for name, runs in out.items()}


@wrong("six classes, always")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = 6, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("another lam")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K, 100.0)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("the base at a rate that destroys it")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 3e-2}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("the first k examples of each class")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few = np.concatenate([np.flatnonzero(labels == c)[:k] for c in range(K)])
        rest = np.setdiff1d(np.arange(len(labels)), few)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("leaves the base in eval mode")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    base.eval()
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("tests half of the rest")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        rest = rest[::2]
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, raw, good)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out


@wrong("frozen features from the untrained base")
def compare_strategies(base, images, labels, k, seeds, steps=30):
    K, y = labels.max() + 1, torch.from_numpy(labels)
    flat, good = images.flatten(1).numpy(), extract_features(base, images)
    out = {"pixels": [], "untrained base": [], "frozen base": []}
    out |= {"from scratch": [], "fine-tuned": []}
    for seed in seeds:
        few, rest = few_shot_split(labels, k, seed)
        fresh = untrained(base, seed)
        raw = extract_features(fresh, images)
        for name, Z in zip(out, (flat, good, raw)):
            W, b = linear_probe(Z[few], labels[few], K)
            out[name].append(accuracy(Z[rest] @ W + b, labels[rest]))
        net = build_transfer_model(fresh, good.shape[1], K, freeze=False)
        train(
            net,
            [{"params": list(net.parameters()), "lr": 1e-3}],
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["from scratch"].append(100 * judge(net, images[rest], y[rest])[1])
        net = build_transfer_model(base, good.shape[1], K, freeze=False)
        set_head(net, W, b)
        train(
            net,
            param_groups(net, "base", 1e-2, 1e-4),
            images[few],
            labels[few],
            steps,
            seed,
        )
        out["fine-tuned"].append(100 * judge(net, images[rest], y[rest])[1])
    return out
