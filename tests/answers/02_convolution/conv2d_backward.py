# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the gradient by the images | visible: the example, named; hidden: random | overwrites where windows overlap; the last window overwrites; stamps the turned kernel; zeros; constant |
# | the gradient by the kernels, a sum over batch and windows | visible: against automatic gradients | the mean over the batch; only the first image counts; the last window's products alone |
# | the gradient by the bias, a sum too | visible: grad_bias | the bias gets the mean of the gradients; sums the bias over the batch only |
# | nothing that is given changes | visible, first; hidden | takes the mean off the images in place; scales grad_output in place; changed input |
# | written out: without automatic gradients and a library's convolution | visible: the example with them taken away | asks the tape; TensorFlow's transposed convolution; Keras' convolution with turned kernels; TensorFlow's bare operations |
# | in any way | hidden: random | stamps, one output at a time; spreads the gradient out and convolves with turned kernels; loops over single numbers; tensors; one matrix and its transpose |
# | kernels not always square | visible: 3 x 2; hidden: 1 x 1 to 4 x 4 | takes every kernel for a square one; swaps the kernel's height and width |
# | stride | visible: 2; hidden: 1 to 3 | the stride forgotten; the stride only along the rows |
# | padding with zeros | visible: 1 and 2; hidden: 0 to 2 | uses the images without their padding; leaves the padding on; slices to minus the padding |
# | defaults 1 and 0 | visible: the example | padding is 1 by default |
# | a tuple of three, in this order | visible: the example | only two of the three gradients; kernels before images; None |
# | shaped like images, kernels and (c_out,) | visible: each shape | keeps the axes of the bias; wrong shape; swapped axes |
# | ValueError for a stride below 1 | bad input: 0; hidden: -1 | a stride of 0 ends in a division |
# | ValueError for a negative padding | bad input: -1 with a grad_output that fits | a negative padding cuts pixels off |
# | ValueError where grad_output does not have the output's shape | bad input: each axis alone; hidden: sizes of another stride and padding | takes any grad_output; takes a grad_output that is too small; a grad_output of batch 1 is spread; a grad_output of one channel is spread; looks at rows and columns only; compares the number of values; cuts a grad_output that is too large |
# | raised by yourself | bad input: where it was raised | leaves the shape to NumPy |
# | with a message | bad input: any | an error without a message |

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
# says: grad_bias.*A sum, not a mean
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
# says: a grad_output of
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
# says: stride=0
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


# %% right: loops over single numbers
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    grad_images, grad_kernels, grad_bias = np.zeros(images.shape), np.zeros(kernels.shape), np.zeros(c_out)
    for (n, row, column, o), g in np.ndenumerate(grad_output):
        grad_bias[o] += g
        for u, v in np.ndindex(k, m):
            i, j = row * stride + u - padding, column * stride + v - padding
            if 0 <= i < images.shape[1] and 0 <= j < images.shape[2]:
                grad_kernels[u, v, :, o] += g * images[n, i, j]
                grad_images[n, i, j] += g * kernels[u, v, :, o]
    return grad_images, grad_kernels, grad_bias


# %% right: tensors
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    x, g = tf.constant(images), tf.constant(grad_output)
    x = tf.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    rows, columns = sizes
    height, width = x.shape[1:3]
    grad_x, grad_kernels = tf.zeros_like(x), []
    for i in range(k):
        for j in range(m):
            down, across = np.zeros((height, rows)), np.zeros((width, columns))
            down[i + stride * np.arange(rows), np.arange(rows)] = 1  # which pixel row met which output row
            across[j + stride * np.arange(columns), np.arange(columns)] = 1
            down, across = tf.constant(down, x.dtype), tf.constant(across, x.dtype)
            grad_kernels.append(tf.einsum("hr,wq,nhwc,nrqo->co", down, across, x, g))
            grad_x += tf.einsum("hr,wq,nrqo,co->nhwc", down, across, g, tf.constant(kernels[i, j]))
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, tf.reshape(tf.stack(grad_kernels), kernels.shape), keras.ops.sum(g, axis=(0, 1, 2))


