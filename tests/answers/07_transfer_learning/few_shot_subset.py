# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the same number of every class | visible: 15 of four classes; hidden: one to five classes | not stratified; positions within the class in place of positions in labels; None; zeros; constant |
# | the classes are the values that occur | visible: class 3 does not occur; hidden: classes from 2 on | classes 0 to the largest, though one does not occur |
# | random, each subset of a class as likely as any other | visible and hidden: another seed, late positions, their span | the first ones of each class, not random ones; a random window of neighbours |
# | the same seed gives the same subset | visible: a second time | ignores the seed; draws from NumPy's global generator, without the seed |
# | another seed another one, of each class | visible: seed 2; hidden: 20 seeds | the seed turns only the first class; always the seed 0 |
# | seed is 0 where none is given | hidden | another seed where none is given |
# | NumPy's global state stays as it is | visible | sets NumPy's global seed |
# | integers, (per_class * classes,) | visible | per_class in all; wrong shape |
# | each at most once | visible: how many different | draws with replacement |
# | labels are not changed | visible, first | changed input; sorts the labels in place |
# | ValueError for per_class below 1, named | bad input: 0; hidden: below 0 | lets per_class=0 pass; refuses without a word about per_class |
# | ValueError for a class that is too small, named by its label | bad input | takes what there is of a class that is too small; does not say which class |
# | any order, any generator | visible and hidden | a shuffle of all, then the first few of each class; plain Python, with a generator of its own |

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
            raise ValueError(f"class {label} has {len(places[label])} examples, per_class is {per_class}")
        result += generator.sample(places[label], per_class)
    return np.array(result)


# %% wrong: the first ones of each class, not random ones
# says: is the seed used
def few_shot_subset(labels, per_class, seed=0):
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
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
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
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
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(random.choice(positions, per_class))
    return np.concatenate(chosen)


# %% wrong: not stratified
# says: how many of each class
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
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
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
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(np.random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: classes 0 to the largest, though one does not occur
# says: Class 3|class 3|does not occur
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
# says: global random state|a second time
def few_shot_subset(labels, per_class, seed=0):
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(np.random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: lets per_class=0 pass
# says: expected a ValueError
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    places = [np.flatnonzero(labels == label) for label in np.unique(labels)]
    if min(map(len, places)) < per_class:
        raise ValueError(f"a class of {np.unique(labels)[np.argmin([len(p) for p in places])]} is too small")
    return np.concatenate([random.choice(positions, per_class, replace=False) for positions in places])


# %% wrong: the seed turns only the first class
def few_shot_subset(labels, per_class, seed=0):
    chosen = []
    for number, label in enumerate(np.unique(labels)):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        random = np.random.default_rng(seed if number == 0 else 7)
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: always the seed 0
# says: is the seed used
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(0)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: another seed where none is given
# says: the seed is 0
def few_shot_subset(labels, per_class, seed=42):
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: sorts the labels in place
# says: changed input
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    labels.sort()
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"per_class of {per_class} is not possible for class {label}")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: refuses without a word about per_class
# says: whose message names per_class
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError(f"class {label}: no such subset")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: does not say which class
# says: whose message names
def few_shot_subset(labels, per_class, seed=0):
    random = np.random.default_rng(seed)
    chosen = []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if not 1 <= per_class <= len(positions):
            raise ValueError("per_class is out of range for some class")
        chosen.append(random.choice(positions, per_class, replace=False))
    return np.concatenate(chosen)


# %% wrong: a random window of neighbours
# says: span
def few_shot_subset(labels, per_class, seed=0):
    if per_class < 1:
        raise ValueError("per_class has to be at least 1")
    random, chosen = np.random.default_rng(seed), []
    for label in np.unique(labels):
        positions = np.flatnonzero(labels == label)
        if len(positions) < per_class:
            raise ValueError(f"class {label} has only {len(positions)} examples")
        first = random.integers(len(positions) - per_class + 1)
        chosen.append(positions[first : first + per_class])
    return np.concatenate(chosen)
