# | clause of the docstring | tested by | answers |
# |---|---|---|
# | by hand: without scipy.ndimage, scipy.signal, skimage.transform, keras.ops.image and keras.layers.RandomTranslation | visible: every call with those taken away | SciPy; SciPy, by a map of places; SciPy, by a convolution; scikit-image; by matrices, one for rows and one for columns |
# | images are not changed | visible: first of all; hidden: three shapes | clears the images it was given; changed input |
# | a new array, also where nothing moves | visible: 0, 0; hidden: every call | returns the images themselves where nothing moves |
# | of the same shape | visible: 2 x 3 x 4 x 1; hidden: three shapes | cuts off instead of filling; wrong shape |
# | dy moves down, dx to the right, up and left where they are negative | visible: each alone and both, with hints | dy and dx swapped; the opposite direction; one pixel too far; forgets negative shifts; a slice ends at -0; down only where nothing moves sideways; swapped axes |
# | zeros where nothing has moved to, nothing comes back | visible: every call | goes round; repeats the border; goes round with rows only |
# | a shift by the whole height or more leaves zeros | visible: 3, 4 and -5 rows of 3; hidden: one less, as many and more | slices that break when nothing is left in the picture; compares with the width on both axes |
# | a shift by the whole width or more leaves zeros, one by less does not | visible: 3, -3, -4 and 6 columns of 4; hidden: one less, as many and more | compares with the height on both axes; no guard to the left; a shift by the whole height or more goes wrong |
# | every image, every channel | visible: the second image; hidden: one to three of each | moves the first image only; shifts the axis of images as well; pixel by pixel |
# | arrays or tensors | every call | with tensors; as a tensor; in float32; in float64 |

# %% right: one rectangle copied
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.zeros_like(images)
    if abs(dy) < height and abs(dx) < width:
        source = images[:, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
        result[:, max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)] = source
    return result

# %% right: pixel by pixel
def shift_images(images, dy, dx):
    result = np.zeros(images.shape)
    for row in range(images.shape[1]):
        for column in range(images.shape[2]):
            if 0 <= row - dy < images.shape[1] and 0 <= column - dx < images.shape[2]:
                result[:, row, column] = images[:, row - dy, column - dx]
    return result

# %% right: roll, then blank what came in
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.roll(images, (dy, dx), axis=(1, 2))
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    result[:, (rows < 0) | (rows >= height)] = 0
    result[:, :, (columns < 0) | (columns >= width)] = 0
    return result

# %% wrong: SciPy
# says: written by hand, got a call of scipy.ndimage.shift
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, dy, dx, 0), order=0)

# %% wrong: goes round
# says: comes back on the other side
def shift_images(images, dy, dx):
    return np.roll(images, (dy, dx), axis=(1, 2))

# %% wrong: dy and dx swapped
# says: they are swapped
def moved_by_slices(images, dy, dx):
    height, width = images.shape[1:3]
    margin = max(abs(dy), abs(dx))
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return padded[:, margin - dy : margin - dy + height, margin - dx : margin - dx + width]


def shift_images(images, dy, dx):
    return moved_by_slices(images, dx, dy)

# %% wrong: the opposite direction
# says: opposite direction
def moved_by_slices(images, dy, dx):
    height, width = images.shape[1:3]
    margin = max(abs(dy), abs(dx))
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return padded[:, margin - dy : margin - dy + height, margin - dx : margin - dx + width]


def shift_images(images, dy, dx):
    return moved_by_slices(images, -dy, -dx)

# %% wrong: repeats the border
# says: new pixels are zero
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    rows = np.clip(np.arange(height) - dy, 0, height - 1)
    columns = np.clip(np.arange(width) - dx, 0, width - 1)
    return images[:, rows][:, :, columns]

