# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the clean accuracy | visible | the answers against each other; counts; in percent |
# | right before and after | visible: two become right by luck | luck counts; before is ignored |
# | as a share of all images | visible | robust as a share of those right before |
# | wrong after, as a share of the images right before | visible | success as a share of all; the rest of the robust accuracy; the share that withstands; changed answers count; all that are wrong after count; the fallen over those that stay |
# | 0 if no image was right before | visible: none right | divides by zero; 1 if none was right |
# | three numbers | visible: shape | only the robust accuracy; robust first |
# | arrays or lists, not changed | visible; hidden: lists | sorts the answers; compares lists |
# | a ValueError if the three differ in length | bad input | stretches one answer; compares two lengths only |
# | any way to do it | visible and hidden | counts in a loop; products of booleans |

# %% right: counts in a loop
def robust_accuracy(labels, before, after):
    if len(labels) != len(before) or len(labels) != len(after):
        raise ValueError("labels, before and after must have one length")
    right, stays = 0, 0
    for label, first, then in zip(labels, before, after):
        if first == label:
            right += 1
            if then == label:
                stays += 1
    rate = (right - stays) / right if right else 0
    return right / len(labels), stays / len(labels), rate


# %% right: products of booleans
def robust_accuracy(labels, before, after):
    labels, before, after = map(np.asarray, (labels, before, after))
    if not labels.shape == before.shape == after.shape:
        raise ValueError("shapes differ")
    was = (before == labels).astype(float)
    fell = was * (after != labels)
    return np.array([was.mean(), np.mean(was - fell), fell.sum() / max(was.sum(), 1)])


# %% wrong: the answers against each other
# says: expected
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == after
    return was.mean(), (was & (after == labels)).mean(), 1 - was.mean()


# %% wrong: counts
# says: divide the counts
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    return was.sum(), (was & (after == labels)).sum(), (was & (after != labels)).sum()


# %% wrong: luck counts
# says: Luck afterwards
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    return was.mean(), (after == labels).mean(), (was & (after != labels)).sum() / max(was.sum(), 1)


# %% wrong: before is ignored
# says: only images that were right before count
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    return (before == labels).mean(), (after == labels).mean(), (after != labels).mean()


# %% wrong: robust as a share of those right before
# says: a share of all images
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    stays = (after[was] == labels[was]).mean() if was.any() else 0
    return was.mean(), stays, 1 - stays if was.any() else 0


# %% wrong: success as a share of all
# says: a share of the images right before
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    return was.mean(), (was & (after == labels)).mean(), (was & (after != labels)).mean()


# %% wrong: the rest of the robust accuracy
# says: a share of the images right before
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = (was & (after == labels)).mean()
    return was.mean(), robust, 1 - robust


# %% wrong: the share that withstands
# says: the attack's is the rest
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    stays = (was & (after == labels)).sum()
    return was.mean(), stays / len(labels), stays / max(was.sum(), 1)


# %% wrong: changed answers count
# says: expected
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = (was & (after == labels)).mean()
    return was.mean(), robust, (before != after).sum() / max(was.sum(), 1)


# %% wrong: divides by zero
# says: NaN
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    fell = was & (after != labels)
    return was.mean(), (was & (after == labels)).mean(), fell.sum() / was.sum()


# %% wrong: 1 if none was right
# says: is 0 if none
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = (was & (after == labels)).mean()
    return was.mean(), robust, 1 - robust / was.mean() if was.any() else 1


# %% wrong: only the robust accuracy
# says: three numbers
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    return ((before == labels) & (after == labels)).mean()


# %% wrong: sorts the answers
# says: changed input
def robust_accuracy(labels, before, after):
    for given in (labels, before, after):
        given.sort()
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    was = before == labels
    robust = (was & (after == labels)).mean()
    return was.mean(), robust, 1 - robust / was.mean()


# %% wrong: stretches one answer
# says: expected a ValueError
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    was = before == labels
    fell = was & (after != labels)
    return was.mean(), (was & (after == labels)).mean(), fell.sum() / max(was.sum(), 1)


# %% wrong: compares two lengths only
# says: expected a ValueError
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if len(labels) != len(before):
        raise ValueError("lengths differ")
    was = before == labels
    fell = was & (after != labels)
    return was.mean(), (was & (after == labels)).mean(), fell.sum() / max(was.sum(), 1)


# %% wrong: compares lists
# says: make arrays of them
def robust_accuracy(labels, before, after):
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = np.mean(was & (after == labels))
    return np.mean(was), robust, 1 - robust / np.mean(was) if np.any(was) else 0


# %% wrong: in percent
# says: no percent
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = (was & (after == labels)).mean()
    return 100 * was.mean(), 100 * robust, 100 * (1 - robust / was.mean()) if was.any() else 0


# %% wrong: robust first
# says: clean accuracy comes first
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    robust = (was & (after == labels)).mean()
    return robust, was.mean(), 1 - robust / was.mean() if was.any() else 0


# %% wrong: the fallen over those that stay
# says: a share of the images right before
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    stays = was & (after == labels)
    return was.mean(), stays.mean(), (was & ~stays).sum() / max(stays.sum(), 1)


# %% wrong: all that are wrong after count
# says: only images that were right before
def robust_accuracy(labels, before, after):
    labels, before, after = np.asarray(labels), np.asarray(before), np.asarray(after)
    if not len(labels) == len(before) == len(after):
        raise ValueError("lengths differ")
    was = before == labels
    fell = after != labels
    return was.mean(), (was & (after == labels)).mean(), fell.sum() / max(was.sum(), 1)
