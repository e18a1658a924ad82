# | clause of the docstring | tested by | answers |
# |---|---|---|
# | (quantised - zero_point) * scale | visible: hints; hidden | forgets the zero point; adds it; subtracts it last; divides by the scale |
# | quantised is int8, not changed | visible and hidden | subtracts in int8; in place |
# | zero_point: an integer, also an int8 | visible: both; hidden: both | a cast of one side only; with tensors; a loop |
# | scale: a float or one a channel, last axis | visible: two channels; hidden: (4,) and (5,) | the first scale for all; along the first axis |
# | floats | visible: 0.5 | whole numbers; everything cast to float32 |
# | of the shape of quantised | hidden | flat |

# %% right: everything cast to float32
def dequantize_linear(quantised, scale, zero_point):
    return (quantised.astype("float32") - np.asarray(zero_point, "float32")) * np.asarray(scale, "float32")


# %% right: with tensors
def dequantize_linear(quantised, scale, zero_point):
    difference = tf.cast(quantised, "int32") - tf.cast(zero_point, "int32")
    return tf.cast(difference, "float64") * tf.cast(scale, "float64")


# %% right: a loop
def dequantize_linear(quantised, scale, zero_point):
    scales = np.broadcast_to(scale, quantised.shape)
    zeros = np.broadcast_to(zero_point, quantised.shape)
    result = np.empty(quantised.shape)
    for index in np.ndindex(quantised.shape):
        result[index] = (int(quantised[index]) - int(zeros[index])) * float(scales[index])
    return result


# %% wrong: subtracts in int8
# says: wraps around
def dequantize_linear(quantised, scale, zero_point):
    return (quantised - np.asarray(zero_point).astype("int8")) * scale


# %% wrong: forgets the zero point
# says: zero point has to be subtracted
def dequantize_linear(quantised, scale, zero_point):
    return quantised.astype(float) * scale


# %% wrong: adds it
# says: subtracted, not added
def dequantize_linear(quantised, scale, zero_point):
    return (quantised.astype(float) + zero_point) * scale


# %% wrong: subtracts it last
# says: before you scale
def dequantize_linear(quantised, scale, zero_point):
    return quantised.astype(float) * scale - zero_point


# %% wrong: divides by the scale
def dequantize_linear(quantised, scale, zero_point):
    return (quantised.astype(float) - zero_point) / scale


# %% wrong: in place
# says: stay as it was
def dequantize_linear(quantised, scale, zero_point):
    result = (quantised.astype(float) - zero_point) * scale
    quantised[...] = 0
    return result


# %% wrong: a cast of one side only
# says: wraps around
def dequantize_linear(quantised, scale, zero_point):
    return (quantised - np.int8(zero_point) if np.ndim(zero_point) == 0 else quantised.astype(int) - zero_point) * scale


# %% wrong: the first scale for all
# says: of its own
def dequantize_linear(quantised, scale, zero_point):
    return (quantised.astype(float) - np.ravel(zero_point)[0]) * np.ravel(scale)[0]


# %% wrong: along the first axis
# says: not the first
def dequantize_linear(quantised, scale, zero_point):
    if np.ndim(scale) == 0:
        return (quantised.astype(float) - zero_point) * scale
    scale, zero_point = np.resize(scale, len(quantised)), np.resize(zero_point, len(quantised))
    return ((quantised.T.astype(float) - zero_point) * scale).T


# %% wrong: whole numbers
def dequantize_linear(quantised, scale, zero_point):
    return np.round((quantised.astype(float) - zero_point) * scale)


# %% wrong: flat
# says: shape
def dequantize_linear(quantised, scale, zero_point):
    return ((quantised.astype(float) - zero_point) * scale).ravel()
