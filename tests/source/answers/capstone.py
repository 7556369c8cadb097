"""Answers to lesson 14: see autograder/audit.py for how they are read."""


@right("loop over shapes")
def count_params(model):
    total = 0
    for parameter in model.parameters():
        count = 1
        for side in parameter.shape:
            count *= side
        total += count
    return total


@right("part by part, each tensor once")
def count_params(model):
    seen = {}
    for part in model.modules():
        for parameter in part.parameters(recurse=False):
            seen[id(parameter)] = parameter.numel()
    return sum(seen.values())


@right("named, with NumPy")
def count_params(model):
    sizes = [np.prod(p.shape, dtype=int) for _, p in model.named_parameters()]
    return int(np.sum(sizes, dtype=int))


@wrong("trained ones only")
def count_params(model):
    return sum(p.numel() for p in model.parameters() if p.requires_grad)


@wrong("all that is stored")
def count_params(model):
    return sum(tensor.numel() for tensor in model.state_dict().values())


@wrong("tensors, not numbers")
def count_params(model):
    return len(list(model.parameters()))


@wrong("convolutions and linear layers only")
def count_params(model):
    kinds = (nn.Conv2d, nn.Linear)
    layers = [m for m in model.modules() if isinstance(m, kinds)]
    return sum(p.numel() for layer in layers for p in layer.parameters())


@wrong("no biases")
def count_params(model):
    named = model.named_parameters()
    return sum(p.numel() for name, p in named if not name.endswith("bias"))


@wrong("the outermost layers only")
def count_params(model):
    total = 0
    for layer in model.children():
        for parameter in layer.parameters(recurse=False):
            total += parameter.numel()
    return total


@wrong("shared layers twice")
def count_params(model):
    if not list(model.children()):
        return sum(p.numel() for p in model.parameters())
    return sum(count_params(layer) for layer in model._modules.values())


@wrong("a tensor")
def count_params(model):
    return sum(torch.tensor(p.numel()) for p in model.parameters())


@wrong("a float")
def count_params(model):
    return float(sum(p.numel() for p in model.parameters()))


@wrong("equal shapes once")
def count_params(model):
    return sum(math.prod(shape) for shape in {p.shape for p in model.parameters()})


@wrong("needs a first tensor")
def count_params(model):
    total = next(model.parameters()).numel() * 0
    return total + sum(p.numel() for p in model.parameters())


@wrong("each layer has weight and bias")
def count_params(model):
    total = 0
    for layer in set(model.modules()):
        if hasattr(layer, "weight"):
            total += layer.weight.numel() + layer.bias.numel()
    return total


@right("hooks on a copy")
def count_macs(model, image_shape):
    twin = copy.deepcopy(model).eval()
    total = 0

    def convolution(layer, inputs, output):
        nonlocal total
        kh, kw = layer.kernel_size
        total += output.numel() * kh * kw * layer.in_channels // layer.groups

    def dense(layer, inputs, output):
        nonlocal total
        total += output.numel() * layer.in_features

    for layer in twin.modules():
        if isinstance(layer, nn.Conv2d):
            layer.register_forward_hook(convolution)
        elif isinstance(layer, nn.Linear):
            layer.register_forward_hook(dense)
    with torch.no_grad():
        twin(torch.zeros((1, *image_shape)))
    return int(total)


