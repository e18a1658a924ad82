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
# says: same everywhere|do not multiply
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
# says: ValueError
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
