# %% right: loops over windows, all images and channels at once
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    if stride is None:
        stride = pool_size
    if pool_size < 1:
        raise ValueError("pool_size has to be 1 or more")
    if stride < 1:
        raise ValueError("stride has to be 1 or more")
    if padding == "valid":
        if pool_size > images.shape[1] or pool_size > images.shape[2]:
            raise ValueError("the window is larger than the image")
        before = [0, 0]
        after = [0, 0]
    elif padding == "same":
        before, after = [], []
        for size in images.shape[1:3]:
            windows = int(np.ceil(size / stride))
            total = max((windows - 1) * stride + pool_size - size, 0)
            before.append(total // 2)
            after.append(total - total // 2)
    else:
        raise ValueError("padding is 'valid' or 'same'")
    batch, height, width, channels = images.shape
    padded = np.full((batch, height + before[0] + after[0], width + before[1] + after[1], channels), -np.inf)
    padded[:, before[0] : before[0] + height, before[1] : before[1] + width] = images
    rows = (padded.shape[1] - pool_size) // stride + 1
    columns = (padded.shape[2] - pool_size) // stride + 1
    pooled = np.zeros((batch, rows, columns, channels))
    for row in range(rows):
        for column in range(columns):
            top, left = row * stride, column * stride
            pooled[:, row, column] = padded[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% right: maximum of shifted copies
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = stride or pool_size if stride is None else stride
    height, width = images.shape[1:3]
    if padding not in {"same", "valid"}:
        raise ValueError(f"unknown padding {padding}")
    if min(pool_size, stride) < 1 or (padding == "valid" and max(pool_size - height, pool_size - width) > 0):
        raise ValueError("window or stride do not fit")
    if padding == "same":
        def around(n):
            total = max((-(-n // stride) - 1) * stride + pool_size - n, 0)
            return total // 2, total - total // 2
        images = np.pad(images, ((0, 0), around(height), around(width), (0, 0)), constant_values=-np.inf)
        height, width = images.shape[1:3]
    rows, columns = (height - pool_size) // stride + 1, (width - pool_size) // stride + 1
    result = None
    for i in range(pool_size):
        for j in range(pool_size):
            part = images[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride]
            result = part.copy() if result is None else np.maximum(result, part)
    return result


# %% wrong: the mean in place of the maximum
# says: means of the windows
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    return np.asarray(keras.ops.average_pool(images, pool_size, stride, padding))


# %% wrong: starts from zeros, so that negative windows give 0
# says: start from -inf
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    return np.maximum(np.asarray(keras.ops.max_pool(images, pool_size, stride, padding)), 0)


# %% wrong: pads with zeros
# says: pad with -inf
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding == "same":
        pads = []
        for n in images.shape[1:3]:
            total = max((-(-n // stride) - 1) * stride + pool_size - n, 0)
            pads.append((total // 2, total - total // 2))
        images = np.pad(images, [(0, 0), *pads, (0, 0)])
    return np.asarray(keras.ops.max_pool(images, pool_size, stride))


# %% wrong: the odd row of padding stands before the image
# says: behind the image
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding == "same":
        pads = []
        for n in images.shape[1:3]:
            total = max((-(-n // stride) - 1) * stride + pool_size - n, 0)
            pads.append((total - total // 2, total // 2))
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    return np.asarray(keras.ops.max_pool(images, pool_size, stride))


# %% wrong: the default stride is 1
# says: With None the stride is the pool_size
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    return np.asarray(keras.ops.max_pool(images, pool_size, 1 if stride is None else stride, padding))


# %% wrong: rounds the number of windows up
# says: One window too many
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    return np.asarray(keras.ops.max_pool(images, pool_size, stride, "same" if stride != 1 else padding))


# %% wrong: no errors, a window that does not fit gives an empty array
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding == "same":
        pads = []
        for n in images.shape[1:3]:
            total = max((-(-n // stride) - 1) * stride + pool_size - n, 0)
            pads.append((total // 2, total - total // 2))
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    rows, columns = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((images.shape[0], max(rows, 0), max(columns, 0), images.shape[3]))
    for row, column in np.ndindex(pooled.shape[1:3]):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the maximum over channels too
# says: are mixed
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    pooled = np.asarray(keras.ops.max_pool(images, pool_size, stride, padding))
    return np.broadcast_to(pooled.max(axis=-1, keepdims=True), pooled.shape)


# %% wrong: rows and columns swapped in the result
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    return np.swapaxes(np.asarray(keras.ops.max_pool(images, pool_size, stride, padding)), 1, 2)


# %% wrong: the maximum over a window's images and channels too, for want of an axis
# says: are mixed
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1:
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    rows, columns = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if min(rows, columns) < 1:
        raise ValueError("the window is larger than the image")
    pooled = np.zeros((images.shape[0], rows, columns, images.shape[3]))
    for row, column in np.ndindex(rows, columns):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max()
    return pooled


# %% wrong: the windows are one step apart, whatever the stride
# says: row \* stride
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1:
        raise ValueError("cannot pool like this")
    rows, columns = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if min(rows, columns) < 1:
        raise ValueError("the window is larger than the image")
    pooled = np.zeros((images.shape[0], rows, columns, images.shape[3]))
    for row, column in np.ndindex(rows, columns):
        pooled[:, row, column] = images[:, row : row + pool_size, column : column + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: any word but "same" is taken for "valid"
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    padding = "same" if padding == "same" else "valid"
    if min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    return np.asarray(keras.ops.max_pool(images, pool_size, stride, padding))


# %% wrong: a window of 0 is taken for one of 1
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or stride < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    return np.asarray(keras.ops.max_pool(images, max(pool_size, 1), stride, padding))
