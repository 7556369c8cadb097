"""Answers to lesson 09: see autograder/audit.py for how they are read."""


@right("loops over points, one-hot")
def train_logreg_2d(X, y, K, lr, steps):
    X = np.array(X, dtype=float)
    n, d = X.shape
    W, b = np.zeros((d, K)), np.zeros(K)
    losses = np.zeros(steps)
    for t in range(steps):
        dW, db = np.zeros_like(W), np.zeros_like(b)
        for i in range(n):
            z = X[i] @ W + b
            z = z - z.max()
            p = np.exp(z) / np.exp(z).sum()
            losses[t] += (np.log(np.exp(z).sum()) - z[int(y[i])]) / n
            p[int(y[i])] -= 1
            dW += np.outer(X[i], p) / n
            db += p / n
        W -= lr * dW
        b -= lr * db
    return {"W": W, "b": b, "loss": losses}


@right("bias as a column of ones")
def train_logreg_2d(X, y, K, lr, steps):
    A = np.c_[np.asarray(X, float), np.ones(len(X))]
    V = np.zeros((A.shape[1], K))
    losses = []
    for _ in range(steps):
        loss, d = softmax_xent(A @ V, y)
        losses.append(loss)
        V -= lr * A.T @ d
    return {"W": V[:-1], "b": V[-1], "loss": np.array(losses, dtype=float)}


@right("scipy-free log-sum-exp")
def train_logreg_2d(X, y, K, lr, steps):
    X, labels = X.astype(np.float64), np.asarray(y).astype(int)
    target = np.eye(K)[labels]
    W, b, losses = np.zeros((X.shape[1], K)), np.zeros((1, K)), np.empty(steps)
    for t in range(steps):
        z = X @ W + b
        z -= z.max(axis=1, keepdims=True)
        log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
        losses[t] = -(target * log_p).sum() / len(X)
        delta = (np.exp(log_p) - target) / len(X)
        W, b = W - lr * (X.T @ delta), b - lr * delta.sum(0, keepdims=True)
    return {"W": W, "b": b[0], "loss": losses}


@wrong("bias not updated")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W = W - lr * X.T @ d
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("random start")
def train_logreg_2d(X, y, K, lr, steps):
    W, b = np.random.default_rng(0).normal(0, 0.01, (X.shape[1], K)), np.zeros(K)
    X, losses = X.astype(float), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("no softmax: squared error of the scores")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        delta = (X @ W + b - np.eye(K)[y]) / len(X)
        losses.append(len(X) * (delta**2).sum() / 2)
        W, b = W - lr * X.T @ delta, b - lr * delta.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("loss after the step")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        _, d = softmax_xent(X @ W + b, y)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
        losses.append(softmax_xent(X @ W + b, y)[0])
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("one loss more than steps")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K)
    losses = [softmax_xent(X @ W + b, y)[0]]
    for _ in range(steps):
        _, d = softmax_xent(X @ W + b, y)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
        losses.append(softmax_xent(X @ W + b, y)[0])
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("uphill")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W, b = W + lr * X.T @ d, b + lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("mean of the bias gradient once more")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W, b = W - lr * X.T @ d, b - lr * d.mean(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("one point at a time")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        losses.append(softmax_xent(X @ W + b, y)[0])
        for i in range(len(X)):
            _, d = softmax_xent(X[i : i + 1] @ W + b, y[i : i + 1])
            W, b = W - lr * X[i : i + 1].T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("two columns only")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X[:, :2].astype(float), np.zeros((2, K)), np.zeros(K), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("only the last loss")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, loss = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), 0.0
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": loss}


@wrong("as many classes as labels occur")
def train_logreg_2d(X, y, K, lr, steps):
    K = max(int(y.max()) + 1, 2)
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        loss, d = softmax_xent(X @ W + b, y)
        losses.append(loss)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@wrong("softmax that overflows")
def train_logreg_2d(X, y, K, lr, steps):
    X, W, b, losses = X.astype(float), np.zeros((X.shape[1], K)), np.zeros(K), []
    for _ in range(steps):
        e = np.exp(X @ W + b)
        p = e / e.sum(1, keepdims=True)
        losses.append(-np.log(p[np.arange(len(y)), y]).mean())
        d = (p - np.eye(K)[y]) / len(y)
        W, b = W - lr * X.T @ d, b - lr * d.sum(0)
    return {"W": W, "b": b, "loss": np.array(losses, float)}


@right("updates in place, on copies")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    X = X.astype(float)
    W1, b1, W2, b2 = (start[k].astype(float) for k in ("W1", "b1", "W2", "b2"))
    losses = np.zeros(steps)
    for t in range(steps):
        h = X @ W1 + b1
        h[h < 0] = 0
        losses[t], dz = softmax_xent(h @ W2 + b2, y)
        dh = dz @ W2.T
        dh[h == 0] = 0
        W2 -= lr * (h.T @ dz)
        b2 -= lr * dz.sum(0)
        if train_hidden:
            W1 -= lr * (X.T @ dh)
            b1 -= lr * dh.sum(0)
    return {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "loss": losses}


@right("point by point")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    net = {k: np.array(v, dtype=np.float64) for k, v in start.items()}
    losses = []
    for _ in range(steps):
        sums = {k: np.zeros(v.shape) for k, v in net.items()}
        total = 0.0
        for x, label in zip(np.array(X, float), y):
            a = x @ net["W1"] + net["b1"]
            h = np.maximum(a, 0)
            loss, dz = softmax_xent(
                (h @ net["W2"] + net["b2"])[None], np.array([label])
            )
            total += loss
            sums["W2"] += np.outer(h, dz[0])
            sums["b2"] += dz[0]
            da = (net["W2"] @ dz[0]) * (a > 0)
            sums["W1"] += np.outer(x, da)
            sums["b1"] += da
        losses.append(total / len(X))
        for k in net:
            if train_hidden or k in ("W2", "b2"):
                net[k] = net[k] - lr * sums[k] / len(X)
    return {**net, "loss": np.array(losses, float)}