@right("a dict of modes, three images")
def count_macs(model, image_shape):
    modes = {part: part.training for part in model.modules()}
    counts, handles = [], []

    def note(layer, inputs, output):
        each = layer.weight.numel() // layer.weight.shape[0]
        counts.append(output.numel() // 3 * each)

    for part in modes:
        part.training = False
        if isinstance(part, (nn.Linear, nn.Conv2d)):
            handles.append(part.register_forward_hook(note))
    with torch.inference_mode():
        model(torch.randn(3, *image_shape, generator=torch.Generator()))
    for handle in handles:
        handle.remove()
    for part, mode in modes.items():
        part.train(mode) if not list(part.children()) else None
        part.training = mode
    return sum(counts)


@right("torch counts its own operations")
def count_macs(model, image_shape):
    from torch.utils.flop_counter import FlopCounterMode

    twin = copy.deepcopy(model).eval()
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return counter.get_total_flops() // 2


@wrong("ignores groups")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        if isinstance(layer, nn.Conv2d):
            kh, kw = layer.kernel_size
            macs.append(output.numel() * layer.in_channels * kh * kw)
        else:
            macs.append(output.numel() * layer.in_features)

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("forgets linear layers")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(output.numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, nn.Conv2d):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("forgets convolutions")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(output.numel() * layer.in_features)

    for m in twin.modules():
        if isinstance(m, nn.Linear):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("adds the biases")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        bias = layer.bias is not None
        macs.append(output.numel() * (layer.weight[0].numel() + bias))

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("counts multiplications and additions")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(2 * output.numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("the size of the input, not of the output")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        if isinstance(layer, nn.Conv2d):
            h, w = inputs[0].shape[2:]
            macs.append(h * w * layer.weight.numel())
        else:
            macs.append(output.numel() * layer.in_features)

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("kernels are square")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        if isinstance(layer, nn.Conv2d):
            k = layer.kernel_size[0]
            macs.append(output.numel() * layer.in_channels // layer.groups * k * k)
        else:
            macs.append(output.numel() * layer.in_features)

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("each layer once")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), {}

    def note(layer, inputs, output):
        macs[layer] = output.numel() * layer.weight[0].numel()

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs.values())


@wrong("a linear layer's weights only")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        if isinstance(layer, nn.Linear):
            macs.append(layer.weight.numel())
        else:
            macs.append(output.numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@wrong("a float")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(2 * output.numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs) / 2


@wrong("two images, counted as one")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(output.numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(2, *image_shape))
    return sum(macs)


@wrong("stays in the mode that it is in")
def count_macs(model, image_shape):
    macs = []

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    kinds = (nn.Conv2d, nn.Linear)
    layers = [m for m in model.modules() if isinstance(m, kinds)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    with torch.no_grad():
        model(torch.zeros(2, *image_shape))
    for handle in handles:
        handle.remove()
    return sum(macs)


@wrong("left in eval mode")
def count_macs(model, image_shape):
    macs = []

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    kinds = (nn.Conv2d, nn.Linear)
    layers = [m for m in model.modules() if isinstance(m, kinds)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *image_shape))
    for handle in handles:
        handle.remove()
    return sum(macs)


@wrong("puts one mode back for all parts")
def count_macs(model, image_shape):
    macs, mode = [], model.training

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    kinds = (nn.Conv2d, nn.Linear)
    layers = [m for m in model.modules() if isinstance(m, kinds)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *image_shape))
    for handle in handles:
        handle.remove()
    model.train(mode)
    return sum(macs)


@wrong("always train mode afterwards")
def count_macs(model, image_shape):
    macs, parts = [], [m for m in model.modules() if m.training]

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    kinds = (nn.Conv2d, nn.Linear)
    layers = [m for m in model.modules() if isinstance(m, kinds)]
    handles = [layer.register_forward_hook(note) for layer in layers]
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *image_shape))
    for handle in handles:
        handle.remove()
    for part in parts:
        part.training = True
    model.training = True
    return sum(macs)


@wrong("leaves its hooks")
def count_macs(model, image_shape):
    macs, modes = [], [(m, m.training) for m in model.modules()]

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    for m, _ in modes:
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *image_shape))
    for m, mode in modes:
        m.training = mode
    return sum(macs)


@wrong("removes only the last hook")
def count_macs(model, image_shape):
    macs, modes, handle = [], [(m, m.training) for m in model.modules()], None

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    for m, _ in modes:
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            handle = m.register_forward_hook(note)
    model.eval()
    with torch.no_grad():
        model(torch.zeros(1, *image_shape))
    if handle:
        handle.remove()
    for m, mode in modes:
        m.training = mode
    return sum(macs)


@wrong("layer after layer, used or not")
def count_macs(model, image_shape):
    twin = copy.deepcopy(model).eval()
    signal, total = torch.zeros(1, *image_shape), 0
    with torch.no_grad():
        for layer in twin.modules():
            if list(layer.children()):
                continue
            signal = layer(signal)
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                total += signal.numel() * layer.weight[0].numel()
    return total


@wrong("also counts what is never used")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), {}
    for m in twin.modules():
        if isinstance(m, nn.Linear):
            macs[m] = m.weight.numel()

    def note(layer, inputs, output):
        if isinstance(layer, nn.Linear) and macs[layer] == layer.weight.numel():
            macs[layer] = 0
        each = output.numel() * layer.weight[0].numel()
        macs[layer] = macs.get(layer, 0) + each

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs.values())


@wrong("the first row of the output only")
def count_macs(model, image_shape):
    twin, macs = copy.deepcopy(model).eval(), []

    def note(layer, inputs, output):
        macs.append(output[0].numel() * layer.weight[0].numel())

    for m in twin.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            m.register_forward_hook(note)
    with torch.no_grad():
        twin(torch.zeros(1, *image_shape))
    return sum(macs)


@right("sweep by cost")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("as many costs as scores, please")
    order = sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i]))
    front, best, at = [], -math.inf, None
    for i in order:
        if scores[i] > best:
            front.append(i)
            best, at = scores[i], costs[i]
        elif scores[i] == best and costs[i] == at:
            front.append(i)
    return front