# %% right: one matrix and its transpose
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    height, width = images.shape[1] + 2 * padding, images.shape[2] + 2 * padding
    matrix = np.zeros((height * width * c_in, rows * columns * c_out))
    places = np.arange(matrix.shape[0]).reshape(height, width, c_in)
    which = np.arange(matrix.shape[1]).reshape(rows, columns, c_out)
    for row, column in np.ndindex(rows, columns):
        window = places[row * stride : row * stride + k, column * stride : column * stride + m]
        matrix[np.ix_(window.ravel(), which[row, column])] = kernels.reshape(-1, c_out)
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    flat = grad_output.reshape(len(images), -1)
    grad_x = (flat @ matrix.T).reshape(x.shape)
    grad_matrix, grad_kernels = x.reshape(len(images), -1).T @ flat, np.zeros(kernels.shape)
    for row, column in np.ndindex(rows, columns):
        window = places[row * stride : row * stride + k, column * stride : column * stride + m]
        grad_kernels += grad_matrix[np.ix_(window.ravel(), which[row, column])].reshape(kernels.shape)
    inside = np.s_[:, padding : height - padding, padding : width - padding]
    return grad_x[inside], grad_kernels, flat.reshape(-1, c_out).sum(axis=0)


# %% wrong: asks the tape
# says: GradientTape
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    x, w, b = tf.constant(images), tf.constant(kernels), tf.zeros(c_out, kernels.dtype)
    sides = [(0, 0), (padding, padding), (padding, padding), (0, 0)]
    with tf.GradientTape() as tape:
        tape.watch([x, w, b])
        output = tf.nn.conv2d(x, w, stride, sides) + b
    return tuple(tape.gradient(output, [x, w, b], grad_output))


# %% wrong: TensorFlow's transposed convolution
# says: conv2d_transpose
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x = tf.nn.conv2d_transpose(grad_output, kernels, x.shape, stride, "VALID").numpy()
    grad_kernels = np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: Keras' convolution with turned kernels
# says: keras.ops.conv
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
    spread = np.zeros((len(images), x.shape[1] - k + 1, x.shape[2] - m + 1, c_out), images.dtype)
    spread[:, ::stride, ::stride][:, :rows, :columns] = grad_output
    wide = np.pad(spread, ((0, 0), (k - 1, k - 1), (m - 1, m - 1), (0, 0)))
    turned = kernels[::-1, ::-1].swapaxes(2, 3)
    grad_x = np.asarray(keras.ops.conv(wide, turned))
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: only the first image counts
# says: grad_kernels
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met][0], grad_output[0], axes=[(0, 1), (0, 1)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: the last window's products alone
# says: grad_kernels
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = x[met][:, -1, -1].T @ grad_output[:, -1, -1]
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: sums the bias over the batch only
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum(0)


# %% wrong: keeps the axes of the bias
# says: axes of length 1
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2), keepdims=True)


# %% wrong: takes the mean off the images in place
# says: its images: expected the input to stay
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    images -= images.mean()
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: scales grad_output in place
# says: its grad_output: expected the input to stay
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    grad_output *= 2
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_x, grad_kernels = grad_x / 2, grad_kernels / 2
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2)) / 2


# %% wrong: the stride only along the rows
# says: stride=2
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + columns]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: padding is 1 by default
# says: expected a result, got ValueError
def conv2d_backward(images, kernels, grad_output, stride=1, padding=1):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: kernels before images
# says: grad_images
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_kernels, grad_images, grad_output.sum((0, 1, 2))


