# | clause of the docstring | tested by | answers |
# |---|---|---|
# | row: true class, column: predicted | visible: the example | rows and columns swapped; swapped axes |
# | counts | visible: a pair three times; hidden: 4,000 equal pairs, by scikit-learn | += with index arrays; shares; errors only; a matrix of uint8; zeros; constant; None; one-hot product, floats |
# | (num_classes, num_classes), absent classes too | visible: classes 1 and 3 absent | only the classes that occur; as many classes as the largest label; wrong shape |
# | labels of any integer type | visible: uint8; hidden: uint8 and 25 classes or more | pairs numbered in uint8; counts one number per pair; loops over lists |
# | n may be 0 | visible: no labels | falls over no labels |
# | y_true and y_pred are not changed | visible, first | sorts the labels in place; changed input |
# | by hand: without sklearn.metrics, without tf.math.confusion_matrix | visible and hidden: taken away | scikit-learn's; TensorFlow's |
# | ValueError for different lengths | bad input: either one longer | no error; looks for too few predictions only |

# %% right: np.add.at
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), dtype=np.int64)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix


# %% right: counts one number per pair
def confusion_matrix(y_true, y_pred, num_classes):
    if np.shape(y_true) != np.shape(y_pred):
        raise ValueError(f"{np.shape(y_true)} labels, {np.shape(y_pred)} predictions")
    pairs = np.asarray(y_true, int) * num_classes + np.asarray(y_pred, int)
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


# %% right: one-hot product, floats
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    eye = np.eye(num_classes, dtype="float64")
    return eye[y_true].T @ eye[y_pred]


# %% wrong: rows and columns swapped
# says: Rows are the true classes
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), int)
    np.add.at(matrix, (y_pred, y_true), 1)
    return matrix


# %% wrong: += with index arrays
# says: adds only once
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), int)
    matrix[y_true, y_pred] += 1
    return matrix


# %% wrong: shares
# says: Counts, not shares
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), int)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix / np.maximum(matrix.sum(axis=1, keepdims=True), 1)


# %% wrong: only the classes that occur
# says: absent
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    occurring = sorted({*y_true.tolist(), *y_pred.tolist()})
    matrix = np.zeros((len(occurring), len(occurring)), int)
    for true, predicted in zip(y_true, y_pred):
        matrix[occurring.index(true), occurring.index(predicted)] += 1
    return matrix


# %% wrong: as many classes as the largest label
# says: has a row and a column all the same
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    size = int(max(np.max(y_true), np.max(y_pred))) + 1
    matrix = np.zeros((size, size), int)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix


# %% wrong: errors only
# says: expected
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), int)
    for true, predicted in zip(y_true, y_pred):
        if true != predicted:
            matrix[true, predicted] += 1
    return matrix


# %% wrong: no error
# says: expected a ValueError
def confusion_matrix(y_true, y_pred, num_classes):
    matrix = np.zeros((num_classes, num_classes), int)
    for true, predicted in zip(y_true, y_pred):
        matrix[true, predicted] += 1
    return matrix


# %% right: loops over lists
def confusion_matrix(y_true, y_pred, num_classes):
    y_true, y_pred = [int(label) for label in y_true], [int(label) for label in y_pred]
    if len(y_true) != len(y_pred):
        raise ValueError(f"{len(y_true)} and {len(y_pred)}")
    pairs = list(zip(y_true, y_pred))
    return np.array([[pairs.count((row, column)) for column in range(num_classes)] for row in range(num_classes)])


# %% right: comparisons, in tensors
def confusion_matrix(y_true, y_pred, num_classes):
    if y_true.shape != y_pred.shape:
        raise ValueError("as many predictions as labels, please")
    true, guessed = (ops.one_hot(ops.convert_to_tensor(labels.astype("int32")), num_classes, dtype="int32") for labels in (y_true, y_pred))
    return ops.sum(true[:, :, None] * guessed[:, None, :], axis=0)


# %% wrong: a matrix of uint8
# says: values are wrong
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    matrix = np.zeros((num_classes, num_classes), "uint8")
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix


# %% wrong: pairs numbered in uint8
# says: uint8
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    pairs = y_true * y_true.dtype.type(num_classes) + y_pred
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


# %% wrong: falls over no labels
# says: confusion_matrix.none
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    rows = [np.eye(num_classes, dtype=int)[true][:, None] * np.eye(num_classes, dtype=int)[guess] for true, guess in zip(y_true, y_pred)]
    return np.stack(rows).sum(axis=0)


# %% wrong: sorts the labels in place
# says: expected the input to stay
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    order = np.argsort(y_true)
    y_pred[:] = y_pred[order]
    y_true.sort()
    matrix = np.zeros((num_classes, num_classes), int)
    np.add.at(matrix, (y_true, y_pred), 1)
    return matrix


# %% wrong: scikit-learn's
# says: written by hand
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    if not len(y_true):
        return np.zeros((num_classes, num_classes), int)
    return sklearn.metrics.confusion_matrix(y_true, y_pred, labels=range(num_classes))


# %% wrong: TensorFlow's
# says: written by hand
def confusion_matrix(y_true, y_pred, num_classes):
    import tensorflow as tf

    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    return tf.math.confusion_matrix(y_true, y_pred, num_classes).numpy()


# %% wrong: looks for too few predictions only
# says: expected a ValueError
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_pred) < len(y_true):
        raise ValueError("too few predictions")
    matrix = np.zeros((num_classes, num_classes), int)
    for true, predicted in zip(y_true, y_pred):
        matrix[true, predicted] += 1
    return matrix
