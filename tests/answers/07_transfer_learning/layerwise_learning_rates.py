# %% right: from the bottom up, with the exponent
def layerwise_learning_rates(groups, top_rate, decay):
    if len(groups) == 0:
        raise ValueError("no groups")
    if not top_rate > 0:
        raise ValueError("top_rate has to be above 0")
    if not (0 < decay <= 1):
        raise ValueError("decay has to be above 0 and at most 1")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("a layer occurs twice")
    n = len(groups)
    return {name: top_rate * decay ** (n - 1 - i) for i, group in enumerate(groups) for name in group}


# %% right: multiplying on the way down, in NumPy's floats
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or decay <= 0 or decay > 1:
        raise ValueError("groups, top_rate or decay is out of range")
    rates, rate = {}, np.float32(top_rate)
    for group in groups[::-1]:
        for name in group:
            if name in rates:
                raise ValueError(name + " occurs twice")
            rates[name] = rate
        rate = np.float32(rate * decay)
    return rates


# %% wrong: the bottom learns fastest
# says: lowest layers learn fastest
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay**i for i, group in enumerate(groups) for name in group}


# %% wrong: one decay too many
# says: top group gets the top rate itself
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - i) for i, group in enumerate(groups) for name in group}


# %% wrong: a decay for each layer
# says: not for each layer
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(names) - 1 - i) for i, name in enumerate(names)}


# %% wrong: subtracts in place of multiplying
# says: do not subtract|expected
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    n = len(groups)
    return {name: top_rate * (1 - (1 - decay) * (n - 1 - i)) for i, group in enumerate(groups) for name in group}


# %% wrong: the same rate everywhere
# says: expected
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate for name in names}


# %% wrong: a list of rates, one a group
# says: expected a dictionary
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    return [top_rate * decay ** (len(groups) - 1 - i) for i in range(len(groups))]


# %% wrong: lets any numbers pass
# says: expected a ValueError
def layerwise_learning_rates(groups, top_rate, decay):
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: the second of two rates for a layer wins
# says: two groups|twice
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: reverses the caller's list
# says: groups after|lowest layers|expected
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    groups.reverse()
    return {name: top_rate * decay**i for i, group in enumerate(groups) for name in group}


# %% wrong: does not look at the top rate
# says: expected a ValueError
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: refuses a decay of 1
# says: out of range
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay < 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}