# %% wrong: a negative padding cuts pixels off
# says: padding=-1
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1:
        raise ValueError("the stride is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError("grad_output does not have the output's shape")
    if padding < 0:
        cut = np.s_[:, -padding:padding, -padding:padding]
        grad_cut, grad_kernels, grad_bias = conv2d_backward(images[cut], kernels, grad_output, stride)
        grad_images = np.zeros(images.shape)
        grad_images[cut] = grad_cut
        return grad_images, grad_kernels, grad_bias
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: a grad_output of batch 1 is spread
# says: batch 1
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape[1:]) != (*sizes, c_out) or len(grad_output) not in (1, len(images)):
        raise ValueError("grad_output does not have the output's shape")
    grad_output = np.broadcast_to(grad_output, (len(images), *sizes, c_out))
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: a grad_output of one channel is spread
# says: one channel|of 3 channels
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape[:3]) != (len(images), *sizes):
        raise ValueError("grad_output does not have the output's shape")
    grad_output = grad_output + np.zeros(c_out)
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: looks at rows and columns only
# says: batch 1
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if list(grad_output.shape[1:3]) != sizes:
        raise ValueError("grad_output does not have the output's shape")
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: compares the number of values
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if grad_output.size != len(images) * np.prod(sizes) * c_out:
        raise ValueError("grad_output does not have the output's shape")
    grad_output = np.reshape(grad_output, (len(images), *sizes, c_out))
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: leaves the shape to NumPy
# says: of your own|expected a ValueError
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding is out of range")
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: an error without a message
# says: says what is wrong
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError
    k, m, c_in, c_out = kernels.shape
    sizes = [(n + 2 * padding - side) // stride + 1 for n, side in zip(images.shape[1:3], (k, m))]
    if tuple(grad_output.shape) != (len(images), *sizes, c_out):
        raise ValueError
    rows, columns = sizes
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_x, grad_kernels = np.zeros(x.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(x[met], grad_output, axes=[(0, 1, 2), (0, 1, 2)])
        grad_x[met] += grad_output @ kernels[i, j].T
    grad_images = grad_x[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_images, grad_kernels, grad_output.sum((0, 1, 2))


# %% wrong: TensorFlow's bare operations
# says: tensorflow.raw_ops.Conv2DBackprop
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding")
    k, m, _, c_out = kernels.shape
    rows = (images.shape[1] + 2 * padding - k) // stride + 1
    columns = (images.shape[2] + 2 * padding - m) // stride + 1
    if grad_output.shape != (len(images), rows, columns, c_out):
        raise ValueError("grad_output does not have the output's shape")
    rim = [0, 0, padding, padding, padding, padding, 0, 0]
    common = {"out_backprop": grad_output, "strides": [1, stride, stride, 1]}
    common |= {"padding": "EXPLICIT", "explicit_paddings": rim}
    grad_images = tf.raw_ops.Conv2DBackpropInput(input_sizes=images.shape, filter=kernels, **common)
    grad_kernels = tf.raw_ops.Conv2DBackpropFilter(input=images, filter_sizes=kernels.shape, **common)
    return grad_images.numpy(), grad_kernels.numpy(), grad_output.sum((0, 1, 2))


# %% wrong: cuts a grad_output that is too large
def conv2d_backward(images, kernels, grad_output, stride=1, padding=0):
    if stride < 1 or padding < 0:
        raise ValueError("stride or padding")
    k, m, _, c_out = kernels.shape
    rows = (images.shape[1] + 2 * padding - k) // stride + 1
    columns = (images.shape[2] + 2 * padding - m) // stride + 1
    if any(n < least for n, least in zip(grad_output.shape, (len(images), rows, columns, c_out))):
        raise ValueError("grad_output is too small")
    g = grad_output[: len(images), :rows, :columns, :c_out]
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    grad_padded, grad_kernels = np.zeros(padded.shape), np.zeros(kernels.shape)
    for i, j in np.ndindex(k, m):
        met = np.s_[:, i : i + stride * rows : stride, j : j + stride * columns : stride]
        grad_kernels[i, j] = np.tensordot(padded[met], g, axes=[(0, 1, 2), (0, 1, 2)])
        grad_padded[met] += g @ kernels[i, j].T
    inside = np.s_[:, padding : padding + images.shape[1], padding : padding + images.shape[2]]
    return grad_padded[inside], grad_kernels, g.sum(axis=(0, 1, 2))
