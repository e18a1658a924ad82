# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the mean of each window | visible: the example; hidden: 7 shapes | the maximum; the sum; divides by the window's side; zeros; constant; None; stub; every window is taken for one of 2 |
# | for each image and each channel | visible: 2 images of 3 channels; hidden: 1 to 3 images of 1 to 4 channels | averages over channels too; averages over images too |
# | without padding | visible: 7 x 9 by 2; hidden: 9 x 4 by 3, 2 | a window too many |
# | by hand: no pooling of a library | visible, with the library's functions taken away | Keras does it; scikit-image does it; scikit-image where the windows stand side by side; a convolution with equal weights; a depthwise convolution of Keras |
# | floats or integers | visible: float64, uint8, int64; hidden: float32, int32, too, also beyond 16 bits | takes integers for 16-bit ones; a band matrix for each axis; a sum of bytes that starts again at 0; the mean of shifted copies, in float64 |
# | pool_size is 2 by default | hidden: avg_pool2d(photo) | the default pool_size is 3 |
# | stride: step between windows | visible: 3, 2 and 1, 3; hidden: 4, 1 and 2, 3 | the windows are one step apart |
# | None means pool_size | visible: 2, None | the default stride is 1 |
# | a new float array, (batch, rows, columns, channels) | visible: shapes; hidden: memory of its own with pool_size 1 | a view of the input where nothing is pooled; wrong shape; swapped axes; loops over windows; a tensor of float32, by running sums |
# | with fractions also for integers, of whatever type | visible: uint8 and int64; hidden: int32, too | an array like the images, of integers for a photo; cares for bytes only, int64 loses its fractions; divides with //; rounds |
# | images stays as it was | visible: the example; hidden: all shapes | changed input |
# | ValueError for a pool_size or stride below 1 | bad input: 0 each; hidden: -2, -1 | refuses only a window that is too large; a stride of 0 is taken for None; a negative stride is let through |
# | ValueError for a window larger than the image | bad input: 8 on 7 x 9; hidden: 4 on 9 x 3 and on 3 x 9 | no error for a window that does not fit; a window larger than the width is let through; a window larger than the height is let through |
# | with a message | bad input: every error | an error without a message |


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


# %% right: a tensor of float32, by running sums
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if pool_size < 1:
        raise ValueError(f"pool_size is {pool_size}")
    if stride < 1:
        raise ValueError(f"stride is {stride}")
    if any(pool_size > n for n in images.shape[1:3]):
        raise ValueError("the window does not fit")
    sums = np.cumsum(np.cumsum(np.asarray(images, dtype="float64"), axis=1), axis=2)
    sums = np.pad(sums, [(0, 0), (1, 0), (1, 0), (0, 0)])
    k = pool_size
    totals = sums[:, k:, k:] - sums[:, :-k, k:] - sums[:, k:, :-k] + sums[:, :-k, :-k]
    return tf.constant(totals[:, ::stride, ::stride] / k**2, dtype="float32")


# %% wrong: Keras does it
# says: written by hand
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    return keras.ops.average_pool(np.asarray(images, dtype="float32"), pool_size, stride)


# %% wrong: scikit-image does it
# says: written by hand
def avg_pool2d(images, pool_size=2, stride=None):
    from skimage.measure import block_reduce

    if pool_size < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    return block_reduce(images, (1, pool_size, pool_size, 1), np.mean)


# %% wrong: the maximum
# says: maxima
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].max(axis=(1, 2))
    return pooled


# %% wrong: the sum
# says: divide by the number of values
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].sum(axis=(1, 2))
    return pooled


# %% wrong: divides by the window's side
# says: pool_size squared
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].sum(axis=(1, 2)) / pool_size
    return pooled


# %% wrong: an array like the images, of integers for a photo
# says: Fractions are lost
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]), dtype=images.dtype)
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: cares for bytes only, int64 loses its fractions
# says: Fractions are lost
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]), dtype=float if images.dtype == np.uint8 else images.dtype)
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a sum of bytes that starts again at 0
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].sum(axis=(1, 2), dtype=images.dtype) / pool_size**2
    return pooled