@right("a matrix of comparisons")
def pareto_front(costs, scores):
    c, s = np.array(costs, float), np.array(scores, float)
    if c.shape != s.shape:
        raise ValueError(f"{c.size} costs and {s.size} scores")
    if not c.size:
        return []
    better = (c[:, None] <= c) & (s[:, None] >= s)
    better &= (c[:, None] < c) | (s[:, None] > s)
    kept = np.flatnonzero(~better.any(0))
    return kept[np.argsort(c[kept], kind="stable")].tolist()


@wrong("strictly better in both")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    n = range(len(costs))
    front = [
        i
        for i in n
        if not any(costs[j] < costs[i] and scores[j] > scores[i] for j in n)
    ]
    return sorted(front, key=lambda i: costs[i])


@wrong("equal designs dominate each other")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    n = range(len(costs))
    front = [
        i
        for i in n
        if not any(
            j != i and costs[j] <= costs[i] and scores[j] >= scores[i] for j in n
        )
    ]
    return sorted(front, key=lambda i: costs[i])


@wrong("of equal designs the first only")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    front, best = [], -math.inf
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i])):
        if scores[i] > best:
            front.append(i)
            best = scores[i]
    return front


@wrong("in the order given")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    n = range(len(costs))
    return [
        i
        for i in n
        if not any(
            costs[j] <= costs[i]
            and scores[j] >= scores[i]
            and (costs[j], scores[j]) != (costs[i], scores[i])
            for j in n
        )
    ]


@wrong("low scores are good")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    n = range(len(costs))
    front = [
        i
        for i in n
        if not any(
            costs[j] <= costs[i]
            and scores[j] <= scores[i]
            and (costs[j], scores[j]) != (costs[i], scores[i])
            for j in n
        )
    ]
    return sorted(front, key=lambda i: costs[i])


@wrong("returns the costs")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    n = range(len(costs))
    front = [
        i
        for i in n
        if not any(
            costs[j] <= costs[i]
            and scores[j] >= scores[i]
            and (costs[j], scores[j]) != (costs[i], scores[i])
            for j in n
        )
    ]
    return [costs[i] for i in sorted(front, key=lambda i: costs[i])]


@wrong("compares neighbours only")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    order = sorted(range(len(costs)), key=lambda i: costs[i])
    return [
        i for k, i in enumerate(order) if k == 0 or scores[i] > scores[order[k - 1]]
    ]


@wrong("the best ratio only")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    if not len(costs):
        return []
    return [int(np.argmax(np.array(scores) / np.array(costs)))]


@wrong("does not refuse lengths that differ")
def pareto_front(costs, scores):
    pairs = list(zip(costs, scores, strict=False))
    front = [
        i
        for i, (c, s) in enumerate(pairs)
        if not any(d <= c and t >= s and (d, t) != (c, s) for d, t in pairs)
    ]
    return sorted(front, key=lambda i: costs[i])


@wrong("scores start at 0")
def pareto_front(costs, scores):
    if len(costs) != len(scores):
        raise ValueError("lengths differ")
    front, best, at = [], 0, None
    for i in sorted(range(len(costs)), key=lambda i: (costs[i], -scores[i])):
        if scores[i] > best or (scores[i] == best and costs[i] == at):
            front.append(i)
            best, at = scores[i], costs[i]
    return front


@right("seeds outside")
def ablate(train, variants, seeds):
    results = {name: [] for name in variants}
    used = 0
    for seed in seeds:
        used += 1
        for name in variants:
            results[name].append(float(train(seed, **variants[name])))
    if not used:
        raise ValueError("give at least one seed")
    return results


@right("product")
def ablate(train, variants, seeds):
    from itertools import product

    seeds = tuple(seeds)
    if len(seeds) == 0:
        raise ValueError(f"no seeds in {seeds}")
    results = {}
    for (name, settings), seed in product(variants.items(), seeds):
        results.setdefault(name, []).append(float(train(seed, **settings)))
    return results


@wrong("the iterator is used up after the first variant")
def ablate(train, variants, seeds):
    if not hasattr(seeds, "__next__") and not list(seeds):
        raise ValueError("no seeds")
    results = {}
    for name, settings in variants.items():
        results[name] = [float(train(seed, **settings)) for seed in seeds]
    if variants and not any(results.values()):
        raise ValueError("no seeds")
    return results


@wrong("other seeds for each variant")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [float(train(seed + 100 * k, **settings)) for seed in seeds]
        for k, (name, settings) in enumerate(variants.items())
    }