@right("the frozen layer computed once")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    X = np.asarray(X, float)
    p = {k: np.asarray(start[k], float) + 0 for k in start}
    loss = np.zeros(steps)
    for t in range(steps):
        if t == 0 or train_hidden:
            a = X.dot(p["W1"]) + p["b1"]
            h = np.where(a > 0, a, 0.0)
        loss[t], d = softmax_xent(h.dot(p["W2"]) + p["b2"], y)
        da = d.dot(p["W2"].T) * (a > 0)
        new = dict(p, W2=p["W2"] - lr * h.T.dot(d), b2=p["b2"] - lr * d.sum(0))
        if train_hidden:
            new.update(W1=p["W1"] - lr * X.T.dot(da), b1=p["b1"] - lr * da.sum(0))
        p = new
    return {**p, "loss": loss}


@wrong("hidden layer frozen anyway")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    h = np.maximum(X.astype(float) @ p["W1"] + p["b1"], 0)
    for _ in range(steps):
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("hidden layer learns anyway")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T * (a > 0)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("no ReLU")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        h = X @ p["W1"] + p["b1"]
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("no gate on the way back")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        h = np.maximum(X @ p["W1"] + p["b1"], 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("W2 changed before the way back")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            da = d @ p["W2"].T * (a > 0)
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("gate open at 0")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T * (a >= 0)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("changes start")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    losses = []
    for _ in range(steps):
        a = X @ start["W1"] + start["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ start["W2"] + start["b2"], y)
        losses.append(loss)
        da = d @ start["W2"].T * (a > 0)
        start["W2"] -= lr * h.T @ d
        start["b2"] -= lr * d.sum(0)
        if train_hidden:
            start["W1"] -= lr * X.T @ da
            start["b1"] -= lr * da.sum(0)
    return {**start, "loss": np.array(losses, float)}


@wrong("hidden bias not updated")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T * (a > 0)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            p["W1"] = p["W1"] - lr * X.T @ da
    return {**p, "loss": np.array(losses, float)}


@wrong("frozen freezes all")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        loss, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        losses.append(loss)
        da = d @ p["W2"].T * (a > 0)
        if train_hidden:
            p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
    return {**p, "loss": np.array(losses, float)}


@wrong("loss after the step")
def train_mlp_2d(X, y, start, lr, steps, train_hidden=True):
    p, losses = {k: v.astype(float) for k, v in start.items()}, []
    for _ in range(steps):
        a = X @ p["W1"] + p["b1"]
        h = np.maximum(a, 0)
        _, d = softmax_xent(h @ p["W2"] + p["b2"], y)
        da = d @ p["W2"].T * (a > 0)
        p["W2"], p["b2"] = p["W2"] - lr * h.T @ d, p["b2"] - lr * d.sum(0)
        if train_hidden:
            p["W1"], p["b1"] = p["W1"] - lr * X.T @ da, p["b1"] - lr * da.sum(0)
        after = np.maximum(X @ p["W1"] + p["b1"], 0) @ p["W2"] + p["b2"]
        losses.append(softmax_xent(after, y)[0])
    return {**p, "loss": np.array(losses, float)}


@right("comprehensions")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w = {k: np.array(v, dtype=float) for k, v in params.items()}
    v = {k: np.array(velocity.get(k, np.zeros(w[k].shape)), dtype=float) for k in w}
    v = {k: mu * v[k] + grads[k] + weight_decay * w[k] for k in w}
    return {k: w[k] - lr * v[k] for k in w}, v


@right("in place, on copies")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    new_params, new_velocity = {}, {}
    for name in params:
        w = params[name].astype(np.float64).copy()
        v = np.zeros_like(w)
        if name in velocity:
            v += velocity[name]
        v *= mu
        v += grads[name]
        v += weight_decay * w
        w -= lr * v
        new_params[name], new_velocity[name] = w, v
    return new_params, new_velocity


@right("dict union")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    old = {k: np.zeros(np.shape(p)) for k, p in params.items()} | velocity
    speed = {
        k: mu * np.asarray(old[k], float)
        + np.asarray(grads[k], float)
        + weight_decay * np.asarray(p, float)
        for k, p in params.items()
    }
    return {k: params[k] - lr * s for k, s in speed.items()}, speed


@wrong("learning rate in the velocity")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        v[k] = mu * velocity.get(k, 0) + lr * (grads[k] + weight_decay * p)
        w[k] = p - v[k]
    return w, v


@wrong("running mean of the gradients")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        v[k] = mu * velocity.get(k, 0) + (1 - mu) * (grads[k] + weight_decay * p)
        w[k] = p - lr * v[k]
    return w, v


@wrong("velocity points downhill, scaled")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        v[k] = mu * velocity.get(k, 0) - (1 - mu) * (grads[k] + weight_decay * p)
        w[k] = p + lr * v[k]
    return w, v


@wrong("decay pushes away from 0")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        v[k] = mu * velocity.get(k, 0) + grads[k] - weight_decay * p
        w[k] = p - lr * v[k]
    return w, v


@wrong("in place")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    for k in params:
        velocity[k] = mu * velocity.get(k, 0.0) + grads[k] + weight_decay * params[k]
        params[k] = params[k] - lr * velocity[k]
    return params, velocity


@wrong("returns the old velocity")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w = {}
    for k, p in params.items():
        v = mu * velocity.get(k, 0) + grads[k] + weight_decay * p.astype(float)
        w[k] = p - lr * v
    return w, velocity


@wrong("moves by the old velocity")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        old = velocity.get(k, np.zeros(p.shape))
        w[k] = p - lr * old
        v[k] = mu * old + grads[k] + weight_decay * p
    return w, v


@wrong("Nesterov")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        g = grads[k] + weight_decay * p
        v[k] = mu * velocity.get(k, 0) + g
        w[k] = p - lr * (g + mu * v[k])
    return w, v


@wrong("decay on the velocity")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        old = np.array(velocity.get(k, np.zeros(p.shape)), float)
        v[k] = mu * old + grads[k] + weight_decay * old
        w[k] = p - lr * v[k]
    return w, v


@wrong("decoupled decay")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        v[k] = mu * velocity.get(k, 0) + grads[k].astype(float)
        w[k] = p - lr * v[k] - lr * weight_decay * p
    return w, v


@wrong("spares biases from decay")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, {}
    for k, p in params.items():
        p = p.astype(float)
        decay = weight_decay if p.ndim > 1 else 0
        v[k] = mu * velocity.get(k, 0) + grads[k] + decay * p
        w[k] = p - lr * v[k]
    return w, v


@wrong("needs a complete velocity")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    if not velocity:
        velocity = {k: np.zeros(p.shape) for k, p in params.items()}
    w, v = {}, {}
    for k, p in params.items():
        v[k] = mu * velocity[k] + grads[k] + weight_decay * p.astype(float)
        w[k] = p - lr * v[k]
    return w, v


@wrong("keeps the velocity of layers that are gone")
def sgd_momentum_step(params, grads, velocity, lr, mu=0.9, weight_decay=0.0):
    w, v = {}, dict(velocity)
    for k, p in params.items():
        v[k] = mu * velocity.get(k, 0) + grads[k] + weight_decay * p.astype(float)
        w[k] = p - lr * v[k]
    return w, v


@right("standard normal, scaled")
def he_init(shapes, seed):
    r = np.random.default_rng(seed)
    out = {}
    for name in shapes:
        shape = tuple(shapes[name])
        if len(shape) == 4:
            fan = shape[1] * shape[2] * shape[3]
        elif len(shape) == 2:
            fan = shape[0]
        else:
            out[name] = np.zeros(shape, np.float64)
            continue
        out[name] = r.standard_normal(shape) * (2 / fan) ** 0.5
    return out


@right("RandomState")
def he_init(shapes, seed):
    r = np.random.RandomState(seed)
    return {
        k: np.zeros(s)
        if len(s) == 1
        else np.sqrt(2 / (s[0] if len(s) == 2 else s[1] * s[2] * s[3])) * r.randn(*s)
        for k, s in shapes.items()
    }


@right("one generator for each layer")
def he_init(shapes, seed):
    streams = np.random.SeedSequence(seed).spawn(len(shapes))
    params = {}
    for (name, shape), stream in zip(shapes.items(), streams):
        fan_in = {1: 1, 2: shape[0], 4: int(np.prod(shape[1:]))}[len(shape)]
        sigma = 0.0 if len(shape) == 1 else (2.0 / fan_in) ** 0.5
        params[name] = np.random.default_rng(stream).normal(0.0, 1.0, shape) * sigma
        if sigma == 0:
            params[name] = np.zeros(shape)
    return params


@wrong("fan-out")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[1] if len(s) == 2 else s[0] * int(np.prod(s[2:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("the variance as the spread")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, 2 / fan, s)
    return out


@wrong("Xavier")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(1 / fan), s)
    return out


@wrong("Glorot, fan-in and fan-out")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        if len(s) == 1:
            out[k] = np.zeros(s)
            continue
        window = int(np.prod(s[2:]))
        out[k] = r.normal(0, np.sqrt(2 / ((s[0] + s[1]) * window)), s)
    return out


@wrong("uniform of the right spread")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        limit = np.sqrt(6 / fan)
        out[k] = np.zeros(s) if len(s) == 1 else r.uniform(-limit, limit, s)
    return out


@wrong("random biases")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) <= 2 else int(np.prod(s[1:]))
        out[k] = r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("fan-in without the window")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else s[-3] if len(s) == 4 else 1
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("dense weights read like a convolution's")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("each layer seeded alike")
def he_init(shapes, seed):
    out = {}
    for k, s in shapes.items():
        r = np.random.default_rng(seed)
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("ignores the seed")
def he_init(shapes, seed):
    r, out = np.random.default_rng(0), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("not reproducible")
def he_init(shapes, seed):
    r, out = np.random.default_rng(), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        out[k] = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
    return out


@wrong("only positive")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        draw = np.abs(r.normal(0, np.sqrt(2 / fan), s)) if len(s) > 1 else 0
        out[k] = np.zeros(s) + draw
    return out


@wrong("float32")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        w = np.zeros(s) if len(s) == 1 else r.normal(0, np.sqrt(2 / fan), s)
        out[k] = w.astype(np.float32) if len(s) > 1 else w
    return out


@wrong("one neuron, repeated")
def he_init(shapes, seed):
    r, out = np.random.default_rng(seed), {}
    for k, s in shapes.items():
        fan = s[0] if len(s) == 2 else int(np.prod(s[1:]))
        if len(s) == 1:
            out[k] = np.zeros(s)
        else:
            out[k] = np.tile(
                r.normal(0, np.sqrt(2 / fan), s[1:]), (s[0], *[1] * (len(s) - 1))
            )
    return out


@right("loops over images")
def cnn_forward(params, x):
    kept, scores = [], []
    for image in np.asarray(x, np.float64):
        a = conv_forward(image[None], params["W1"], params["b1"])
        pooled, winners = pool_forward(np.where(a > 0, a, 0.0))
        kept.append((a, winners, pooled))
        scores.append(pooled.flatten() @ params["W2"] + params["b2"])
    a, winners, pooled = (np.concatenate(parts) for parts in zip(*kept))
    cache = a, winners, pooled.shape, pooled.reshape(len(x), -1)
    return {"scores": np.array(scores), "cache": cache}


@right("pools before ReLU, which is the same")
def cnn_forward(params, x):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(a)
    h = np.maximum(pooled, 0.0)
    n, f, u, v = h.shape
    scores = np.einsum("nfuv,fuvk->nk", h, params["W2"].reshape(f, u, v, -1))
    return dict(scores=scores + params["b2"], cache=None)


@right("shifted sums")
def cnn_forward(params, x):
    x = np.pad(np.array(x, float), ((0, 0), (0, 0), (1, 1), (1, 1)))
    height, width = x.shape[2] - 2, x.shape[3] - 2
    a = params["b1"][:, None, None] + np.zeros((len(x), 1, height, width))
    for i in range(3):
        for j in range(3):
            part = x[:, :, i : i + height, j : j + width]
            a = a + np.einsum("nchw,fc->nfhw", part, params["W1"][:, :, i, j])
    h = np.maximum(a, 0)[:, :, : height // 2 * 2, : width // 2 * 2]
    h = np.maximum(h[:, :, ::2], h[:, :, 1::2])
    h = np.maximum(h[..., ::2], h[..., 1::2])
    scores = h.reshape(len(h), -1).dot(params["W2"]) + params["b2"]
    return {"scores": scores, "cache": {"x": x, "a": a, "h": h}}


@wrong("channels last in the rows")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.transpose(0, 2, 3, 1).reshape(len(x), -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, winners, rows)}


@wrong("no ReLU")
def cnn_forward(params, x):
    pooled, winners = pool_forward(conv_forward(x, params["W1"], params["b1"]))
    rows = pooled.reshape(len(x), -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (winners, rows)}


@wrong("average pooling")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    n, f, u, v = h.shape
    h = h[:, :, : u // 2 * 2, : v // 2 * 2]
    rows = h.reshape(n, f, u // 2, 2, v // 2, 2).mean((3, 5)).reshape(n, -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, rows)}


@wrong("softmax at the end")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    z = pooled.reshape(len(x), -1) @ params["W2"] + params["b2"]
    p = np.exp(z - z.max(1, keepdims=True))
    return {"scores": p / p.sum(1, keepdims=True), "cache": (h, winners)}


@wrong("no bias in the convolution")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], 0), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, winners, rows)}


