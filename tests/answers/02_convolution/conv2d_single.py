# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the sum of the products at each position | visible: the example, 3 x 3; hidden: random | the mean in place of the sum; swaps the kernel's rows and columns; turns the kernel, as mathematics does; mirrors the kernel left and right; zeros; constant |
# | one pixel at a time, to the last position | visible: the example; hidden: kernels of the image's size | stops one window early; loops that end one window early leave zeros; moves by the kernel's width |
# | written out, without a library's convolution | visible: the example with it taken away | Keras' convolution; a Conv2D layer; TensorFlow's convolution; TensorFlow's convolution, channel by channel; SciPy's correlate2d; SciPy's ndimage |
# | NumPy or plain Python, in any way | hidden: random | a view of all windows; four loops over single numbers; shifted images, weighted and added; one matrix product; tensors; NumPy's correlate, row by row |
# | images of floats or integers, uint8 too | visible and hidden: uint8 | a map of the image's own type; a map of the image's type loses fractions; makes the kernel one of integers |
# | kernels not always square | visible: 2 x 3; hidden: drawn, taller ones and wider ones | takes every kernel for a square one |
# | image and kernel stay as they are | visible, first; hidden | multiplies in place and spoils the image; scales the kernel in place; changed input |
# | a new array | hidden: a 1 x 1 kernel of 1 | hands out the image for a kernel of 1 |
# | of this shape | visible: 5 x 8 and 2 x 3 | fills a map of the image's size; pads the image to keep its size; wrong shape; swapped axes; None |
# | ValueError where the kernel is higher | bad input: 4 x 2 on 3 x 3 | a kernel that does not fit gives an empty map; looks at the kernel's width only |
# | ValueError where the kernel is wider | bad input: 2 x 4 on 3 x 3 | looks at the kernel's height only; refuses only what is larger in both directions |
# | with a message | bad input: any | an error without a message |

# %% right: a view of all windows
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    windows = sliding_window_view(image, kernel.shape)
    return np.einsum("ijuv,uv->ij", windows, kernel)


# %% right: four loops over single numbers
def conv2d_single(image, kernel):
    rows = len(image) - len(kernel) + 1
    columns = len(image[0]) - len(kernel[0]) + 1
    if rows < 1 or columns < 1:
        raise ValueError("the kernel does not fit")
    result = []
    for i in range(rows):
        line = []
        for j in range(columns):
            total = 0.0
            for u in range(len(kernel)):
                for v in range(len(kernel[0])):
                    total += float(image[i, j + v] if u == 0 else image[i + u, j + v]) * float(kernel[u, v])
            line.append(total)
        result.append(line)
    return np.array(result, dtype="float32")


# %% right: shifted images, weighted and added
def conv2d_single(image, kernel):
    (height, width), (k, m) = image.shape, kernel.shape
    if k > height or m > width:
        raise ValueError("kernel larger than image")
    total = np.zeros((height - k + 1, width - m + 1))
    for i in range(k):
        for j in range(m):
            total += kernel[i, j] * image[i : height - k + 1 + i, j : width - m + 1 + j]
    return total


# %% wrong: turns the kernel, as mathematics does
# says: turned by 180 degrees
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel[::-1, ::-1], axes=2)


# %% wrong: stops one window early
# says: \+ 1 missing|axis 0: 2 expected, 1 came
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height - k, width - m))
    for i in range(height - k):
        for j in range(width - m):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: fills a map of the image's size
# says: wholly inside the image
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height, width))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: swaps the kernel's rows and columns
# says: rows and columns swapped
def conv2d_single(image, kernel):
    kernel = kernel.T
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel, axes=2)


# %% wrong: takes every kernel for a square one
# says: axis 1: 6 expected, 7 came|broadcast
def conv2d_single(image, kernel):
    height, width = image.shape
    k = kernel.shape[0]
    if k > height or k > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height - k + 1, width - k + 1))
    for i in range(height - k + 1):
        for j in range(width - k + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + k] * kernel[:, :k])
    return result


# %% wrong: the mean in place of the sum
# says: not their mean
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return (sliding_window_view(image, kernel.shape) * kernel).mean(axis=(2, 3))


# %% wrong: a map of the image's type loses fractions
# says: Fractions are lost
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    kind = int if image.dtype.kind in "iu" else image.dtype
    result = np.zeros((height - k + 1, width - m + 1), dtype=kind)
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: a kernel that does not fit gives an empty map
# says: expected a ValueError
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    result = np.zeros((max(height - k + 1, 0), max(width - m + 1, 0)))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: multiplies in place and spoils the image
# says: its image: expected the input to stay
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height - k + 1, width - m + 1))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            window = image[i : i + k, j : j + m]
            window *= kernel
            result[i, j] = window.sum()
    return result


# %% wrong: loops that end one window early leave zeros
# says: one window is missing
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height - k + 1, width - m + 1))
    for i in range(height - k):
        for j in range(width - m):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: a map of the image's own type
# says: Fractions are lost
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height - k + 1, width - m + 1), dtype=image.dtype)
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: looks at the kernel's height only
# says: 2 x 4
def conv2d_single(image, kernel):
    height, width = image.shape
    k, m = kernel.shape
    if k > height:
        raise ValueError("the kernel is higher than the image")
    result = np.zeros((height - k + 1, max(width - m + 1, 0)))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% right: one matrix product