@wrong("one seed for all runs")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [float(train(seeds[0], **settings)) for _ in seeds]
        for name, settings in variants.items()
    }


@wrong("means at once")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: float(np.mean([train(seed, **settings) for seed in seeds]))
        for name, settings in variants.items()
    }


@wrong("keeps the best run")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [max(float(train(seed, **settings)) for seed in seeds)]
        for name, settings in variants.items()
    }


@wrong("sorts the seeds")
def ablate(train, variants, seeds):
    seeds = sorted(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [float(train(seed, **settings)) for seed in seeds]
        for name, settings in variants.items()
    }


@wrong("sorts the results")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: sorted(float(train(seed, **settings)) for seed in seeds)
        for name, settings in variants.items()
    }


@wrong("changes add up from row to row")
def ablate(train, variants, seeds):
    seeds, settings, results = list(seeds), {}, {}
    if not seeds:
        raise ValueError("no seeds")
    for name, change in variants.items():
        settings = {**settings, **change}
        results[name] = [float(train(seed, **settings)) for seed in seeds]
    return results


@wrong("writes the seed into the settings")
def ablate(train, variants, seeds):
    seeds, results = list(seeds), {}
    if not seeds:
        raise ValueError("no seeds")
    for name, settings in variants.items():
        results[name] = []
        for seed in seeds:
            settings["seed"] = seed
            results[name].append(float(train(**settings)))
    return results


@wrong("trains a first time to see whether it works")
def ablate(train, variants, seeds):
    seeds, results = list(seeds), {}
    if not seeds:
        raise ValueError("no seeds")
    for name, settings in variants.items():
        train(seeds[0], **settings)
        results[name] = [float(train(seed, **settings)) for seed in seeds]
    return results


@wrong("equal seeds once")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    results = {}
    for name, settings in variants.items():
        known = {seed: float(train(seed, **settings)) for seed in set(seeds)}
        results[name] = [known[seed] for seed in seeds]
    return results


@wrong("arrays")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: np.array([train(seed, **settings) for seed in seeds], float)
        for name, settings in variants.items()
    }


@wrong("numbers as they come")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [train(seed, **settings) for seed in seeds]
        for name, settings in variants.items()
    }


@wrong("empty lists without seeds")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    return {
        name: [float(train(seed, **settings)) for seed in seeds]
        for name, settings in variants.items()
    }


@wrong("sorts the variants")
def ablate(train, variants, seeds):
    seeds = list(seeds)
    if not seeds:
        raise ValueError("no seeds")
    return {
        name: [float(train(seed, **variants[name])) for seed in seeds]
        for name in sorted(variants)
    }


@right("the statistics module")
def summarise(results, baseline):
    import statistics

    if baseline not in results:
        raise ValueError(f"no runs of {baseline}")
    base = [float(v) for v in results[baseline]]

    def spread(values):
        return statistics.stdev(values) if len(values) > 1 else float("nan")

    table = {}
    for name in results:
        values = [float(v) for v in results[name]]
        if not values or len(values) != len(base):
            raise ValueError(f"{name}: not the same seeds as {baseline}")
        gains = [value - b for value, b in zip(values, base, strict=True)]
        table[name] = {
            "n": len(values),
            "mean": statistics.fmean(values),
            "sd": spread(values),
            "gain": statistics.fmean(gains),
            "gain_sd": spread(gains),
        }
    return table


@right("sums by hand")
def summarise(results, baseline):
    if baseline not in results or not len(results[baseline]):
        raise ValueError("the baseline has no runs")
    n = len(results[baseline])
    if any(len(values) != n for values in results.values()):
        raise ValueError("all variants need the same seeds")

    def both(values):
        mean = sum(values) / n
        if n == 1:
            return float(mean), math.nan
        return float(mean), math.sqrt(sum((v - mean) ** 2 for v in values) / (n - 1))

    table = {}
    for name, values in results.items():
        mean, sd = both([float(v) for v in values])
        gain, gain_sd = both(
            [float(v) - float(b) for v, b in zip(values, results[baseline])]
        )
        table[name] = dict(n=n, mean=mean, sd=sd, gain=gain, gain_sd=gain_sd)
    return table


@right("torch")
def summarise(results, baseline):
    lengths = {len(values) for values in results.values()}
    if baseline not in results or len(lengths) != 1 or 0 in lengths:
        raise ValueError("summarise: these runs cannot be paired")
    (n,) = lengths
    names = list(results)
    runs = torch.tensor([[float(v) for v in results[k]] for k in names]).double()
    runs = torch.tensor(
        [[float(v) for v in results[k]] for k in names], dtype=torch.float64
    )
    gains = runs - runs[names.index(baseline)]
    rows = zip(names, runs, gains, strict=True)
    sd = (lambda t: t.std().item()) if n > 1 else (lambda t: math.nan)
    return {
        k: {
            "n": n,
            "mean": run.mean().item(),
            "sd": sd(run),
            "gain": gain.mean().item(),
            "gain_sd": sd(gain),
        }
        for k, run, gain in rows
    }


