# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Keras model with its input, not compiled | visible | compiled already; None; zeros; constant |
# | new at each call | visible: two calls | one model for all calls |
# | four branches, joined along the channels, in order | visible: shape and values | adds the branches; joined along the height; joined in another order; the branches of 3 x 3 and 5 x 5 swapped |
# | bottlenecks in front of 3 x 3 and 5 x 5 | visible: kernels | no bottlenecks; bottlenecks beside the windows; one bottleneck for both windows; the pair in the wrong order |
# | a 1 x 1 behind the max pooling | visible: shape | nothing behind the pooling; the 1 x 1 in front of the pooling |
# | max pooling 3 x 3, stride 1, same | visible: values | pooling with its default stride; average pooling; no pooling |
# | each convolution has a bias | visible | no biases |
# | each is followed by ReLU | visible: values | no ReLU; no ReLU behind the bottlenecks |
# | everything padded, strides of 1 | visible: 6 x 7 | the 5 x 5 unpadded |
# | any way to build it | visible and hidden | each branch a Sequential; ReLU as a layer, ops.concatenate; layers in a table |

# %% right: each branch a Sequential
def inception_module(input_shape, ones, threes, fives, pooled):
    def conv(filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")

    inputs = keras.Input(input_shape)
    branches = [
        keras.Sequential([conv(ones, 1)]),
        keras.Sequential([conv(threes[0], 1), conv(threes[1], 3)]),
        keras.Sequential([conv(fives[0], 1), conv(fives[1], 5)]),
        keras.Sequential([layers.MaxPooling2D((3, 3), strides=(1, 1), padding="same"), conv(pooled, 1)]),
    ]
    return keras.Model(inputs, layers.concatenate([branch(inputs) for branch in branches], axis=3))


# %% right: ReLU as a layer, ops.concatenate
def inception_module(input_shape, ones, threes, fives, pooled):
    x = keras.Input(shape=input_shape)

    def conv(maps, filters, size):
        return layers.Activation("relu")(layers.Conv2D(filters, (size, size), padding="same")(maps))

    pool = layers.MaxPool2D(pool_size=3, strides=1, padding="same")(x)
    d = conv(pool, pooled, 1)
    c = conv(conv(x, fives[0], 1), fives[1], 5)
    b = conv(conv(x, threes[0], 1), threes[1], 3)
    a = conv(x, ones, 1)
    return keras.Model(inputs=x, outputs=ops.concatenate([a, b, c, d], axis=-1))


# %% right: layers in a table
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs, outputs = keras.Input(input_shape), []
    table = [[(1, ones)], list(zip((1, 3), threes)), list(zip((1, 5), fives)), ["pool", (1, pooled)]]
    for branch in table:
        maps = inputs
        for step in branch:
            if step == "pool":
                maps = ops.max_pool(maps, 3, strides=1, padding="same")
            else:
                maps = ops.relu(layers.Conv2D(step[1], step[0], padding="SAME")(maps))
        outputs.append(maps)
    return keras.Model(inputs, ops.concatenate(outputs, axis=-1))


# %% wrong: compiled already
# says: compiled
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    model = keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))
    model.compile("adam", "mse")
    return model


# %% wrong: one model for all calls
# says: the same model
def inception_module(input_shape, ones, threes, fives, pooled, made={}):
    key = str((input_shape, ones, threes, fives, pooled))
    if key in made:
        return made[key]
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    made[key] = keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))
    return made[key]


# %% wrong: adds the branches
# says: expected shape
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    few = min(ones, threes[1], fives[1], pooled)
    parts = [branch[..., :few] for branch in (first, second, third, fourth)]
    return keras.Model(inputs, layers.Add()(parts))


# %% wrong: joined in another order
# says: Which order
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([fourth, third, second, first]))


# %% wrong: the branches of 3 x 3 and 5 x 5 swapped
# says: 3 x 3 branch comes before
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, third, second, fourth]))


# %% wrong: no bottlenecks
# says: Bottlenecks\?
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(inputs, threes[1], 3)
    third = conv(inputs, fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: bottlenecks beside the windows
# says: not beside
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = layers.Concatenate()([conv(inputs, threes[0], 1), conv(inputs, threes[1], 3)])
    third = layers.Concatenate()([conv(inputs, fives[0], 1), conv(inputs, fives[1], 5)])
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: the pair in the wrong order
# says: expected shape
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[1], 1), threes[0], 3)
    third = conv(conv(inputs, fives[1], 1), fives[0], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: nothing behind the pooling
# says: follows the pooling
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = layers.MaxPooling2D(3, strides=1, padding="same")(inputs)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: the 1 x 1 in front of the pooling
# says: wrong|expected
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = layers.MaxPooling2D(3, strides=1, padding="same")(conv(inputs, pooled, 1))
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: pooling with its default stride
# says: valid|raise|expected
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: average pooling
# says: pools maxima
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.AveragePooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: no pooling
# says: pooling is missing
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(inputs, pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: no biases
# says: biases
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu", use_bias=False)(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: no ReLU
# says: No ReLU
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: no ReLU behind the bottlenecks
# says: behind bottlenecks
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(layers.Conv2D(threes[0], 1)(inputs), threes[1], 3)
    third = conv(layers.Conv2D(fives[0], 1)(inputs), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: the 5 x 5 unpadded
# says: valid|raise|expected
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = layers.Conv2D(fives[1], 5, activation="relu")(conv(inputs, fives[0], 1))
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: one bottleneck for both windows
# says: channels in, filters
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    few = conv(inputs, threes[0], 1)
    first, second, third = conv(inputs, ones, 1), conv(few, threes[1], 3), conv(few, fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate()([first, second, third, fourth]))


# %% wrong: joined along the height
# says: expected
def inception_module(input_shape, ones, threes, fives, pooled):
    inputs = keras.Input(input_shape)

    def conv(maps, filters, size):
        return layers.Conv2D(filters, size, padding="same", activation="relu")(maps)

    first = conv(inputs, ones, 1)
    second = conv(conv(inputs, threes[0], 1), threes[1], 3)
    third = conv(conv(inputs, fives[0], 1), fives[1], 5)
    fourth = conv(layers.MaxPooling2D(3, strides=1, padding="same")(inputs), pooled, 1)
    return keras.Model(inputs, layers.Concatenate(axis=1)([first, second, third, fourth]))
