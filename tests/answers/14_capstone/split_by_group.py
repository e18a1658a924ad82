# | clause of the docstring | tested by | answers |
# |---|---|---|
# | no group lies in two parts | visible: every group in one part | splits examples at random; cuts the row of examples |
# | groups are integers or text, in any order | visible: names; hidden: shuffled | takes groups for 0 to k - 1; takes equal groups for neighbours |
# | shares of the examples | visible and hidden: groups of unlike sizes | counts groups; scikit-learn's GroupShuffleSplit |
# | give or take the largest group's share | visible: thirds of 7 and of 8 groups; hidden: 8 large groups, 40 small | deals groups in turn; all in part 0; fills a part until it is full; fills a part as long as a group fits |
# | (n,), a part for each example | visible: shape | a part for each group; the groups of each part |
# | integers from 0 to len(shares) - 1 | visible: parts | counts parts from 1; a mask of part 0 |
# | in the order of shares | visible: shares 0.5, 0.25, 0.25; hidden: three shares | shares the wrong way round |
# | the same seed gives the same result | visible: called twice | ignores the seed |
# | which groups lie together depends on the seed | visible: 20 other seeds | always in the same order |
# | not changed | visible, first | sorts the input |
# | ValueError if fewer groups than parts | bad input | accepts too few groups |
# | any way to do it | visible and hidden | cuts at the shares; a loop with dictionaries; tries until it fits; groups in the order in which they come |


# %% right: cuts at the shares
def split_by_group(groups, shares, seed):
    names = np.unique(groups)
    if len(names) < len(shares):
        raise ValueError("more parts than groups")
    order = np.random.default_rng(seed).permutation(names)
    sizes = np.array([np.sum(groups == name) for name in order])
    middles = (np.cumsum(sizes) - sizes / 2) / len(groups)
    part = np.searchsorted(np.cumsum(shares)[:-1], middles)
    where = dict(zip(order.tolist(), part.tolist()))
    return np.array([where[name] for name in groups.tolist()])


# %% right: a loop with dictionaries
def split_by_group(groups, shares, seed):
    groups = list(np.asarray(groups).tolist())
    names = sorted(set(groups))
    if len(names) < len(shares):
        raise ValueError("there are fewer groups than parts")
    rng = np.random.RandomState(seed)
    rng.shuffle(names)
    filled, place = [0] * len(shares), {}
    for name in names:
        lacks = [share * len(groups) - have for share, have in zip(shares, filled)]
        place[name] = lacks.index(max(lacks))
        filled[place[name]] += groups.count(name)
    return [place[name] for name in groups]


# %% right: tries until it fits
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(shares) > len(names):
        raise ValueError(f"{len(shares)} parts, {len(names)} groups")
    random = np.random.default_rng(seed)
    while True:
        part = random.choice(len(shares), p=shares, size=len(names))
        have = np.array([sizes[part == k].sum() for k in range(len(shares))]) / len(groups)
        if np.all(np.abs(have - shares) <= sizes.max() / len(groups)) and have.min() > 0:
            return part[number]


# %% wrong: splits examples at random
# says: several
def split_by_group(groups, shares, seed):
    if len(np.unique(groups)) < len(shares):
        raise ValueError("too few groups")
    order = np.random.default_rng(seed).permutation(len(groups))
    return np.searchsorted(np.cumsum(shares)[:-1] * len(groups), order, side="right")


# %% wrong: cuts the row of examples
# says: several
def split_by_group(groups, shares, seed):
    if len(np.unique(groups)) < len(shares):
        raise ValueError("too few groups")
    start = np.random.default_rng(seed).integers(len(groups))
    rows = np.arange(len(groups))
    part = np.searchsorted(np.cumsum(shares)[:-1] * len(groups), rows, side="right")
    return np.roll(part, start)