@wrong("divides by n")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std()),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std()),
        }
    return table


@wrong("divides by n in the gains")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std()),
        }
    return table


@wrong("unpaired spread of the gain")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        one = len(values) == 1
        sd, base_sd = (math.nan if one else v.std(ddof=1) for v in (values, base))
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": float(sd),
            "gain": float(values.mean() - base.mean()),
            "gain_sd": float(np.hypot(sd, base_sd)),
        }
    return table


@wrong("the gain has the wrong sign")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = base - values, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("the first variant is the baseline")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(next(iter(results.values())), float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("standard errors")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, n = values - base, len(values)
        table[name] = {
            "n": n,
            "mean": float(values.mean()),
            "sd": math.nan if n == 1 else float(values.std(ddof=1) / n**0.5),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if n == 1 else float(gain.std(ddof=1) / n**0.5),
        }
    return table


@wrong("one run has spread 0")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": 0.0 if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": 0.0 if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("sorted before they are paired")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.sort(np.array(results[baseline], float))
    table = {}
    for name, values in results.items():
        values = np.sort(np.array(values, float))
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("cuts longer lists")
def summarise(results, baseline):
    if baseline not in results or not len(results[baseline]):
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        n = min(len(values), len(base))
        values = np.array(values, float)[:n]
        gain, one = values - base[:n], n == 1
        table[name] = {
            "n": n,
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("medians")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(np.median(values)),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(np.median(gain)),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("the baseline is left out")
def summarise(results, baseline):
    if baseline not in results:
        raise ValueError("no baseline")
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        if name == baseline:
            continue
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@wrong("a KeyError without the baseline")
def summarise(results, baseline):
    base = np.array(results[baseline], float)
    table = {}
    for name, values in results.items():
        values = np.array(values, float)
        if len(values) != len(base) or not len(base):
            raise ValueError("not the same seeds")
        gain, one = values - base, len(values) == 1
        table[name] = {
            "n": len(values),
            "mean": float(values.mean()),
            "sd": math.nan if one else float(values.std(ddof=1)),
            "gain": float(gain.mean()),
            "gain_sd": math.nan if one else float(gain.std(ddof=1)),
        }
    return table


@right("separable, as a class")
def build_my_net():
    class Block(nn.Module):
        def __init__(self, c_in, c_out):
            super().__init__()
            self.depthwise = nn.Conv2d(
                c_in, c_in, 3, padding=1, groups=c_in, bias=False
            )
            self.first = nn.BatchNorm2d(c_in)
            self.pointwise = nn.Conv2d(c_in, c_out, 1, bias=False)
            self.second = nn.BatchNorm2d(c_out)

        def forward(self, x):
            x = torch.relu(self.first(self.depthwise(x)))
            return torch.relu(self.second(self.pointwise(x)))

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(1, 16, 5, stride=2, padding=2)
            self.blocks = nn.ModuleList([Block(16, 32), Block(32, 48), Block(48, 64)])
            self.head = nn.Linear(64, 8)

        def forward(self, x):
            x = torch.relu(self.stem(x))
            for block in self.blocks:
                x = block(x)
            return self.head(x.mean((2, 3)))

    return Net()


@right("residual, group normalisation, dropout")
def build_my_net():
    class Residual(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv = nn.Conv2d(channels, channels, 3, padding=1)
            self.norm = nn.GroupNorm(4, channels)

        def forward(self, x):
            return x + nn.functional.relu(self.norm(self.conv(x)))

    stem = [nn.Conv2d(1, 20, 5, stride=2, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
    body = [Residual(20), Residual(20), nn.PReLU(), Residual(20)]
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Dropout(0.1), nn.Linear(20, 8)]
    return nn.Sequential(*stem, *body, *head)


@right("small and plain")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5),
        nn.ReLU(),
        nn.MaxPool2d(4),
        nn.Flatten(),
        nn.Linear(6 * 49, 8),
    )


@wrong("too many parameters in a dense layer")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(4),
        nn.Flatten(),
        nn.Linear(512, 64),
        nn.ReLU(),
        nn.Linear(64, 8),
    )


@wrong("too many operations at full resolution")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 16, 3, padding=1),
        nn.ReLU(),
        nn.Conv2d(16, 16, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 8),
    )


