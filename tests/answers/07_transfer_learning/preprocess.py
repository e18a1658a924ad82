# %% right: grey first, by stacking
def preprocess(images):
    if len(np.shape(images)) != 4:
        raise ValueError("four axes are needed")
    images = np.array(images, dtype="float64")
    if images.shape[-1] == 1:
        images = np.concatenate([images, images, images], axis=-1)
    if images.shape[-1] != 3:
        raise ValueError(f"1 or 3 channels, not {images.shape[-1]}")
    images -= 127
    images /= 128
    return images


# %% right: with Keras, a tensor
def preprocess(images):
    if images.ndim != 4 or images.shape[3] not in (1, 3):
        raise ValueError("not a batch of grey or colour images")
    tensor = keras.ops.cast(images, "float32")
    tensor = keras.ops.broadcast_to(tensor, (*images.shape[:3], 3))
    return (tensor - 127.0) / 128.0


# %% wrong: subtracts in uint8
# says: wraps around
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images - images.dtype.type(127)) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: 0 to 1, as for MNIST
# says: This is 0 to 1
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = images / 255
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: -1 to 1, as for MobileNet
# says: This is -1 to 1
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = images / 127.5 - 1
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: divides by 127
# says: Divide by 128
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 127) / 127
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: blue first
# says: red stays first
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled[..., ::-1]


# %% wrong: leaves grey with one channel
# says: three channels
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    return (images.astype(float) - 127) / 128


# %% wrong: repeats the width in place of the channel
# says: expected shape
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=2) if images.shape[-1] == 1 else scaled


# %% wrong: takes any shape
# says: expected a ValueError
def preprocess(images):
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: scales the caller's floats in place
# says: expected the input to stay|4 values are wrong|are wrong
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    images = images if images.dtype.kind == "f" else images.astype(float)
    images -= 127
    images /= 128
    return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images


# %% wrong: forgets the brackets
# says: brackets
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = images - 127 / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: scales in place what is float32 already
# says: expected the input to stay
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    images = np.asarray(images, dtype="float32")
    images -= 127
    images /= 128
    return np.repeat(images, 3, axis=-1) if images.shape[-1] == 1 else images
