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
# says: axis 0: 2 expected, 3 came
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
# says: conv2d_single of the example
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
# says: end one window early
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
