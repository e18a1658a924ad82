# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the most frequent training label | visible: hints | the majority of the validation labels; always the first label |
# | of equally frequent ones the smallest | hidden: labels 8, 5, 8, 5, 6 | the largest of equally frequent ones |
# | the label of the nearest training image | visible and hidden | the nearest mean of a class; the farthest image; the label of the position |
# | Euclidean | visible: 3, 3 against 0, 5 | adds absolute differences |
# | over all values of an image | hidden: images with three axes | the first row only |
# | uint8 or floats | visible: 60 and 100 as bytes | bytes wrap round |
# | labels are any integers | visible: 7 and 3; hidden: 4, 11, 25, 60 | labels from 0 to k - 1 |
# | floats from 0 to 1 | visible: hints | counts; per cent; shares of errors |
# | majority first | visible: hint | the other way round |
# | not changed | visible, first | centres the training images in place |
# | any way to do it | visible and hidden | a loop; scikit-learn; squares multiplied out |


# %% right: a loop
def baseline_scores(x_train, y_train, x_val, y_val):
    counts = {}
    for label in sorted(int(label) for label in y_train):
        counts[label] = counts.get(label, 0) + 1
    most = max(counts, key=counts.get)
    hits, near = 0, 0
    for image, label in zip(x_val, y_val):
        distances = [np.linalg.norm((image.astype(float) - other).ravel()) for other in x_train]
        near += int(y_train[int(np.argmin(distances))] == label)
        hits += int(most == label)
    return hits / len(y_val), near / len(y_val)


# %% right: scikit-learn
def baseline_scores(x_train, y_train, x_val, y_val):
    from sklearn.dummy import DummyClassifier

    flat = np.reshape(x_train, (len(x_train), -1)).astype("float64")
    flat_val = np.reshape(x_val, (len(x_val), -1)).astype("float64")
    models = DummyClassifier(strategy="most_frequent"), KNeighborsClassifier(1)
    return [model.fit(flat, y_train).score(flat_val, y_val) for model in models]


# %% right: squares multiplied out
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype("float64")
    b = np.reshape(x_val, (len(x_val), -1)).astype("float64")
    squares = (a**2).sum(1) - 2 * b @ a.T
    most = np.bincount(y_train).argmax()
    named = np.take(y_train, squares.argmin(1))
    return np.array([np.mean(np.equal(y_val, most)), np.mean(np.equal(named, y_val))])


# %% wrong: the majority of the validation labels
# says: training data
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_val).argmax()), np.mean(near == y_val)


# %% wrong: always the first label
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == y_train[0]), np.mean(near == y_val)


# %% wrong: the largest of equally frequent ones
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    counts = np.bincount(y_train)
    most = np.flatnonzero(counts == counts.max())[-1]
    return np.mean(y_val == most), np.mean(near == y_val)


# %% wrong: the nearest mean of a class
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    names = np.unique(y_train)
    means = np.array([a[y_train == name].mean(0) for name in names])
    near = names[((b[:, None] - means) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: the farthest image
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmax(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: the label of the position
# says: position
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = ((b[:, None] - a) ** 2).sum(-1).argmin(1)
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: adds absolute differences
# says: Euclidean
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[np.abs(b[:, None] - a).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: the first row only
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), len(x_train[0]), -1))[:, 0].astype(float)
    b = np.reshape(x_val, (len(x_val), len(x_val[0]), -1))[:, 0].astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: bytes wrap round
# says: wrap round
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1))
    b = np.reshape(x_val, (len(x_val), -1))
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)


# %% wrong: labels from 0 to k - 1
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    names, counts = np.unique(y_train, return_counts=True)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == counts.argmax()), np.mean(near == y_val)


# %% wrong: counts
# says: not counts
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.sum(y_val == np.bincount(y_train).argmax()), np.sum(near == y_val)


# %% wrong: per cent
# says: per cent
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return 100 * np.mean(y_val == np.bincount(y_train).argmax()), 100 * np.mean(near == y_val)


# %% wrong: shares of errors
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val != np.bincount(y_train).argmax()), np.mean(near != y_val)


# %% wrong: the other way round
# says: First the majority
def baseline_scores(x_train, y_train, x_val, y_val):
    a = np.reshape(x_train, (len(x_train), -1)).astype(float)
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(near == y_val), np.mean(y_val == np.bincount(y_train).argmax())


# %% wrong: centres the training images in place
# says: changed input
def baseline_scores(x_train, y_train, x_val, y_val):
    x_train -= x_train.min()
    x_train += 1
    a = np.reshape(x_train, (len(x_train), -1)).astype(float) - 1
    b = np.reshape(x_val, (len(x_val), -1)).astype(float)
    near = y_train[((b[:, None] - a) ** 2).sum(-1).argmin(1)]
    return np.mean(y_val == np.bincount(y_train).argmax()), np.mean(near == y_val)
