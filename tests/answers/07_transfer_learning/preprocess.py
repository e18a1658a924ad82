# | clause of the docstring | tested by | answers |
# |---|---|---|
# | (value - 127) / 128 | visible: 0 to 255; hidden: drawn values, a dark photo | 0 to 1, as for MNIST; guesses the range from the largest value; -1 to 1, as for MobileNet; divides by 127; forgets the brackets; swaps 127 and 128; zeros; constant; None |
# | red first: channels stay where they are | visible: a colour photo | blue first; swapped axes |
# | integers, uint8 or int64 | visible: uint8; hidden: int64 | subtracts in uint8 |
# | floats, whose fractions count | visible: float32 with fractions; hidden: float64 | cuts fractions off |
# | images are not changed | visible, first: uint8 and float32 | scales the caller's floats in place; scales in place what is float32 already; changed input |
# | a new array of floats | visible: shares no memory; hidden: values below 1 | casts the result to integers |
# | grey is repeated in all three channels | visible: 2 grey images of 2 x 3; hidden: floats | leaves grey with one channel; repeats the width in place of the channel; tiles rows in place of channels; puts grey into red alone |
# | any number of images, any height and width | hidden: 1 to 7 images, unlike sides | takes the first image only; wrong shape |
# | ValueError, with a message, for another number of axes or channels, each alone | bad input | takes any shape; looks at the channels only; looks at the axes only |
# | any way to do it, array or tensor, any precision | visible and hidden: tolerance 1e-5 | grey first, by stacking; with Keras, a tensor; image by image, in loops |

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
# says: expected the input to stay
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


# %% right: image by image, in loops
def preprocess(images):
    if len(images.shape) != 4:
        raise ValueError(f"expected four axes, got {len(images.shape)}")
    if images.shape[-1] != 1 and images.shape[-1] != 3:
        raise ValueError("expected one or three channels")
    result = np.zeros((*images.shape[:3], 3))
    for n, image in enumerate(images):
        for channel in range(3):
            source = channel if images.shape[-1] == 3 else 0
            result[n, :, :, channel] = (image[:, :, source].astype(float) - 127) / 128
    return result


# %% wrong: cuts fractions off
# says: fractions are cut off
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype("int32") - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: swaps 127 and 128
# says: not the reverse
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 128) / 127
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: casts the result to integers
# says: cast to integers
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = ((images.astype(float) - 127) / 128).astype(int)
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: tiles rows in place of channels
# says: expected shape
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=1) if images.shape[-1] == 1 else scaled


# %% wrong: puts grey into red alone
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images.astype(float) - 127) / 128
    if images.shape[-1] == 1:
        scaled = np.concatenate([scaled, 0 * scaled, 0 * scaled], axis=-1)
    return scaled


# %% wrong: takes the first image only
# says: expected shape
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("shape")
    scaled = (images[:1].astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: looks at the channels only
# says: expected a ValueError
def preprocess(images):
    if images.shape[-1] not in (1, 3):
        raise ValueError("channels")
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: looks at the axes only
# says: expected a ValueError
def preprocess(images):
    if images.ndim != 4:
        raise ValueError("four axes are needed")
    scaled = (images.astype(float) - 127) / 128
    return np.repeat(scaled, 3, axis=-1) if images.shape[-1] == 1 else scaled


# %% wrong: guesses the range from the largest value
# says: a photo of 0 and 1
def preprocess(images):
    if images.ndim != 4 or images.shape[-1] not in (1, 3):
        raise ValueError("expected (n, height, width, 1 or 3)")
    values = images.astype("float32")
    if values.max() <= 1:
        values = values * 255
    values = (values - 127) / 128
    return np.repeat(values, 3, axis=-1) if images.shape[-1] == 1 else values
