# | clause of the docstring | tested by | answers |
# |---|---|---|
# | images are not changed | visible: first of all; hidden: every shape | writes into the images it was given; changed input |
# | the permutation is not changed | visible | sorts the permutation it was given |
# | a new array, also where nothing moves | visible: the permutation 0, 1, 2, ...; hidden: every shape | returns the images themselves where nothing moves; flat axis reordered |
# | of the same shape | visible: 1 x 2 x 3 x 1; hidden: four shapes | stays flat; wrong shape |
# | place k holds the pixel that was at permutation[k] | visible: the turn by one place, with a hint for the way back | the way back; nothing moves; sorts by the permutation twice; place by place |
# | places count row by row | visible: 2 x 3; hidden: drawn, and 6 x 2 | counts places column by column; rows and columns apart; swapped axes |
# | a pixel moves with all its channels | visible: two channels; hidden: two to four | takes channels apart; works for one channel only; an order of its own for each channel |
# | the same for all images | visible: two images; hidden: up to five | another order for each image; the first image for all; works for a single image only; one order over all images |
# | arrays or tensors, values as they came | hidden: float32 | with Keras, as a tensor; rounds to integers; as a tensor; in float32 |

# %% right: flat axis reordered
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, permutation, :].reshape(n, height, width, channels)

# %% right: place by place
def permute_pixels(images, permutation):
    width = images.shape[2]
    result = np.empty_like(images)
    for k, source in enumerate(permutation):
        result[:, k // width, k % width] = images[:, source // width, source % width]
    return result

# %% right: rows and columns computed at once
def permute_pixels(images, permutation):
    rows, columns = np.unravel_index(permutation, images.shape[1:3])
    return images[:, rows, columns].reshape(images.shape)

# %% right: with Keras, as a tensor
def permute_pixels(images, permutation):
    flat = keras.ops.reshape(images, (len(images), -1, images.shape[3]))
    return keras.ops.reshape(keras.ops.take(flat, permutation, axis=1), images.shape)

# %% wrong: the way back
# says: the way back
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    result = np.empty((n, height * width, channels), images.dtype)
    result[:, permutation] = images.reshape(n, height * width, channels)
    return result.reshape(images.shape)

# %% wrong: counts places column by column
# says: row by row
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    turned = images.transpose(0, 2, 1, 3).reshape(n, height * width, channels)[:, permutation]
    return turned.reshape(n, width, height, channels).transpose(0, 2, 1, 3)

# %% wrong: takes channels apart
# says: with all its channels
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    return images.reshape(n, channels, height * width)[:, :, permutation].reshape(images.shape)

# %% wrong: works for one channel only
# says: expected shape|expected 2|got
def permute_pixels(images, permutation):
    n, height, width, _ = images.shape
    return images[..., 0].reshape(n, height * width)[:, permutation].reshape(n, height, width, 1)

# %% wrong: stays flat
# says: restore the shape
def permute_pixels(images, permutation):
    return images.reshape(len(images), -1, images.shape[3])[:, permutation]

# %% wrong: writes into the images it was given
# says: changed input
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    flat = images.reshape(n, height * width, channels)
    flat[:] = flat[:, permutation]
    return images

# %% wrong: another order for each image
# says: values are wrong|expected
def permute_pixels(images, permutation):
    rng = np.random.default_rng(0)
    return np.stack([i.reshape(-1, i.shape[-1])[rng.permutation(permutation)].reshape(i.shape) for i in images])

# %% wrong: nothing moves
# says: nothing has moved
def permute_pixels(images, permutation):
    return images.copy()

# %% wrong: the first image for all
# says: expected
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    one = images[0].reshape(height * width, channels)[permutation].reshape(1, height, width, channels)
    return np.repeat(one, n, axis=0)

# %% wrong: works for a single image only
# says: reshape|out of bounds|2 images
def permute_pixels(images, permutation):
    height, width, channels = images.shape[1:]
    return images.reshape(-1, channels)[permutation].reshape(images.shape)

# %% right: by a matrix of zeros and ones
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    chooser = np.eye(height * width)[permutation]
    return np.einsum("kp,npc->nkc", chooser, images.reshape(n, -1, channels)).reshape(images.shape)

# %% right: image by image, channel by channel
def permute_pixels(images, permutation):
    result = images.copy()
    for i in range(images.shape[0]):
        for c in range(images.shape[3]):
            result[i, :, :, c] = images[i, :, :, c].ravel()[permutation].reshape(images.shape[1:3])
    return result

# %% right: by the inverse permutation
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    result = np.zeros((n, height * width, channels), images.dtype)
    result[:, np.arange(height * width)] = np.take(images.reshape(n, -1, channels), permutation, axis=1)
    return result.reshape(images.shape)

# %% wrong: returns the images themselves where nothing moves
# says: new array
def permute_pixels(images, permutation):
    if np.array_equal(permutation, np.arange(len(permutation))):
        return images
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, permutation].reshape(images.shape)

# %% wrong: sorts by the permutation twice
# says: expected
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    return images.reshape(n, height * width, channels)[:, permutation][:, permutation].reshape(images.shape)

# %% wrong: rows and columns apart
# says: permute_pixels
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    rows, columns = np.argsort(permutation[:height]), np.argsort(permutation[:width])
    return images[:, rows][:, :, columns]

# %% wrong: an order of its own for each channel
# says: channels
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    flat = images.reshape(n, height * width, channels)
    parts = [np.roll(flat[:, permutation, c], c, axis=1) for c in range(channels)]
    return np.stack(parts, axis=-1).reshape(images.shape)

# %% wrong: one order over all images
# says: 2 images|index|reshape
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    return np.roll(images.reshape(n * height * width, channels), 1, axis=0).reshape(images.shape)

# %% wrong: rounds to integers
# says: values are wrong
def permute_pixels(images, permutation):
    n, height, width, channels = images.shape
    result = np.zeros((n, height * width, channels), dtype=int)
    result[:] = images.reshape(n, height * width, channels)[:, permutation]
    return result.reshape(images.shape)


# %% wrong: sorts the permutation it was given
# says: permutation
def permute_pixels(images, permutation):
    flat = images.reshape(len(images), -1, images.shape[-1])
    result = flat[:, permutation].reshape(images.shape)
    permutation.sort()
    return result
