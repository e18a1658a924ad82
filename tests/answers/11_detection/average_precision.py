# | clause of the docstring | tested by | answers |
# |---|---|---|
# | from the highest score down | visible: scores in any order | not sorted; the lowest first; sorts the scores only |
# | precision after each box | visible | precision by objects; counts from 0 |
# | recall by all true objects | visible: 7 objects, 3 found, 5 boxes | recall by those found; recall by the boxes |
# | the best precision of all places with recall >= r | visible: precision rises again; all found | higher recalls only; a line between the points; the precision just there; the best precision up to here |
# | the recalls of np.linspace(0, 1, 101) | visible; no recall of a check but 0 and 1 is a multiple of 0.01 | VOC's 11 recalls; all recalls but 0; all but 1; the area under the curve; a mean over the correct boxes |
# | 0 at recalls never reached | visible | leaves out recalls that are never reached; the last precision goes on |
# | n may be 0 | visible: nothing found | fails without boxes; NaN without boxes |
# | one number | visible | the precision at 101 recalls; precision of all boxes |
# | arrays of floats and booleans | hidden: float32 | by a loop; from the back; by sorted pairs; by hundredths |
# | not changed | visible, first | changed input; sorts in place |
# | ValueError if n_objects is less than 1 | bad input: 0 and below | takes any number of objects; refuses 0 only |


# %% right: by a loop
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-np.asarray(scores))
    found, points = 0, []
    for count, i in enumerate(order, start=1):
        found += int(correct[i])
        points.append((found / n_objects, found / count))
    total = 0.0
    for recall in np.linspace(0, 1, 101):
        total += max([p for r, p in points if r >= recall], default=0)
    return total / 101


# %% right: from the back
def average_precision(scores, correct, n_objects):
    if n_objects <= 0:
        raise ValueError(f"n_objects is {n_objects}")
    flags = np.asarray(correct, dtype="float64")[np.argsort(scores)[::-1]]
    tp = flags.cumsum()
    recall, precision = tp / n_objects, tp / (tp + (1 - flags).cumsum())
    table = np.where(recall[None] >= np.linspace(0, 1, 101)[:, None], precision[None], 0)
    return table.max(axis=1, initial=0).mean()


# %% right: by sorted pairs
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("there is nothing to be found")
    pairs = sorted(zip(np.asarray(scores).tolist(), np.asarray(correct).tolist()), reverse=True)
    best_at, found, result = [0.0] * 101, 0, 0.0
    for count, (_, right) in enumerate(pairs, start=1):
        found += right
        for k, recall in enumerate(np.linspace(0, 1, 101)):
            if found / n_objects >= recall:
                best_at[k] = max(best_at[k], found / count)
    for value in best_at:
        result += value / 101
    return result


# %% wrong: not sorted
# says: Sort by score
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct)
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: the lowest first
# says: not up
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: sorts the scores only
# says: Sort by score
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    scores = np.sort(scores)[::-1]
    hits = np.cumsum(correct)
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: precision by objects
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / n_objects, hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: recall by those found
# says: not those found
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    recall = hits / max(hits.max(initial=0), 1)
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: recall by the boxes
# says: not the boxes
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    recall = hits / max(len(hits), 1)
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: the precision just there
# says: this recall or higher
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        from_here = precision[recall >= r]
        total += from_here[0] if len(from_here) else 0
    return total / 101


# %% wrong: the best precision up to here
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        if (recall >= r).any():
            total += precision[: np.argmax(recall >= r) + 1].max()
    return total / 101


# %% wrong: VOC's 11 recalls
# says: 11 recalls
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 11):
        total += precision[recall >= r].max(initial=0)
    return total / 11


# %% wrong: all recalls but 0
# says: first of the 101
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101)[1:]:
        total += precision[recall >= r].max(initial=0)
    return total / 100


# %% wrong: all but 1
# says: stops before 1
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.arange(0, 1, 0.01):
        total += precision[recall >= r].max(initial=0)
    return total / 100


# %% wrong: the area under the curve
# says: area under the curve
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.arange(1, n_objects + 1) / n_objects:
        total += precision[recall >= r].max(initial=0)
    return total / n_objects


# %% wrong: a mean over the correct boxes
# says: sum over the correct
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    total = precision[correct[order]].sum()
    return total / n_objects


# %% wrong: leaves out recalls that are never reached
# says: never reached
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / max(1, (np.linspace(0, 1, 101) <= recall.max(initial=0)).sum())


# %% wrong: the last precision goes on
# says: Beyond the highest recall
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=precision[-1] if len(hits) else 0)
    return total / 101


# %% wrong: fails without boxes
# says: expected a result
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0) + 0 * precision[-1]
    return total / 101


# %% wrong: NaN without boxes
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101 if len(hits) else float("nan")


# %% wrong: the precision at 101 recalls
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = []
    for r in np.linspace(0, 1, 101):
        total.append(precision[recall >= r].max(initial=0))
    return np.array(total)


# %% wrong: precision of all boxes
# says: precision of all
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return np.mean(correct)


# %% wrong: sorts in place
# says: changed input
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    scores.sort()
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: takes any number of objects
# says: expected a ValueError
def average_precision(scores, correct, n_objects):
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% wrong: refuses 0 only
# says: expected a ValueError
def average_precision(scores, correct, n_objects):
    if n_objects == 0:
        raise ValueError("no objects")
    order = np.argsort(-scores)
    hits = np.cumsum(correct[order])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    total = 0.0
    for r in np.linspace(0, 1, 101):
        total += precision[recall >= r].max(initial=0)
    return total / 101


# %% right: by hundredths
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    hits = np.cumsum(np.asarray(correct)[np.argsort(-np.asarray(scores))])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    return sum(precision[recall >= k / 100].max(initial=0) for k in range(101)) / 101


# %% wrong: counts from 0
# says: first box is number 1
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    hits = np.cumsum(correct[np.argsort(-scores)])
    with np.errstate(all="ignore"):
        precision, recall = hits / np.arange(len(hits)), hits / n_objects
    return sum(precision[recall >= r].max(initial=0) for r in np.linspace(0, 1, 101)) / 101


# %% wrong: a line between the points
# says: No np.interp
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    if not len(scores):
        return 0.0
    hits = np.cumsum(correct[np.argsort(-scores)])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    return np.interp(np.linspace(0, 1, 101), recall, precision, right=0).mean()


# %% wrong: higher recalls only
# says: recall >= r
def average_precision(scores, correct, n_objects):
    if n_objects < 1:
        raise ValueError("no objects")
    hits = np.cumsum(correct[np.argsort(-scores)])
    precision, recall = hits / np.arange(1, len(hits) + 1), hits / n_objects
    return sum(precision[recall > r].max(initial=0) for r in np.linspace(0, 1, 101)) / 101