# %% wrong: one pixel too far
# says: shift_images
def moved_by_slices(images, dy, dx):
    height, width = images.shape[1:3]
    margin = max(abs(dy), abs(dx))
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return padded[:, margin - dy : margin - dy + height, margin - dx : margin - dx + width]


def shift_images(images, dy, dx):
    return moved_by_slices(images, dy + np.sign(dy), dx + np.sign(dx))

# %% wrong: forgets negative shifts
# says: nothing has moved|shift_images\(images, -1, 0\)
def shift_images(images, dy, dx):
    result = np.zeros_like(images)
    height, width = images.shape[1:3]
    dy, dx = max(0, dy), max(0, dx)
    result[:, dy:, dx:] = images[:, : height - dy, : width - dx]
    return result

# %% wrong: a slice ends at -0
# says: broadcast
def shift_images(images, dy, dx):
    result = np.zeros_like(images)
    if dy >= 0 and dx >= 0:
        result[:, dy:, dx:] = images[:, :-dy, :-dx]
    else:
        result[:, :dy, :dx] = images[:, -dy:, -dx:]
    return result

# %% wrong: clears the images it was given
# says: changed input
def moved_by_slices(images, dy, dx):
    height, width = images.shape[1:3]
    margin = max(abs(dy), abs(dx))
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return padded[:, margin - dy : margin - dy + height, margin - dx : margin - dx + width]


def shift_images(images, dy, dx):
    result = moved_by_slices(images, dy, dx)
    images[:] = result
    return images

# %% wrong: shifts the axis of images as well
# says: shift_images
def shift_images(images, dy, dx):
    margin = max(abs(dy), abs(dx))
    n, height = images.shape[:2]
    padded = np.pad(images, ((margin, margin), (margin, margin), (0, 0), (0, 0)))
    return padded[margin - dy : margin - dy + n, margin - dx : margin - dx + height]

# %% wrong: a shift by the whole height or more goes wrong
# says: expected
def moved_by_slices(images, dy, dx):
    height, width = images.shape[1:3]
    margin = max(abs(dy), abs(dx))
    padded = np.pad(images, ((0, 0), (margin, margin), (margin, margin), (0, 0)))
    return padded[:, margin - dy : margin - dy + height, margin - dx : margin - dx + width]


def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    return moved_by_slices(images, np.clip(dy, 1 - height, height - 1), np.clip(dx, 1 - width, width - 1))

# %% wrong: cuts off instead of filling
# says: new array|expected shape
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    return images[:, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]

# %% wrong: slices that break when nothing is left in the picture
# says: broadcast
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.zeros_like(images)
    result[:, max(0, dy) : height + min(0, dy), max(0, dx) : width + min(0, dx)] = images[
        :, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)
    ]
    return result

# %% wrong: moves the first image only
# says: second image
def shift_images(images, dy, dx):
    result = np.zeros_like(images)
    padded = np.pad(images[0], ((9, 9), (9, 9), (0, 0)))
    dy, dx = max(-9, min(9, dy)), max(-9, min(9, dx))
    result[0] = padded[9 - dy : 9 - dy + images.shape[1], 9 - dx : 9 - dx + images.shape[2]]
    return result

# %% right: rows and columns chosen, the rest cleared
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return images[:, rows % height][:, :, columns % width] * inside[..., None]

# %% right: with tensors
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    up, down, left, right = max(0, -dy), max(0, dy), max(0, -dx), max(0, dx)
    padded = keras.ops.pad(images, ((0, 0), (down, up), (right, left), (0, 0)))
    return padded[:, up : up + height, left : left + width]

# %% right: by two matrices
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    return np.einsum("ab,nbcd,ec->naed", np.eye(height, k=-dy), images, np.eye(width, k=-dx))

# %% right: first down, then sideways
def shift_images(images, dy, dx):
    def along(values, steps, axis):
        size = values.shape[axis]
        values = np.moveaxis(values, axis, 0)
        nothing = np.zeros_like(values[: min(abs(steps), size)])
        parts = [nothing, values[: max(0, size - steps)]] if steps > 0 else [values[-steps:], nothing]
        return np.moveaxis(np.concatenate(parts), 0, axis)

    return along(along(images, dy, 1), dx, 2)