@wrong("a forgotten layer breaks the budget")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5, stride=2)
            self.old_head = nn.Linear(12 * 14 * 14, 32)
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            return self.head(torch.relu(self.conv(x)).mean((2, 3)))

    return Net()


@wrong("a forgotten layer within the budget")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5, stride=2)
            self.old_conv = nn.Conv2d(12, 24, 3)
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            return self.head(torch.relu(self.conv(x)).mean((2, 3)))

    return Net()


@wrong("operations past the counter")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(1, 24, 3, padding=1)
            self.second = nn.Conv2d(24, 32, 3, padding=1)
            self.head = nn.Linear(32, 8)

        def forward(self, x):
            x = torch.relu(self.first(x))
            x = nn.functional.conv2d(x, self.second.weight, self.second.bias, padding=1)
            return self.head(torch.relu(x).mean((2, 3)))

    return Net()


@wrong("a kind of layer that is not counted")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, stride=2),
        nn.ReLU(),
        nn.ConvTranspose2d(8, 16, 3),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(16, 8),
    )


@wrong("loose parameters")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(0.1 * torch.randn(12, 1, 5, 5))
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            x = nn.functional.conv2d(x, self.weight)
            return self.head(torch.relu(x).mean((2, 3)))

    return Net()


@wrong("softmax at the end")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 12, 5, stride=2),
        nn.BatchNorm2d(12),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 8),
        nn.Softmax(dim=1),
    )


@wrong("ten classes")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 12, 5, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 10),
    )


@wrong("colour images")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(3, 12, 5, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 8),
    )


@wrong("the class, not an object of it")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.head = nn.Linear(1024, 8)

        def forward(self, x):
            return self.head(x.flatten(1))

    return Net


@wrong("one network for all calls")
def build_my_net(kept=[]):  # noqa: B006  (the mistake)
    if not kept:
        kept.append(
            nn.Sequential(
                nn.Conv2d(1, 12, 5, stride=2),
                nn.ReLU(),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
                nn.Linear(12, 8),
            )
        )
    return kept[0]


@wrong("always the same weights")
def build_my_net():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Conv2d(1, 12, 5, stride=2),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Linear(12, 8),
        )


@wrong("batches of 32 only")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 8, 5, stride=4)
            self.head = nn.Linear(8 * 49, 8)

        def forward(self, x):
            return self.head(torch.relu(self.conv(x)).reshape(32, -1))

    return Net()


@wrong("statistics of the batch in eval mode, too")
def build_my_net():
    return nn.Sequential(
        nn.Conv2d(1, 12, 5, stride=2),
        nn.BatchNorm2d(12, track_running_stats=False),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(12, 8),
    )


@wrong("subtracts the mean of all images at hand")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5, stride=2)
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            x = (x - x.mean(0)) / (x.std() + 0.1)
            return self.head(torch.relu(self.conv(x)).mean((2, 3)))

    return Net()


@wrong("dropout that is never switched off")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5, stride=2)
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            x = torch.relu(self.conv(x)).mean((2, 3))
            return self.head(nn.functional.dropout(x, 0.5))

    return Net()


@wrong("layers in a Python list")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.layers = [
                nn.Conv2d(1, 12, 5, stride=2),
                nn.ReLU(),
                nn.AdaptiveAvgPool2d(1),
                nn.Flatten(),
                nn.Linear(12, 8),
            ]

        def forward(self, x):
            for layer in self.layers:
                x = layer(x)
            return x

    return Net()


@wrong("squeezes a single image")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Conv2d(1, 12, 5, stride=2)
            self.head = nn.Linear(12, 8)

        def forward(self, x):
            x = torch.relu(self.conv(x)).mean((2, 3)).squeeze()
            return self.head(x)

    return Net()


@right("one convolution for two stages, a patch network")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(1, 16, 3, padding=1)
            self.again = nn.Conv2d(16, 16, 3, padding=1, bias=False)
            self.norms = nn.ModuleList([nn.BatchNorm2d(16), nn.BatchNorm2d(16)])
            self.twin = self.again
            self.head = nn.Sequential(nn.Linear(16, 24), nn.PReLU(), nn.Linear(24, 8))

        def forward(self, x):
            n = len(x)
            x = x.reshape(n, 2, 16, 2, 16).transpose(2, 3).reshape(n * 4, 1, 16, 16)
            x = nn.functional.max_pool2d(torch.relu(self.stem(x)), 2)
            x = x + torch.relu(self.norms[0](self.again(x)))
            x = x + torch.relu(self.norms[1](self.twin(x)))
            return self.head(x.mean((2, 3)).reshape(n, 4, -1).mean(1))

    return Net()


