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
