# %% right: loops over windows
def avg_pool2d(images, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    batch, height, width, channels = images.shape
    if pool_size < 1 or stride < 1:
        raise ValueError("pool_size and stride have to be 1 or more")
    if pool_size > height or pool_size > width:
        raise ValueError(f"a window of {pool_size} is larger than the image of {height} x {width}")
    pooled = np.zeros((batch, (height - pool_size) // stride + 1, (width - pool_size) // stride + 1, channels))
    for row in range(pooled.shape[1]):
        for column in range(pooled.shape[2]):
            top, left = row * stride, column * stride
            pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% right: a convolution with equal weights
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    images = np.asarray(images, dtype="float32")
    kernel = np.full((pool_size, pool_size, images.shape[-1], 1), 1 / pool_size**2, dtype="float32")
    maps = keras.ops.depthwise_conv(images, kernel, strides=1, padding="valid")
    return maps[:, ::stride, ::stride]


# %% right: the mean of shifted copies, in float64
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if pool_size < 1 or stride < 1 or pool_size > images.shape[1] or pool_size > images.shape[2]:
        raise ValueError("pool_size or stride does not fit")
    rows = images.shape[1] - pool_size + 1
    columns = images.shape[2] - pool_size + 1
    total = 0.0
    for i in range(pool_size):
        for j in range(pool_size):
            total = total + images[:, i : i + rows, j : j + columns].astype(float)
    return total[:, ::stride, ::stride] / pool_size**2


# %% wrong: the maximum
# says: maxima
def avg_pool2d(images, pool_size=2, stride=None):
    return np.asarray(keras.ops.max_pool(images, pool_size, stride))


# %% wrong: the sum
# says: divide by the number of values
def avg_pool2d(images, pool_size=2, stride=None):
    return np.asarray(keras.ops.average_pool(images, pool_size, stride)) * pool_size**2


# %% wrong: divides by the window's side
# says: pool_size squared
def avg_pool2d(images, pool_size=2, stride=None):
    return np.asarray(keras.ops.average_pool(images, pool_size, stride)) * pool_size


# %% wrong: an array like the images, of integers for a photo
# says: Fractions are lost
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride]
    pooled = np.zeros_like(windows[..., 0, 0])
    pooled[...] = windows.mean(axis=(-2, -1))
    return pooled


# %% wrong: the default stride is 1
# says: stride is the pool_size
def avg_pool2d(images, pool_size=2, stride=None):
    return np.asarray(keras.ops.average_pool(images, pool_size, 1 if stride is None else stride))


# %% wrong: a window too many
# says: One window too many
def avg_pool2d(images, pool_size=2, stride=None):
    return np.asarray(keras.ops.average_pool(images, pool_size, stride, "same" if stride is None else "valid"))


# %% wrong: averages over channels too
def avg_pool2d(images, pool_size=2, stride=None):
    pooled = np.asarray(keras.ops.average_pool(images, pool_size, stride))
    return np.broadcast_to(pooled.mean(axis=-1, keepdims=True), pooled.shape)


# %% wrong: no error for a window that does not fit
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    pool_size = min(pool_size, *images.shape[1:3])
    return sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride].mean(axis=(-2, -1))


# %% wrong: refuses only a window that is too large
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if pool_size > min(images.shape[1:3]):
        raise ValueError("the window is larger than the image")
    pool_size, stride = max(pool_size, 1), max(stride, 1)
    return sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride].mean(axis=(-2, -1))
