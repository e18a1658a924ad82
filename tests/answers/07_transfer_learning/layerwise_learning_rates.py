# | clause of the docstring | tested by | answers |
# |---|---|---|
# | top_rate in the last group, times decay at each group below | visible and hidden | the bottom learns fastest; one decay too many; subtracts in place of multiplying; the same rate everywhere; None; zeros; constant |
# | a rate for each layer, the same within a group | visible: a group of two | a decay for each layer |
# | a dictionary, layer name -> rate | visible | a list of rates, one a group; leaves the last group out |
# | an empty group counts as a step | visible: in the middle; hidden: anywhere | skips empty groups |
# | groups is not changed | visible, first | reverses the caller's list; changed input |
# | a decay of 1 is allowed | visible | refuses a decay of 1 |
# | ValueError for no groups | bad input | lets any numbers pass |
# | ValueError for a rate out of range | bad input: 0; hidden: below 0 | does not look at the top rate |
# | ValueError for a decay out of range | bad input: 1.5; hidden: 0, below 0, above 1 | does not look at the decay |
# | ValueError for a name twice, in one group or in any two | bad input | the second of two rates for a layer wins; compares neighbours only; looks for a name twice in each group alone |
# | any way, any precision | visible and hidden: relative tolerance 1e-5 | from the bottom up, with the exponent; multiplying on the way down, in NumPy's floats; by recursion |

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
# says: two rates
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: reverses the caller's list
# says: groups after
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
# says: must not raise
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay < 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% right: by recursion
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups:
        raise ValueError("no groups")
    if top_rate <= 0:
        raise ValueError("top_rate has to be above 0")
    if decay <= 0 or decay > 1:
        raise ValueError("decay has to be above 0 and at most 1")
    rates = layerwise_learning_rates(groups[:-1], top_rate * decay, decay) if len(groups) > 1 else {}
    for name in groups[-1]:
        if name in rates:
            raise ValueError(f"{name} has two rates")
        rates[name] = top_rate
    return rates


# %% wrong: leaves the last group out
# says: the layers of
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups[:-1]) for name in group}


# %% wrong: skips empty groups
# says: counts as a step
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    filled = [group for group in groups if group]
    return {name: top_rate * decay ** (len(filled) - 1 - i) for i, group in enumerate(filled) for name in group}


# %% wrong: does not look at the decay
# says: expected a ValueError
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0:
        raise ValueError("out of range")
    names = [name for group in groups for name in group]
    if len(names) != len(set(names)):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: compares neighbours only
# says: two rates
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    for below, above in zip(groups, groups[1:]):
        if set(below) & set(above):
            raise ValueError("twice")
    if any(len(group) != len(set(group)) for group in groups):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}


# %% wrong: looks for a name twice in each group alone
# says: two rates
def layerwise_learning_rates(groups, top_rate, decay):
    if not groups or top_rate <= 0 or not 0 < decay <= 1:
        raise ValueError("out of range")
    if any(len(group) != len(set(group)) for group in groups):
        raise ValueError("twice")
    return {name: top_rate * decay ** (len(groups) - 1 - i) for i, group in enumerate(groups) for name in group}
