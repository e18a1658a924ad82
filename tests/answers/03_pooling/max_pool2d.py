# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the largest value of each window | visible: the example; hidden: 12 shapes | the mean in place of the maximum; the largest of the absolute values; zeros; constant; None; stub; every window is taken for one of 2 |
# | for each image and each channel | visible: 2 images of 3 channels; hidden: 1 to 3 images of 1 to 4 channels | the maximum over channels too; the maximum over images and channels too, for want of an axis; the first image only |
# | by hand: no pooling of a library | visible, with the library's functions taken away | Keras does it; SciPy does it, and the stride comes after; Keras does the padded case |
# | floats may be negative and of any size | visible: below -10,000; hidden: around -300,000 | a running maximum that starts from zeros; four loops and Python's max, in float32; a tensor, one axis after the other |
# | pool_size is 2 by default | hidden: max_pool2d(images) | the default pool_size is 3 |
# | stride: step between windows | visible: 3, 2 and 1, 2; hidden: larger than the window, too | the windows are one step apart, whatever the stride; steps by the window in place of the stride |
# | None means pool_size | visible: 2, None | the default stride is 1 |
# | "valid": a window that does not fit is dropped | visible: 7 x 9 by 2; hidden: 9 x 4 by 4, 3 | rounds the number of windows up |
# | "same": ceil(n / stride) windows, so much padding | visible: 2, 2 and 3, 2 and 1, 2; hidden: padding needed along one axis, both or none, up to larger windows than images | "same" is taken for "valid"; "same" always pads one row and column; "same" cuts rows off where no padding is needed; the padding of the height for both axes; maximum of shifted copies; pads with NaN, and leaves it out |
# | half of the padding, rounded down, before the image | visible: 2, 2 on odd sides; hidden: 4, 1 and 5, 2 | the odd row of padding stands before the image; all padding stands behind the image |
# | a padded value never is the largest | visible and hidden: values below -10,000 | pads with zeros; pads with -999; pads with the least 16-bit number |
# | a new float array, (batch, rows, columns, channels) | visible: shapes; hidden: memory of its own with pool_size 1 | rows and columns swapped in the result; a view of the input where nothing is pooled; wrong shape; swapped axes; loops over windows, all images and channels at once |
# | images stays as it was | visible: the example; hidden: all shapes | changed input |
# | ValueError for another padding | bad input: "full"; hidden: "Valid" | any word but "same" is taken for "valid"; "Valid" and "SAME" are understood, too; no errors, a window that does not fit gives an empty array |
# | ValueError for a pool_size or stride below 1 | bad input: 0 each; hidden: -1 each, and 0 with "same" | a window of 0 is taken for one of 1; a stride of 0 is taken for None |
# | ValueError for a window larger than the image, with "valid" | bad input: 8 on 7 x 9; hidden: 4 on 9 x 3 and on 3 x 9 | a window larger than the width is let through; a window larger than the height is let through |
# | with a message | bad input: every error | an error without a message |


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


