# | clause of the docstring | tested by | answers |
# |---|---|---|
# | images are not changed | visible: first of all; hidden: every call | moves the images it was given; changed input |
# | moved by the function `shift` | visible: one that goes round; hidden: four unlike ones | moves by itself; SciPy in place of shift |
# | sideways: dy is 0 | visible: up and down, all four and slantwise have hints | up and down; all four directions; slantwise |
# | the mean of right and left | visible: each side alone, sum, either, probabilities have hints | to the right only; to the left only; the sum of both sides, not their mean; right on either side; averages probabilities; shifts to the right twice |
# | of the images as they came in | visible: with hints | shifts what has been shifted already; the left starts from the right |
# | accuracy: the share of right answers, from 0 to 1 | visible: counts, errors, percentages have hints | agreement with the unmoved images; percentages; counts in place of fractions; the error in place of the accuracy; the best class over images, not over classes; constant; zeros |
# | a value for each distance, in their order, repeated ones too | visible: 2, 0, 1, 2; hidden: 3 in front, and twice more at the end | one number for all distances; the distances' positions in place of the distances; distance is counted twice, 0 pixels up to 2 d; merges repeated distances; sorts the distances; wrong shape |
# | predict(images, verbose=0) or the model called, nothing else | visible and hidden: a network that has only these | evaluates; calls the model, filled array |
# | floats in an array (a list does) | visible | rounds down to whole numbers; a list, keyword arguments |

# %% right: loops
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for distance in distances:
        total = 0.0
        for dx in (distance, -distance):
            predicted = model.predict(shift(images, 0, dx), verbose=0).argmax(axis=1)
            total += np.mean(predicted == labels)
        result.append(total / 2)
    return np.array(result)

# %% right: a list, keyword arguments
def accuracy_under_shift(model, shift, images, labels, distances):
    def accuracy(dx):
        probabilities = model.predict(shift(images, dy=0, dx=dx), verbose=0)
        return float((np.argmax(probabilities, axis=-1) == labels).sum()) / len(labels)

    return [(accuracy(d) + accuracy(-d)) / 2 for d in distances]

# %% right: calls the model, filled array
def accuracy_under_shift(model, shift, images, labels, distances):
    result = np.zeros(len(distances))
    for k, distance in enumerate(distances):
        both = np.concatenate([shift(images, 0, distance), shift(images, 0, -distance)])
        result[k] = np.mean(np.argmax(np.asarray(model(both)), axis=1) == np.concatenate([labels, labels]))
    return result

# %% wrong: to the right only
# says: right-hand side alone
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array([np.mean(model.predict(shift(images, 0, d)).argmax(axis=1) == labels) for d in distances])

# %% wrong: to the left only
# says: left-hand side alone
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array([np.mean(model.predict(shift(images, 0, -d)).argmax(axis=1) == labels) for d in distances])

# %% wrong: up and down
# says: up and down
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, s, 0)).argmax(axis=1) == labels for s in (d, -d)]) for d in distances]
    )

# %% wrong: percentages
# says: not percentages
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [100 * np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) == labels for s in (d, -d)]) for d in distances]
    )

# %% wrong: one number for all distances
# says: one accuracy for each distance
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.mean(
        [np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) == labels for s in (d, -d)]) for d in distances]
    )

# %% wrong: shifts what has been shifted already
# says: start from the images as they came in
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for distance in distances:
        sides = []
        for dx in (distance, -distance):
            images = shift(images, 0, dx)
            sides.append(np.mean(model.predict(images).argmax(axis=1) == labels))
        result.append(np.mean(sides))
    return np.array(result)

# %% wrong: counts in place of fractions
# says: divide by the number of images
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([np.sum(model.predict(shift(images, 0, s)).argmax(axis=1) == labels) for s in (d, -d)]) for d in distances]
    )

# %% wrong: the sum of both sides, not their mean
# says: take the mean of both sides
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [sum(np.mean(model.predict(shift(images, 0, s)).argmax(axis=1) == labels) for s in (d, -d)) for d in distances]
    )

# %% wrong: the best class over images, not over classes
# says: accuracy_under_shift|operands|axis
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([np.mean(model.predict(shift(images, 0, s)).argmax(axis=0) == labels[:6]) for s in (d, -d)]) for d in distances]
    )

# %% wrong: distance is counted twice, 0 pixels up to 2 d
# says: accuracy_under_shift
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) == labels for s in (2 * d, -2 * d)]) for d in distances]
    )

# %% wrong: the error in place of the accuracy
# says: those are errors
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) != labels for s in (d, -d)]) for d in distances]
    )

# %% wrong: all four directions
# says: up and down do not count
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for d in distances:
        moves = [(0, d), (0, -d), (d, 0), (-d, 0)]
        result.append(np.mean([model.predict(shift(images, dy, dx)).argmax(axis=1) == labels for dy, dx in moves]))
    return np.array(result)

# %% wrong: the distances' positions in place of the distances
# says: not their positions
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [
            np.mean([model.predict(shift(images, 0, dx)).argmax(axis=1) == labels for dx in (d, -d)])
            for d in range(len(distances))
        ]
    )

