# %% right: the functional API
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    if downsampling not in ["max", "average", "strided", "none"]:
        raise ValueError("unknown downsampling: " + str(downsampling))
    inputs = keras.Input(shape=input_shape)
    x = inputs
    for n in filters:
        if downsampling == "strided":
            x = layers.Conv2D(n, (3, 3), strides=(2, 2), padding="same", activation="relu")(x)
        else:
            x = layers.Conv2D(n, (3, 3), padding="same", activation="relu")(x)
        if downsampling == "max":
            x = layers.MaxPooling2D()(x)
        if downsampling == "average":
            x = layers.AveragePooling2D(pool_size=(2, 2))(x)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, layers.Dense(classes)(x))


# %% right: ReLU as a layer of its own, poolings from a dictionary
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    after = {
        "max": lambda: [layers.MaxPool2D(pool_size=2, strides=2)],
        "average": lambda: [layers.AvgPool2D(pool_size=2)],
        "strided": lambda: [],
        "none": lambda: [],
    }
    if downsampling not in after:
        raise ValueError(f"{downsampling} is none of {list(after)}")
    model = keras.models.Sequential()
    model.add(layers.InputLayer(shape=input_shape))
    for n in filters:
        model.add(layers.Conv2D(filters=n, kernel_size=3, strides=1 + (downsampling == "strided"), padding="same"))
        model.add(layers.ReLU())
        for layer in after[downsampling]():
            model.add(layer)
    model.add(layers.GlobalAvgPool2D())
    model.add(layers.Dense(units=classes, activation="linear"))
    return model


# %% wrong: a flattened map
# says: flattened map
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.Flatten(), layers.Dense(classes)])


# %% wrong: softmax at the end
# says: without softmax
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes, activation="softmax")])


# %% wrong: no ReLU
# says: no ReLU
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: max and average swapped
# says: That is 'average', not 'max'
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"average": layers.MaxPooling2D, "max": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: a strided convolution of its own in each block
# says: has to take the stride
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, padding="same", activation="relu"))
        if downsampling == "strided":
            stack.append(layers.Conv2D(n, 3, strides=2, padding="same", activation="relu"))
        elif downsampling == "max":
            stack.append(layers.MaxPooling2D(2))
        elif downsampling == "average":
            stack.append(layers.AveragePooling2D(2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: the last block does not halve
# says: last one too
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    stack = [keras.Input(input_shape)]
    for position, n in enumerate(filters):
        last = position == len(filters) - 1
        strides = 2 if downsampling == "strided" and not last else 1
        stack.append(layers.Conv2D(n, 3, strides=strides, padding="same", activation="relu"))
        if downsampling in pooling and not last:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: no padding
# says: Is padding="same" missing
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: no biases in the convolutions
# says: no biases
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    stack = [keras.Input(input_shape)]
    for n in filters:
        strides = 2 if downsampling == "strided" else 1
        stack.append(layers.Conv2D(n, 3, strides=strides, padding="same", activation="relu", use_bias=False))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: no input, so that the model is not built
# says: keras.Input
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    stack = [layers.Conv2D(n, 3, padding="same", activation="relu") for n in filters]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: two blocks whatever is asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in (8, 16):
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(10)])


# %% wrong: an unknown word is taken for "none"
# says: expected a ValueError
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: a global maximum at the end
# says: global maximum
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(classes)])


# %% wrong: average pooling for "max", too
# says: That is 'average', not 'max'
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.AveragePooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: ten classes and one channel whatever is asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(downsampling)
    stack = [keras.Input((*input_shape[:2], 1))]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(10)])
