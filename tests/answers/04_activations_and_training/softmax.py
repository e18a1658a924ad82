# | clause of the docstring | tested by | answers |
# |---|---|---|
# | probabilities: e to each, divided by the sum | visible: (4, 5), (0, log 3) | no exponential; not divided; a small number added against division by zero; zeros; constant; None; stub |
# | along the last axis, any number of axes before it | visible: (4, 5), (2, 3, 4); hidden: one to four axes | along the first axis; over the whole array; the second axis instead of the last; at most three axes; wrong shape; swapped axes |
# | without overflow, of any finite size | visible: around 5000; hidden: sizes of 300 and 2000, -800, two millions | the formula typed in; logits clipped; in extended precision |
# | rows may differ a lot | visible: a row around 5000, one around -5000 | the maximum of the whole array; the mean subtracted |
# | floats or integers | hidden: integers | integers cut |
# | a new array, the logits stay as they are | visible, first; hidden | subtracts in place; changed input |
# | written out: no softmax or logsumexp of a library | visible: the first call by hand | by Keras; by SciPy; by TensorFlow; an activation layer's function; SciPy's logsumexp; Keras' logsumexp; by an old name of TensorFlow's |
# | ValueError for nan | bad input: nan alone and in a table | no error for nan |
# | ValueError for inf | bad input: inf alone and in a table | inf accepted |
# | ValueError for -inf | bad input: -inf alone and in a table | -inf accepted |
# | any other way, float32 or float64, arrays or tensors | all | by logarithms; row by row; basic tensors; in float32; in float64; as a tensor |

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


# %% wrong: by Keras
# says: by hand, got a call of keras
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
# says: raise e to each
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


# %% right: basic tensors
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    logits = keras.ops.convert_to_tensor(np.asarray(logits, "float32"))
    powers = keras.ops.exp(logits - keras.ops.max(logits, axis=-1, keepdims=True))
    return powers / keras.ops.sum(powers, axis=-1, keepdims=True)


# %% wrong: by SciPy
# says: by hand, got a call of scipy
def softmax(logits):
    import scipy.special

    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return scipy.special.softmax(logits, axis=-1)


# %% wrong: by TensorFlow
# says: by hand, got a call of tensorflow
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return tf.nn.softmax(np.asarray(logits, "float64")).numpy()


# %% wrong: an activation layer's function
# says: by hand
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return keras.activations.softmax(keras.ops.convert_to_tensor(np.asarray(logits, "float64")))


# %% wrong: -inf accepted
# says: one logit is not finite
def softmax(logits):
    if np.any(np.isnan(logits)) or np.any(logits == np.inf):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return powers / powers.sum(axis=-1, keepdims=True)


# %% wrong: at most three axes
# says: shape \(2, 3, 4, 5\)
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    axis = min(logits.ndim - 1, 2)
    powers = np.exp(logits - logits.max(axis=axis, keepdims=True))
    return powers / powers.sum(axis=axis, keepdims=True)


# %% wrong: integers cut
# says: integers
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(logits.dtype)


# %% wrong: SciPy's logsumexp
# says: by hand, got a call of scipy
def softmax(logits):
    from scipy.special import logsumexp

    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return np.exp(logits - logsumexp(logits, axis=-1, keepdims=True))


# %% wrong: Keras' logsumexp
# says: by hand, got a call of keras
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    logits = keras.ops.convert_to_tensor(np.asarray(logits, float))
    return keras.ops.exp(logits - keras.ops.logsumexp(logits, axis=-1, keepdims=True))


# %% wrong: by an old name of TensorFlow's
# says: by hand, got a call of tensorflow
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    return tf.compat.v1.nn.softmax(tf.constant(logits, "float64"))


# %% wrong: in extended precision
# says: 2e6
def softmax(logits):
    if not np.all(np.isfinite(logits)):
        raise ValueError("logits have to be finite")
    powers = np.exp(logits.astype(np.longdouble))
    return (powers / powers.sum(axis=-1, keepdims=True)).astype(float)
