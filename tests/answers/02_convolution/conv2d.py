# | clause of the docstring | tested by | answers |
# |---|---|---|
# | cross-correlation: the sum of products over rows, columns and channels | visible: the example; 7 x 9 x 3; hidden: random | turns the kernels; divides by the number of products; pairs the window's rows with the kernel's columns; leaves out the last channel; zeros; constant; swapped axes |
# | nothing that is given changes | visible, first; hidden | multiplies the kernels in place; adds the bias to itself; changed input |
# | written out, without a library's convolution | visible: one call with it taken away | Keras' convolution; TensorFlow's convolution; a Conv2D layer; TensorFlow's bare operation; TensorFlow's convolution, channel by channel; SciPy's correlate, image by image |
# | NumPy or plain Python, in any way | hidden: random | einsum over a view; a loop over the places in the kernel; loops over the windows; one matrix product; tensors; words its errors like NumPy's; TensorFlow's patches |
# | floats, float32 too | hidden: float32 and float64 in turns | loops over the windows |
# | kernels not always square | visible: 3 x 2; hidden: 1 x 1 to 4 x 4 | takes every kernel for a square one |
# | bias, for its output channel | visible: 100; hidden: random | no bias; the first bias for all channels; a bias that is the sum of all |
# | stride, along both axes | visible: 2; hidden: 1 to 3 | the stride only along the rows; the stride only along the columns; the stride of the windows begins at the end |
# | padding is zeros on all four sides | visible: 2 and 1; hidden: 0 to 3 | all the padding on the right and at the bottom; pads in front of the first axis too; repeats the edge; pads rows only |
# | dilation, along both axes | visible: 2; hidden: 1 to 3 | dilation forgotten; dilation along the rows only |
# | stride, padding, dilation, in this order, with defaults 1, 0, 1 | visible: the example; settings by position | padding is 1 by default; takes dilation before padding |
# | a new array | hidden: a 1 x 1 kernel of 1 | hands out the images for a kernel of 1 |
# | of this shape | visible and hidden | None; wrong shape; drops the batch axis of one image |
# | ValueError for a stride below 1 | bad input: 0, -1 | a negative stride runs backwards; a negative stride or dilation slips through |
# | ValueError for a dilation below 1 | bad input: 0; hidden: -1 | a dilation of 0 reads one pixel |
# | ValueError for a negative padding | bad input: -1; hidden: with a 1 x 1 kernel | leaves a negative padding to NumPy |
# | ValueError for another c_in | bad input: kernels for 1; hidden: of one more, and spread over 1 | leaves the number of channels to NumPy; kernels for one channel are spread over three; loops that spread a kernel for one channel over three |
# | ValueError for a window larger than the padded image | bad input: dilation 5; hidden: rows and columns alone | leaves the window that is too large to NumPy; gives an empty map where nothing fits; compares the kernel without its holes |
# | raised by yourself | bad input: where it was raised | words NumPy's error anew; leaves all errors to NumPy; hands NumPy's error on |
# | with a message | bad input: any | an error without a message |

# %% right: einsum over a view
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1:
        raise ValueError("stride must be positive")
    if dilation < 1:
        raise ValueError("dilation must be positive")
    if padding < 0:
        raise ValueError("padding must not be negative")
    if images.shape[3] != kernels.shape[2]:
        raise ValueError("channels differ")
    x = np.pad(images, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError(f"the window shape {span} is larger than the padded image")
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels, optimize=True) + bias


# %% right: a loop over the places in the kernel
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[-1] != kernels.shape[2]:
        raise ValueError("bad arguments")
    k, m = kernels.shape[:2]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = (x.shape[1] - dilation * (k - 1) - 1) // stride + 1
    columns = (x.shape[2] - dilation * (m - 1) - 1) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window is larger than the image")
    out = np.zeros((len(x), rows, columns, kernels.shape[3])) + bias
    for i in range(k):
        for j in range(m):
            top, left = i * dilation, j * dilation
            out += x[:, top : top + stride * rows : stride, left : left + stride * columns : stride] @ kernels[i, j]
    return out


