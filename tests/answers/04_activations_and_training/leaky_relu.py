# | clause of the docstring | tested by | answers |
# |---|---|---|
# | x where it is positive | visible: -2, 0, 3; hidden: random values in four shapes | zeros; constant; None; stub |
# | negative_slope * x elsewhere | visible: -2 with slope 0.1 | plain ReLU; negative_slope ignored; the slope's sign lost |
# | negative_slope is 0.1 where it is not given | hidden: integers, without a slope | another default |
# | the slope is 1 where x is positive, negative_slope elsewhere | visible: slopes of -2, 0, 3 | the slope is ReLU's; the slope multiplied by x; a negative slope on the negative side |
# | elsewhere includes exactly 0 | visible: x = 0 | slope 1 at zero |
# | x of any shape | hidden: (7,), (2, 3, 4), (4, 6), (3, 2) | wrong shape; swapped axes |
# | floats or integers, a float array comes back | hidden: integers, positive ones alone | integers stay integers; the slope in integers; integers where all are positive |
# | a new array | visible; hidden: x without a negative number | hands out x where nothing is negative |
# | x stays as it is | visible, first, for both functions; hidden | writes into its input; changed input; the slope is written into its input |
# | negative_slope at least 0 | bad input: -0.1 and -0.5 in both functions; 0 is valid | no error for a negative slope; the slope function accepts a negative slope; a slope of 0 refused |
# | negative_slope less than 1 | bad input: 1.5 and 1 in both functions | the function accepts a slope above 1; a slope of 1 accepted |
# | any way to compute it, any float type, arrays or tensors | all | tensors; loops; in float32; in float64; as a tensor |

# %% right: maximum
def leaky_relu(x, negative_slope=0.1):
    if negative_slope < 0 or negative_slope >= 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    return np.maximum(x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if negative_slope < 0 or negative_slope >= 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    slope = np.full(x.shape, negative_slope, dtype=float)
    slope[x > 0] = 1
    return slope


# %% right: loops
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError(f"bad negative_slope {negative_slope}")
    flat = [value if value > 0 else negative_slope * value for value in x.ravel()]
    return np.array(flat, dtype=float).reshape(x.shape)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError(f"bad negative_slope {negative_slope}")
    return np.array([1.0 if value > 0 else negative_slope for value in x.ravel()]).reshape(x.shape)


# %% right: tensors
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError(f"bad negative_slope {negative_slope}")
    return keras.ops.leaky_relu(keras.ops.cast(x, "float32"), negative_slope)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError(f"bad negative_slope {negative_slope}")
    return keras.ops.where(keras.ops.cast(x, "float32") > 0, 1.0, negative_slope)


# %% wrong: plain ReLU
# says: this is ReLU
def leaky_relu(x, negative_slope=0.1):
    return np.maximum(x, 0)


def leaky_relu_slope(x, negative_slope=0.1):
    return (x > 0).astype(float)


# %% wrong: slope 1 at zero
# says: at exactly 0
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x >= 0, 1.0, negative_slope)


# %% wrong: the slope is ReLU's
# says: ReLU's slope
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, 0.0)


# %% wrong: the slope multiplied by x
# says: same on all of|no factor x
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope * x)


# %% wrong: a negative slope on the negative side
# says: rises on the negative side
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, -negative_slope)


# %% wrong: no error for a negative slope
# says: at least 0
def leaky_relu(x, negative_slope=0.1):
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: negative_slope ignored
# says: leaky_relu
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, 0.1 * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, 0.1)


# %% wrong: writes into its input
# says: stay as it was
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    x[x < 0] *= negative_slope
    return x.copy()


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: integers stay integers
# says: Fractions are lost
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    result = np.zeros_like(x)
    result[...] = np.where(x > 0, x, negative_slope * x)
    return result


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: the slope function accepts a negative slope
# says: ValueError
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if negative_slope >= 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: the function accepts a slope above 1
# says: ValueError
def leaky_relu(x, negative_slope=0.1):
    if negative_slope < 0:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: another default
# says: integers
def leaky_relu(x, negative_slope=0.2):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.2):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: the slope's sign lost
# says: rises on the negative side
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, -negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: the slope in integers
# says: Fractions are lost
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    slope = np.ones_like(x)
    slope[x <= 0] = negative_slope
    return slope


# %% wrong: hands out x where nothing is negative
# says: memory of the input
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return x if np.all(x > 0) else np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: a slope of 0 refused
# says: must not raise
def leaky_relu(x, negative_slope=0.1):
    if not 0 < negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 < negative_slope < 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: a slope of 1 accepted
# says: less than 1
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope <= 1:
        raise ValueError("bad slope")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope <= 1:
        raise ValueError("bad slope")
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: integers where all are positive
# says: expected floats
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    if np.all(x > 0):
        return np.ones(x.shape, int)
    return np.where(x > 0, 1.0, negative_slope)


# %% wrong: the slope is written into its input
# says: leaky_relu_slope\(x\), its x
def leaky_relu(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    return np.where(x > 0, x, negative_slope * x)


def leaky_relu_slope(x, negative_slope=0.1):
    if not 0 <= negative_slope < 1:
        raise ValueError("negative_slope has to be in [0, 1)")
    positive = x > 0
    x[positive], x[~positive] = 1, negative_slope
    return x