# %% right: four loops and Python's max, in float32
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    if stride is None:
        stride = pool_size
    if padding not in ("valid", "same"):
        raise ValueError(f"padding {padding!r}")
    if pool_size < 1 or stride < 1:
        raise ValueError(f"pool_size {pool_size}, stride {stride}: both have to be 1 or more")
    n, height, width, channels = images.shape
    if padding == "valid":
        if pool_size > height or pool_size > width:
            raise ValueError("the window is too large")
        rows, columns, up, left = (height - pool_size) // stride + 1, (width - pool_size) // stride + 1, 0, 0
    else:
        rows, columns = -(-height // stride), -(-width // stride)
        up = max((rows - 1) * stride + pool_size - height, 0) // 2
        left = max((columns - 1) * stride + pool_size - width, 0) // 2
    result = np.empty((n, rows, columns, channels), dtype="float32")
    for i, r, c, k in np.ndindex(*result.shape):
        ys = range(max(r * stride - up, 0), min(r * stride - up + pool_size, height))
        xs = range(max(c * stride - left, 0), min(c * stride - left + pool_size, width))
        result[i, r, c, k] = max(images[i, y, x, k] for y in ys for x in xs)
    return result


# %% right: a tensor, one axis after the other
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or pool_size < 1 or stride < 1:
        raise ValueError("padding, pool_size or stride is none that exists")
    maps = tf.convert_to_tensor(images)
    for axis in (1, 2):
        size = images.shape[axis]
        if padding == "same":
            total = max((int(np.ceil(size / stride)) - 1) * stride + pool_size - size, 0)
            pads = [[0, 0] for _ in range(4)]
            pads[axis] = [total // 2, total - total // 2]
            maps = tf.pad(maps, pads, constant_values=maps.dtype.min)
        elif pool_size > size:
            raise ValueError("the window is larger than the image")
        starts = range(0, maps.shape[axis] - pool_size + 1, stride)
        parts = [tf.reduce_max(tf.gather(maps, range(start, start + pool_size), axis=axis), axis=axis) for start in starts]
        maps = tf.stack(parts, axis=axis)
    return maps


# %% wrong: Keras does it
# says: written by hand
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1:
        raise ValueError("cannot pool like this")
    if padding == "valid" and pool_size > min(images.shape[1:3]):
        raise ValueError("cannot pool like this")
    return layers.MaxPool2D(pool_size, stride, padding)(images)


# %% wrong: SciPy does it, and the stride comes after
# says: written by hand
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    from scipy.ndimage import maximum_filter

    stride = pool_size if stride is None else stride
    maps = maximum_filter(images, size=(1, pool_size, pool_size, 1), origin=(0, -(pool_size // 2), -(pool_size // 2), 0))
    rows, columns = (images.shape[1] - pool_size + 1, images.shape[2] - pool_size + 1)
    return maps[:, :rows:stride, :columns:stride]


# %% wrong: the mean in place of the maximum
# says: means of the windows
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a running maximum that starts from zeros
# says: start from -inf
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return np.maximum(pooled, 0)


# %% wrong: pads with zeros
# says: pad with -inf
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=0)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: pads with -999
# says: pad with -inf
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-999)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: pads with the least 16-bit number
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-32768)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the odd row of padding stands before the image
# says: behind the image
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total - total // 2, total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: all padding stands behind the image
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(0, total) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: "same" always pads one row and column
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max(pool_size - 1, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: "same" cuts rows off where no padding is needed
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [(-(-n // stride) - 1) * stride + pool_size - n for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: "same" is taken for "valid"
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if False:
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the padding of the height for both axes
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(totals[0] // 2, totals[0] - totals[0] // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the default stride is 1
# says: With None the stride is the pool_size
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = 1 if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the default pool_size is 3
def max_pool2d(images, pool_size=3, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: rounds the number of windows up
# says: One window too many
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [-(-(n - pool_size) // stride) + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the maximum over channels too
# says: are mixed
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2, 3))[:, None]
    return pooled


# %% wrong: the maximum over images and channels too, for want of an axis
# says: are mixed
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max()
    return pooled


# %% wrong: rows and columns swapped in the result
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return np.swapaxes(pooled, 1, 2)


# %% wrong: the windows are one step apart, whatever the stride
# says: row \* stride
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row, column
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: steps by the window in place of the stride
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = min(row * pool_size, images.shape[1] - pool_size), min(column * pool_size, images.shape[2] - pool_size)
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: every window is taken for one of 2
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + min(pool_size, 2), left : left + min(pool_size, 2)].max(axis=(1, 2))
    return pooled


# %% wrong: the first image only
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:1, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the largest of the absolute values
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = np.abs(images[:, top : top + pool_size, left : left + pool_size]).max(axis=(1, 2))
    return pooled


# %% wrong: a view of the input where nothing is pooled
# says: new array
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if pool_size == stride == 1:
        return images
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: no errors, a window that does not fit gives an empty array
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if False:
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [max((n - pool_size) // stride + 1, 0) for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: any word but "same" is taken for "valid"
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or (padding != "same" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: "Valid" and "SAME" are understood, too
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding.lower() not in ("valid", "same") or min(pool_size, stride) < 1 or (padding.lower() == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    padding = padding.lower()
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: a window of 0 is taken for one of 1
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or stride < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    pool_size = max(pool_size, 1)
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: a stride of 0 is taken for None
# says: takes it for None
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = stride or pool_size
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: a window larger than the width is let through
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > images.shape[1]):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: a window larger than the height is let through
# says: expected a ValueError
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > images.shape[2]):
        raise ValueError("cannot pool like this")
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: an error without a message
# says: says what is wrong
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    stride = pool_size if stride is None else stride
    if padding not in ("valid", "same") or min(pool_size, stride) < 1 or (padding == "valid" and pool_size > min(images.shape[1:3])):
        raise ValueError
    if padding == "same":
        totals = [max((-(-n // stride) - 1) * stride + pool_size - n, 0) for n in images.shape[1:3]]
        pads = [(total // 2, total - total // 2) for total in totals]
        images = np.pad(images, [(0, 0), *pads, (0, 0)], constant_values=-np.inf)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% right: pads with NaN, and leaves it out
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    if not isinstance(pool_size, int) or pool_size < 1:
        raise ValueError("pool_size has to be 1 or more")
    stride = pool_size if stride is None else stride
    if stride < 1 or padding not in ("valid", "same"):
        raise ValueError("stride has to be 1 or more, padding valid or same")
    if padding == "same":
        margins = [(0, 0)]
        for size in images.shape[1:3]:
            total = max((-(-size // stride) - 1) * stride + pool_size - size, 0)
            margins.append((total // 2, total - total // 2))
        images = np.pad(images.astype(float), [*margins, (0, 0)], constant_values=np.nan)
    if pool_size > min(images.shape[1:3]):
        raise ValueError("the window is larger than the image")
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))
    return np.nanmax(windows[:, ::stride, ::stride], axis=(-2, -1))


# %% wrong: Keras does the padded case
# says: written by hand
def max_pool2d(images, pool_size=2, stride=None, padding="valid"):
    if stride is None:
        stride = pool_size
    if pool_size < 1 or stride < 1 or padding not in ("valid", "same"):
        raise ValueError("an argument that does not fit")
    if padding == "same":
        return np.asarray(keras.ops.max_pool(images, pool_size, stride, "same"))
    if pool_size > min(images.shape[1:3]):
        raise ValueError("the window is larger than the image")
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))
    return windows[:, ::stride, ::stride].max(axis=(-2, -1))
