# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a block is two 3 x 3 convolutions | visible: how many weights there are | one convolution a block |
# | padding "same" | visible: whether maps fit | no padding |
# | ReLU | visible: a logit with weights of the check's; hidden: the logits | no ReLU; no ReLU behind the first convolution; the ReLU of each block's end is missing; ReLU as layers of its own |
# | filters * 2**level | visible: how many weights there are | the same filters at each level |
# | the block at the bottom, of filters * 2**depth | visible: how many weights there are | no block at the bottom; the bottom is not doubled |
# | 2 x 2 max pooling | visible: a logit of a checkered image | average pooling |
# | Conv2DTranspose of filters * 2**level, kernel 2, stride 2 | visible: how many weights there are | twice the filters on the way up; a kernel of 3; repeats pixels |
# | no activation behind it | visible: a logit with weights of the check's | a ReLU behind the transposed convolution |
# | concatenated with the same level's block | visible: how many weights; whether maps fit; a logit of a checkered image | the skips in wrong order; the way up from depth to 1; no skips; adds the skips; the skip is what comes from below |
# | from the way down, before pooling | visible: whether maps fit; a logit of a checkered image | keeps the pooled map; the skip is pooled and repeated |
# | either order of the two | visible and hidden | a class of blocks, joined the other way round |
# | at last a 1 x 1 convolution, no activation | visible: a logit with weights of the check's | a sigmoid at the end; a ReLU at the end; a last convolution of 3 x 3 |
# | classes | visible: 2; hidden: 2 to 4 | one class always |
# | filters, depth | visible: 4 filters, depth 1; hidden: depths 1 and 3 | depth 2 always; 8 filters always |
# | input_shape, height and width may be None | visible: two sizes; hidden: 16 x 24 | sizes of its own |
# | channels | visible: 1 and 3; hidden: 2 to 4 | one channel always |
# | no others with weights, nothing that differs in training | visible: how many weights; hidden: training=True | BatchNorm in the blocks; Dropout at the bottom |
# | with biases | visible: how many weights | no biases |
# | a Keras model, not compiled | visible; hidden: not compiled | compiled; None; stub; zeros; constant |
# | any way to do it | visible and hidden | recursion; a class of blocks, joined the other way round; ReLU as layers of its own; Sequential blocks |

# %% right: recursion
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def convs(x, n):
        for _ in range(2):
            x = layers.Conv2D(filters=n, kernel_size=(3, 3), padding="same", activation="relu")(x)
        return x

    def level(x, n, left):
        skip = convs(x, n)
        if left == 0:
            return skip
        below = level(layers.MaxPool2D((2, 2))(skip), 2 * n, left - 1)
        larger = layers.Conv2DTranspose(n, (2, 2), (2, 2), padding="same")(below)
        return convs(layers.concatenate([larger, skip], axis=-1), n)

    inputs = keras.Input(shape=input_shape)
    return keras.Model(inputs, layers.Conv2D(classes, (1, 1), padding="same")(level(inputs, filters, depth)))


# %% right: ReLU as layers of its own
def build_unet(input_shape, filters=8, depth=2, classes=1):
    x = inputs = keras.layers.Input(shape=input_shape)
    skips = {}
    for k in range(2 * depth + 1):
        level = min(k, 2 * depth - k)
        if k > depth:
            x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2, padding="valid")(x)
            x = keras.ops.concatenate([skips[level], x], axis=3)
        elif k > 0:
            x = layers.MaxPooling2D(pool_size=2, strides=2)(x)
        for _ in range(2):
            x = layers.Conv2D(filters * 2**level, 3, padding="same")(x)
            x = layers.ReLU()(x)
        skips.setdefault(level, x)
    outputs = layers.Conv2D(classes, kernel_size=1, activation="linear")(x)
    return keras.Model(inputs=inputs, outputs=outputs)


