# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the box with the highest score stays, and removes | visible: eight boxes | begins with the first; begins with the lowest score |
# | written out | visible: taken away | a library's |
# | of the same class | visible: an IoU of 0.9 of two classes; hidden: 3 classes | all classes together |
# | with a box that stays, any of them | visible: a chain of three, and 5 and 2, 0 and 7 | removed boxes remove others; the last kept only; the last kept of the class only; the best of the class only |
# | with a higher score | visible | the first box stays whatever its score; looks at all other boxes |
# | greater than the threshold | visible: an IoU of 0.5, thresholds 0.5 and 0.65; hidden: drawn ones | equal ones go too; the threshold is not used; one threshold for all |
# | the highest score first | visible | in the order of the input; the lowest first; one class after the other |
# | positions, integers, an array or a list | visible | yes and no; the scores; a list of pairs |
# | n may be 0 | hidden: no boxes | fails without boxes |
# | no argument is changed | visible, first | changed input; empties the table |
# | any way to do it | visible and hidden | a set of those left; a mask; class by class; by recursion; one masked table |


# %% right: a set of those left
def non_max_suppression(overlaps, scores, labels, threshold):
    left, kept = set(range(len(scores))), []
    while left:
        best = max(left, key=lambda i: scores[i])
        kept.append(best)
        gone = {i for i in left if labels[i] == labels[best] and overlaps[best, i] > threshold}
        left = left - gone - {best}
    return kept


# %% right: a mask
def non_max_suppression(overlaps, scores, labels, threshold):
    alive = np.ones(len(scores), dtype=bool)
    order = np.argsort(scores)[::-1]
    for place, i in enumerate(order):
        if alive[i]:
            later = order[place + 1 :]
            alive[later[(overlaps[i, later] > threshold) & (labels[later] == labels[i])]] = False
    return order[alive[order]]


# %% right: class by class
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for label in np.unique(labels):
        members = sorted(np.flatnonzero(labels == label), key=lambda i: -scores[i])
        stays = []
        while members:
            best = members.pop(0)
            stays.append(best)
            members = [i for i in members if overlaps[best, i] <= threshold]
        kept += stays
    return np.array(sorted(kept, key=lambda i: -scores[i]), dtype=int)


# %% wrong: begins with the first
# says: Begin with the highest
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in range(len(scores)):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: begins with the lowest score
# says: Begin with the highest
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: all classes together
# says: two classes
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: removed boxes remove others
# says: removes nothing
def non_max_suppression(overlaps, scores, labels, threshold):
    kept, seen = [], []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in seen):
            kept.append(int(i))
        seen.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: the first box stays whatever its score
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.array(sorted(range(len(scores)), key=lambda i: (i > 0, -scores[i])), int):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: looks at all other boxes
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in range(len(scores)) if j != i):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: equal ones go too
# says: equal to the threshold
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] < threshold for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: the threshold is not used
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= 0 for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: one threshold for all
# says: threshold that is given
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= 0.5 for j in kept):
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: in the order of the input
# says: highest score comes first
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(sorted(kept), dtype=int)


# %% wrong: the lowest first
# says: not last
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.array(kept[::-1], dtype=int)


# %% wrong: yes and no
# says: not yes and no
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return np.isin(np.arange(len(scores)), kept)


# %% wrong: the scores
# says: not scores
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return scores[kept]


# %% wrong: a list of pairs
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
    return [(i, scores[i]) for i in kept]


# %% wrong: fails without boxes
# says: expected a result
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    highest = scores.max()
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            assert scores[i] <= highest
            kept.append(int(i))
    return np.array(kept, dtype=int)


# %% wrong: empties the table
# says: changed input
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if all(labels[j] != labels[i] or overlaps[i, j] <= threshold for j in kept):
            kept.append(int(i))
            overlaps[i, i] = 0
    return np.array(kept, dtype=int)


# %% right: by recursion
def non_max_suppression(overlaps, scores, labels, threshold):
    def stay(left):
        if not left:
            return []
        best, *rest = left
        return [best, *stay([i for i in rest if labels[i] != labels[best] or overlaps[best][i] <= threshold])]

    return stay(sorted(range(len(scores)), key=lambda i: scores[i], reverse=True))


# %% right: one masked table
def non_max_suppression(overlaps, scores, labels, threshold):
    table = np.asarray(overlaps, "float32") * (np.asarray(labels)[:, None] == np.asarray(labels))
    left, kept = np.array(scores, dtype=float), []
    while (left > -np.inf).any():
        best = int(left.argmax())
        kept.append(best)
        left[table[best] > threshold] = -np.inf
        left[best] = -np.inf
    return kept


# %% wrong: a library's
# says: written by hand
def non_max_suppression(overlaps, scores, labels, threshold):
    table = (overlaps * (labels[:, None] == labels)).astype("float32")
    if not len(scores):
        return np.zeros(0, int)
    return tf.image.non_max_suppression_overlaps(table, scores.astype("float32"), len(scores), threshold)


# %% wrong: the last kept of the class only
# says: all boxes kept
def non_max_suppression(overlaps, scores, labels, threshold):
    last, kept = {}, []
    for i in np.argsort(-scores):
        if labels[i] not in last or overlaps[i, last[labels[i]]] <= threshold:
            kept.append(int(i))
            last[labels[i]] = i
    return kept


# %% wrong: the best of the class only
# says: all boxes kept
def non_max_suppression(overlaps, scores, labels, threshold):
    best, kept = {}, []
    for i in np.argsort(-scores):
        if labels[i] not in best or overlaps[i, best[labels[i]]] <= threshold:
            kept.append(int(i))
            best.setdefault(labels[i], i)
    return kept


# %% wrong: one class after the other
# says: at the end sort
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for label in np.unique(labels):
        stays = []
        for i in np.argsort(-scores):
            if labels[i] == label and all(overlaps[i, j] <= threshold for j in stays):
                stays.append(int(i))
        kept += stays
    return np.array(kept, dtype=int)


# %% wrong: the last kept only
# says: not with the last one only
def non_max_suppression(overlaps, scores, labels, threshold):
    kept = []
    for i in np.argsort(-scores):
        if not kept or labels[i] != labels[kept[-1]] or overlaps[i, kept[-1]] <= threshold:
            kept.append(int(i))
    return kept