@wrong("no bias in the dense layer")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    return {"scores": rows @ params["W2"], "cache": (h, winners, rows)}


@wrong("ReLU before the bias")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], 0), 0) + params["b1"][:, None, None]
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, winners, rows)}


@wrong("ReLU on the scores as well")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    scores = np.maximum(rows @ params["W2"] + params["b2"], 0)
    return {"scores": scores, "cache": (h, winners, rows)}


@wrong("returns the scores alone")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, _ = pool_forward(h)
    return pooled.reshape(len(x), -1) @ params["W2"] + params["b2"]


@wrong("eight by eight digits only")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x, params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(-1, 128)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, winners, rows)}


@wrong("no padding")
def cnn_forward(params, x):
    a = conv_forward(x, params["W1"], params["b1"])[:, :, 1:-1, 1:-1]
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = np.zeros((len(x), len(params["W2"])))
    flat = pooled.reshape(len(x), -1)
    rows[:, : flat.shape[1]] = flat
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (a, winners, rows)}


@wrong("scales the pixels itself")
def cnn_forward(params, x):
    h = np.maximum(conv_forward(x / max(1, x.max()), params["W1"], params["b1"]), 0)
    pooled, winners = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    return {"scores": rows @ params["W2"] + params["b2"], "cache": (h, winners, rows)}