# %% right: a class of blocks, joined the other way round
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(n):
        conv = {"kernel_size": 3, "padding": "same", "activation": "relu"}
        return keras.Sequential([layers.Conv2D(n, **conv), layers.Conv2D(n, **conv)])

    sizes = [filters * 2**k for k in range(depth)]
    way_up = [(layers.Conv2DTranspose(n, 2, strides=2), block(n)) for n in sizes]
    x, kept = (inputs := keras.Input(input_shape)), []
    for n in sizes:
        kept.append(block(n)(x))
        x = layers.MaxPooling2D()(kept[-1])
    x = block(filters * 2**depth)(x)
    while kept:
        larger, together = way_up.pop()
        x = together(layers.Concatenate(axis=-1)([larger(x), kept.pop()]))
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: one convolution a block
# says: Two convolutions
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no padding
# says: padding=
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, activation="relu")(x)
        return layers.Conv2D(n, 3, activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no ReLU
# says: ReLU
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same")(x)
        return layers.Conv2D(n, 3, padding="same")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no ReLU behind the first convolution
# says: first convolution
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the same filters at each level
# says: Twice the filters
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no block at the bottom
# says: No bottom
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: average pooling
# says: average
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.AveragePooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: twice the filters on the way up
# says: halves channels
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2 ** (level + 1), 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: a kernel of 3
# says: 2 x 2
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 3, strides=2, padding="same")(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: repeats pixels
# says: Conv2DTranspose
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.UpSampling2D()(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: a ReLU behind the transposed convolution
# says: ReLU in Conv2DTranspose
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2, activation="relu")(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no skips
# says: concatenated
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: adds the skips
# says: concatenated
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Add()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the skip is what comes from below
# says: skip
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([x, x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the skip is pooled and repeated
# says: Skip before
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([layers.UpSampling2D()(layers.MaxPooling2D()(kept[level])), x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: a sigmoid at the end
# says: sigmoid
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1, activation="sigmoid")(x))


# %% wrong: a ReLU at the end
# says: No last ReLU
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1, activation="relu")(x))


# %% wrong: a last convolution of 3 x 3
# says: 1 x 1
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 3, padding="same")(x))


# %% wrong: one class always
# says: build_unet\(\(40, 40, 3\), 4, 1, 2\)
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(1, 1)(x))


# %% wrong: depth 2 always
# says: build_unet\(\(40, 40, 3\), 4, 1, 2\)
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    depth = 2
    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: 8 filters always
# says: build_unet\(\(40, 40, 3\), 4, 1, 2\)
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    filters = 8
    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: sizes of its own
# says: input
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input((None, None, input_shape[-1]))
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: one channel always
# says: input_shape
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input((*input_shape[:2], 1))
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: BatchNorm in the blocks
# says: weights
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        x = layers.BatchNormalization()(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: Dropout at the bottom
# says: training
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Dropout(0.5)(block(x, filters * 2**depth))
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: no biases
# says: weights
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu", use_bias=False)(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu", use_bias=False)(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: compiled
# says: True
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    model = keras.Model(inputs, layers.Conv2D(classes, 1)(x))
    model.compile("adam", "binary_crossentropy")
    return model


# %% right: Sequential blocks
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(n):
        conv = [layers.Conv2D(n, (3, 3), 1, "same", activation=keras.activations.relu) for _ in range(2)]
        return keras.Sequential(conv)

    inputs = x = keras.layers.Input(shape=input_shape)
    kept = []
    for level in range(depth):
        kept.append(block(filters << level)(x))
        x = layers.MaxPool2D((2, 2), strides=2, padding="same")(kept[-1])
    x = block(filters << depth)(x)
    while kept:
        skip = kept.pop()
        x = layers.Conv2DTranspose(skip.shape[-1], (2, 2), (2, 2), padding="same")(x)
        x = block(skip.shape[-1])(layers.concatenate([x, skip], axis=3))
    return keras.Model(inputs=inputs, outputs=layers.Conv2D(classes, kernel_size=1)(x))


# %% wrong: the ReLU of each block's end is missing
# says: expected
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same")(x)

    x, kept = (inputs := keras.Input(input_shape)), []
    for level in range(depth):
        x = block(x, filters << level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters << depth)
    for skip in kept[::-1]:
        x = layers.Conv2DTranspose(skip.shape[-1], 2, strides=2)(x)
        x = block(layers.Concatenate()([skip, x]), skip.shape[-1])
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: keeps the pooled map
# says: before its pooling
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        x = layers.MaxPooling2D()(x)
        kept.append(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the skips in wrong order
# says: levels depth - 1 to 0
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[depth - 1 - level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the way up from depth to 1
# says: levels depth - 1 to 0
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2**depth)
    for level in range(depth, 0, -1):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))


# %% wrong: the bottom is not doubled
# says: The bottom has
def build_unet(input_shape, filters=8, depth=2, classes=1):
    def block(x, n):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        return layers.Conv2D(n, 3, padding="same", activation="relu")(x)

    inputs = keras.Input(input_shape)
    x, kept = inputs, []
    for level in range(depth):
        x = block(x, filters * 2**level)
        kept.append(x)
        x = layers.MaxPooling2D()(x)
    x = block(x, filters * 2 ** (depth - 1))
    for level in reversed(range(depth)):
        x = layers.Conv2DTranspose(filters * 2**level, 2, strides=2)(x)
        x = layers.Concatenate()([kept[level], x])
        x = block(x, filters * 2**level)
    return keras.Model(inputs, layers.Conv2D(classes, 1)(x))
