# | clause of the docstring | tested by | answers |
# |---|---|---|
# | pixels that both give to a class, over those that at least one gives to it | visible: 2 x 4 pixels | pixel accuracy; Dice; recall; precision; the union counts a pixel twice |
# | the mean over classes | visible | all classes pooled; the classes' own values; weighted by how frequent a class is |
# | every class counts, the background as well | visible | leaves the background out |
# | a class in neither array is left out | visible: class 3 | an absent class counts as 0; an absent class counts as 1; a small number in place of leaving out |
# | a class that is in one of them counts | visible: a class in the guess only | only the truth's classes |
# | pixels of all images together | visible: hint for 0.625; hidden: three images | a mean over the first axis; a mean over images |
# | arrays of any shape | hidden: 1 to 4 axes | two axes only |
# | not changed | visible, first | changed input |
# | ValueError if the shapes differ | bad input: shapes that NumPy stretches | no test of the shapes; compares the sizes, not the shapes |
# | ValueError for labels outside the range | bad input, visible: too large, a guess below 0; hidden: truth or guess | no test of the range; tests the truth only; tests the guess only; tests the upper end only |
# | any way to do it | visible and hidden | a confusion matrix; sets of positions; bincount; TensorFlow's confusion matrix |

# %% right: a confusion matrix
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape:
        raise ValueError("shapes differ")
    if np.any(truth < 0) or np.any(guess < 0) or np.any(truth >= num_classes) or np.any(guess >= num_classes):
        raise ValueError("label out of range")
    matrix = np.zeros((num_classes, num_classes))
    np.add.at(matrix, (truth.ravel(), guess.ravel()), 1)
    both = np.diag(matrix)
    union = matrix.sum(axis=0) + matrix.sum(axis=1) - both
    used = union > 0
    return (both[used] / union[used]).mean()


# %% right: sets of positions
def mean_iou(truth, guess, num_classes):
    if np.shape(truth) != np.shape(guess):
        raise ValueError("truth and guess have to be of one shape")
    if set(np.unique(truth)) | set(np.unique(guess)) > set(range(num_classes)) or not (
        set(np.unique(truth)) | set(np.unique(guess)) <= set(range(num_classes))
    ):
        raise ValueError("a label is outside the range")
    values = []
    for label in range(num_classes):
        first = set(np.flatnonzero(truth == label))
        second = set(np.flatnonzero(guess == label))
        if first or second:
            values.append(len(first & second) / len(first | second))
    return sum(values) / len(values)


# %% right: bincount
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape:
        raise ValueError("shapes differ")
    truth, guess = np.ravel(truth), np.ravel(guess)
    for labels in (truth, guess):
        if labels.min() < 0 or labels.max() > num_classes - 1:
            raise ValueError("label out of range")
    t, g = np.bincount(truth, minlength=num_classes), np.bincount(guess, minlength=num_classes)
    both = np.bincount(truth[truth == guess], minlength=num_classes)
    with np.errstate(invalid="ignore"):
        return float(np.nanmean(both / (t + g - both)))


# %% wrong: pixel accuracy
# says: pixel accuracy
def mean_iou(truth, guess, num_classes):
    return np.mean(truth == guess)


# %% wrong: Dice
# says: Dice
def mean_iou(truth, guess, num_classes):
    values = []
    for k in range(num_classes):
        areas = np.sum(truth == k) + np.sum(guess == k)
        if areas:
            values.append(2 * np.sum((truth == k) & (guess == k)) / areas)
    return np.mean(values)


# %% wrong: recall
# says: truth's pixels
def mean_iou(truth, guess, num_classes):
    return np.mean([np.mean(guess[truth == k] == k) for k in range(num_classes) if np.any(truth == k)])


# %% wrong: precision
# says: guess's pixels
def mean_iou(truth, guess, num_classes):
    return np.mean([np.mean(truth[guess == k] == k) for k in range(num_classes) if np.any(guess == k)])


# %% wrong: the union counts a pixel twice
# says: once
def mean_iou(truth, guess, num_classes):
    values = []
    for k in range(num_classes):
        areas = np.sum(truth == k) + np.sum(guess == k)
        if areas:
            values.append(np.sum((truth == k) & (guess == k)) / areas)
    return np.mean(values)


# %% wrong: all classes pooled
# says: class by class
def mean_iou(truth, guess, num_classes):
    both = sum(np.sum((truth == k) & (guess == k)) for k in range(num_classes))
    union = sum(np.sum((truth == k) | (guess == k)) for k in range(num_classes))
    return both / union