def conv2d_single(image, kernel):
    (height, width), (k, m) = np.shape(image), np.shape(kernel)
    if k > height or m > width:
        raise ValueError(f"a {k} x {m} kernel on a {height} x {width} image")
    rows, columns = height - k + 1, width - m + 1
    windows = [image[i : i + k, j : j + m].ravel() for i in range(rows) for j in range(columns)]
    return (np.stack(windows) @ kernel.ravel()).reshape(rows, columns)


# %% right: tensors
def conv2d_single(image, kernel):
    x, w = keras.ops.cast(image, "float32"), keras.ops.cast(kernel, "float32")
    rows, columns = x.shape[0] - w.shape[0] + 1, x.shape[1] - w.shape[1] + 1
    if rows <= 0 or columns <= 0:
        raise ValueError("the kernel is larger than the image")
    sums = [
        [tf.reduce_sum(x[i : i + w.shape[0], j : j + w.shape[1]] * w) for j in range(columns)] for i in range(rows)
    ]
    return tf.stack([tf.stack(line) for line in sums])


# %% wrong: Keras' convolution
# says: keras.ops.conv
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return keras.ops.conv(image.astype(float)[None, ..., None], kernel[..., None, None])[0, ..., 0]


# %% wrong: a Conv2D layer
# says: keras.layers.Conv2D
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    layer = keras.layers.Conv2D(1, kernel.shape, use_bias=False)
    layer.build((None, None, None, 1))
    layer.set_weights([kernel[..., None, None]])
    return layer(image.astype("float32")[None, ..., None]).numpy()[0, ..., 0]


# %% wrong: TensorFlow's convolution
# says: tensorflow.nn.conv2d
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    x = tf.cast(image, tf.float64)[None, ..., None]
    return tf.nn.conv2d(x, tf.cast(kernel, tf.float64)[..., None, None], 1, "VALID")[0, ..., 0]


# %% wrong: SciPy's correlate2d
# says: scipy.signal.correlate2d
def conv2d_single(image, kernel):
    from scipy.signal import correlate2d

    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return correlate2d(image.astype(float), kernel, mode="valid")


# %% wrong: SciPy's ndimage
# says: scipy.ndimage.correlate
def conv2d_single(image, kernel):
    from scipy import ndimage

    (height, width), (k, m) = image.shape, kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    whole = ndimage.correlate(image.astype(float), kernel, mode="constant")
    return whole[k // 2 : k // 2 + height - k + 1, m // 2 : m // 2 + width - m + 1]


# %% wrong: mirrors the kernel left and right
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel[:, ::-1], axes=2)


# %% wrong: moves by the kernel's width
# says: shape
def conv2d_single(image, kernel):
    (height, width), (k, m) = image.shape, kernel.shape
    if k > height or m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((height // k, width // m))
    for i in range(height // k):
        for j in range(width // m):
            result[i, j] = np.sum(image[i * k : i * k + k, j * m : j * m + m] * kernel)
    return result


# %% wrong: scales the kernel in place
# says: its kernel: expected the input to stay
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    kernel *= 2
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel, axes=2) / 2


# %% wrong: hands out the image for a kernel of 1
# says: new array
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel is larger than the image")
    if kernel.shape == (1, 1) and kernel[0, 0] == 1:
        return image
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel, axes=2)


# %% wrong: looks at the kernel's width only
# says: 4 x 2
def conv2d_single(image, kernel):
    (height, width), (k, m) = image.shape, kernel.shape
    if m > width:
        raise ValueError("the kernel is wider than the image")
    result = np.zeros((max(height - k + 1, 0), width - m + 1))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: refuses only what is larger in both directions
# says: expected a ValueError
def conv2d_single(image, kernel):
    (height, width), (k, m) = image.shape, kernel.shape
    if k > height and m > width:
        raise ValueError("the kernel is larger than the image")
    result = np.zeros((max(height - k + 1, 0), max(width - m + 1, 0)))
    for i in range(height - k + 1):
        for j in range(width - m + 1):
            result[i, j] = np.sum(image[i : i + k, j : j + m] * kernel)
    return result


# %% wrong: an error without a message
# says: says what is wrong
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError
    return np.tensordot(sliding_window_view(image, kernel.shape), kernel, axes=2)


# %% right: NumPy's correlate, row by row
def conv2d_single(image, kernel):
    (height, width), (k, m) = image.shape, kernel.shape
    if k > height or m > width:
        raise ValueError("no window fits")
    pixels = image.astype(float)
    return np.array(
        [
            sum(np.correlate(pixels[row + i], kernel[i], "valid") for i in range(k))
            for row in range(height - k + 1)
        ]
    )


# %% wrong: TensorFlow's convolution, channel by channel
# says: tensorflow.nn.depthwise_conv2d
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit")
    image, kernel = image.astype("float64"), kernel.astype("float64")
    picture, weights = image[None, ..., None], kernel[..., None, None]
    return tf.nn.depthwise_conv2d(picture, weights, [1, 1, 1, 1], "VALID").numpy()[0, ..., 0]


# %% wrong: pads the image to keep its size
# says: wholly inside the image
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit")
    k, m = kernel.shape
    padded = np.pad(image, ((k // 2, k - 1 - k // 2), (m // 2, m - 1 - m // 2)))
    return np.einsum("ijuv,uv->ij", sliding_window_view(padded, (k, m)), kernel)


# %% wrong: makes the kernel one of integers
# says: Is the kernel made one of integers
def conv2d_single(image, kernel):
    if kernel.shape[0] > image.shape[0] or kernel.shape[1] > image.shape[1]:
        raise ValueError("the kernel does not fit")
    weights = kernel.astype(image.dtype)
    return np.einsum("ijuv,uv->ij", sliding_window_view(image, kernel.shape), weights).astype(float)