# %% wrong: scikit-image
# says: written by hand
def shift_images(images, dy, dx):
    from skimage import transform

    move = transform.AffineTransform(translation=(-dx, -dy))
    return np.stack([transform.warp(image, move, order=0) for image in images])

# %% wrong: returns the images themselves where nothing moves
# says: new array
def shift_images(images, dy, dx):
    if dy == dx == 0:
        return images
    height, width = images.shape[1:3]
    rows, columns = np.arange(height) - dy, np.arange(width) - dx
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return images[:, rows % height][:, :, columns % width] * inside[..., None]

# %% wrong: compares with the height on both axes
# says: compared with the width
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.zeros_like(images)
    if max(abs(dy), abs(dx)) < height:
        source = images[:, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
        result[:, max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)] = source
    return result

# %% wrong: compares with the width on both axes
# says: shift_images\(shape=
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.zeros_like(images)
    if max(abs(dy), abs(dx)) < width:
        source = images[:, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
        result[:, max(0, dy) : height - max(0, -dy), max(0, dx) : width - max(0, -dx)] = source
    return result

# %% wrong: no guard to the left
# says: shift_images\(images.*, -
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    result = np.zeros_like(images)
    if abs(dy) < height and dx < width:
        source = images[:, max(0, -dy) : height - max(0, dy), max(0, -dx) : width - max(0, dx)]
        result[:, max(0, dy) : height - max(0, -dy), max(0, dx) : max(0, dx) + source.shape[2] or 1] = source
    return result

# %% wrong: down only where nothing moves sideways
# says: shift_images\(images, 2, -1\)
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    rows, columns = np.arange(height) - (dy if dx == 0 else 0), np.arange(width) - dx
    inside = ((rows >= 0) & (rows < height))[:, None] & ((columns >= 0) & (columns < width))
    return images[:, rows % height][:, :, columns % width] * inside[..., None]

# %% wrong: goes round with rows only
# says: shift_images
def shift_images(images, dy, dx):
    width = images.shape[2]
    columns = np.arange(width) - dx
    result = np.roll(images, (dy, dx), axis=(1, 2))
    result[:, :, (columns < 0) | (columns >= width)] = 0
    return result


# %% right: by matrices, one for rows and one for columns
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    return np.einsum("yi,nijc,jx->nyxc", np.eye(height, k=-dy), images, np.eye(width, k=dx))


# %% right: one step at a time, by recursion
def shift_images(images, dy, dx):
    if dy == 0 and dx == 0:
        return np.array(images)
    moved = np.zeros_like(images)
    if dy > 0:
        moved[:, 1:] = images[:, :-1]
        return shift_images(moved, dy - 1, dx)
    if dy < 0:
        moved[:, :-1] = images[:, 1:]
        return shift_images(moved, dy + 1, dx)
    if dx > 0:
        moved[:, :, 1:] = images[:, :, :-1]
        return shift_images(moved, dy, dx - 1)
    moved[:, :, :-1] = images[:, :, 1:]
    return shift_images(moved, dy, dx + 1)


# %% wrong: SciPy, by a map of places
# says: by hand
def shift_images(images, dy, dx):
    def place_before(place):
        image, row, column, channel = place
        return image, row - dy, column - dx, channel

    return ndimage.geometric_transform(images, place_before, order=0)


# %% wrong: SciPy, by a convolution
# says: by hand
def shift_images(images, dy, dx):
    kernel = np.zeros((1, 2 * abs(dy) + 1, 2 * abs(dx) + 1, 1))
    kernel[0, abs(dy) + dy, abs(dx) + dx, 0] = 1
    return ndimage.convolve(images, kernel, mode="constant")
