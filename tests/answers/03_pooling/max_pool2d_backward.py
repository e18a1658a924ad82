# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the largest value of a window gets its gradient | visible: the example; hidden: 8 shapes, all values negative | the gradient of average pooling; the least value wins; the largest absolute value wins; the winner's row and column swapped; forgets where the window begins; the gradient replaced by 1; zeros; constant; None; stub |
# | for each image and channel of its own | visible: 2 images of 3 channels; hidden: up to 3 images of 4 channels | one winner for all channels; one winner for all images |
# | where several are largest, the first in reading order | visible: a window of zeros; hidden: maps behind a ReLU | every winner of a tie gets the whole gradient; a tie is shared out; the last of a tie; the first of a tie column by column; a tie of zeros gets nothing |
# | where windows overlap, gradients add up | visible: the example; hidden: 3, 1 and 3, 2 and 2, 1 | overlapping windows overwrite one another; indices and np.add.at |
# | by hand: no automatic gradients, no pooling of a library | visible, with them taken away | automatic gradients do it |
# | pool_size, by default 2 | visible: 2 and 3; hidden: the default, 1 to 4 | every window is taken for one of 2; the default pool_size is 3 |
# | stride, by default pool_size | visible: 1 and the default; hidden: 1 to 3, larger than the window, too | the window's own step in place of the stride; the default stride is 1 |
# | a new float array of the shape of images | visible: shapes; hidden: gradients with fractions, windows of 1 | an array of integers; a view of grad_output where the windows hold one value; wrong shape; swapped axes; a tensor by scatter; a running maximum in four loops, in float32 |
# | what was given stays as it was | visible: the example; hidden: all shapes | changed input; takes what it has used off grad_output |
# | ValueError if grad_output has another shape | bad input: columns more and fewer, rows and columns swapped; hidden: each axis alone | no error for a gradient of another shape; looks at the number of values only |
# | exactly: one that would broadcast is none | bad input, hidden: one image, one channel, one row, one column | looks at rows and columns only, one image stands for all; a shape that broadcasts is let through |
# | with a message | bad input: every error | an error without a message |


# %% right: loops, with divmod
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    batch, height, width, channels = images.shape
    rows = (height - pool_size) // stride + 1
    columns = (width - pool_size) // stride + 1
    if grad_output.shape != (batch, rows, columns, channels):
        raise ValueError(f"grad_output is {grad_output.shape}, the pooled images are {(batch, rows, columns, channels)}")
    grad_images = np.zeros(images.shape)
    for b in range(batch):
        for c in range(channels):
            for row in range(rows):
                for column in range(columns):
                    top, left = row * stride, column * stride
                    i, j = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, c]), pool_size)
                    grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% right: vectorised over windows, one place in the window after the other
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride]
    if windows.shape[:4] != grad_output.shape:
        raise ValueError(f"expected grad_output of {windows.shape[:4]}, got {grad_output.shape}")
    winner = windows.reshape(*windows.shape[:4], -1).argmax(axis=-1)
    grad_images = np.zeros_like(images, dtype=float)
    rows, columns = grad_output.shape[1:3]
    for i in range(pool_size):
        for j in range(pool_size):
            part = np.where(winner == i * pool_size + j, grad_output, 0)
            grad_images[:, i : i + (rows - 1) * stride + 1 : stride, j : j + (columns - 1) * stride + 1 : stride] += part
    return grad_images


# %% right: indices and np.add.at
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride]
    if windows.shape[:4] != grad_output.shape:
        raise ValueError("grad_output has not the shape of the pooled images")
    i, j = np.divmod(windows.reshape(*windows.shape[:4], -1).argmax(axis=-1), pool_size)
    image, row, column, channel = np.indices(grad_output.shape)
    grad_images = np.zeros(images.shape, dtype=np.float32)
    np.add.at(grad_images, (image, row * stride + i, column * stride + j, channel), grad_output)
    return grad_images


