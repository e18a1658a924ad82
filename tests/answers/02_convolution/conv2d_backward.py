# %% right: stamps, one output at a time
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding out of range")
    k, m, _, c_out = kernels.shape
    batch, height, width, _ = images.shape
    rows, columns = (height + 2 * padding - k) // stride + 1, (width + 2 * padding - m) // stride + 1
    if tuple(grad_output.shape) != (batch, rows, columns, c_out):
        raise ValueError("grad_output does not fit")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            g = grad_output[:, i, j]
            grad_x[:, top : top + k, left : left + m] += np.tensordot(g, kernels, axes=(1, 3))
            grad_kernels += np.tensordot(x[:, top : top + k, left : left + m], g, axes=(0, 0))
    grad_images = grad_x[:, padding : height + padding, padding : width + padding]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% right: spreads the gradient out and convolves with turned kernels
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1:
        raise ValueError("stride")
    if padding < 0:
        raise ValueError("padding")
    k, m, _, c_out = kernels.shape
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(x, (k, m), axis=(1, 2))
    if grad_output.shape != (*windows[:, ::stride, ::stride].shape[:3], c_out):
        raise ValueError("grad_output does not have the output's shape")
    spread = np.zeros((*windows.shape[:3], c_out))
    spread[:, ::stride, ::stride] = grad_output
    grad_kernels = np.einsum("nijcuv,nijo->uvco", windows, spread)
    wide = np.pad(spread, ((0, 0), (k - 1, k - 1), (m - 1, m - 1), (0, 0)))
    turned = kernels[::-1, ::-1]
    grad_x = np.einsum("nijouv,uvco->nijc", sliding_window_view(wide, (k, m), axis=(1, 2)), turned)
    stop = lambda n: n - padding
    grad_images = grad_x[:, padding : stop(grad_x.shape[1]), padding : stop(grad_x.shape[2])]
    return [grad_images, grad_kernels, np.einsum("nijo->o", grad_output)]


# %% wrong: the mean over the batch
# says: not a mean
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)]) / len(x)
            grad_x[met] += grad_output @ kernels[i, j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.sum((0, 1, 2)),
    )


# %% wrong: leaves the padding on
# says: Cut the padding off
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    return grad_x, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: overwrites where windows overlap
# says: \+=
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] = grad_output @ kernels[i, j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.sum((0, 1, 2)),
    )


# %% wrong: stamps the turned kernel
# says: not turned
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[-1 - i, -1 - j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.sum((0, 1, 2)),
    )


# %% wrong: the stride forgotten
# says: stride=2
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + rows, j : j + columns]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.sum((0, 1, 2)),
    )


# %% wrong: the bias gets the mean of the gradients
# says: grad_bias
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.mean((0, 1, 2)),
    )


# %% wrong: uses the images without their padding
# says: could not be broadcast|axes|shape|mismatch
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    grad_x, grad_kernels = np.zeros(images.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(images[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    return grad_x, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: only two of the three gradients
# says: tuple of three
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    return np.zeros(images.shape), np.zeros(kernels.shape)


# %% wrong: takes any grad_output
# says: expected a ValueError
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("out of range")
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows, columns = (
        min(rows, (x.shape[1] - kernels.shape[0]) // stride + 1),
        min(columns, (x.shape[2] - kernels.shape[1]) // stride + 1),
    )
    grad_output = grad_output[:, :rows, :columns]
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    return (
        grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]],
        grad_kernels,
        grad_output.sum((0, 1, 2)),
    )


# %% wrong: the last window overwrites
# says: \+=
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    k, m = kernels.shape[:2]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(grad_output.shape[1]):
        for j in range(grad_output.shape[2]):
            met = np.s_[:, i * stride : i * stride + k, j * stride : j * stride + m]
            grad_x[met] = np.tensordot(grad_output[:, i, j], kernels, axes=(1, 3))
            grad_kernels += np.tensordot(x[met], grad_output[:, i, j], axes=(0, 0))
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: slices to minus the padding
# says: \[0:-0\] is empty
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding:-padding, padding:-padding]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: takes every kernel for a square one
# says: mismatch|grad_
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("out of range")
    sizes = [(n + 2 * padding - k) // stride + 1 for n, k in zip(images.shape[1:3], kernels.shape)]
    if grad_output.shape != (len(images), *sizes, kernels.shape[3]):
        raise ValueError("grad_output does not fit")
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[0]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: swaps the kernel's height and width
# says: index|bounds|shape|grad_output
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("out of range")
    sizes = [(n + 2 * padding - k) // stride + 1 for n, k in zip(images.shape[1:3], kernels.shape)]
    if grad_output.shape != (len(images), *sizes, kernels.shape[3]):
        raise ValueError("grad_output does not fit")
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[1]):
        for j in range(kernels.shape[0]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: takes a grad_output that is too small
# says: 3, 4, 5. grad_output, ..
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("out of range")
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: a stride of 0 ends in a division
# says: stride.: 0
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    sizes = [(n + 2 * padding - k) // stride + 1 for n, k in zip(images.shape[1:3], kernels.shape)]
    if grad_output.shape != (len(images), *sizes, kernels.shape[3]):
        raise ValueError("grad_output does not fit")
    rows, columns = grad_output.shape[1:3]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i in range(kernels.shape[0]):
        for j in range(kernels.shape[1]):
            met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
            grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
            grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))
