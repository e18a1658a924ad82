# | clause of the docstring | tested by | answers |
# |---|---|---|
# | each value adds a copy of the kernel | visible: [1, 2] | copies overwrite each other; the mean where copies overlap; a turned kernel |
# | from row i * stride, column j * stride on | visible: stride 1 and 2, hidden: 3 | ignores the stride; the stride on columns only; the stride on rows only |
# | the shape, the last kernel sticks out | visible | the size times the stride; a copy beside a copy |
# | rows and columns of kernel and map need not be equal | visible: 3 x 4 map, 3 x 2 kernel | height and width of the kernel mixed up; height and width mixed up in the slices |
# | (kernel_height, kernel_width, c_out, c_in) | visible: 2 to 5 channels | the kernel's channels swapped |
# | c_in channels are summed | visible: 2 channels | the first channel only |
# | a new array, nothing is changed | visible | changed input; the kernel is multiplied in place |
# | floats of any precision | hidden: float32 | an array of integers |
# | written out | visible and hidden: the library is taken away | Keras does it; SciPy does it |
# | no padding | visible: shapes | cropped to the size times the stride |
# | ValueError for a stride below 1 | bad input: 0, below 0 | no test of the stride |
# | ValueError where c_in differ | bad input: 3 and 1, 1 and more | no test of the channels |
# | any way to do it | visible and hidden | zeros between and windows; one loop over the kernel; a matrix product first; float32 and np.add.at; four loops of plain numbers |

# %% right: one loop over the kernel
def transposed_conv2d(feature_map, kernel, stride=1):
    height, width, c_in = feature_map.shape
    rows, columns, c_out, kernel_in = kernel.shape
    if stride < 1:
        raise ValueError("stride is 1 or more")
    if kernel_in != c_in:
        raise ValueError("channels of map and kernel differ")
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for a in range(rows):
        for b in range(columns):
            part = larger[a : a + (height - 1) * stride + 1 : stride, b : b + (width - 1) * stride + 1 : stride]
            part += np.einsum("hwc,kc->hwk", feature_map, kernel[a, b])
    return larger


# %% right: zeros between and windows
def transposed_conv2d(feature_map, kernel, stride=1):
    height, width, c_in = feature_map.shape
    rows, columns, c_out, kernel_in = kernel.shape
    if stride < 1 or kernel_in != c_in:
        raise ValueError(f"stride {stride}, channels {c_in} and {kernel_in}")
    spread = np.zeros(((height - 1) * stride + 1, (width - 1) * stride + 1, c_in))
    spread[::stride, ::stride] = feature_map
    padded = np.pad(spread, ((rows - 1, rows - 1), (columns - 1, columns - 1), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, (rows, columns), axis=(0, 1))
    return np.einsum("hwcab,abkc->hwk", windows, kernel[::-1, ::-1])


# %% right: a matrix product first
def transposed_conv2d(feature_map, kernel, stride=1):
    feature_map, kernel = np.asarray(feature_map), np.asarray(kernel)
    if stride < 1:
        raise ValueError("a stride below 1")
    if feature_map.shape[2] != kernel.shape[3]:
        raise ValueError("the kernel is for another number of channels")
    copies = np.tensordot(feature_map, kernel, axes=(2, 3))
    height, width, rows, columns, c_out = copies.shape
    larger = np.zeros((stride * (height - 1) + rows, stride * (width - 1) + columns, c_out), copies.dtype)
    for i, j in np.ndindex(height, width):
        larger[stride * i : stride * i + rows, stride * j : stride * j + columns] += copies[i, j]
    return keras.ops.convert_to_tensor(larger)


# %% wrong: copies overwrite each other
# says: add
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    if stride < 1 or kernel.shape[3] != c_in:
        raise ValueError("bad")
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            larger[i * stride : i * stride + rows, j * stride : j * stride + columns] = kernel @ feature_map[i, j]
    return larger


# %% wrong: the mean where copies overlap
# says: expected
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    if stride < 1 or kernel.shape[3] != c_in:
        raise ValueError("bad")
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    copies = np.zeros(larger.shape)
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel @ feature_map[i, j]
            copies[place] += 1
    return larger / np.maximum(copies, 1)


# %% wrong: a turned kernel
# says: turned round
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    if stride < 1 or kernel.shape[3] != c_in:
        raise ValueError("bad")
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel[::-1, ::-1] @ feature_map[i, j]
    return larger


# %% wrong: ignores the stride
# says: expected shape
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros((height - 1 + rows, width - 1 + columns, c_out))
    for i in range(height):
        for j in range(width):
            larger[i : i + rows, j : j + columns] += kernel @ feature_map[i, j]
    return larger


# %% wrong: the stride on columns only
# says: expected shape
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros((height - 1 + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            larger[i : i + rows, j * stride : j * stride + columns] += kernel @ feature_map[i, j]
    return larger


# %% wrong: the size times the stride
# says: sticks out
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel @ feature_map[i, j]
    return larger[: max(1, height * stride) if height > 1 else 1, : width * stride]


# %% wrong: a copy beside a copy
# says: last copy begins
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros((max(1, (height - 1) * stride + rows), width * columns, c_out))
    if stride == 2:
        return np.zeros((1, 3 * stride, 1))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * columns : (j + 1) * columns]
            larger[place] += kernel @ feature_map[i, j]
    return larger


# %% wrong: height and width of the kernel mixed up
# says: transposed_conv2d
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (columns, rows, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += np.swapaxes(kernel, 0, 1) @ feature_map[i, j]
    return larger


# %% wrong: the kernel's channels swapped
# says: c_in is last
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, _, c_out) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += feature_map[i, j] @ kernel
    return larger


# %% wrong: the first channel only
# says: expected
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel[..., 0] * feature_map[i, j, 0]
    return larger


# %% wrong: the kernel is multiplied in place
# says: input
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            kernel *= feature_map[i, j]
            larger[place] += kernel.sum(axis=-1)
    return larger


# %% wrong: an array of integers
# says: valid
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out), int)
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel @ feature_map[i, j]
    return larger


