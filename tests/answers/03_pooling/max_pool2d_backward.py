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


# %% wrong: overlapping windows overwrite one another
# says: add with \+=
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        i, j = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, c]), pool_size)
        grad_images[b, top + i, left + j, c] = grad_output[b, row, column, c]
    return grad_images


# %% wrong: every winner of a tie gets the whole gradient
# says: Every value of a tie
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += (window == window.max()) * grad_output[b, row, column, c]
    return grad_images


# %% wrong: a tie is shared out
# says: first gets it all
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        share = (window == window.max()) / np.sum(window == window.max())
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += share * grad_output[b, row, column, c]
    return grad_images


# %% wrong: the last of a tie
# says: last of a tie
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = np.argwhere(window == window.max())[-1]
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the gradient of average pooling
# says: average pooling
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        grad_images[b, top : top + pool_size, left : left + pool_size, c] += grad_output[b, row, column, c] / pool_size**2
    return grad_images


# %% wrong: forgets where the window begins
# says: add top and left
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        i, j = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, c]), pool_size)
        grad_images[b, i, j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: one winner for all channels
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        i, j = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, 0]), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: the window's own step in place of the stride
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    if stride is None:
        stride = pool_size
    if grad_output.shape[1:3] != tuple((n - pool_size) // stride + 1 for n in images.shape[1:3]) or grad_output.shape[3] != images.shape[3]:
        raise ValueError("shapes")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = min(row * pool_size, images.shape[1] - 1), min(column * pool_size, images.shape[2] - 1)
        window = images[b, top : top + pool_size, left : left + pool_size, c]
        i, j = np.unravel_index(np.argmax(window), window.shape)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: no error for a gradient of another shape
# says: expected a ValueError
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    rows, columns = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    for b, row, column, c in np.ndindex(images.shape[0], rows, columns, images.shape[3]):
        top, left = row * stride, column * stride
        i, j = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, c]), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, min(c, grad_output.shape[3] - 1)]
    return grad_images


# %% wrong: the winner's row and column swapped
# says: yours are swapped
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        j, i = divmod(np.argmax(images[b, top : top + pool_size, left : left + pool_size, c]), pool_size)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images


# %% wrong: every window is taken for one of 2
def max_pool2d_backward(images, grad_output, pool_size=2, stride=None):
    stride = pool_size if stride is None else stride
    rows, columns = [(n - pool_size) // stride + 1 for n in images.shape[1:3]]
    if grad_output.shape != (images.shape[0], rows, columns, images.shape[3]):
        raise ValueError("grad_output has not the shape of the pooled images")
    grad_images = np.zeros(images.shape)
    for b, row, column, c in np.ndindex(grad_output.shape):
        top, left = row * stride, column * stride
        i, j = divmod(np.argmax(images[b, top : top + 2, left : left + 2, c]), 2)
        grad_images[b, top + i, left + j, c] += grad_output[b, row, column, c]
    return grad_images
