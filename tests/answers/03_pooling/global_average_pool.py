# | clause of the docstring | tested by | answers |
# |---|---|---|
# | the mean over all positions | visible: the example; hidden: 5 shapes | the sum; the maximum; zeros; constant; None; stub; one axis after the other |
# | each channel of each image | visible: the example, 3 images of 4 channels | the mean over everything; the mean over each image; the mean over width and channels; the mean over the images, too |
# | by hand: no pooling of a library | visible, with the library's functions taken away | the layer of Keras; average pooling of keras.ops with one large window; the mean of keras.ops |
# | floats or integers | visible: float64; hidden: float32, uint8, int64 | a sum of bytes that starts again at 0; a product with equal weights |
# | height and width are not always equal | visible: 5 x 2; hidden: 3 x 8, 6 x 4, 2 x 9 | divides by the squared height, which is right for square maps only |
# | a new float array, (batch, channels) | visible: shapes, memory of its own for 1 x 1 | keeps the axes; the squeezed means, which lose the axis of one image; a view where there is one position; wrong shape; swapped axes; a list for each image and channel |
# | with fractions also for integers | hidden: uint8 and int64 | whole numbers for whole numbers; rounds for whole numbers; sums and a division |
# | feature_maps stays as it was | visible: the example; hidden: all shapes | changed input |


# %% right: one axis after the other
def global_average_pool(feature_maps):
    return feature_maps.mean(axis=1).mean(axis=1)


# %% right: sums and a division
def global_average_pool(feature_maps):
    batch, height, width, channels = feature_maps.shape
    result = np.zeros((batch, channels))
    for row in range(height):
        for column in range(width):
            result += feature_maps[:, row, column]
    return result / (height * width)


# %% right: the mean of keras.ops
def global_average_pool(feature_maps):
    return keras.ops.mean(keras.ops.cast(feature_maps, "float32"), axis=(1, 2))


# %% right: a list for each image and channel
def global_average_pool(feature_maps):
    return np.array([[float(np.sum(image[..., k])) / image[..., k].size for k in range(image.shape[-1])] for image in feature_maps])


# %% right: a product with equal weights
def global_average_pool(feature_maps):
    n, height, width, channels = feature_maps.shape
    rows = np.asarray(feature_maps, dtype="float64").reshape(n, height * width, channels)
    return np.einsum("npc,p->nc", rows, np.full(height * width, 1 / (height * width)))


# %% wrong: the layer of Keras
# says: written by hand
def global_average_pool(feature_maps):
    return layers.GlobalAveragePooling2D()(np.asarray(feature_maps, dtype="float32"))


# %% wrong: average pooling of keras.ops with one large window
# says: written by hand
def global_average_pool(feature_maps):
    return keras.ops.average_pool(np.asarray(feature_maps, dtype="float32"), feature_maps.shape[1:3])[:, 0, 0]


# %% wrong: the sum
# says: divide by the number of positions
def global_average_pool(feature_maps):
    return np.sum(feature_maps, axis=(1, 2))


# %% wrong: the maximum
# says: maxima
def global_average_pool(feature_maps):
    return np.max(feature_maps, axis=(1, 2))


# %% wrong: the mean over everything
# says: channels have to stay apart
def global_average_pool(feature_maps):
    return np.mean(feature_maps)


# %% wrong: the mean over each image
# says: channels have to stay apart
def global_average_pool(feature_maps):
    return np.mean(feature_maps, axis=(1, 2, 3))


# %% wrong: keeps the axes
# says: keepdims
def global_average_pool(feature_maps):
    return np.mean(feature_maps, axis=(1, 2), keepdims=True)


# %% wrong: the mean over width and channels
def global_average_pool(feature_maps):
    return np.mean(feature_maps, axis=(2, 3))


# %% wrong: divides by the squared height, which is right for square maps only
def global_average_pool(feature_maps):
    return np.sum(feature_maps, axis=(1, 2)) / feature_maps.shape[1] ** 2


# %% wrong: whole numbers for whole numbers
# says: Fractions are lost
def global_average_pool(feature_maps):
    return np.mean(feature_maps, axis=(1, 2)).astype(feature_maps.dtype)


# %% wrong: the mean over the images, too
def global_average_pool(feature_maps):
    return np.broadcast_to(np.mean(feature_maps, axis=(0, 1, 2)), (len(feature_maps), feature_maps.shape[3]))


# %% wrong: a view where there is one position
# says: new array
def global_average_pool(feature_maps):
    if feature_maps.shape[1:3] == (1, 1):
        return feature_maps[:, 0, 0]
    return np.mean(feature_maps, axis=(1, 2))


# %% wrong: rounds for whole numbers
# says: Do not round
def global_average_pool(feature_maps):
    means = np.mean(feature_maps, axis=(1, 2))
    return np.round(means) if feature_maps.dtype.kind in "iu" else means


# %% wrong: a sum of bytes that starts again at 0
def global_average_pool(feature_maps):
    total = np.zeros((len(feature_maps), feature_maps.shape[3]), dtype=feature_maps.dtype)
    for row, column in np.ndindex(*feature_maps.shape[1:3]):
        total += feature_maps[:, row, column]
    return total / np.prod(feature_maps.shape[1:3])


# %% wrong: the squeezed means, which lose the axis of one image
def global_average_pool(feature_maps):
    return np.squeeze(np.mean(feature_maps, axis=(1, 2), keepdims=True))
