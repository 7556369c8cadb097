"""Answers to lesson 07: see autograder/audit.py for how they are read."""


@right("multiplies the shape of the weights")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    import math

    if c_in % groups != 0 or c_out % groups != 0:
        raise ValueError("groups must divide the channels")
    shape = (c_out, c_in // groups, *(f if isinstance(f, tuple) else [f] * 2))
    return math.prod(shape) + int(bias) * c_out


@right("adds up filters, one by one")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    try:
        fh, fw = f
    except TypeError:
        fh = fw = f
    per_group, rest = divmod(c_in, groups)
    if rest:
        raise ValueError(f"{groups} does not divide {c_in}")
    if c_out % groups:
        raise ValueError(f"{groups} does not divide {c_out}")
    one_filter = fh * fw * per_group
    if bias:
        one_filter += 1
    return one_filter * c_out


@right("adds up groups")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if not isinstance(f, (tuple, list)):
        f = (f, f)
    if c_in % groups or c_out % groups:
        raise ValueError("no such layer")
    one_group = f[0] * f[1] * (c_in // groups) * (c_out // groups)
    total = groups * one_group
    return total + c_out if bias else total


@wrong("one bias per input channel of each filter")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    n = c_in // groups * c_out
    return fh * fw * n + (n if bias else 0)


@wrong("forgets the input channels")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * c_out + (c_out if bias else 0)


@wrong("does not square f")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    n = f[0] * f[1] if isinstance(f, tuple) else f
    return n * c_in // groups * c_out + (c_out if bias else 0)


@wrong("groups divide the filters as well")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * (c_out // groups) + (c_out if bias else 0)


@wrong("always counts biases")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + c_out


@wrong("divides with a float")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * c_in / groups * c_out + (c_out if bias else 0)


@wrong("divides with a float and rounds in the end")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return int(fh * fw * (c_in / groups) * c_out) + (c_out if bias else 0)


@wrong("ignores groups")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * c_in * c_out + (c_out if bias else 0)


@wrong("checks only the input channels")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out if bias else 0)


@wrong("checks only the filters")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out if bias else 0)


@wrong("takes the first side for both")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    side = f[0] if isinstance(f, tuple) else f
    return side**2 * (c_in // groups) * c_out + (c_out if bias else 0)


@wrong("NumPy's 64 bits overflow")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    n = np.prod(f) if isinstance(f, tuple) else f * f
    return int(np.prod([n, c_in // groups, c_out])) + (c_out if bias else 0)


@wrong("biases are divided among the groups")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out // groups if bias else 0)


@wrong("asserts")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    assert c_in % groups == 0 and c_out % groups == 0
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out if bias else 0)


@wrong("rounds what a filter reads through a float")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if c_in % groups or c_out % groups:
        raise ValueError(
            f"conv_params: {groups} groups do not divide {c_in} and {c_out} channels"
        )
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (int(c_in / groups)) * c_out + (c_out if bias else 0)


@wrong("looks for the remainder with floats")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if not (c_in / groups).is_integer() or not (c_out / groups).is_integer():
        raise ValueError(
            f"conv_params: {groups} groups do not divide {c_in} and {c_out} channels"
        )
    fh, fw = f if isinstance(f, tuple) else (f, f)
    return fh * fw * (c_in // groups) * c_out + (c_out if bias else 0)


@wrong("a pair returns before the groups are checked")
def conv_params(f, c_in, c_out, bias=True, groups=1):
    if isinstance(f, tuple):
        return f[0] * f[1] * (c_in // groups) * c_out + (c_out if bias else 0)
    if c_in % groups or c_out % groups:
        raise ValueError("groups")
    return f * f * (c_in // groups) * c_out + (c_out if bias else 0)


@right("weights, then biases")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    weights = h_out * w_out * f**2 * c_in * c_out
    biases = h_out * w_out * c_out if bias else 0
    return weights + biases


@right("adds up rows of places")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    place = c_out * (f * f * c_in + bool(bias))
    row = place * w_out
    return row * h_out


@right("calls conv_params for each place")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * conv_params(f, c_in, c_out, bias)


@wrong("counts the shared weights")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return f * f * c_in * c_out + (c_out if bias else 0)


@wrong("takes the sizes for those of the input")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    units = (h_out - f + 1) * (w_out - f + 1) * c_out
    return units * (f * f * c_in + (1 if bias else 0))


@wrong("one bias per channel")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * f * f * c_in * c_out + (c_out if bias else 0)


@wrong("one bias per place")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * f * f * c_in * c_out + (h_out * w_out if bias else 0)


@wrong("forgets the input channels")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * (f * f + (1 if bias else 0))


@wrong("forgets the channels out")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * (f * f * c_in + (1 if bias else 0))


@wrong("does not square f")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * (f * c_in + (1 if bias else 0))


@wrong("a square output")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * h_out * c_out * (f * f * c_in + (1 if bias else 0))


@wrong("always a bias")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * (f * f * c_in + 1)


@wrong("never a bias")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * f * f * c_in


@wrong("a bias per weight window and input channel")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * c_in * (f * f + (1 if bias else 0))


@wrong("a float")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    return h_out * w_out * c_out * (float(f) ** 2 * c_in + (1 if bias else 0))


@wrong("NumPy's 64 bits overflow")
def local_params(h_out, w_out, f, c_in=1, c_out=1, bias=False):
    units = int(np.prod([h_out, w_out, c_out]))
    return int(np.prod([units, f * f * c_in + (1 if bias else 0)]))


@right("three branches")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    outputs = h_out * w_out * c_out
    macs = outputs * f**2 * c_in
    if convention == "mac":
        return macs
    elif convention == "mul+add":
        return 2 * macs - outputs
    elif convention == "mul+add+bias":
        return 2 * macs
    raise ValueError("unknown convention " + convention)


@right("counts multiplications, additions and biases")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    multiplications = f * f * c_in
    additions = multiplications - 1
    if convention == "mac":
        cost = multiplications
    elif convention in ("mul+add", "mul+add+bias"):
        cost = multiplications + additions + convention.count("bias")
    else:
        raise ValueError(f"what is {convention!r}?")
    return cost * c_out * h_out * w_out


@right("a match statement")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = int(f) ** 2 * int(c_in)
    match convention:
        case "mac":
            each = n
        case "mul+add":
            each = n + n - 1
        case "mul+add+bias":
            each = n + n
        case _:
            raise ValueError("convention")
    return int(h_out) * int(w_out) * int(c_out) * each


@wrong("takes the sizes for those of the input")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in cost:
        raise ValueError("convention")
    return (h_out - f + 1) * (w_out - f + 1) * c_out * cost[convention]


@wrong("forgets the filters")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * cost[convention]


@wrong("forgets the input channels")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * c_out * cost[convention]


@wrong("a MAC counts twice")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": 2 * n}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * c_out * cost[convention]


@wrong("adds the bias to 2 n")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n + 1, "mul+add": 2 * n, "mac": n}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * c_out * cost[convention]


@wrong("parameters times places")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n + 1}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * c_out * cost[convention]


@wrong("raises KeyError")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    return h_out * w_out * c_out * cost[convention]


@wrong("an unknown word is the default")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add": 2 * n - 1, "mac": n}
    return h_out * w_out * c_out * cost.get(convention, 2 * n)


@wrong("takes one sum of the whole layer: a single addition less")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    macs = h_out * w_out * c_out * f * f * c_in
    cost = {"mul+add+bias": 2 * macs, "mul+add": 2 * macs - 1, "mac": macs}
    if convention not in cost:
        raise ValueError("convention")
    return cost[convention]


@wrong("biases counted once per filter")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    outputs = h_out * w_out * c_out
    if convention == "mac":
        return outputs * n
    if convention == "mul+add":
        return outputs * (2 * n - 1)
    if convention == "mul+add+bias":
        return outputs * (2 * n - 1) + c_out
    raise ValueError("convention")


@wrong("looks for part of the word")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    outputs = h_out * w_out * c_out
    if convention in "mac":
        return outputs * n
    if convention in "mul+add":
        return outputs * (2 * n - 1)
    if convention in "mul+add+bias":
        return outputs * 2 * n
    raise ValueError("convention")


@wrong("a float")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    cost = {"mul+add+bias": 2.0 * n, "mul+add": 2.0 * n - 1, "mac": n}
    if convention not in cost:
        raise ValueError("convention")
    return h_out * w_out * c_out * cost[convention]


@wrong("capitals do not matter")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    convention = convention.lower()
    costs = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in costs:
        raise ValueError(
            f"conv_ops: convention must be one of {list(costs)}, got {convention!r}"
        )
    return h_out * w_out * c_out * costs[convention]


@wrong("looks at the beginning of the word")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    outputs = h_out * w_out * c_out
    if convention.startswith("mul+add+bias"):
        return outputs * 2 * n
    if convention.startswith("mul+add"):
        return outputs * (2 * n - 1)
    if convention.startswith("mac"):
        return outputs * n
    raise ValueError("convention")


@wrong("NumPy's 64 bits overflow")
def conv_ops(h_out, w_out, f, c_in, c_out, convention="mul+add+bias"):
    n = f * f * c_in
    costs = {"mul+add+bias": 2 * n, "mul+add": 2 * n - 1, "mac": n}
    if convention not in costs:
        raise ValueError(
            f"conv_ops: convention must be one of {list(costs)}, got {convention!r}"
        )
    return int(np.prod([h_out, w_out, c_out, costs[convention]]))


@right("weights of all, and one bias each")
def sparse_conv_params(f, fan_ins):
    return f**2 * sum(fan_ins) + len(fan_ins)


@right("a loop")
def sparse_conv_params(f, fan_ins):
    total = 0
    for maps in fan_ins:
        total += conv_params(f, maps, 1)
    return total


@wrong("all filters read all maps")
def sparse_conv_params(f, fan_ins):
    return len(fan_ins) * (f * f * 6 + 1)


@wrong("one bias in total")
def sparse_conv_params(f, fan_ins):
    return f * f * sum(fan_ins) + 1


@wrong("all filters read as many as the widest")
def sparse_conv_params(f, fan_ins):
    return len(fan_ins) * (f * f * max(fan_ins, default=0) + 1)


@wrong("mean fan-in, rounded")
def sparse_conv_params(f, fan_ins):
    if not fan_ins:
        return 0
    return len(fan_ins) * (f * f * round(sum(fan_ins) / len(fan_ins)) + 1)


@wrong("mean fan-in")
def sparse_conv_params(f, fan_ins):
    if not fan_ins:
        return 0
    return len(fan_ins) * (f * f * sum(fan_ins) / len(fan_ins) + 1)


@wrong("no bias")
def sparse_conv_params(f, fan_ins):
    return f * f * sum(fan_ins)


@wrong("a bias per map that is read")
def sparse_conv_params(f, fan_ins):
    return sum((f * f + 1) * n for n in fan_ins)


@wrong("fails without filters")
def sparse_conv_params(f, fan_ins):
    total = fan_ins[0] * f * f + 1
    for n in fan_ins[1:]:
        total += n * f * f + 1
    return total


@wrong("does not square f")
def sparse_conv_params(f, fan_ins):
    return sum(f * n + 1 for n in fan_ins)


@wrong("a filter that reads nothing has no bias")
def sparse_conv_params(f, fan_ins):
    return sum(f * f * n + 1 for n in fan_ins if n)


@wrong("NumPy floats")
def sparse_conv_params(f, fan_ins):
    return int(np.sum(np.array(fan_ins, float) * f * f + 1))


@right("math.prod and a function per layer type")
def summary(input_shape, layers, convention="mac"):
    from math import prod

    shape = tuple(input_shape)
    result = dict(params=0, non_trainable=0, ops=0, activations=0, layers=[])

    def cost(n):
        table = {"mac": n, "mul+add": 2 * n - 1, "mul+add+bias": 2 * n}
        if convention not in table:
            raise ValueError("unknown convention")
        return table[convention]

    cost(1)

    def window(layer, stride):
        if len(shape) != 3:
            raise ValueError("needs maps")
        f, s, p = layer["f"], layer.get("s", stride), layer.get("p", 0)
        free = [side + 2 * p - f for side in shape[1:]]
        if min(free) < 0:
            raise ValueError("window too large")
        return tuple(n // s + 1 for n in free)

    for layer in layers:
        kind = layer.get("type")
        params = ops = 0
        if kind == "conv":
            g = layer.get("groups", 1)
            if shape[0] % g or layer["k"] % g:
                raise ValueError("groups")
            n = layer["f"] ** 2 * (shape[0] // g)
            shape = (layer["k"], *window(layer, 1))
            params = layer["k"] * (n + (1 if layer.get("bias", True) else 0))
            ops = prod(shape) * cost(n)
            result["activations"] += prod(shape)
        elif kind == "pool":
            shape = (shape[0], *window(layer, layer["f"]))
        elif kind == "dense":
            if len(shape) > 1:
                raise ValueError("flatten first")
            params = layer["k"] * (shape[0] + (1 if layer.get("bias", True) else 0))
            ops = layer["k"] * cost(shape[0])
            shape = (layer["k"],)
            result["activations"] += layer["k"]
        elif kind == "gap":
            if len(shape) < 3:
                raise ValueError("gap needs maps")
            shape = (shape[0],)
        elif kind == "flatten":
            shape = (prod(shape),)
        elif kind == "bn":
            params = 2 * shape[0]
            result["non_trainable"] += params
        elif kind != "relu":
            raise ValueError("unknown type")
        result["params"] += params
        result["ops"] += ops
        name = layer.get("name") or kind
        result["layers"].append(dict(name=name, shape=shape, params=params, ops=ops))
    return result


@right("builds the list of rows first, adds up afterwards")
def summary(input_shape, layers, convention="mac"):
    known = {"conv", "pool", "relu", "flatten", "dense", "gap", "bn"}
    if convention not in {"mac", "mul+add", "mul+add+bias"}:
        raise ValueError("convention")
    rows, outputs, measured = [], [], []
    shape = tuple(int(n) for n in input_shape)
    for layer in layers:
        layer = {"p": 0, "groups": 1, "bias": True, **layer}
        t = layer["type"]
        if t not in known:
            raise ValueError("no layer of type " + str(t))
        flat = len(shape) == 1
        if flat and t in ("conv", "pool", "gap") or t == "dense" and not flat:
            raise ValueError(f"{t} cannot follow {shape}")
        params, ops, before = 0, 0, shape
        if t in ("conv", "pool"):
            layer.setdefault("s", {"conv": 1, "pool": layer["f"]}[t])
            new = []
            for side in shape[1:]:
                places = side + 2 * layer["p"] - layer["f"] + 1
                if places < 1:
                    raise ValueError("does not fit")
                new.append(-(-places // layer["s"]))
            shape = (layer.get("k", shape[0]), *new)
        if t == "flatten":
            n = 1
            for side in shape:
                n = n * side
            shape = (n,)
        if t == "gap":
            shape = (shape[0],)
        if t == "dense":
            shape = (layer["k"],)
        if t == "bn":
            params = 2 * shape[0]
            measured.append(params)
        if t == "conv" or t == "dense":
            h, w = shape[1:] if t == "conv" else (1, 1)
            f = layer["f"] if t == "conv" else 1
            g = layer["groups"] if t == "conv" else 1
            params = conv_params(f, before[0], layer["k"], layer["bias"], g)
            ops = conv_ops(h, w, f, before[0] // g, layer["k"], convention)
            outputs.append(h * w * layer["k"])
        row = {"ops": ops, "params": params, "shape": shape}
        rows.append({"name": layer.get("name", t), **row})
    return {
        "layers": rows,
        "activations": sum(outputs),
        "ops": sum(r["ops"] for r in rows),
        "non_trainable": sum(measured),
        "params": sum(r["params"] for r in rows),
    }


@wrong("dense without biases")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], False)
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("a dense layer always has biases")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"])
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("a convolution always has biases")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, True, groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("pooling counts as operations")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            else:
                ops = c * h * w * f * f
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("the statistics of bn are trained")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 4 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("forgets what bn measures")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 0
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("flattens the input of the network")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(input_shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("operations with the size of the input")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h0, w0 = h, w
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h0, w0, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("ignores groups")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], 1
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("groups do not change the operations")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("drops the last layer")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers[:-1]:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("sizes are rounded up")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = -((f - h - 2 * p) // s) + 1, -((f - w - 2 * p) // s) + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("square maps only")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (h + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("exchanges height and width")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, w, h)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("padding on one side")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + p - f) // s + 1, (w + p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("pooling moves by 1 when nothing is said")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("pooling always moves by its window")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1) if kind == "conv" else f
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("ignores the padding of pooling")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0) if kind == "conv" else 0
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("ignores the convention")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, "mac")
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("dense ignores the convention")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], "mac")
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("an unknown convention passes where nothing is counted; else KeyError")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise KeyError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("unknown layers are skipped")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            continue
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("dense flattens by itself")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            shape = (int(np.prod(shape)),)
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("compares the window with the height only")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > h + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("compares the window with the width only")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > w + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("forgets the padding when it compares the window")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w):
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("does not compare the window at all")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("activations of every layer")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if True:
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("activations of convolutions only")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind == "conv":
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("relu gets no entry")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        if kind == "relu":
            continue
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("names are types")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = kind
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("shape before the layer")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        before = shape
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": before, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("shapes are lists")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": list(shape), "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("gap keeps the axes")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1 and shape[1:] != (1, 1):
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = (shape[0], 1, 1)
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("removes the types from the layers")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer.pop("type", "relu"), 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("gap works on flat shapes")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("keeps only the last bn's statistics")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed = 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("compares the window with one padding")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("refuses a window that just fits")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f >= min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("does not refuse impossible groups")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = f * f * (c // groups) * k + (
                    k if layer.get("bias", True) else 0
                )
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("divides the operations by groups in the end")
def summary(input_shape, layers, convention="mac"):
    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError("convention")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError("needs maps")
        if kind == "dense" and len(shape) != 1:
            raise ValueError("flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError("too large")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c, k, convention) // groups
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (int(np.prod(shape)),)
        elif kind != "relu":
            raise ValueError("unknown type")
        if kind in ("conv", "dense"):
            activations += int(np.prod(shape))
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("without bias, mul+add+bias becomes mul+add")
def summary(input_shape, layers, convention="mac"):

    def numbers_in(shape):
        c, h, w = shape if len(shape) == 3 else (*shape, 1, 1)
        return c * h * w

    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError(f"summary: unknown convention {convention!r}")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError(f"summary: {kind} needs (C, H, W), got {shape}")
        if kind == "dense" and len(shape) != 1:
            raise ValueError(f"summary: dense needs (n,), got {shape}; flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError(f"summary: a {f} x {f} {kind} does not fit {shape}")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                word = convention
                if word == "mul+add+bias" and not layer.get("bias", True):
                    word = "mul+add"
                ops = conv_ops(h, w, f, c // groups, k, word)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (numbers_in(shape),)
        elif kind != "relu":
            raise ValueError(f"summary: unknown layer type {kind!r}")
        if kind in ("conv", "dense"):
            activations += numbers_in(shape)
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("dense reads maps of 1 x 1")
def summary(input_shape, layers, convention="mac"):

    def numbers_in(shape):
        c, h, w = shape if len(shape) == 3 else (*shape, 1, 1)
        return c * h * w

    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError(f"summary: unknown convention {convention!r}")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError(f"summary: {kind} needs (C, H, W), got {shape}")
        if kind == "dense" and numbers_in(shape) != shape[0]:
            raise ValueError(f"summary: dense needs (n,), got {shape}; flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError(f"summary: a {f} x {f} {kind} does not fit {shape}")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
        elif kind == "bn":
            params = 2 * shape[0]
            fixed += 2 * shape[0]
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (numbers_in(shape),)
        elif kind != "relu":
            raise ValueError(f"summary: unknown layer type {kind!r}")
        if kind in ("conv", "dense"):
            activations += numbers_in(shape)
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@wrong("bn after flatten has the channels of before")
def summary(input_shape, layers, convention="mac"):

    def numbers_in(shape):
        c, h, w = shape if len(shape) == 3 else (*shape, 1, 1)
        return c * h * w

    shape, rows, fixed, activations = tuple(input_shape), [], 0, 0
    chan = shape[0]
    if convention not in ("mac", "mul+add", "mul+add+bias"):
        raise ValueError(f"summary: unknown convention {convention!r}")
    for layer in layers:
        kind, params, ops = layer["type"], 0, 0
        if kind in ("conv", "pool", "gap") and len(shape) != 3:
            raise ValueError(f"summary: {kind} needs (C, H, W), got {shape}")
        if kind == "dense" and len(shape) != 1:
            raise ValueError(f"summary: dense needs (n,), got {shape}; flatten first")
        if kind in ("conv", "pool"):
            c, h, w = shape
            f, p = layer["f"], layer.get("p", 0)
            s = layer.get("s", 1 if kind == "conv" else f)
            if f > min(h, w) + 2 * p:
                raise ValueError(f"summary: a {f} x {f} {kind} does not fit {shape}")
            h, w = (h + 2 * p - f) // s + 1, (w + 2 * p - f) // s + 1
            if kind == "conv":
                k, groups = layer["k"], layer.get("groups", 1)
                params = conv_params(f, c, k, layer.get("bias", True), groups)
                ops = conv_ops(h, w, f, c // groups, k, convention)
                c = chan = k
            shape = (c, h, w)
        elif kind == "dense":
            params = conv_params(1, shape[0], layer["k"], layer.get("bias", True))
            ops = conv_ops(1, 1, 1, shape[0], layer["k"], convention)
            shape = (layer["k"],)
            chan = layer["k"]
        elif kind == "bn":
            params = 2 * chan
            fixed += 2 * chan
        elif kind == "gap":
            shape = shape[:1]
        elif kind == "flatten":
            shape = (numbers_in(shape),)
        elif kind != "relu":
            raise ValueError(f"summary: unknown layer type {kind!r}")
        if kind in ("conv", "dense"):
            activations += numbers_in(shape)
        name = layer.get("name", kind)
        rows.append({"name": name, "shape": shape, "params": params, "ops": ops})
    return {
        "params": sum(row["params"] for row in rows),
        "non_trainable": fixed,
        "ops": sum(row["ops"] for row in rows),
        "activations": activations,
        "layers": rows,
    }


@right("branch by branch, by hand")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    if naive:
        d["3x3"] = (9 * c_in + b) * c3
        d["5x5"] = (25 * c_in + b) * c5
        d["pool"] = 0
    else:
        d["3x3"] = (c_in + b) * c3r + (9 * c3r + b) * c3
        d["5x5"] = (c_in + b) * c5r + (25 * c5r + b) * c5
        d["pool"] = (c_in + b) * cp
    d["total"] = d["1x1"] + d["3x3"] + d["5x5"] + d["pool"]
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@right("lists of layers that summary counts")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    shape = (c_in, 5, 5)
    reduce3 = [] if naive else [conv(1, c3r, bias=bias)]
    reduce5 = [] if naive else [conv(1, c5r, bias=bias)]
    chains = {
        "1x1": [conv(1, c1, bias=bias)],
        "3x3": reduce3 + [conv(3, c3, bias=bias)],
        "5x5": reduce5 + [conv(5, c5, bias=bias)],
        "pool": [] if naive else [conv(1, cp, bias=bias)],
    }
    out = {key: summary(shape, chain)["params"] for key, chain in chains.items()}
    out["total"] = sum(out.values())
    out["c_out"] = sum((c1, c3, c5, c_in if naive else cp))
    return out


@wrong("the pooling branch has no projection")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("reduces after the large filters")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (9 * c_in + b) * c3r + (c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (25 * c_in + b) * c5r + (c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("no biases on the reducers")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else c_in * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else c_in * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("3 x 3 where the paper has 5 x 5")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (9 * c_in + b) * c5 if naive else (c_in + b) * c5r + (9 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("concatenation multiplies")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 * c3 * c5 * (c_in if naive else cp)
    return d


@wrong("the large filters read all the channels")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 + (0 if naive else (c_in + b) * c3r)
    d["5x5"] = (25 * c_in + b) * c5 + (0 if naive else (c_in + b) * c5r)
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("naive pooling puts out cp channels")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + cp
    return d


@wrong("naive keeps the projection")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("a naive module has no biases")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias and not naive else 0
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("exchanges the reducers")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1 if bias else 0
    c3r, c5r = c5r, c3r
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@wrong("ignores bias")
def inception_params(c_in, c1, c3r, c3, c5r, c5, cp, bias=True, naive=False):
    b = 1
    d = {"1x1": (c_in + b) * c1}
    d["3x3"] = (9 * c_in + b) * c3 if naive else (c_in + b) * c3r + (9 * c3r + b) * c3
    d["5x5"] = (25 * c_in + b) * c5 if naive else (c_in + b) * c5r + (25 * c5r + b) * c5
    d["pool"] = 0 if naive else (c_in + b) * cp
    d["total"] = sum(d.values())
    d["c_out"] = c1 + c3 + c5 + (c_in if naive else cp)
    return d


@right("adds k for each layer before")
def densenet_channels(k0, k, l):
    if not l >= 1:
        raise ValueError("layers count from 1")
    channels = k0
    for _ in range(l - 1):
        channels += k
    return channels


@right("recursion")
def densenet_channels(k0, k, l):
    def reads(layer):
        return k0 if layer == 1 else reads(layer - 1) + k

    if l <= 0:
        raise ValueError("there is no layer " + str(l))
    return reads(l)


@wrong("the slide's formula")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return l * k


@wrong("off by one layer")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return k0 + k * l


@wrong("k0 for each layer")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return k0 * l


@wrong("a product")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return k0 * k * (l - 1) if l > 1 else k0


@wrong("accepts a layer 0")
def densenet_channels(k0, k, l):
    return k0 + k * (l - 1)


@wrong("accepts negative layers")
def densenet_channels(k0, k, l):
    if l == 0:
        raise ValueError("layers count from 1")
    return k0 + k * (l - 1)


@wrong("doubles: all inputs of all layers")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    channels = k0
    for _ in range(l - 1):
        channels += channels
    return channels


@wrong("grows by k squared")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return k0 + sum(k * i for i in range(l))


@wrong("forgets what enters")
def densenet_channels(k0, k, l):
    if l < 1:
        raise ValueError("layers count from 1")
    return k0 if l == 1 else k * (l - 1)


@wrong("raises IndexError")
def densenet_channels(k0, k, l):
    if l < 1:
        raise IndexError("layers count from 1")
    return k0 + k * (l - 1)


@right("a specification that summary counts")
def dense_layer_params(k0, k, l, bottleneck=True):
    layers = [just("bn"), just("relu")]
    if bottleneck:
        layers += [conv(1, 4 * k, bias=False), just("bn"), just("relu")]
    layers += [conv(3, k, p=1, bias=False)]
    return summary((densenet_channels(k0, k, l), 8, 8), layers)["params"]


@right("step by step, on its own")
def dense_layer_params(k0, k, l, bottleneck=True):
    if l < 1:
        raise ValueError("l must be 1 or more")
    arriving = k0 + (l - 1) * k
    total = arriving + arriving
    if bottleneck:
        narrow = 4 * k
        total += arriving * narrow
        total += narrow + narrow
    else:
        narrow = arriving
    return total + 3 * 3 * narrow * k


@wrong("no batch normalisation")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    return 4 * c * k + 36 * k * k if bottleneck else 9 * c * k


@wrong("counts the statistics")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 4 * c + 9 * c * k
    return 4 * c + 4 * c * k + 16 * k + 36 * k * k


@wrong("biases")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k + k
    return 2 * c + 4 * c * k + 4 * k + 8 * k + 36 * k * k + k


@wrong("a bottleneck k wide")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + c * k + 2 * k + 9 * k * k


@wrong("normalises after the convolutions")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 9 * c * k + 2 * k
    return 4 * c * k + 8 * k + 36 * k * k + 2 * k


@wrong("the slide's channels")
def dense_layer_params(k0, k, l, bottleneck=True):
    if l < 1:
        raise ValueError("l")
    c = l * k
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * k + 8 * k + 36 * k * k


@wrong("channels of the next layer")
def dense_layer_params(k0, k, l, bottleneck=True):
    if l < 1:
        raise ValueError("l")
    c = k0 + k * l
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * k + 8 * k + 36 * k * k


@wrong("always a bottleneck")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    return 2 * c + 4 * c * k + 8 * k + 36 * k * k


@wrong("a single BN with the bottleneck")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * k + 36 * k * k


@wrong("the 3 x 3 filters still read everything")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * k + 8 * k + 9 * c * k


@wrong("one parameter per channel in BN")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return c + 9 * c * k
    return c + 4 * c * k + 4 * k + 36 * k * k


@wrong("accepts any layer")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = k0 + k * (l - 1)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * k + 8 * k + 36 * k * k


@wrong("a bottleneck four times as wide as its input")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck:
        return 2 * c + 9 * c * k
    return 2 * c + 4 * c * c + 8 * c + 36 * c * k


@wrong("a bottleneck only where it is narrower")
def dense_layer_params(k0, k, l, bottleneck=True):
    c = densenet_channels(k0, k, l)
    if not bottleneck or c < k:
        return 2 * c + 9 * c * k
    return 2 * c + c * 4 * k + 2 * 4 * k + 9 * 4 * k * k


@right("a list of layers that summary counts")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    def unit(f, k, s=1, p=0, groups=1):
        return [conv(f, k, s, p, groups=groups, bias=False), just("bn"), just("relu")]

    c = int(alpha * 32)
    layers = unit(3, c, 2, 1)
    for stride, width in mobilenet_blocks:
        layers += unit(3, c, stride, 1, groups=c)
        c = int(alpha * width)
        layers += unit(1, c)
    counted = summary((3, resolution, resolution), [*layers, just("gap"), dense(1000)])
    return {"params": counted["params"], "macs": counted["ops"]}


@right("calls the functions of tasks 1 and 3")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    import math

    n = math.ceil(resolution / 2)
    widths = [int(alpha * 32)] + [int(alpha * w) for _, w in mobilenet_blocks]
    strides = [s for s, _ in mobilenet_blocks]
    params = conv_params(3, 3, widths[0], bias=False) + 2 * widths[0]
    macs = conv_ops(n, n, 3, 3, widths[0], "mac")
    for before, after, s in zip(widths, widths[1:], strides):
        n = math.ceil(n / s)
        params += conv_params(3, before, before, False, before) + 2 * before
        params += conv_params(1, before, after, False) + 2 * after
        macs += conv_ops(n, n, 3, 1, before, "mac")
        macs += conv_ops(n, n, 1, before, after, "mac")
    params += conv_params(1, widths[-1], 1000)
    macs += conv_ops(1, 1, 1, widths[-1], 1000, "mac")
    return {"macs": macs, "params": params}


@right("an own table of layers (channels in, out, stride)")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    widths = [32, 64, 128, 128, 256, 256, *[512] * 6, 1024, 1024]
    halved = {1, 3, 5, 11}
    side, params, macs = (resolution + 1) // 2, 0, 0
    channels = [int(alpha * w) for w in widths]
    layers = [(27, channels[0], side)]
    for i in range(13):
        if i in halved:
            side = (side + 1) // 2
        layers.append((9, channels[i], side))
        layers.append((channels[i], channels[i + 1], side))
    for per_filter, filters, n in layers:
        params += per_filter * filters + 2 * filters
        macs += per_filter * filters * n**2
    last = channels[-1] * 1000
    return {"params": params + last + 1000, "macs": macs + last}


@wrong("biases on the convolutions")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 3 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 3 * c + c * k + 3 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("counts the statistics of BN")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 4 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 4 * c + c * k + 4 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("no BN")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + c * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("alpha thins the classes too")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {
        "params": params + (c + 1) * int(alpha * 1000),
        "macs": macs + c * int(alpha * 1000),
    }


@wrong("alpha on the output of each block only")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = width
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("alpha does not reach the stem")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = 32, (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("alpha thins the photo's channels")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = (
        9 * int(alpha * 3 + 0.5) * c + 2 * c,
        9 * int(alpha * 3 + 0.5) * c * n * n,
    )
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("ignores the stride of the blocks")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), n
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("ignores the stride of the stem")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), resolution
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("depthwise filters read all channels")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c * c + 2 * c + c * k + 2 * k
        macs += (9 * c * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("halves are rounded down")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), resolution // 2
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), n // stride
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("the stride comes after the depthwise layer")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n0 = int(alpha * width), n
        n = (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += 9 * c * n0 * n0 + c * k * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("no dense layer")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params, "macs": macs}


@wrong("the classes have no biases")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000, "macs": macs + c * 1000}


@wrong("the dense layer has no MACs")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs}


@wrong("ignores the resolution")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), 112
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("scales MACs with the area")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), 112
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {
        "params": params + c * 1000 + 1000,
        "macs": int(macs * (resolution / 224) ** 2) + c * 1000,
    }


@wrong("stride 2 in the last block, as printed")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks[:-1] + [(2, 1024)]:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("rounds widths")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = round(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = round(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("rounds widths to multiples of 8")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = max(8, int(alpha * 32 + 4) // 8 * 8), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = max(8, int(alpha * width + 4) // 8 * 8), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("widths are floats")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = alpha * 32, (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = alpha * width, (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("multiply and add counted separately")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": 2 * (macs + c * 1000)}


@wrong("one BN in each block")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("an alpha above 1 is cut")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    alpha = min(alpha, 1)
    c, n = int(alpha * 32), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = int(alpha * width), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@wrong("at least 8 channels")
def mobilenet_v1_summary(alpha=1.0, resolution=224):
    c, n = max(8, int(alpha * 32)), (resolution - 1) // 2 + 1
    params, macs = 27 * c + 2 * c, 27 * c * n * n
    for stride, width in mobilenet_blocks:
        k, n = max(8, int(alpha * width)), (n - 1) // stride + 1
        params += 9 * c + 2 * c + c * k + 2 * k
        macs += (9 * c + c * k) * n * n
        c = k
    return {"params": params + c * 1000 + 1000, "macs": macs + c * 1000}


@right("starts from PyTorch and adds")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    total = torch_trainable
    if not conv_has_bias:
        total += conv_out_channels
    for statistic in ("mean", "variance"):
        total += bn_channels
    return total


@right("arithmetic with the truth value")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    return int(
        torch_trainable
        + (1 - bool(conv_has_bias)) * conv_out_channels
        + 2 * bn_channels
    )


@wrong("all four numbers of BN")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = 0 if conv_has_bias else conv_out_channels
    return torch_trainable + missing + 4 * bn_channels


@wrong("always adds biases")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    return torch_trainable + conv_out_channels + 2 * bn_channels


@wrong("subtracts")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = 0 if conv_has_bias else conv_out_channels
    return torch_trainable - missing - 2 * bn_channels


@wrong("forgets BN")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    return torch_trainable + (0 if conv_has_bias else conv_out_channels)


@wrong("exchanges the two counts of channels")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = 0 if conv_has_bias else bn_channels
    return torch_trainable + missing + 2 * conv_out_channels


@wrong("inverts the condition")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = conv_out_channels if conv_has_bias else 0
    return torch_trainable + missing + 2 * bn_channels


@wrong("one number per channel of BN")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = 0 if conv_has_bias else conv_out_channels
    return torch_trainable + missing + bn_channels


@wrong("never adds biases")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    return torch_trainable + 2 * bn_channels


@wrong("takes the filters for the channels of BN")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    return torch_trainable + (2 if conv_has_bias else 3) * conv_out_channels


@wrong("biases and BN exclude each other")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    if conv_has_bias:
        return torch_trainable
    return torch_trainable + conv_out_channels + 2 * bn_channels


@wrong("a float")
def reconcile_keras(torch_trainable, conv_out_channels, conv_has_bias, bn_channels):
    missing = 0 if conv_has_bias else conv_out_channels
    return torch_trainable + missing + 2.0 * bn_channels