# %% right: all moves in one batch
def accuracy_under_shift(model, shift, images, labels, distances):
    moves = [s * d for d in distances for s in (1, -1)]
    batch = np.concatenate([np.asarray(shift(images, 0, dx)) for dx in moves])
    classes = np.asarray(model.predict(batch, verbose=0)).argmax(axis=-1).reshape(len(moves), -1)
    return (classes == labels).mean(axis=1).reshape(-1, 2).mean(axis=1)

# %% right: in keras.ops
def accuracy_under_shift(model, shift, images, labels, distances):
    def right(dx):
        classes = keras.ops.argmax(model(shift(images, 0, dx)), axis=-1)
        return keras.ops.mean(keras.ops.cast(keras.ops.equal(keras.ops.cast(classes, "int64"), labels), "float32"))

    return keras.ops.stack([(right(d) + right(-d)) / 2 for d in distances])

# %% right: recursion
def accuracy_under_shift(model, shift, images, labels, distances):
    if not distances:
        return np.zeros(0)
    first, *others = distances
    hits = [(model.predict(shift(images, 0, dx), verbose=0).argmax(1) == labels).mean() for dx in (-first, first)]
    return np.append(sum(hits) / 2, accuracy_under_shift(model, shift, images, labels, others))

# %% wrong: moves by itself
# says: is `shift` used
def accuracy_under_shift(model, shift, images, labels, distances):
    def moved(dx):
        margin, width = abs(dx), images.shape[2]
        padded = np.pad(images, ((0, 0), (0, 0), (margin, margin), (0, 0)))
        return padded[:, :, margin - dx : margin - dx + width]

    return np.array([np.mean([model.predict(moved(dx)).argmax(1) == labels for dx in (d, -d)]) for d in distances])

# %% wrong: SciPy in place of shift
# says: is `shift` used
def accuracy_under_shift(model, shift, images, labels, distances):
    def right(dx):
        return np.mean(model.predict(ndimage.shift(images, (0, 0, dx, 0), order=0)).argmax(axis=1) == labels)

    return np.array([(right(d) + right(-d)) / 2 for d in distances])

# %% wrong: moves the images it was given
# says: changed input
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for d in distances:
        sides, original = [], images.copy()
        for dx in (d, -d):
            images[:] = shift(original, 0, dx)
            sides.append(np.mean(model.predict(images).argmax(axis=1) == labels))
        result.append(np.mean(sides))
    return np.array(result)

# %% wrong: slantwise
# says: dy is 0
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, s, s)).argmax(axis=1) == labels for s in (d, -d)]) for d in distances]
    )

# %% wrong: right on either side
# says: either side is not enough
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for d in distances:
        right, left = (model.predict(shift(images, 0, dx)).argmax(axis=1) == labels for dx in (d, -d))
        result.append(np.mean(right | left))
    return np.array(result)

# %% wrong: averages probabilities
# says: not the probabilities
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for d in distances:
        probabilities = (model.predict(shift(images, 0, d)) + model.predict(shift(images, 0, -d))) / 2
        result.append(np.mean(probabilities.argmax(axis=1) == labels))
    return np.array(result)

# %% wrong: shifts to the right twice
# says: right-hand side alone
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) == labels for s in (d, abs(-d))]) for d in distances]
    )

# %% wrong: the left starts from the right
# says: accuracy_under_shift
def accuracy_under_shift(model, shift, images, labels, distances):
    result = []
    for d in distances:
        right = shift(images, 0, d)
        left = shift(right, 0, -d)
        result.append(np.mean([model.predict(side).argmax(axis=1) == labels for side in (right, left)]))
    return np.array(result)

# %% wrong: merges repeated distances
# says: comes twice has two entries
def accuracy_under_shift(model, shift, images, labels, distances):
    found = {}
    for d in distances:
        found[d] = np.mean([model.predict(shift(images, 0, dx)).argmax(axis=1) == labels for dx in (d, -d)])
    return np.array(list(found.values()))

# %% wrong: sorts the distances
# says: not sorted
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.predict(shift(images, 0, s)).argmax(axis=1) == labels for s in (d, -d)]) for d in sorted(distances)]
    )

# %% wrong: evaluates
# says: evaluate
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [np.mean([model.evaluate(shift(images, 0, s), labels, verbose=0)[1] for s in (d, -d)]) for d in distances]
    )

# %% wrong: rounds down to whole numbers
# says: accuracy_under_shift
def accuracy_under_shift(model, shift, images, labels, distances):
    result = np.zeros(len(distances), dtype=int)
    for k, d in enumerate(distances):
        result[k] = np.mean([model.predict(shift(images, 0, dx)).argmax(axis=1) == labels for dx in (d, -d)])
    return result


# %% wrong: agreement with the unmoved images
# says: labels
def accuracy_under_shift(model, shift, images, labels, distances):
    unmoved = model.predict(images, verbose=0).argmax(axis=1)
    agree = []
    for distance in distances:
        sides = [model.predict(shift(images, 0, dx), verbose=0) for dx in (distance, -distance)]
        agree.append(np.mean([side.argmax(axis=1) == unmoved for side in sides]))
    return np.array(agree)