# %% wrong: divides with //
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].sum(axis=(1, 2)) // pool_size**2
    return pooled


# %% wrong: rounds
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return np.round(pooled) if images.dtype.kind in "iu" else pooled


# %% wrong: the default stride is 1
# says: stride is the pool_size
def avg_pool2d(images, pool_size=2, stride=None):
    stride = 1 if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: the default pool_size is 3
def avg_pool2d(images, pool_size=3, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a window too many
# says: One window too many
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [-(-n // stride) - (pool_size - 1) // stride for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: averages over channels too
# says: Channels are mixed
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2, 3))[:, None]
    return pooled


# %% wrong: averages over images too
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(0, 1, 2))
    return pooled


# %% wrong: the windows are one step apart
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row, column
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: every window is taken for one of 2
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + min(pool_size, 2), left : left + min(pool_size, 2)].mean(axis=(1, 2))
    return pooled


# %% wrong: a view of the input where nothing is pooled
# says: new array
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    if pool_size == stride == 1:
        return images
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: no error for a window that does not fit
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1:
        raise ValueError("pool_size or stride does not fit")
    pool_size = min(pool_size, *images.shape[1:3])
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: refuses only a window that is too large
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    pool_size, stride = max(pool_size, 1), max(stride, 1)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a stride of 0 is taken for None
# says: takes it for None
def avg_pool2d(images, pool_size=2, stride=None):
    stride = stride or pool_size
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a negative stride is let through
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, abs(stride)) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("pool_size or stride does not fit")
    stride = abs(stride)
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a window larger than the width is let through
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > images.shape[1]:
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: a window larger than the height is let through
# says: expected a ValueError
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > images.shape[2]:
        raise ValueError("pool_size or stride does not fit")
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% wrong: an error without a message
# says: says what is wrong
def avg_pool2d(images, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    if min(pool_size, stride) < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    pooled = np.zeros((len(images), *counts, images.shape[3]))
    for row, column in np.ndindex(*counts):
        top, left = row * stride, column * stride
        pooled[:, row, column] = images[:, top : top + pool_size, left : left + pool_size].mean(axis=(1, 2))
    return pooled


# %% right: a depthwise convolution of Keras
def avg_pool2d(images, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    if pool_size < 1 or stride < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("a window or a stride that does not fit")
    kernel = np.full((pool_size, pool_size, images.shape[3], 1), 1 / pool_size**2, "float32")
    return np.asarray(keras.ops.depthwise_conv(images.astype("float32"), kernel, strides=stride))


# %% right: a band matrix for each axis
def avg_pool2d(images, pool_size=2, stride=None):
    if not isinstance(pool_size, int) or pool_size < 1:
        raise ValueError("pool_size has to be 1 or more")
    stride = pool_size if stride is None else stride
    if stride < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("a window or a stride that does not fit")

    def band(length):
        matrix = np.zeros(((length - pool_size) // stride + 1, length))
        for row in range(len(matrix)):
            matrix[row, row * stride : row * stride + pool_size] = 1 / pool_size
        return matrix

    return np.einsum("ih,nhwc,jw->nijc", band(images.shape[1]), images, band(images.shape[2]))


# %% wrong: takes integers for 16-bit ones
def avg_pool2d(images, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    if pool_size < 1 or stride < 1 or pool_size > min(images.shape[1:3]):
        raise ValueError("a window or a stride that does not fit")
    if images.dtype.kind in "iu":
        images = images.astype("int16")
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))
    return windows[:, ::stride, ::stride].mean(axis=(-2, -1))


# %% wrong: scikit-image where the windows stand side by side
# says: written by hand
def avg_pool2d(images, pool_size=2, stride=None):
    from skimage.measure import block_reduce

    if pool_size < 1 or (stride is not None and stride < 1) or pool_size > min(images.shape[1:3]):
        raise ValueError("a window or a stride that does not fit")
    rows, columns = (size // pool_size for size in images.shape[1:3])
    if stride is None:
        blocks = block_reduce(images, (1, pool_size, pool_size, 1), np.mean)
        return blocks[:, :rows, :columns]
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))
    return windows[:, ::stride, ::stride].mean(axis=(-2, -1))