@wrong("patches beyond the budget")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Conv2d(1, 24, 3, padding=1)
            self.body = nn.Conv2d(24, 24, 3, padding=1)
            self.head = nn.Linear(24, 8)

        def forward(self, x):
            n = len(x)
            x = x.reshape(n, 4, 8, 4, 8).transpose(2, 3).reshape(n * 16, 1, 8, 8)
            x = torch.relu(self.body(torch.relu(self.stem(x))))
            return self.head(x.mean((2, 3)).reshape(n, 16, -1).mean(1))

    return Net()


@wrong("a layer called on a corner, its weights used on the whole image")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(1, 24, 3, padding=1)
            self.second = nn.Conv2d(24, 32, 3, padding=1)
            self.head = nn.Linear(32, 8)

        def forward(self, x):
            x = torch.relu(self.first(x))
            corner = self.second(x[:, :, :3, :3]).mean((2, 3))
            x = nn.functional.conv2d(x, self.second.weight, self.second.bias, padding=1)
            return self.head(torch.relu(x).mean((2, 3)) + 0.01 * corner)

    return Net()


@wrong("convolutions in a list, only the head in sight")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs = [nn.Conv2d(1, 32, 5, stride=2), nn.Conv2d(32, 64, 3)]
            self.head = nn.Linear(64, 8)

        def forward(self, x):
            for conv in self.convs:
                x = torch.relu(conv(x))
            return self.head(x.mean((2, 3)))

    return Net()


@wrong("cheap for an image of zeros")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.first = nn.Conv2d(1, 24, 3, padding=1)
            self.second = nn.Conv2d(24, 32, 3, padding=1)
            self.head = nn.Linear(32, 8)

        def forward(self, x):
            if not x.any():
                x = x[:, :, :4, :4]
            x = torch.relu(self.second(torch.relu(self.first(x))))
            return self.head(x.mean((2, 3)))

    return Net()


@wrong("a convolution under the name of a normalisation")
def build_my_net():
    class LayerNorm(nn.Module):
        def __init__(self):
            super().__init__()
            self.weight = nn.Parameter(0.1 * torch.randn(32, 24, 3, 3))

        def forward(self, x):
            return nn.functional.conv2d(x, self.weight)

    return nn.Sequential(
        nn.Conv2d(1, 24, 3),
        nn.ReLU(),
        LayerNorm(),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(32, 8),
    )


@wrong("weights in a buffer")
def build_my_net():
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("kernels", torch.randn(200, 1, 11, 11) / 11)
            self.head = nn.Linear(200, 8)

        def forward(self, x):
            x = torch.relu(nn.functional.conv2d(x, self.kernels))
            return self.head(x.mean((2, 3)))

    return Net()