# %% wrong: takes groups for 0 to k - 1
def split_by_group(groups, shares, seed):
    names, sizes = np.unique(groups, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[groups]


# %% wrong: takes equal groups for neighbours
# says: several
def split_by_group(groups, shares, seed):
    blocks = np.concatenate([[0], np.cumsum(groups[1:] != groups[:-1])])
    if blocks[-1] + 1 < len(shares):
        raise ValueError("too few groups")
    sizes = np.bincount(blocks)
    part, missing = np.zeros(len(sizes), dtype=int), np.array(shares) * len(groups)
    for block in np.random.default_rng(seed).permutation(len(sizes)):
        part[block] = np.argmax(missing)
        missing[part[block]] -= sizes[block]
    return part[blocks]


# %% wrong: counts groups
# says: shares
def split_by_group(groups, shares, seed):
    names, number = np.unique(groups, return_inverse=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    place = np.random.default_rng(seed).permutation(len(names))
    return np.searchsorted(np.cumsum(shares)[:-1] * len(names), place + 0.5)[number]


# %% wrong: scikit-learn's GroupShuffleSplit
# says: shares
def split_by_group(groups, shares, seed):
    from sklearn.model_selection import GroupShuffleSplit

    if len(np.unique(groups)) < len(shares):
        raise ValueError("too few groups")
    part, rest, left = np.zeros(len(groups), dtype=int), np.arange(len(groups)), 1.0
    for k, share in enumerate(shares[:-1]):
        split = GroupShuffleSplit(1, train_size=share / left, random_state=seed)
        first, others = next(split.split(rest, groups=groups[rest]))
        part[rest[first]] = k
        rest, left = rest[others], left - share
    part[rest] = len(shares) - 1
    return part


# %% wrong: deals groups in turn
# says: shares
def split_by_group(groups, shares, seed):
    names, number = np.unique(groups, return_inverse=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    return (np.random.default_rng(seed).permutation(len(names)) % len(shares))[number]


# %% wrong: all in part 0
# says: shares
def split_by_group(groups, shares, seed):
    if len(np.unique(groups)) < len(shares):
        raise ValueError("too few groups")
    return np.zeros(len(groups), dtype=int)


# %% wrong: a part for each group
# says: for each group
def split_by_group(groups, shares, seed):
    names, sizes = np.unique(groups, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part


# %% wrong: the groups of each part
def split_by_group(groups, shares, seed):
    names = np.unique(groups)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    order = np.random.default_rng(seed).permutation(names)
    return np.array_split(order, len(shares))


# %% wrong: counts parts from 1
# says: parts from 0
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number] + 1


# %% wrong: a mask of part 0
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number] == 0


# %% wrong: shares the wrong way round
# says: shares
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares[::-1]) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number]


# %% wrong: ignores the seed
# says: same seed
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng().permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number]


# %% wrong: always in the same order
# says: other seeds
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in range(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number]


# %% wrong: sorts the input
# says: changed input
def split_by_group(groups, shares, seed):
    groups.sort()
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number]


# %% wrong: accepts too few groups
# says: expected a ValueError
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    part, missing = np.zeros(len(names), dtype=int), np.array(shares) * len(groups)
    for group in np.random.default_rng(seed).permutation(len(names)):
        part[group] = np.argmax(missing)
        missing[part[group]] -= sizes[group]
    return part[number]


# %% right: groups in the order in which they come
def split_by_group(groups, shares, seed):
    names = list(dict.fromkeys(groups.tolist()))
    if len(names) < len(shares):
        raise ValueError("too few groups")
    missing, place = [share * len(groups) for share in shares], {}
    for name in np.random.default_rng(seed).permutation(len(names)):
        place[names[name]] = int(np.argmax(missing))
        missing[place[names[name]]] -= groups.tolist().count(names[name])
    return np.array([place[group] for group in groups.tolist()])


# %% wrong: fills a part until it is full
# says: the others leave
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, now, have = np.zeros(len(names), dtype=int), 0, 0
    for group in np.random.default_rng(seed).permutation(len(names)):
        if have >= shares[now] * len(groups) and now < len(shares) - 1:
            now, have = now + 1, 0
        part[group] = now
        have += sizes[group]
    return part[number]


# %% wrong: fills a part as long as a group fits
# says: the others leave
def split_by_group(groups, shares, seed):
    names, number, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    if len(names) < len(shares):
        raise ValueError("too few groups")
    part, now, have = np.zeros(len(names), dtype=int), 0, 0
    for group in np.random.default_rng(seed).permutation(len(names)):
        if have and have + sizes[group] > shares[now] * len(groups) and now < len(shares) - 1:
            now, have = now + 1, 0
        part[group] = now
        have += sizes[group]
    return part[number]