@right("all by itself")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    W1, b1, W2, b2 = (params[k] for k in ("W1", "b1", "W2", "b2"))
    a = conv_forward(x, W1, b1)
    h = a * (a > 0)
    pooled, winners = pool_forward(h)
    flat = pooled.reshape(pooled.shape[0], -1)
    loss, d = softmax_xent(flat @ W2 + b2, y)
    loss = loss + 0.5 * weight_decay * (np.sum(W1 * W1) + np.sum(W2 * W2))
    back = pool_backward((d @ W2.T).reshape(pooled.shape), winners, h.shape)
    dW1, db1 = conv_backward(back * (a > 0), x, W1)
    return loss, {
        "W1": dW1 + weight_decay * W1,
        "b1": db1,
        "W2": flat.T @ d + weight_decay * W2,
        "b2": d.sum(0),
    }


@right("image by image")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    total, n = 0.0, len(x)
    grads = {k: np.zeros(np.shape(v)) for k, v in params.items()}
    for i in range(n):
        a = conv_forward(x[i : i + 1], params["W1"], params["b1"])
        pooled, winners = pool_forward(np.maximum(a, 0))
        row = pooled.reshape(1, -1)
        loss, d = softmax_xent(row @ params["W2"] + params["b2"], y[i : i + 1])
        total += loss / n
        d = d / n
        grads["W2"] += row.T @ d
        grads["b2"] += d[0]
        back = pool_backward(
            (d @ params["W2"].T).reshape(pooled.shape), winners, a.shape
        )
        dw, db = conv_backward(np.where(a > 0, back, 0), x[i : i + 1], params["W1"])
        grads["W1"] += dw
        grads["b1"] += db
    for k in ("W1", "W2"):
        total += weight_decay / 2 * float((params[k] ** 2).sum())
        grads[k] += weight_decay * params[k]
    return float(total), grads