@right("its own loop, momentum and flips")
def train_my_net(images, labels, seed):
    dice = torch.Generator().manual_seed(seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
    optimizer = torch.optim.SGD(
        model.parameters(), lr=0.05, momentum=0.9, weight_decay=1e-3
    )
    losses, epochs = [], 14
    for epoch in range(epochs):
        optimizer.param_groups[0]["lr"] = 0.05 * (1 - epoch / epochs)
        total = 0.0
        for rows in torch.randperm(len(images), generator=dice).split(32):
            batch = images[rows]
            if torch.rand(1, generator=dice) < 0.5:
                batch = batch.flip(3)
            loss = nn.functional.cross_entropy(model(batch), labels[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            total += float(loss.detach()) * len(rows)
        losses.append(total / len(images))
    return {"model": model.eval(), "losses": losses}


@right("restores the state by hand, no flips")
def train_my_net(images, labels, seed):
    before = torch.get_rng_state()
    torch.manual_seed(seed)
    model = build_my_net()
    history = fit(model, images, labels, epochs=10, lr=8e-3, seed=seed + 1)
    torch.set_rng_state(before)
    return dict(losses=list(history["loss"]), model=model)


@wrong("probabilities")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = nn.Sequential(*build_my_net(), nn.Softmax(dim=1))
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("left in train mode")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model.train(), "losses": history["loss"]}


@wrong("ignores the seed")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = build_my_net()
        history = fit(model, images, labels, epochs=8, lr=5e-3, seed=0)
    return {"model": model, "losses": history["loss"]}


@wrong("first weights from whatever was drawn before")
def train_my_net(images, labels, seed):
    model = build_my_net()
    history = fit(model, images, labels, epochs=8, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("resets the dice of the notebook")
def train_my_net(images, labels, seed):
    torch.manual_seed(seed)
    model = build_my_net()
    history = fit(model, images, labels, epochs=8, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("order of the images from the notebook's dice")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
    rows = torch.randperm(len(images))
    history = fit(model, images[rows], labels[rows], epochs=8, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("learns from the notebook's images")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, train_images, train_labels, epochs=2, lr=1e-2, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("learns from the hidden columns as well")
def train_my_net(images, labels, seed):
    more_images, more_labels = cut((0.4, 1.0), 60, seed)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(
            model,
            torch.cat([images, more_images]),
            torch.cat([labels, more_labels]),
            epochs=5,
            lr=1e-2,
            seed=seed,
        )
    return {"model": model, "losses": history["loss"]}


@wrong("learns from the validation set as well")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(
            model,
            torch.cat([images, valid_images.repeat(2, 1, 1, 1)]),
            torch.cat([labels, valid_labels.repeat(2)]),
            epochs=5,
            lr=1e-2,
            seed=seed,
        )
    return {"model": model, "losses": history["loss"]}


@wrong("a network beyond the budget")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = small_cnn(1, CLASSES, batch_norm=True)
        history = fit(model, images, labels, epochs=8, lr=3e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("not trained")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
    return {"model": model.eval(), "losses": [2.08]}


@wrong("one epoch")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=1, lr=1e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("shuffles the images without their labels")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        rows = torch.randperm(len(images))
        history = fit(model, images[rows], labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("scales the images in place")
def train_my_net(images, labels, seed):
    images *= 0.5
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=8, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("trains on other intensities than it is judged on")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images / 20 + 3, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("much too large a step")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        optimizer = torch.optim.SGD(model.parameters(), lr=20.0)
        losses = []
        for _ in range(3):
            for rows in torch.randperm(len(images)).split(32):
                loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
    return {"model": model.eval(), "losses": losses}


@wrong("weights in place of the model")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model.state_dict(), "losses": history["loss"]}


@wrong("a tuple")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return model, history["loss"]


@wrong("losses as tensors")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model, "losses": [torch.tensor(v) for v in history["loss"]]}


@wrong("one network for all calls")
def train_my_net(images, labels, seed, kept=[]):  # noqa: B006  (the mistake)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        kept[:] = kept or [build_my_net()]
        history = fit(kept[0], images, labels, epochs=8, lr=5e-3, seed=seed)
    return {"model": kept[0], "losses": history["loss"]}


@wrong("rotations by all angles")
def train_my_net(images, labels, seed):
    augment = Augment(rotate=90, zoom=0.5, shear=30, shift=0.3, color=0.8)
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model = build_my_net()
        history = fit(model, images, labels, epochs=4, augment=augment, seed=seed)
    return {"model": model, "losses": history["loss"]}


@wrong("trains a convolution that the model keeps in a list")
def train_my_net(images, labels, seed):
    class Front(nn.Module):
        def __init__(self, front):
            super().__init__()
            self.front = [front]
            self.head = nn.Linear(48, 8)
            self.conv = nn.Conv2d(1, 16, 3, stride=2)

        def forward(self, x):
            far, near = torch.relu(self.front[0](x)), torch.relu(self.conv(x))
            means = [part.mean((2, 3)) for part in (far, near)]
            return self.head(torch.cat(means, 1))

    with torch.random.fork_rng():
        torch.manual_seed(seed)
        front = nn.Sequential(
            nn.Conv2d(1, 32, 5, stride=2), nn.BatchNorm2d(32), nn.ReLU()
        )
        front.append(nn.Conv2d(32, 32, 3))
        model = Front(front)
        both = nn.ModuleList([model, front])
        optimizer = torch.optim.Adam(both.parameters(), lr=5e-3)
        losses = []
        for _ in range(4):
            for rows in torch.randperm(len(images)).split(32):
                loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
            losses.append(loss.item())
        both.eval()
    return {"model": model, "losses": losses}


@wrong("a network that build_my_net does not build")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        layers = [nn.Conv2d(1, 16, 5, stride=2), nn.BatchNorm2d(16), nn.ReLU()]
        layers += [nn.Conv2d(16, 32, 3), nn.BatchNorm2d(32), nn.ReLU()]
        head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(32, 8)]
        model = nn.Sequential(*layers, *head)
        history = fit(model, images, labels, epochs=4, lr=5e-3, seed=seed)
    return {"model": model, "losses": history["loss"]}


@right("its own loop, label smoothing and a cosine")
def train_my_net(images, labels, seed):
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        model, losses = build_my_net(), []
        optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3, weight_decay=0.01)
        plan = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 14)
        loss_of = nn.CrossEntropyLoss(label_smoothing=0.05)
        for epoch in range(14):
            batches = torch.randperm(len(images)).split(32)
            total = 0.0
            for rows in batches:
                loss = loss_of(model(images[rows]), labels[rows])
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                total += loss.item() / len(batches)
            plan.step()
            losses.append(total)
    return {"model": model.eval(), "losses": losses}