# %% wrong: the classes' own values
# says: take their mean
def mean_iou(truth, guess, num_classes):
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.array([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: leaves the background out
# says: background
def mean_iou(truth, guess, num_classes):
    used = [k for k in range(1, num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: an absent class counts as 0
# says: leave it out
def mean_iou(truth, guess, num_classes):
    unions = [max(1, np.sum((truth == k) | (guess == k))) for k in range(num_classes)]
    return np.mean([np.sum((truth == k) & (guess == k)) / unions[k] for k in range(num_classes)])


# %% wrong: an absent class counts as 1
# says: leave it out
def mean_iou(truth, guess, num_classes):
    values = []
    for k in range(num_classes):
        union = np.sum((truth == k) | (guess == k))
        values.append(np.sum((truth == k) & (guess == k)) / union if union else 1.0)
    return np.mean(values)


# %% wrong: only the truth's classes
# says: it counts, with 0
def mean_iou(truth, guess, num_classes):
    used = np.unique(truth)
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: a mean over images
# says: expected
def mean_iou(truth, guess, num_classes):
    if truth.ndim > 2:
        return np.mean([mean_iou(t, g, num_classes) for t, g in zip(truth, guess)])
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: two axes only
# says: valid
def mean_iou(truth, guess, num_classes):
    height, width = truth.shape
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: no test of the shapes
# says: ValueError
def mean_iou(truth, guess, num_classes):
    if min(truth.min(), guess.min()) < 0 or max(truth.max(), guess.max()) >= num_classes:
        raise ValueError("label out of range")
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: no test of the range
# says: ValueError
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape:
        raise ValueError("shapes differ")
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: tests the truth only
# says: In guess, too
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape or truth.min() < 0 or truth.max() >= num_classes:
        raise ValueError("shapes differ, or a label is out of range")
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% wrong: tests the upper end only
# says: -1 is outside
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape or max(truth.max(), guess.max()) >= num_classes:
        raise ValueError("shapes differ, or a label is out of range")
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])


# %% right: TensorFlow's confusion matrix
def mean_iou(truth, guess, num_classes):
    truth, guess = np.array(truth), np.array(guess)
    if truth.shape != guess.shape or {*truth.ravel(), *guess.ravel()} - {*range(num_classes)}:
        raise ValueError("the shapes differ, or a label is outside the range")
    table = tf.math.confusion_matrix(truth.ravel(), guess.ravel(), num_classes, dtype=tf.float32)
    both = tf.linalg.diag_part(table)
    union = tf.reduce_sum(table, axis=0) + tf.reduce_sum(table, axis=1) - both
    return tf.reduce_mean(both[union > 0] / union[union > 0])


# %% wrong: weighted by how frequent a class is
# says: expected
def mean_iou(truth, guess, num_classes):
    total = 0
    for k in range(num_classes):
        union = np.sum((truth == k) | (guess == k))
        if union:
            total += np.mean(truth == k) * np.sum((truth == k) & (guess == k)) / union
    return total


# %% wrong: a small number in place of leaving out
# says: leave it out
def mean_iou(truth, guess, num_classes):
    both = np.array([np.sum((truth == k) & (guess == k)) for k in range(num_classes)])
    union = np.array([np.sum((truth == k) | (guess == k)) for k in range(num_classes)])
    return np.mean((both + 1e-7) / (union + 1e-7))


# %% wrong: compares the sizes, not the shapes
# says: ValueError
def mean_iou(truth, guess, num_classes):
    if truth.size != guess.size or min(truth.min(), guess.min()) < 0:
        raise ValueError("sizes differ, or a label below 0")
    if max(truth.max(), guess.max()) >= num_classes:
        raise ValueError("a label is too large")
    truth, guess = truth.ravel(), guess.ravel()
    values = []
    for k in range(num_classes):
        if np.any((truth == k) | (guess == k)):
            values.append(np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)))
    return np.mean(values)


# %% wrong: a mean over the first axis
# says: all images together
def mean_iou(truth, guess, num_classes):
    values = []
    for t, g in zip(truth, guess):
        used = [k for k in range(num_classes) if np.any(t == k) or np.any(g == k)]
        values.append(np.mean([np.sum((t == k) & (g == k)) / np.sum((t == k) | (g == k)) for k in used]))
    return np.mean(values)


# %% wrong: tests the guess only
# says: ValueError
def mean_iou(truth, guess, num_classes):
    if truth.shape != guess.shape or guess.min() < 0 or guess.max() >= num_classes:
        raise ValueError("shapes differ, or a label is out of range")
    used = [k for k in range(num_classes) if np.any(truth == k) or np.any(guess == k)]
    return np.mean([np.sum((truth == k) & (guess == k)) / np.sum((truth == k) | (guess == k)) for k in used])