@right("gates the pooled maps")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    top, winners = pool_forward(a)
    h = np.maximum(top, 0)
    rows = h.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    dh = (d @ params["W2"].T).reshape(h.shape) * (top > 0)
    dW1, db1 = conv_backward(pool_backward(dh, winners, a.shape), x, params["W1"])
    grads = {"W1": dW1, "b1": db1, "W2": rows.T @ d, "b2": d.sum(0)}
    for k in "W1", "W2":
        loss += weight_decay * (params[k] ** 2).sum() / 2
        grads[k] = grads[k] + weight_decay * params[k]
    return float(loss), grads


@wrong("no gate of ReLU")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da, x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("all ties win")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    h = np.maximum(a, 0)
    pooled, _ = pool_forward(h)
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    up = (d @ params["W2"].T).reshape(pooled.shape).repeat(2, 2).repeat(2, 3)
    high = pooled.repeat(2, 2).repeat(2, 3)
    da = np.zeros(a.shape)
    u, v = high.shape[2:]
    da[:, :, :u, :v] = up * (h[:, :, :u, :v] == high) * (a[:, :, :u, :v] > 0)
    g = dict(zip(("W1", "b1"), conv_backward(da, x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("biases decay, too")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in params:
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("sum over the batch")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    loss, d = loss * len(x), d * len(x)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("pooled gradient transposed")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    n, f, u, v = pooled.shape
    dp = (d @ params["W2"].T).reshape(n, u, v, f).transpose(0, 3, 1, 2)
    da = pool_backward(dp, winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("a key is missing")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    dW1, _ = conv_backward(da * (a > 0), x, params["W1"])
    return float(loss), {"W1": dW1, "W2": rows.T @ d, "b2": d.sum(0)}


@wrong("changes params")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    for k in params:
        params[k] = params[k] - 0.1 * g[k]
    return float(loss), g


@wrong("decay in the loss only")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
    return float(loss), g


@wrong("decay in the gradients only")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("decay without the half")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay * (params[k] ** 2).sum()
        g[k] = g[k] + 2 * weight_decay * params[k]
    return float(loss), g


@wrong("gradients divided by N once more")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    a = conv_forward(x, params["W1"], params["b1"])
    pooled, winners = pool_forward(np.maximum(a, 0))
    rows = pooled.reshape(len(x), -1)
    loss, d = softmax_xent(rows @ params["W2"] + params["b2"], y)
    d = d / len(x)
    da = pool_backward((d @ params["W2"].T).reshape(pooled.shape), winners, a.shape)
    g = dict(zip(("W1", "b1"), conv_backward(da * (a > 0), x, params["W1"])))
    g |= {"W2": rows.T @ d, "b2": d.sum(0)}
    for k in ("W1", "W2"):
        loss += weight_decay / 2 * (params[k] ** 2).sum()
        g[k] = g[k] + weight_decay * params[k]
    return float(loss), g


@wrong("by torch")
def cnn_loss_and_grads(params, x, y, weight_decay=0.0):
    p = {
        k: torch.tensor(v, dtype=torch.float64, requires_grad=True)
        for k, v in params.items()
    }
    x = torch.tensor(np.array(x, float))
    h = F.max_pool2d(torch.relu(F.conv2d(x, p["W1"], p["b1"], padding=1)), 2)
    loss = F.cross_entropy(
        h.flatten(1) @ p["W2"] + p["b2"], torch.tensor(np.array(y, np.int64))
    )
    loss = loss + weight_decay / 2 * ((p["W1"] ** 2).sum() + (p["W2"] ** 2).sum())
    loss.backward()
    return loss.item(), {k: v.grad.numpy() for k, v in p.items()}


@right("data loader with the order as sampler")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    pairs = torch.utils.data.TensorDataset(X[order], y[order])
    loader = torch.utils.data.DataLoader(
        pairs, batch_size=batch_size, generator=torch.Generator()
    )
    model.train(True)
    history = []
    for images, labels in loader:
        optimizer.zero_grad(set_to_none=False)
        loss = nn.CrossEntropyLoss()(model(images), labels)
        loss.backward()
        optimizer.step()
        history.append(float(loss.detach()))
    return history


@right("slices, model.zero_grad, negative log-likelihood")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    g = torch.Generator()
    g.manual_seed(seed)
    order = torch.randperm(X.shape[0], generator=g)
    model.train()
    losses = []
    for start in range(0, X.shape[0], batch_size):
        rows = order[start : start + batch_size]
        model.zero_grad()
        log_p = torch.log_softmax(model(X[rows]), dim=1)
        loss = F.nll_loss(log_p, y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@right("clears before and after")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    order = torch.randperm(len(y), generator=torch.Generator().manual_seed(seed))
    losses = []
    optimizer.zero_grad()
    for rows in torch.split(order, batch_size):
        model.train()
        images, wanted = X.index_select(0, rows), y.index_select(0, rows)
        loss = F.cross_entropy(model(images), wanted)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses += [loss.item()]
    return losses


@wrong("gradients not cleared")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("clears once, before the loop")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    optimizer.zero_grad()
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("clears after the step only")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        losses.append(loss.item())
    return losses


@wrong("clears between backward and step")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("drops the last batch")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for k in range(len(X) // batch_size):
        rows = order[k * batch_size : (k + 1) * batch_size]
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("no shuffling")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    losses = []
    for images, wanted in zip(X.split(batch_size), y.split(batch_size)):
        loss = F.cross_entropy(model(images), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("eval mode")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.eval()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("leaves the mode alone")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("eval mode at the end")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    model.eval()
    return losses


@wrong("steps before backward")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()
        losses.append(loss.item())
    return losses


@wrong("returns tensors")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.detach())
    return losses


@wrong("softmax before cross-entropy")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(torch.softmax(model(X[rows]), dim=1), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("seeds the global generator")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    torch.manual_seed(seed)
    model.train()
    losses = []
    for rows in torch.randperm(len(X)).split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("sum of the losses of a batch")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows], reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item() / len(rows))
    return losses


@wrong("the mean of the epoch")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    total = 0.0
    for rows in order.split(batch_size):
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(rows)
    return total / len(X)


@wrong("shuffles the images, not the labels")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    order = torch.randperm(len(X), generator=torch.Generator().manual_seed(seed))
    losses = []
    for rows, wanted in zip(order.split(batch_size), y.split(batch_size)):
        loss = F.cross_entropy(model(X[rows]), wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@wrong("draws batches with repetition")
def train_one_epoch(model, X, y, optimizer, batch_size, seed):
    model.train()
    g = torch.Generator().manual_seed(seed)
    losses = []
    for _ in range(-(-len(X) // batch_size)):
        rows = torch.randint(len(X), (batch_size,), generator=g)
        loss = F.cross_entropy(model(X[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@right("all logits first")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.train(False)
    with torch.no_grad():
        logits = torch.cat([model(part) for part in X.split(batch_size)])
    model.train(mode)
    loss = F.cross_entropy(logits, y).item()
    return {"loss": loss, "accuracy": (logits.argmax(1) == y).double().mean().item()}


@right("a helper inside, weighted means")
def evaluate(model, X, y, batch_size=256):
    @torch.no_grad()
    def judge_part(images, wanted):
        logits = model(images)
        hits = (logits.argmax(-1) == wanted).double().mean()
        return float(F.cross_entropy(logits, wanted)), float(hits), len(wanted)

    was = model.training
    model.eval()
    parts = [
        judge_part(X[k : k + batch_size], y[k : k + batch_size])
        for k in range(0, len(X), batch_size)
    ]
    if was:
        model.train()
    losses, hits, sizes = zip(*parts)
    return {
        "loss": float(np.average(losses, weights=sizes)),
        "accuracy": float(np.average(hits, weights=sizes)),
    }


@right("inference mode, log-softmax by hand")
def evaluate(model, X, y, batch_size=256):
    before = model.training
    model.eval()
    loss, right = 0.0, 0
    with torch.inference_mode():
        for images, wanted in zip(
            torch.split(X, batch_size), torch.split(y, batch_size)
        ):
            log_p = model(images).log_softmax(dim=1)
            loss -= log_p[torch.arange(len(wanted)), wanted].sum().item()
            right += int((log_p.max(dim=1).indices == wanted).sum())
    model.train(before)
    return dict(loss=loss / len(y), accuracy=right / len(y))


@wrong("mean of the batch means")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    losses, hits = [], []
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            losses.append(F.cross_entropy(z, b).item())
            hits.append((z.argmax(1) == b).double().mean().item())
    model.train(mode)
    return {"loss": float(np.mean(losses)), "accuracy": float(np.mean(hits))}


@wrong("train mode")
def evaluate(model, X, y, batch_size=256):
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("stays in eval mode")
def evaluate(model, X, y, batch_size=256):
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("always back to train mode")
def evaluate(model, X, y, batch_size=256):
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    model.train()
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("sums")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    model.train(mode)
    return {"loss": float(loss), "accuracy": float(hits)}


@wrong("argmax over the images")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            best = z.argmax(0)
            n = min(len(best), len(b))
            hits += (best[:n] == b[:n]).sum().item()
    model.train(mode)
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("accuracy in percent")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    model.train(mode)
    return {"loss": loss / len(X), "accuracy": 100 * hits / len(X)}


@wrong("divides by the number of full batches")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a)
            loss += F.cross_entropy(z, b).item()
            hits += (z.argmax(1) == b).sum().item()
    model.train(mode)
    return {"loss": loss / max(1, len(X) // batch_size), "accuracy": hits / len(X)}


@wrong("records gradients")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    for a, b in zip(X.split(batch_size), y.split(batch_size)):
        z = model(a)
        loss += F.cross_entropy(z, b, reduction="sum").item()
        hits += (z.argmax(1) == b).sum().item()
    model.train(mode)
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("softmax before cross-entropy")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    loss = hits = 0
    with torch.no_grad():
        for a, b in zip(X.split(batch_size), y.split(batch_size)):
            z = model(a).softmax(1)
            loss += F.cross_entropy(z, b, reduction="sum").item()
            hits += (z.argmax(1) == b).sum().item()
    model.train(mode)
    return {"loss": loss / len(X), "accuracy": hits / len(X)}


@wrong("returns tensors")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    with torch.no_grad():
        z = torch.cat([model(a) for a in X.split(batch_size)])
    model.train(mode)
    return {
        "loss": F.cross_entropy(z, y),
        "accuracy": (z.argmax(1) == y).float().mean(),
    }


@wrong("the first batch only")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    X, y = X[:batch_size], y[:batch_size]
    with torch.no_grad():
        z = model(X)
    model.train(mode)
    loss = F.cross_entropy(z, y).item()
    return {"loss": loss, "accuracy": (z.argmax(1) == y).double().mean().item()}


@wrong("leaves out a short last batch")
def evaluate(model, X, y, batch_size=256):
    mode = model.training
    model.eval()
    full = max(len(X) // batch_size * batch_size, min(len(X), batch_size))
    with torch.no_grad():
        z = torch.cat([model(a) for a in X[:full].split(batch_size)])
    model.train(mode)
    loss = F.cross_entropy(z, y[:full]).item()
    return {"loss": loss, "accuracy": (z.argmax(1) == y[:full]).double().mean().item()}


@right("add.at")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("as many answers as labels, please")
    both = np.array([y_true, y_pred], dtype=np.int64).reshape(2, -1)
    if both.size and (both.min() < 0 or both.max() >= K):
        raise ValueError(f"classes go from 0 to {K - 1}")
    matrix = np.zeros((K, K), dtype=np.int64)
    np.add.at(matrix, (both[0], both[1]), 1)
    return matrix


@right("bincount of pairs")
def confusion_matrix(y_true, y_pred, K):
    t, p = np.asarray(y_true).astype(np.int64), np.asarray(y_pred).astype(np.int64)
    if t.shape != p.shape:
        raise ValueError(f"lengths differ: {t.shape} and {p.shape}")
    for name, values in (("label", t), ("answer", p)):
        if ((values < 0) | (values >= K)).any():
            raise ValueError(f"a {name} is not in 0 .. {K - 1}")
    return np.bincount(K * t + p, minlength=K * K).reshape(K, K).astype(np.int64)


@right("one-hot product")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    classes = np.arange(K)
    rows = (np.asarray(y_true)[:, None] == classes).astype(np.int64)
    columns = (np.asarray(y_pred)[:, None] == classes).astype(np.int64)
    if not (rows.sum(1) == 1).all() or not (columns.sum(1) == 1).all():
        raise ValueError("a class is unknown")
    return rows.T @ columns


@wrong("transposed")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    m = np.zeros((K, K), np.int64)
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[j, i] += 1
    return m


@wrong("shares of the rows")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    m = np.zeros((K, K))
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[i, j] += 1
    return m / np.maximum(m.sum(1, keepdims=True), 1)


@wrong("floats")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    m = np.zeros((K, K))
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[i, j] += 1
    return m


@wrong("as many classes as occur")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    if len(y_true) and max(y_true.max(), y_pred.max()) >= K:
        raise ValueError("unknown class")
    if len(y_true) and min(y_true.min(), y_pred.min()) < 0:
        raise ValueError("unknown class")
    names = sorted(set(y_true.tolist()) | set(y_pred.tolist()))
    m = np.zeros((len(names), len(names)), np.int64)
    for i, j in zip(y_true.tolist(), y_pred.tolist()):
        m[names.index(i), names.index(j)] += 1
    return m


@wrong("counted from 1")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    m = np.zeros((K, K), np.int64)
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[i - 1, j - 1] += 1
    return m


@wrong("a repeated pair counts once")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    for v in (y_true, y_pred):
        if len(v) and (v.min() < 0 or v.max() >= K):
            raise ValueError("unknown class")
    m = np.zeros((K, K), np.int64)
    m[y_true, y_pred] += 1
    return m


@wrong("the diagonal only")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    for v in (y_true, y_pred):
        if len(v) and (v.min() < 0 or v.max() >= K):
            raise ValueError("unknown class")
    return np.diag([int(((y_true == k) & (y_pred == k)).sum()) for k in range(K)])


@wrong("lets -1 count from the end")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    for v in (y_true, y_pred):
        if len(v) and v.max() >= K:
            raise ValueError("unknown class")
    m = np.zeros((K, K), np.int64)
    for i, j in zip(y_true, y_pred):
        m[i, j] += 1
    return m


@wrong("zip stops at the shorter one")
def confusion_matrix(y_true, y_pred, K):
    m = np.zeros((K, K), np.int64)
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[i, j] += 1
    return m


@wrong("pair numbers that overflow in uint8")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    for v in (y_true, y_pred):
        if len(v) and (v.min() < 0 or v.max() >= K):
            raise ValueError("unknown class")
    code = y_true * y_true.dtype.type(K) + y_pred
    return np.bincount(code, minlength=K * K)[: K * K].reshape(K, K).astype(np.int64)


@wrong("counts in uint8")
def confusion_matrix(y_true, y_pred, K):
    if len(y_true) != len(y_pred):
        raise ValueError("lengths differ")
    m = np.zeros((K, K), np.uint8)
    for i, j in zip(y_true, y_pred):
        if not (0 <= i < K and 0 <= j < K):
            raise ValueError("unknown class")
        m[i, j] += 1
    return m.astype(np.int64)


@right("a class")
def build_lenet5(num_classes=10):
    class LeNet5(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1 = nn.Conv2d(1, 6, kernel_size=5, padding="same")
            self.c3 = nn.Conv2d(6, 16, kernel_size=5)
            self.c5 = nn.Linear(16 * 5 * 5, 120)
            self.f6 = nn.Linear(120, 84)
            self.out = nn.Linear(84, num_classes)

        def forward(self, x):
            x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
            x = F.avg_pool2d(torch.tanh(self.c3(x)), 2)
            x = torch.tanh(self.c5(x.flatten(1)))
            return self.out(torch.tanh(self.f6(x)))

    return LeNet5()


@right("C5 as a convolution, in the dense layer's shape")
def build_lenet5(num_classes=10):
    maps = nn.Sequential(
        nn.ZeroPad2d(2), nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2, 2)
    )
    more = nn.Sequential(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2, 2))
    head = nn.Sequential(nn.Flatten(), nn.Linear(400, 120), nn.Tanh())
    tail = nn.Sequential(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, num_classes))
    return nn.Sequential(maps, more, head, tail)


@right("built in a loop")
def build_lenet5(num_classes=10):
    model, channels = nn.Sequential(), 1
    for k, (filters, padding) in enumerate(((6, 2), (16, 0))):
        model.add_module(f"conv{k}", nn.Conv2d(channels, filters, 5, 1, padding))
        model.add_module(f"bend{k}", nn.Tanh())
        model.add_module(f"pool{k}", nn.AvgPool2d(2))
        channels = filters
    model.add_module("rows", nn.Flatten())
    sizes = [400, 120, 84, num_classes]
    for k in range(3):
        model.add_module(f"dense{k}", nn.Linear(sizes[k], sizes[k + 1]))
        if k < 2:
            model.add_module(f"tanh{k}", nn.Tanh())
    return model


@wrong("no padding")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(256, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, num_classes),
    )


@wrong("ReLU")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU()),
        nn.Linear(84, num_classes),
    )


@wrong("max pooling")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.MaxPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, num_classes),
    )


@wrong("softmax in the model")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        *(nn.Linear(84, num_classes), nn.Softmax(dim=1)),
    )


@wrong("no biases")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2, bias=False), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5, bias=False), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120, bias=False), nn.Tanh()),
        *(nn.Linear(120, 84, bias=False), nn.Tanh()),
        nn.Linear(84, num_classes, bias=False),
    )


