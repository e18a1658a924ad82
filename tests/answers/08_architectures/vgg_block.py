# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Keras model with its input | visible | without an input; functional |
# | new at each call | visible: two calls | one model for all calls |
# | not compiled | visible | compiled already |
# | as many convolutions as asked | visible: 2 and 1; hidden: 3, 4 | one too few; one in any case; one layer used several times; one layer for all |
# | 3 x 3, stride 1, padded | visible: shapes | no padding; 5 x 5; the filters doubled from layer to layer; ReLU as a layer |
# | a bias | visible: shapes of the weights | no biases; BatchNorm in between |
# | ReLU after each convolution | visible: values | no ReLU; no ReLU after the last; ReLU after the last only |
# | one max pooling of 2 x 2, stride 2, at the end | visible: shape and values | average pooling; a pooling after each convolution; no pooling; strides in place of the pooling; pooling that moves by 1; Dropout at the end |
# | an odd size is rounded down | visible: 7 x 10 | padded pooling |

# %% right: functional
def vgg_block(input_shape, filters, convolutions):
    inputs = maps = keras.Input(shape=input_shape)
    for i in range(convolutions):
        maps = layers.Conv2D(filters, (3, 3), strides=1, padding="same", activation="relu", name=f"conv{i}")(maps)
    return keras.Model(inputs, layers.MaxPooling2D((2, 2), strides=(2, 2))(maps))


# %% right: ReLU as a layer
def vgg_block(input_shape, filters, convolutions):
    parts = [keras.Input(input_shape)]
    for _ in range(convolutions):
        parts += [layers.Conv2D(filters, 3, padding="same"), layers.ReLU()]
    return keras.Sequential([*parts, layers.MaxPool2D()])


# %% right: a block in a block, He's start
def vgg_block(input_shape, filters, convolutions):
    stack = keras.Sequential(
        [layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal") for _ in range(convolutions)]
    )
    inputs = keras.Input(input_shape)
    return keras.Model(inputs, layers.MaxPooling2D(2)(stack(inputs)))


# %% wrong: without an input
# says: Begin with keras.Input
def vgg_block(input_shape, filters, convolutions):
    parts = [layers.Conv2D(filters, 3, padding="same", activation="relu") for _ in range(convolutions)]
    return keras.Sequential([*parts, layers.MaxPooling2D(2)])


# %% wrong: compiled already
# says: compiled
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    block.compile("adam", "mse")
    return block


# %% wrong: one model for all calls
# says: same model
def vgg_block(input_shape, filters, convolutions, made={}):
    key = (input_shape, filters, convolutions)
    if key not in made:
        block = keras.Sequential([keras.Input(input_shape)])
        for _ in range(convolutions):
            block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        block.add(layers.MaxPooling2D(2))
        made[key] = block
    return made[key]


# %% wrong: one too few
# says: one convolution too few|shapes of its weights|expected
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(1, convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: one in any case
# says: one convolution
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: one layer used several times
# says: shares its weights
def vgg_block(input_shape, filters, convolutions):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    conv = layers.Conv2D(filters, 3, padding="same", activation="relu")
    for _ in range(convolutions - 1):
        maps = conv(maps)
    return keras.Model(inputs, layers.MaxPooling2D(2)(maps))


# %% wrong: no padding
# says: Pad
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: 5 x 5
# says: shapes of its weights
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 5, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: no biases
# says: has a bias
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu", use_bias=False))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: BatchNorm in between
# says: shapes of its weights
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same"))
        block.add(layers.BatchNormalization())
        block.add(layers.ReLU())
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: no ReLU
# says: ReLU follows each
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: no ReLU after the last
# says: ReLU follows the last
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for i in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu" if i < convolutions - 1 else None))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: ReLU after the last only
# says: ReLU follows each
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for i in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same"))
    block.add(layers.ReLU())
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: average pooling
# says: That is an average
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.AveragePooling2D(2))
    return block


# %% wrong: a pooling after each convolution
# says: Pool once
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
        block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: no pooling
# says: pooling is missing
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    return block


# %% wrong: pooling that moves by 1
# says: expected shape
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2, strides=1))
    return block


# %% wrong: padded pooling
# says: unpadded
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2, padding="same"))
    return block


# %% wrong: Dropout at the end
# says: training=True
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    block.add(layers.Dropout(0.5))
    return block


# %% wrong: strides in place of the pooling
# says: expected
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for _ in range(convolutions - 1):
        block.add(layers.Conv2D(filters, 3, padding="same", activation="relu"))
    block.add(layers.Conv2D(filters, 3, 2, padding="same", activation="relu"))
    return block


# %% wrong: the filters doubled from layer to layer
# says: shapes of its weights|expected shape
def vgg_block(input_shape, filters, convolutions):
    block = keras.Sequential([keras.Input(input_shape)])
    for i in range(convolutions):
        block.add(layers.Conv2D(filters * 2**i, 3, padding="same", activation="relu"))
    block.add(layers.MaxPooling2D(2))
    return block


# %% wrong: one layer for all
# says: shares its weights
def vgg_block(input_shape, filters, convolutions):
    inputs = maps = keras.Input(input_shape)
    conv = layers.Conv2D(filters, 3, padding="same", activation="relu")
    for _ in range(convolutions):
        maps = conv(maps)
    return keras.Model(inputs, layers.MaxPooling2D(2)(maps))
