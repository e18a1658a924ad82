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
# says: kernels=
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
# says: not their mean
def conv2d(images, kernels, bias, stride=1, padding=0, dilation=1):
    x = np.pad(images, ((0, 0), (padding, padding), (padding, padding), (0, 0)))
    span = tuple(dilation * (k - 1) + 1 for k in kernels.shape[:2])
    windows = sliding_window_view(x, span, axis=(1, 2))[:, ::stride, ::stride, :, ::dilation, ::dilation]
    return np.tensordot(windows, kernels, axes=[(4, 5, 3), (0, 1, 2)]) / kernels[..., 0].size + bias


# %% wrong: leaves all errors to NumPy
# says: got NumPy's
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
# says: kernels=
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
# says: kernels=
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