@wrong("a fixed batch size")
def build_lenet5(num_classes=10):
    class LeNet5(nn.Module):
        def __init__(self):
            super().__init__()
            self.c1, self.c3 = nn.Conv2d(1, 6, 5, padding=2), nn.Conv2d(6, 16, 5)
            self.c5, self.f6 = nn.Linear(400, 120), nn.Linear(120, 84)
            self.out = nn.Linear(84, num_classes)

        def forward(self, x):
            x = F.avg_pool2d(torch.tanh(self.c1(x)), 2)
            x = F.avg_pool2d(torch.tanh(self.c3(x)), 2).view(5, 400)
            return self.out(torch.tanh(self.f6(torch.tanh(self.c5(x)))))

    return LeNet5()


@wrong("layers in a Python list")
def build_lenet5(num_classes=10):
    class LeNet5(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)]
            self.layers += [nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2)]
            self.layers += [nn.Flatten(), nn.Linear(400, 120), nn.Tanh()]
            self.layers += [nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, num_classes)]

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    return LeNet5()


@wrong("ten classes, whatever is asked")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, 10),
    )


@wrong("no bend between the dense layers")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, num_classes)),
    )


@wrong("sigmoids")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Sigmoid(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 84), nn.Sigmoid()),
        nn.Linear(84, num_classes),
    )


