# %% right: loops
def precision_recall_f1(matrix):
    classes = len(matrix)
    precision, recall, f1 = np.zeros(classes), np.zeros(classes), np.zeros(classes)
    for k in range(classes):
        right, column, row = matrix[k][k], sum(line[k] for line in matrix), sum(matrix[k])
        if column:
            precision[k] = right / column
        if row:
            recall[k] = right / row
        if precision[k] + recall[k]:
            f1[k] = 2 * precision[k] * recall[k] / (precision[k] + recall[k])
    return precision, recall, f1


# %% right: maximum, F1 from counts, one array
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    return np.stack([right / np.maximum(column, 1), right / np.maximum(row, 1), 2 * right / np.maximum(row + column, 1)])


# %% right: lists
def precision_recall_f1(matrix):
    m = np.asarray(matrix, "float32")
    with np.errstate(invalid="ignore", divide="ignore"):
        p, r = np.nan_to_num(np.diag(m) / m.sum(0)), np.nan_to_num(np.diag(m) / m.sum(1))
        f = np.nan_to_num(2 * p * r / (p + r))
    return [p.tolist(), r.tolist(), f.tolist()]


# %% wrong: precision and recall swapped
# says: This is the recall
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    return right / np.maximum(row, 1), right / np.maximum(column, 1), 2 * right / np.maximum(row + column, 1)


# %% wrong: the plain mean
# says: harmonic mean
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    p, r = right / np.maximum(column, 1), right / np.maximum(row, 1)
    return p, r, (p + r) / 2


# %% wrong: the 2 forgotten
# says: factor 2
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    return right / np.maximum(column, 1), right / np.maximum(row, 1), right / np.maximum(row + column, 1)


# %% wrong: NaN for an empty class
# says: not NaN
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    with np.errstate(invalid="ignore"):
        p, r = right / column, right / row
        return p, r, 2 * p * r / (p + r)


# %% wrong: one number for all classes
# says: expected
def precision_recall_f1(matrix):
    share = np.trace(matrix) / np.sum(matrix)
    return share, share, share


# %% wrong: two of three
# says: expected three
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    return right / np.maximum(column, 1), right / np.maximum(row, 1)


# %% wrong: percent
# says: not in percent
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    return 100 * right / np.maximum(column, 1), 100 * right / np.maximum(row, 1), 200 * right / np.maximum(row + column, 1)


# %% wrong: F1's denominator raised to 1
# says: F1
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    p, r = right / np.maximum(column, 1), right / np.maximum(row, 1)
    return p, r, 2 * p * r / np.maximum(p + r, 1)
