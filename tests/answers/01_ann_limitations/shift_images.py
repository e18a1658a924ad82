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

# %% right: SciPy
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, dy, dx, 0), order=0)

# %% wrong: goes round
# says: np.roll
def shift_images(images, dy, dx):
    return np.roll(images, (dy, dx), axis=(1, 2))

# %% wrong: dy and dx swapped
# says: they are swapped
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, dx, dy, 0), order=0)

# %% wrong: the opposite direction
# says: opposite direction
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, -dy, -dx, 0), order=0)

# %% wrong: repeats the border
# says: new pixels are zero
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, dy, dx, 0), order=0, mode="nearest")

# %% wrong: one pixel too far
# says: shift_images
def shift_images(images, dy, dx):
    return ndimage.shift(images, (0, dy + np.sign(dy), dx + np.sign(dx), 0), order=0)

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
def shift_images(images, dy, dx):
    result = ndimage.shift(images, (0, dy, dx, 0), order=0)
    images[:] = result
    return images

# %% wrong: shifts the axis of images as well
# says: shift_images
def shift_images(images, dy, dx):
    return ndimage.shift(images, (dy, dx, 0, 0), order=0)

# %% wrong: a shift by the whole height or more goes wrong
# says: expected
def shift_images(images, dy, dx):
    height, width = images.shape[1:3]
    return ndimage.shift(images, (0, np.clip(dy, 1 - height, height - 1), np.clip(dx, 1 - width, width - 1), 0), order=0)

# %% wrong: cuts off instead of filling
# says: expected shape
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
