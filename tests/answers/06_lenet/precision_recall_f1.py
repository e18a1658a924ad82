# | clause of the docstring | tested by | answers |
# |---|---|---|
# | precision, recall, F1, in this order | visible: the example | precision and recall swapped; two of three; None |
# | each class's, (classes,) | visible; hidden: drawn numbers of classes | one number for all classes; only two classes; wrong shape; loops |
# | F1: the harmonic mean | visible: the plain mean and a missing 2 are named | the plain mean; the 2 forgotten; F1's denominator raised to 1; the geometric mean |
# | shares, not percent | visible | percent; zeros; constant |
# | 0 where a denominator is 0 | visible: never predicted; hidden: never there | NaN for an empty class; 1 for an empty class |
# | matrix holds counts, as whole numbers or floats | hidden: both | fills an array of the matrix's kind; maximum, F1 from counts, one array; lists; one tensor for all three; in float32; as a tensor |
# | matrix is not changed | visible, first | divides the matrix in place; changed input |
# | by hand: without sklearn.metrics | visible and hidden: taken away | labels made up for scikit-learn |

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


# %% wrong: only two classes
# says: expected
def precision_recall_f1(matrix):
    (tn, fp), (fn, tp) = matrix[:2, :2]
    p, r = tp / max(tp + fp, 1), tp / max(tp + fn, 1)
    return np.array([p]), np.array([r]), np.array([2 * p * r / max(p + r, 1e-9)])


# %% wrong: the geometric mean
# says: F1
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    p, r = right / np.maximum(column, 1), right / np.maximum(row, 1)
    return p, r, np.sqrt(p * r)


# %% wrong: 1 for an empty class
# says: never predicted
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    p, r = np.where(column, right / np.maximum(column, 1), 1), np.where(row, right / np.maximum(row, 1), 1)
    return p, r, 2 * p * r / np.maximum(p + r, 1e-9)


# %% wrong: fills an array of the matrix's kind
# says: precision
def precision_recall_f1(matrix):
    result = np.zeros((3, len(matrix)), matrix.dtype)
    for k in range(len(matrix)):
        p, r = matrix[k, k] / max(matrix[:, k].sum(), 1), matrix[k, k] / max(matrix[k].sum(), 1)
        result[:, k] = p, r, 2 * p * r / max(p + r, 1e-9)
    return result


# %% wrong: divides the matrix in place
# says: expected the input to stay
def precision_recall_f1(matrix):
    right, column, row = np.diag(matrix).copy(), np.sum(matrix, axis=0), np.sum(matrix, axis=1)
    matrix //= np.maximum(row, 1)[:, None]
    p, r = right / np.maximum(column, 1), right / np.maximum(row, 1)
    return p, r, 2 * p * r / np.maximum(p + r, 1e-9)


# %% wrong: labels made up for scikit-learn
# says: written by hand
def precision_recall_f1(matrix):
    rows, columns = np.indices(matrix.shape)
    counts = matrix.ravel().astype(int)
    truth, guesses = np.repeat(rows.ravel(), counts), np.repeat(columns.ravel(), counts)
    return sklearn.metrics.precision_recall_fscore_support(truth, guesses, labels=range(len(matrix)), zero_division=0)[:3]


# %% right: in tensors
def precision_recall_f1(matrix):
    counts = ops.cast(ops.convert_to_tensor(matrix), "float32")
    right = ops.sum(counts * ops.eye(len(matrix)), axis=0)
    p, r = right / ops.maximum(ops.sum(counts, axis=0), 1), right / ops.maximum(ops.sum(counts, axis=1), 1)
    return p, r, ops.divide_no_nan(2 * p * r, p + r)


# %% right: one tensor for all three
def precision_recall_f1(matrix):
    right, columns, rows = np.diag(matrix), matrix.sum(axis=0), matrix.sum(axis=1)
    both = np.maximum(columns + rows, 1)
    return ops.stack(
        [right / np.maximum(columns, 1), right / np.maximum(rows, 1), 2 * right / both]
    )
