# %% right: a shuffle of all, then the first few of each class
def few_shot_subset(labels, per_class, seed=0):
    order = np.random.default_rng(seed).permutation(len(labels))
    if per_class < 1:
        raise ValueError("per_class has to be at least 1")
    chosen = []
    for label in np.unique(labels):
        of_class = order[labels[order] == label]
        if len(of_class) < per_class:
            raise ValueError(f"class {label} has only {len(of_class)} examples")
        chosen.append(of_class[:per_class])
    return np.sort(np.concatenate(chosen))


# %% right: plain Python, with a generator of its own
def few_shot_subset(labels, per_class, seed=0):
    import random

    generator = random.Random(seed)
    places = {}
    for position, label in enumerate(labels):
        places.setdefault(int(label), []).append(position)
    result = []
    for label in sorted(places):
        if per_class < 1 or per_class > len(places[label]):
            raise ValueError(f"class {label} has {len(places[label])} examples, {per_class} are wanted")
        result += generator.sample(places[label], per_class)
    return np.array(result)


# %% wrong: the first ones of each class, not random ones
# says: is the seed used
def few_shot_subset(labels, per_class, seed=0):
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class")
        chosen.append(positions[:per_class])
    return np.concatenate(chosen)


# %% wrong: ignores the seed
# says: is the seed used|a second time
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng()
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: draws with replacement
# says: how many different positions
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class")
        chosen.append(random.choice(positions, per_class))
    return np.concatenate(chosen)


# %% wrong: not stratified
# says: how many of each class|15 of each class
def few_shot_subset(labels, per_class, seed=0):
    n = per_class * len(np.unique(labels))
    if per_class < 1 or np.unique(labels, return_counts=True)[1].min() < per_class:
        raise ValueError("per_class")
    return np.random.default_rng(seed).choice(len(labels), n, replace=False)


# %% wrong: per_class in all
# says: not 15 in all
def few_shot_subset(labels, per_class, seed=0):
    if per_class < 1 or np.unique(labels, return_counts=True)[1].min() < per_class:
        raise ValueError("per_class")
    return np.random.default_rng(seed).choice(len(labels), per_class, replace=False)


# %% wrong: positions within the class in place of positions in labels
# says: how many
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        n = int((labels == label).sum())
        if not 1 <= per_class <= n:
            raise ValueError("per_class")
        chosen.append(random.choice(n, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: takes what there is of a class that is too small
# says: expected a ValueError
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = [random.permutation(np.flatnonzero(labels == label))[:per_class] for label in np.unique(labels)]
    return np.concatenate(chosen)


# %% wrong: sets NumPy's global seed
# says: global random state
def few_shot_subset(labels, per_class, seed=0):
    np.random.seed(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class")
        chosen.append(np.random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: classes 0 to the largest, though one does not occur
# says: does not occur
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = []
    for label in range(int(labels.max()) + 1):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"class {label} has {len(positions)} examples")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: draws from NumPy's global generator, without the seed
# says: a second time
def few_shot_subset(labels, per_class, seed=0):
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class")
        chosen.append(np.random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: lets per_class=0 pass
# says: expected a ValueError
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    places = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if min(map(len, places)) < per_class:
        raise ValueError("a class is too small")
    return np.concatenate([random.choice(positions, per_class, replace=False) for positions in places])
