# | clause of the docstring | tested by | answers |
# |---|---|---|
# | each channel with a kernel of its own, no sum over channels | visible: the small example, shape and hints; Keras' layer | sums over the channels; the first kernel for all channels |
# | the kernel is not turned | visible: hint for 45; Keras' layer | turns the kernel |
# | written out, without a library's convolution | visible: Keras' and TensorFlow's taken away | calls Keras' layer |
# | images and kernels are not changed | visible and hidden: unchanged, before the values | turns the kernels in place |
# | kernels (kernel height, kernel width, channels) | visible: 3 x 2; hidden: 2 x 4, 5 x 1, 1 x 3 | height and width of the kernel swapped; square kernels only |
# | bias, one a channel | visible: hint for a missing one; hidden: drawn | forgets the bias; the first bias for all channels |
# | stride, down and to the right | visible: 2 with odd sizes; hidden: 2 and 3 | ignores the stride; a stride down only; a stride for the kernel |
# | padding, zeros on all four sides | visible: 1 and 2; hidden: 1 to 3 | pads top and left only; repeats the edge |
# | size: floor((size + 2 padding - kernel) / stride) + 1 | visible and hidden: shapes | one window too few; loops |
# | defaults: stride 1, padding 0 | visible: three arguments | padding is 1 by default |
# | a new array | hidden: shares no memory | with tensors |
# | ValueError for other channels | bad input: 1, 3 and a drawn number; one from inside NumPy does not count | stretches one kernel over all channels; leaves the channels to NumPy; only one that can be stretched |
# | ... with a message | bad input: text not empty | an error without a message |

# %% right: loops
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    n, height, width, channels = images.shape
    k, m, kernel_channels = kernels.shape
    if kernel_channels != channels:
        raise ValueError("channels do not match")
    padded = np.zeros((n, height + 2 * padding, width + 2 * padding, channels))
    padded[:, padding : padding + height, padding : padding + width] = images
    rows = (height + 2 * padding - k) // stride + 1
    columns = (width + 2 * padding - m) // stride + 1
    outputs = np.zeros((n, rows, columns, channels))
    for i in range(rows):
        for j in range(columns):
            window = padded[:, i * stride : i * stride + k, j * stride : j * stride + m]
            outputs[:, i, j] = (window * kernels).sum(axis=(1, 2)) + bias
    return outputs


# %% right: a loop over the kernel's places, in float32
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[-1] != kernels.shape[-1]:
        raise ValueError(f"channels: {images.shape[-1]} and {kernels.shape[-1]}")
    x = np.pad(images.astype("float32"), [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    rows = (x.shape[1] - kernels.shape[0]) // stride + 1
    columns = (x.shape[2] - kernels.shape[1]) // stride + 1
    total = 0
    for u in range(kernels.shape[0]):
        for v in range(kernels.shape[1]):
            part = x[:, u : u + stride * rows : stride, v : v + stride * columns : stride]
            total = total + part * kernels[u, v].astype("float32")
    return total + bias


# %% right: with tensors
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[-1] != kernels.shape[-1]:
        raise ValueError("another number of channels")
    x = tf.pad(tf.constant(images), [[0, 0], [padding, padding], [padding, padding], [0, 0]])
    rows = (x.shape[1] - kernels.shape[0]) // stride + 1
    columns = (x.shape[2] - kernels.shape[1]) // stride + 1
    total = tf.zeros((x.shape[0], rows, columns, x.shape[3]), x.dtype)
    for u, v in np.ndindex(*kernels.shape[:2]):
        total += x[:, u : u + stride * (rows - 1) + 1 : stride, v : v + stride * (columns - 1) + 1 : stride] * kernels[u, v]
    return total + bias


# %% wrong: sums over the channels
# says: added up
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nij", windows, kernels)[..., None] + bias


# %% wrong: the first kernel for all channels
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uv->nijc", windows, kernels[..., 0]) + bias


# %% wrong: turns the kernel
# says: turned
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels[::-1, ::-1]) + bias


# %% wrong: turns the kernels in place
# says: stay as it was
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    kept = kernels.copy()
    kernels[:] = kernels[::-1, ::-1].copy()
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kept) + bias


# %% wrong: calls Keras' layer
# says: by hand
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    layer = layers.DepthwiseConv2D(kernels.shape[:2], strides=1)
    layer.build(x.shape)
    layer.set_weights([kernels[..., None], bias])
    return np.asarray(layer(x))[:, ::stride, ::stride]


# %% wrong: height and width of the kernel swapped
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    kernels = kernels.transpose(1, 0, 2)
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: square kernels only
# says: must not raise
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    k = kernels.shape[0]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, (k, k), axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: forgets the bias
# says: bias is missing
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels)


# %% wrong: the first bias for all channels
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias[0]


# %% wrong: ignores the stride
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: a stride down only
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: a stride for the kernel
# says: has to move by the stride
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    n, height, width, channels = images.shape
    k, m, kernel_channels = kernels.shape
    if kernel_channels != channels:
        raise ValueError("channels do not match")
    padded = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = (height + 2 * padding - k) // stride + 1
    columns = (width + 2 * padding - m) // stride + 1
    outputs = np.zeros((n, rows, columns, channels))
    for i in range(rows):
        for j in range(columns):
            outputs[:, i, j] = (padded[:, i : i + k, j : j + m] * kernels).sum(axis=(1, 2)) + bias
    return outputs


# %% wrong: pads top and left only
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (2 * padding, 0), (2 * padding, 0), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: repeats the edge
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: one window too few
# says: shape
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    maps = np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias
    return maps[:, : max(1, maps.shape[1] - 1)]


# %% wrong: padding is 1 by default
# says: shape
def depthwise_conv2d(images, kernels, bias, stride=1, padding=1):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.einsum("nijcuv,uvc->nijc", windows, kernels) + bias


# %% wrong: stretches one kernel over all channels
# says: expected a ValueError
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if kernels.shape[2] > 1 and images.shape[3] > 1 and images.shape[3] != kernels.shape[2]:
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return (windows * kernels.transpose(2, 0, 1)).sum(axis=(4, 5)) + bias


# %% wrong: an error without a message
# says: says what is wrong
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2]:
        raise ValueError
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return (windows * kernels.transpose(2, 0, 1)).sum(axis=(4, 5)) + bias


# %% wrong: leaves the channels to NumPy
# says: expected a ValueError
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return (windows * kernels.transpose(2, 0, 1)).sum(axis=(4, 5)) + bias


# %% wrong: only one that can be stretched
# says: of your own
def depthwise_conv2d(images, kernels, bias, stride=1, padding=0):
    if images.shape[3] != kernels.shape[2] and 1 in (images.shape[3], kernels.shape[2]):
        raise ValueError("channels")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return (windows * kernels.transpose(2, 0, 1)).sum(axis=(4, 5)) + bias
