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
# says: use the ones that are given
def accuracy_under_shift(model, shift, images, labels, distances):
    return np.array(
        [
            np.mean([model.predict(shift(images, 0, dx)).argmax(axis=1) == labels for dx in (d, -d)])
            for d in range(len(distances))
        ]
    )
