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


# %% right: Keras
def global_average_pool(feature_maps):
    return keras.ops.mean(keras.ops.cast(feature_maps, "float32"), axis=(1, 2))


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