@wrong("dropout added")
def build_lenet5(num_classes=10):
    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Dropout(0.5)),
        *(nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, num_classes)),
    )


@wrong("the scaled tanh of the paper")
def build_lenet5(num_classes=10):
    class Tanh(nn.Module):
        def forward(self, a):
            return 1.7159 * torch.tanh(2 * a / 3)

    return nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), Tanh(), nn.Linear(120, 84), Tanh()),
        nn.Linear(84, num_classes),
    )


@wrong("the convolutions are frozen")
def build_lenet5(num_classes=10):
    maps = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
    )
    for parameter in maps.parameters():
        parameter.requires_grad_(False)
    rows = nn.Sequential(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh())
    return nn.Sequential(maps, rows, nn.Linear(84, num_classes))


@wrong("all weights 0")
def build_lenet5(num_classes=10):
    model = nn.Sequential(
        *(nn.Conv2d(1, 6, 5, padding=2), nn.Tanh(), nn.AvgPool2d(2)),
        *(nn.Conv2d(6, 16, 5), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(400, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh()),
        nn.Linear(84, num_classes),
    )
    for parameter in model.parameters():
        nn.init.zeros_(parameter)
    return model


@right("a class, with view")
def build_slide_cnn(num_classes=8):
    class SlideCNN(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(3, 8, 3), nn.Conv2d(8, 16, 3)
            self.pool = nn.MaxPool2d(2)
            self.dense1, self.dense2 = nn.Linear(5184, 64), nn.Linear(64, num_classes)

        def forward(self, x):
            x = self.pool(self.conv1(x).relu())
            x = self.pool(self.conv2(x).relu())
            x = x.view(x.size(0), -1)
            return self.dense2(self.dense1(x).relu())

    return SlideCNN()


@right("pools before ReLU, which is the same")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding="valid"), nn.MaxPool2d(2, 2), nn.ReLU()),
        *(nn.Conv2d(8, 16, (3, 3)), nn.MaxPool2d((2, 2)), nn.ReLU(), nn.Flatten(1)),
        *(nn.Linear(18 * 18 * 16, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@right("module lists")
def build_slide_cnn(num_classes=8):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = nn.ModuleList([nn.Conv2d(3, 8, 3), nn.Conv2d(8, 16, 3)])
            self.head = nn.ModuleList([nn.Linear(5184, 64), nn.Linear(64, num_classes)])

        def forward(self, x):
            for conv in self.convs:
                x = F.max_pool2d(F.relu(conv(x)), 2)
            return self.head[1](F.relu(self.head[0](torch.flatten(x, 1))))

    return Net()


@wrong("four outputs")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, 4)),
    )


@wrong("four outputs by default")
def build_slide_cnn(num_classes=4):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("same padding")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(6400, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("softmax, as in Keras")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes), nn.Softmax(1)),
    )


@wrong("no ReLU in the convolutions")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("no ReLU in the hidden dense layer")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.Linear(64, num_classes)),
    )


@wrong("average pooling")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.AvgPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.AvgPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("channels last, as in Keras")
def build_slide_cnn(num_classes=8):
    class Last(nn.Module):
        def forward(self, x):
            return x.permute(0, 2, 3, 1).flatten(1)

    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), Last()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("five by five kernels")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 5), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(4624, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("the number of filters exchanged with the next one's")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 16, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(16, 8, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(2592, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    )


@wrong("ReLU at the end")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes), nn.ReLU()),
    )


@wrong("dropout added")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Dropout(0.5), nn.Linear(64, num_classes)),
    )


@wrong("left in eval mode")
def build_slide_cnn(num_classes=8):
    return nn.Sequential(
        *(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()),
        *(nn.Linear(5184, 64), nn.ReLU(), nn.Linear(64, num_classes)),
    ).eval()
