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
    pairs = np.asarray(y_true) * num_classes + np.asarray(y_pred)
    return np.bincount(pairs, minlength=num_classes**2).reshape(num_classes, num_classes)


# %% right: one-hot product, floats
def confusion_matrix(y_true, y_pred, num_classes):
    if len(y_true) != len(y_pred):
        raise ValueError("different lengths")
    eye = np.eye(num_classes, dtype="float32")
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
    return sklearn.metrics.confusion_matrix(y_true, y_pred)


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