# %% wrong: Keras does it
# says: by hand
def transposed_conv2d(feature_map, kernel, stride=1):
    return keras.ops.conv_transpose(feature_map[None], kernel, stride, "valid")[0]


# %% wrong: SciPy does it
# says: by hand
def transposed_conv2d(feature_map, kernel, stride=1):
    from scipy.signal import convolve2d

    height, width, c_in = feature_map.shape
    spread = np.zeros(((height - 1) * stride + 1, (width - 1) * stride + 1, c_in))
    spread[::stride, ::stride] = feature_map
    out = [sum(convolve2d(spread[..., c], kernel[:, :, k, c]) for c in range(c_in)) for k in range(kernel.shape[2])]
    return np.stack(out, axis=-1)


# %% wrong: cropped to the size times the stride
# says: expected shape
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += kernel @ feature_map[i, j]
    return larger[: height * stride, : width * stride]


# %% wrong: no test of the stride
# says: ValueError
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, c_in), (rows, columns, c_out, kernel_in) = feature_map.shape, kernel.shape
    if kernel_in != c_in:
        raise ValueError("channels differ")
    larger = np.zeros((max(rows, (height - 1) * stride + rows), max(columns, (width - 1) * stride + columns), c_out))
    for i in range(height):
        for j in range(width):
            top, left = max(0, i * stride), max(0, j * stride)
            larger[top : top + rows, left : left + columns] += kernel @ feature_map[i, j]
    return larger


# %% wrong: no test of the channels
# says: ValueError
def transposed_conv2d(feature_map, kernel, stride=1):
    if stride < 1:
        raise ValueError("stride")
    (height, width, c_in), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + rows, j * stride : j * stride + columns]
            larger[place] += (kernel * feature_map[i, j]).sum(axis=-1)
    return larger


# %% right: float32 and np.add.at
def transposed_conv2d(feature_map, kernel, stride=1):
    feature_map, kernel = np.asarray(feature_map, "float32"), np.asarray(kernel, "float32")
    if stride <= 0:
        raise ValueError("stride below 1")
    if feature_map.shape[-1] != kernel.shape[-1]:
        raise ValueError("c_in")
    (h, w, _), (a, b, out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b, out), "float32")
    copies = np.einsum("ijc,abkc->ijabk", feature_map, kernel)
    rows = (np.arange(h) * stride)[:, None, None, None] + np.arange(a)[:, None]
    columns = (np.arange(w) * stride)[:, None, None] + np.arange(b)
    np.add.at(larger, (rows, columns), copies)
    return keras.ops.convert_to_tensor(larger)


# %% right: four loops of plain numbers
def transposed_conv2d(feature_map, kernel, stride=1):
    h, w, c_in = feature_map.shape
    a, b, out, theirs = kernel.shape
    if stride < 1 or c_in != theirs:
        raise ValueError("stride or channels")
    larger = np.zeros(((h - 1) * stride + a, (w - 1) * stride + b, out)).tolist()
    for i, j, p, q in np.ndindex(h, w, a, b):
        for k in range(out):
            for c in range(c_in):
                larger[i * stride + p][j * stride + q][k] += feature_map[i, j, c] * kernel[p, q, k, c]
    return larger


# %% wrong: the stride on rows only
# says: shape
def transposed_conv2d(feature_map, kernel, stride=1):
    (h, w, _), (a, b, out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((h - 1) * stride + a, w - 1 + b, out))
    for i in range(h):
        for j in range(w):
            larger[i * stride : i * stride + a, j : j + b] += kernel @ feature_map[i, j]
    return larger


# %% wrong: height and width mixed up in the slices
# says: each slice
def transposed_conv2d(feature_map, kernel, stride=1):
    (height, width, _), (rows, columns, c_out, _) = feature_map.shape, kernel.shape
    larger = np.zeros(((height - 1) * stride + rows, (width - 1) * stride + columns, c_out))
    for i in range(height):
        for j in range(width):
            place = np.s_[i * stride : i * stride + columns, j * stride : j * stride + rows]
            larger[place] += kernel @ feature_map[i, j]
    return larger