# %% right: a running maximum in four loops, in float32
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    if not stride:
        stride = pool_size
    n, height, width, channels = images.shape
    expected = (n, (height - pool_size) // stride + 1, (width - pool_size) // stride + 1, channels)
    if np.shape(grad_output) != expected:
        raise ValueError(f"expected {expected}, got {np.shape(grad_output)}")
    result = np.zeros(images.shape, dtype="float32")
    for b, r, q, c in np.ndindex(*expected):
        best = None
        for y in range(r * stride, r * stride + pool_size):
            for x in range(q * stride, q * stride + pool_size):
                if best is None or images[b, y, x, c] > images[b, best[0], best[1], c]:
                    best = (y, x)
        result[b, best[0], best[1], c] += grad_output[b, r, q, c]
    return result


# %% right: a tensor by scatter
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    windows = sliding_window_view(images, (pool_size, pool_size), axis=(1, 2))[:, ::stride, ::stride]
    if windows.shape[:4] != tuple(grad_output.shape):
        raise ValueError("the shapes do not go together")
    places, values = [], []
    for b, r, q, c in np.ndindex(*windows.shape[:4]):
        i, j = np.unravel_index(np.argmax(windows[b, r, q, c]), (pool_size, pool_size))
        places.append((b, r * stride + i, q * stride + j, c))
        values.append(grad_output[b, r, q, c])
    return tf.scatter_nd(places, tf.cast(values, "float64"), images.shape)


# %% wrong: automatic gradients do it
# says: written by hand
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("shapes")
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, pool_size, stride, "VALID")
    return tape.gradient(y, x, tf.cast(grad_output, y.dtype))


# %% wrong: overlapping windows overwrite one another
# says: add with \+=
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] = grad_output[b, row, column, c]
    return grad_images


# %% wrong: every winner of a tie gets the whole gradient
# says: Every value of a tie
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += (window == window.max()) * grad_output[b, row, column, c]
    return grad_images


# %% wrong: a tie is shared out
# says: first gets it all
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += (window == window.max()) / np.sum(window == window.max()) * grad_output[b, row, column, c]
    return grad_images


# %% wrong: the last of a tie
# says: last of a tie
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = np.argwhere(window == window.max())[-1]
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the first of a tie column by column
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = np.argwhere(window.T == window.max())[0][::-1]
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: a tie of zeros gets nothing
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c] * (window.max() != 0)
    return grad_images


# %% wrong: the gradient of average pooling
# says: average pooling
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += grad_output[b, row, column, c] / pool_size**2
    return grad_images


# %% wrong: forgets where the window begins
# says: add top and left
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, i, j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: one winner for all channels
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, 0]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: one winner for all images
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[0, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the least value wins
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmin(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the largest absolute value wins
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(np.abs(window)), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the window's own step in place of the stride
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = min(row * pool_size, images.shape[1] - pool_size), min(column * pool_size, images.shape[2] - pool_size)
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the default stride is 1
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = 1 if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the default pool_size is 3
def max_pool2d_backward(images, grad_output, pool_size=3, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the winner's row and column swapped
# says: yours are swapped
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)[::-1]
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: every window is taken for one of 2
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + 2, left : left + 2, c]
        i, j = divmod(np.argmax(window), 2)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the gradient replaced by 1
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += 1
    return grad_images


# %% wrong: an array of integers
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images.astype(int)


# %% wrong: a view of grad_output where the windows hold one value
# says: new array
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    if pool_size == stride == 1:
        return grad_output
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: takes what it has used off grad_output
# says: stay as it was
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return (grad_images, grad_output.fill(0))[0]


# %% wrong: no error for a gradient of another shape
# says: expected a ValueError
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if False:
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b % len(grad_output), row % grad_output.shape[1], column % grad_output.shape[2], c % grad_output.shape[3]]
    return grad_images


# %% wrong: looks at rows and columns only, one image stands for all
# says: expected a ValueError
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape[1:3] != tuple(counts):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b % len(grad_output), row, column, c % grad_output.shape[3]]
    return grad_images


# %% wrong: a shape that broadcasts is let through
# says: expected a ValueError
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if np.broadcast_shapes(grad_output.shape, (images.shape[0], *counts, images.shape[3])) != (images.shape[0], *counts, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_output = np.broadcast_to(grad_output, (images.shape[0], *counts, images.shape[3]))
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: looks at the number of values only
# says: expected a ValueError
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if np.size(grad_output) != images.shape[0] * counts[0] * counts[1] * images.shape[3]:
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_output = np.reshape(grad_output, (images.shape[0], *counts, images.shape[3]))
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: an error without a message
# says: says what is wrong
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    counts = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], *counts, images.shape[3]):
        raise ValueError
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(images.shape[0], *counts, images.shape[3]):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = divmod(np.argmax(window), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images
