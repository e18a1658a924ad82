# %% right: by logarithms
def softmax(logits):
    if not np.isfinite(logits).all():
        raise ValueError("logits have to be finite")
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return np.exp(shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True)))


# %% right: row by row
def softmax(logits):
    if np.isnan(logits).any() or np.isinf(logits).any():
        raise ValueError("logits have to be finite")
    rows = np.asarray(logits, dtype=float).reshape(-1, logits.shape[-1])
    result = []
    for row in rows:
        powers = [np.exp(value - max(row)) for value in row]
        result.append([power / sum(powers) for power in powers])
    return np.array(result).reshape(logits.shape)


# %% right: Keras
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return keras.ops.softmax(np.asarray(logits, dtype="float64"), axis=-1)


# %% wrong: the formula typed in
# says: overflows
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: along the first axis
# says: last axis|axis
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max(axis=0, keepdims=True))
    return powers / powers.sum(axis=0, keepdims=True)


# %% wrong: over the whole array
# says: whole array
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


# %% wrong: the maximum of the whole array
# says: own maximum
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max())
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: logits clipped
# says: softmax
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(np.clip(logits, -500, 500))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: the mean subtracted
# says: softmax
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.mean(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: no exponential
# says: raise e
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return logits / logits.sum(axis=-1, keepdims=True)


# %% wrong: not divided
# says: divide by the sum
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return np.exp(logits)


# %% wrong: subtracts in place
# says: stay as it was
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    logits -= logits.max(axis=-1, keepdims=True)
    powers = np.exp(logits)
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: no error for nan
# says: ValueError
def softmax(logits):
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: a small number added against division by zero
# says: softmax
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / (powers.sum(axis=-1, keepdims=True) + 1e-3)


# %% wrong: inf accepted
# says: ValueError
def softmax(logits):
    if np.any(np.isnan(logits)):
        raise ValueError("logits have to be finite")
    with np.errstate(invalid="ignore"):
        powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: the second axis instead of the last
# says: shape \(2, 3, 4\)
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    axis = 0 if logits.ndim == 1 else 1
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)