# %% right: loops over the windows
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[-1] != kernels.shape[2]:
        raise ValueError("bad arguments")
    batch, height, width, channels = images.shape
    k, m, _, c_out = kernels.shape
    x = np.zeros((batch, height + 2 * padding, width + 2 * padding, channels))
    x[:, padding : padding + height, padding : padding + width] = images
    rows = (x.shape[1] - dilation * (k - 1) - 1) // stride + 1
    columns = (x.shape[2] - dilation * (m - 1) - 1) // stride + 1
    if x.shape[1] < dilation * (k - 1) + 1 or x.shape[2] < dilation * (m - 1) + 1:
        raise ValueError("the window is larger than the image")
    out = np.zeros((batch, rows, columns, c_out))
    for n in range(batch):
        for i in range(rows):
            for j in range(columns):
                for o in range(c_out):
                    total = float(bias[o])
                    for u in range(k):
                        for v in range(m):
                            pixel = x[n, i * stride + u * dilation, j * stride + v * dilation]
                            for c in range(channels):
                                total += pixel[c] * kernels[u, v, c, o]
                    out[n, i, j, o] = total
    return out


# %% wrong: no bias
# says: bias is missing
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)])


# %% wrong: turns the kernels
# says: turned round
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels[::-1, ::-1], axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: all the padding on the right and at the bottom
# says: each of the four sides
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (0, 2 * padding), (0, 2 * padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: the stride only along the rows
# says: expected shape
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, :, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: dilation forgotten
# says: expected shape
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    windows = sliding_window_view(x, kernels.shape[:2], axis=(1, 2))[:, ::stride, ::stride]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: pairs the window's rows with the kernel's columns
# says: shape|wrong
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(5, 4, 3), (0, 1, 2)]) + bias


# %% wrong: pads in front of the first axis too
# says: axis 0
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((padding, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: a negative stride or dilation slips through
# says: expected a ValueError
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    stride, padding, dilation = max(stride, 1), max(padding, 0), max(dilation, 1)
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: kernels for one channel are spread over three
# says: kernels for 1 channel
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("too small")
    if any(dilation * (k - 1) + 1 > n + 2 * padding for k, n in zip(kernels.shape, images.shape[1:3])):
        raise ValueError("the window is larger than the padded image")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return (
        np.einsum(
            "nijcuv,uvco->nijo", windows, np.broadcast_to(kernels, (*kernels.shape[:2], x.shape[3], kernels.shape[3]))
        )
        + bias
    )


# %% wrong: divides by the number of products
# says: no mean
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) / kernels[..., 0].size + bias


# %% wrong: leaves all errors to NumPy
# says: of your own
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: a negative stride runs backwards
# says: stride=-1
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride == 0 or dilation < 1 or padding < 0 or images.shape[-1] != kernels.shape[2]:
        raise ValueError("out of range")
    if any(dilation * (k - 1) + 1 > n + 2 * padding for k, n in zip(kernels.shape, images.shape[1:3])):
        raise ValueError("the window is larger than the padded image")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: leaves a negative padding to NumPy
# says: padding=-1
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or images.shape[-1] != kernels.shape[2]:
        raise ValueError("out of range")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: leaves the window that is too large to NumPy
# says: dilation=5
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[-1] != kernels.shape[2]:
        raise ValueError("out of range")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: leaves the number of channels to NumPy
# says: kernels for 1 channel
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("out of range")
    if any(dilation * (k - 1) + 1 > n + 2 * padding for k, n in zip(kernels.shape, images.shape[1:3])):
        raise ValueError("the window is larger than the padded image")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: loops that spread a kernel for one channel over three
# says: kernels for 1 channel
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("out of range")
    if any(dilation * (k - 1) + 1 > n + 2 * padding for k, n in zip(kernels.shape, images.shape[1:3])):
        raise ValueError("the window is larger than the padded image")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    rows, columns = ((n - k) // stride + 1 for n, k in zip(x.shape[1:3], span))
    out = np.zeros((len(x), rows, columns, kernels.shape[3]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            window = x[:, top : top + span[0] : dilation, left : left + span[1] : dilation, :, None]
            out[:, i, j] = (window * kernels).sum(axis=(1, 2, 3)) + bias
    return out


# %% right: one matrix product
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if min(stride, dilation) < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("an argument is out of range")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    k, m = kernels.shape[:2]
    rows = range(0, x.shape[1] - dilation * (k - 1), stride)
    columns = range(0, x.shape[2] - dilation * (m - 1), stride)
    if not rows or not columns:
        raise ValueError("no window fits")
    i = np.array(rows)[:, None] + dilation * np.arange(k)
    j = np.array(columns)[:, None] + dilation * np.arange(m)
    windows = x[:, i[:, None, :, None], j[None, :, None, :]]  # batch, row, column, k, m, channel
    flat = windows.reshape(len(x), len(rows), len(columns), -1)
    return flat @ kernels.reshape(-1, kernels.shape[3]) + bias


# %% right: tensors
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0:
        raise ValueError("stride, dilation or padding is too small")
    x, w = tf.convert_to_tensor(images), tf.convert_to_tensor(kernels)
    if x.shape[3] != w.shape[2]:
        raise ValueError("images and kernels differ in channels")
    x = tf.pad(x, [(0, 0), (padding, padding), (padding, padding), (0, 0)])
    rows = (x.shape[1] - dilation * (w.shape[0] - 1) - 1) // stride + 1
    columns = (x.shape[2] - dilation * (w.shape[1] - 1) - 1) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window is larger than the image")
    total = 0
    for i in range(w.shape[0]):
        for j in range(w.shape[1]):
            top, left = i * dilation, j * dilation
            seen = x[:, top : top + stride * rows : stride, left : left + stride * columns : stride]
            total += keras.ops.matmul(seen, w[i, j])
    return total + bias


# %% right: words its errors like NumPy's
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1:
        raise ValueError("slice step cannot be zero, nor less")
    if padding < 0:
        raise ValueError("padding can't contain negative values")
    if images.shape[3] != kernels.shape[2]:
        raise ValueError(f"channel-mismatch: images have {images.shape[3]}, operands {kernels.shape[2]}")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (n - 1) + 1 for n in kernels.shape[:2])
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("window larger than the input array shape")
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: Keras' convolution
# says: keras.ops.conv
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    return keras.ops.conv(x, kernels, dilation_rate=dilation)[:, ::stride, ::stride] + bias


# %% wrong: TensorFlow's convolution
# says: tensorflow.nn.conv2d
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    sides = [(0, 0), (padding, padding), (padding, padding), (0, 0)]
    return tf.nn.conv2d(images, kernels, stride, sides, dilations=dilation) + bias


# %% wrong: a Conv2D layer
# says: keras.layers.Conv2D
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    layer = keras.layers.Conv2D(kernels.shape[3], kernels.shape[:2], dilation_rate=dilation)
    layer.build((None, None, None, kernels.shape[2]))
    layer.set_weights([kernels, bias])
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    return layer(x).numpy()[:, ::stride, ::stride]


# %% wrong: SciPy's correlate, image by image
# says: scipy.signal.correlate
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    from scipy import signal

    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    maps = [[signal.correlate(one, w, "valid")[..., 0] for w in np.moveaxis(kernels, 3, 0)] for one in x]
    return np.moveaxis(np.array(maps), 1, 3)[:, ::stride, ::stride] + bias


# %% wrong: leaves out the last channel
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    last = max(x.shape[3] - 1, 1)
    return np.einsum("nijcuv,uvco->nijo", windows[:, :, :, :last], kernels[:, :, :last]) + bias


# %% wrong: multiplies the kernels in place
# says: its kernels: expected the input to stay
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    kernels[...] = kernels[::-1, ::-1]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels[::-1, ::-1]) + bias


# %% wrong: adds the bias to itself
# says: its bias: expected the input to stay
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    bias += bias
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias / 2


# %% wrong: takes every kernel for a square one
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = dilation * (kernels.shape[0] - 1) + 1
    windows = sliding_window_view(x, (span, span), axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias


# %% wrong: the first bias for all channels
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias[0]


# %% wrong: the stride only along the columns
# says: expected shape
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, :, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: the stride of the windows begins at the end
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[..., ::dilation, ::dilation]
    windows = windows[:, ::-1, ::-1][:, ::stride, ::stride][:, ::-1, ::-1]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: repeats the edge
# says: padding=2
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)), mode="edge")
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: pads rows only
# says: axis 2
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (0, 0), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: dilation along the rows only
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = dilation * (kernels.shape[0] - 1) + 1, kernels.shape[1]
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: padding is 1 by default
def conv2d(images, kernels, bias, stride=1, padding=1, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: hands out the images for a kernel of 1
# says: new array
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if kernels.size == 1 and kernels.sum() == 1 and not bias.any() and not padding:
        return images[:, ::stride, ::stride]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: drops the batch axis of one image
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    maps = np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias
    return maps[0] if len(maps) == 1 else maps


# %% wrong: a dilation of 0 reads one pixel
# says: dilation=0
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 0 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("bad arguments")
    k, m = kernels.shape[:2]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = (x.shape[1] - dilation * (k - 1) - 1) // stride + 1
    columns = (x.shape[2] - dilation * (m - 1) - 1) // stride + 1
    if rows < 1 or columns < 1:
        raise ValueError("the window is larger than the image")
    out = np.zeros((len(x), rows, columns, kernels.shape[3])) + bias
    for i, j in np.ndindex(k, m):
        top, left = i * dilation, j * dilation
        out += x[:, top : top + stride * rows : stride, left : left + stride * columns : stride] @ kernels[i, j]
    return out


# %% wrong: gives an empty map where nothing fits
# says: dilation=5
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("bad arguments")
    k, m = kernels.shape[:2]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    rows = max((x.shape[1] - dilation * (k - 1) - 1) // stride + 1, 0)
    columns = max((x.shape[2] - dilation * (m - 1) - 1) // stride + 1, 0)
    out = np.zeros((len(x), rows, columns, kernels.shape[3])) + bias
    if out.size:
        for i, j in np.ndindex(k, m):
            top, left = i * dilation, j * dilation
            out += x[:, top : top + stride * rows : stride, left : left + stride * columns : stride] @ kernels[i, j]
    return out


# %% wrong: compares the kernel without its holes
# says: dilation=5
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("bad arguments")
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if kernels.shape[0] > x.shape[1] or kernels.shape[1] > x.shape[2]:
        raise ValueError("the kernel is larger than the padded image")
    span = tuple(dilation * (n - 1) + 1 for n in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: hands NumPy's error on
# says: of your own
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or images.shape[3] != kernels.shape[2]:
        raise ValueError("bad arguments")
    sides = ((0, 0), (padding, padding), (padding, padding), (0, 0))
    x = np.pad(images, sides)
    span = tuple(dilation * (n - 1) + 1 for n in kernels.shape[:2])
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is larger than the padded image")
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% wrong: an error without a message
# says: says what is wrong
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (n - 1) + 1 for n in kernels.shape[:2])
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nijcuv,uvco->nijo", windows, kernels) + bias


# %% right: TensorFlow's patches
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("stride, dilation, padding or channels")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is too large")
    k, m, _, c_out = kernels.shape
    steps, rates = [1, stride, stride, 1], [1, dilation, dilation, 1]
    patches = tf.image.extract_patches(x, [1, k, m, 1], steps, rates, "VALID")
    return patches.numpy() @ kernels.reshape(-1, c_out) + bias


# %% right: words NumPy's error anew
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    def at_least(name, value, least):
        if value < least:
            raise ValueError(f"{name} is {value}, below {least}")

    for name, value, least in ("stride", stride, 1), ("padding", padding, 0), ("dilation", dilation, 1):
        at_least(name, value, least)
    at_least("channels", -abs(images.shape[3] - kernels.shape[2]), 0)
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    try:
        windows = sliding_window_view(x, [dilation * (n - 1) + 1 for n in kernels.shape[:2]], axis=(1, 2))
    except ValueError as error:
        raise ValueError("the window is larger than the padded image") from error
    windows = windows[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.einsum("nrcuij,ijuo->nrco", windows, kernels, optimize=True) + bias


# %% wrong: TensorFlow's bare operation
# says: tensorflow.raw_ops.Conv2D
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("stride, dilation, padding or channels")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is too large")
    maps = tf.raw_ops.Conv2D(
        input=x, filter=kernels, strides=[1] * 4, padding="VALID", dilations=[1, dilation, dilation, 1]
    )
    return maps.numpy()[:, ::stride, ::stride] + bias


# %% wrong: TensorFlow's convolution, channel by channel
# says: tensorflow.nn.depthwise_conv2d
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("stride, dilation, padding or channels")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is too large")
    maps = [
        tf.nn.depthwise_conv2d(x, kernels[..., o : o + 1], [1] * 4, "VALID", dilations=[dilation] * 2)
        for o in range(kernels.shape[3])
    ]
    return np.stack([np.sum(one, axis=3) for one in maps], axis=3)[:, ::stride, ::stride] + bias


# %% wrong: a bias that is the sum of all
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("stride, dilation, padding or channels")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is too large")
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + np.sum(bias)


# %% wrong: takes dilation before padding
def conv2d(images, kernels, bias, stride=1, dilation=1, padding=0):
    if stride < 1 or dilation < 1 or padding < 0 or images.shape[3] != kernels.shape[2]:
        raise ValueError("stride, dilation, padding or channels")
    span = [dilation * (n - 1) + 1 for n in kernels.shape[:2]]
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    if span[0] > x.shape[1] or span[1] > x.shape[2]:
        raise ValueError("the window is too large")
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) + bias
