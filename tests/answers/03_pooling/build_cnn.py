# | clause of the docstring | tested by | answers |
# |---|---|---|
# | for each number in filters one block | visible: 3 blocks; hidden: 1 to 3 | two blocks whatever is asked for |
# | a 3 x 3 convolution with so many filters, a bias | visible and hidden: the shapes of the weights | kernels of 5; one filter more than asked for; no biases in the convolutions |
# | padding="same" and ReLU | visible and hidden: the scores for random weights and images | no padding; no ReLU; ReLU as a layer of its own, poolings from a dictionary |
# | the halving at the end of each block, also in the last | visible and hidden: the scores | the last block does not halve |
# | then global average pooling and a dense layer | visible and hidden: the scores, the shapes of the weights | a flattened map; a global maximum at the end; a dense layer between; global average pooling that keeps its axes, and a flatten |
# | nothing that differs while training | hidden: training=True | Dropout that nobody asked for; BatchNorm that nobody asked for |
# | "max" or "average": 2 x 2 pooling | visible and hidden: the scores | max and average swapped; average pooling for "max", too; pooling with windows of 3 and stride 2; one pooling layer reused in all blocks; keras.ops in a functional model |
# | "strided": the convolution itself has stride 2 | visible and hidden: the scores | a strided convolution of its own in each block; strided is taken for none |
# | input_shape, classes | visible: 32 x 40 x 2 and 3; hidden: six shapes | images of 28 x 28 x 1 whatever is asked for; ten classes whatever is asked for |
# | the defaults | hidden: build_cnn("average") | other defaults |
# | a Keras model of any kind that has its weights | visible and hidden | no input, so that the model is not built; a list of layers in place of a model; None; stub; zeros; constant; a subclass, built by a call, its dense layer made first; a model of models, and average pooling over the whole map; the functional API |
# | scores, not probabilities: (batch, classes) | visible and hidden: the scores | softmax at the end; a ReLU on the scores |
# | ValueError for another downsampling | bad input: "median"; hidden: "Max", "No", "stride", "maximum" | an unknown word is taken for "none"; capitals are understood, too; a KeyError from the dictionary |
# | with a message that names it | bad input: every error | an error that does not name the word; an error whose message is the word alone |


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


# %% right: one pooling layer reused in all blocks
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    ways = {"max": layers.MaxPooling2D(2), "average": layers.AveragePooling2D(2), "strided": None, "none": None}
    if downsampling not in ways:
        raise ValueError(f"unknown downsampling {downsampling!r}")
    x = inputs = keras.Input(input_shape)
    for n in filters:
        x = layers.Conv2D(n, 3, strides=1 + (downsampling == "strided"), padding="same", activation="relu")(x)
        if ways[downsampling]:
            x = ways[downsampling](x)
    return keras.Model(inputs, layers.Dense(classes)(layers.GlobalAveragePooling2D()(x)))


# %% right: keras.ops in a functional model
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    if downsampling not in ("max", "average", "strided", "none"):
        raise ValueError(f"unknown downsampling {downsampling!r}")
    x = inputs = keras.Input(input_shape)
    for n in filters:
        x = keras.ops.relu(layers.Conv2D(n, 3, 2 if downsampling == "strided" else 1, "same")(x))
        if downsampling == "max":
            x = keras.ops.max_pool(x, 2)
        elif downsampling == "average":
            x = keras.ops.average_pool(x, 2)
    return keras.Model(inputs, layers.Dense(classes)(keras.ops.mean(x, axis=(1, 2))))


# %% right: global average pooling that keeps its axes, and a flatten
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(keepdims=True), layers.Flatten(), layers.Dense(classes)])


# %% right: a subclass, built by a call, its dense layer made first
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    if downsampling not in {"max", "average", "strided", "none"}:
        raise ValueError(f"{downsampling} is no way of halving")

    class Network(keras.Model):
        def __init__(self):
            super().__init__()
            self.scores = layers.Dense(classes)
            step = 2 if downsampling == "strided" else 1
            self.convolutions = [layers.Conv2D(n, 3, strides=step, padding="same") for n in filters]

        def call(self, x):
            for convolution in self.convolutions:
                x = keras.ops.relu(convolution(x))
                if downsampling == "max":
                    x = keras.ops.max_pool(x, 2)
                if downsampling == "average":
                    x = keras.ops.average_pool(x, 2)
            return self.scores(keras.ops.mean(x, axis=(1, 2)))

    network = Network()
    network(np.zeros((1, *input_shape), dtype="float32"))
    return network


# %% right: a model of models, and average pooling over the whole map
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    if downsampling not in ("max", "average", "strided", "none"):
        raise ValueError(f"unknown downsampling {downsampling!r}")
    blocks, side, channels = [], list(input_shape[:2]), input_shape[2]
    for n in filters:
        block = [keras.Input((*side, channels))]
        block.append(layers.Conv2D(n, (3, 3), (2, 2) if downsampling == "strided" else (1, 1), "same", activation="relu"))
        if downsampling in ("max", "average"):
            block.append({"max": layers.MaxPool2D, "average": layers.AvgPool2D}[downsampling]((2, 2)))
        blocks.append(keras.Sequential(block))
        side, channels = list(blocks[-1].output_shape[1:3]), n
    return keras.Sequential([keras.Input(input_shape), *blocks, layers.AveragePooling2D(tuple(side)), layers.Flatten(), layers.Dense(classes)])


# %% wrong: a flattened map
# says: flattened map
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
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
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes, activation="softmax")])


# %% wrong: a ReLU on the scores
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes, activation="relu")])


# %% wrong: no ReLU
# says: no ReLU
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: max and average swapped
# says: That is .average
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"average": layers.MaxPooling2D, "max": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: average pooling for "max", too
# says: That is .average
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.AveragePooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: strided is taken for none
# says: That is .none
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: a strided convolution of its own in each block
# says: has to take the stride
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D, "strided": lambda _: layers.Conv2D(n, 3, strides=2, padding="same", activation="relu")}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: the last block does not halve
# says: Not in the last block
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" and len(stack) < len(filters) else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2) if len(stack) < 2 * len(filters) else layers.Identity())
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: no padding
# says: padding="same"
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
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
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu", use_bias=False))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: kernels of 5
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 5, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: pooling with windows of 3 and stride 2
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](3, 2, padding="same"))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: no input, so that the model is not built
# says: keras.Input
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = []
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: two blocks whatever is asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in (8, 16):
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: one filter more than asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in [n + 1 for n in filters]:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: ten classes whatever is asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(10)])


# %% wrong: images of 28 x 28 x 1 whatever is asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input((28, 28, 1))]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: other defaults
def build_cnn(downsampling, filters=(16, 32), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
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
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalMaxPooling2D(), layers.Dense(classes)])


# %% wrong: Dropout that nobody asked for
# says: Dropout or noise
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dropout(0.5), layers.Dense(classes)])


# %% wrong: BatchNorm that nobody asked for
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.BatchNormalization(), layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: a dense layer between
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(32, activation="relu"), layers.Dense(classes)])


# %% wrong: a list of layers in place of a model
# says: weights
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return [*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)]


# %% wrong: an unknown word is taken for "none"
# says: expected a ValueError
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if False:
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: capitals are understood, too
# says: expected a ValueError
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling.lower() not in (*pooling, "strided", "none"):
        raise ValueError(f"there is no {downsampling}")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling or downsampling.lower() in pooling:
            stack.append(pooling[downsampling.lower()](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: a KeyError from the dictionary
# says: expected a ValueError
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pool = {"max": [layers.MaxPooling2D], "average": [layers.AveragePooling2D], "strided": [], "none": []}[downsampling]
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        stack += [kind(2) for kind in pool]
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% wrong: an error that does not name the word
# says: names median
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    pooling = {"max": layers.MaxPooling2D, "average": layers.AveragePooling2D}
    if downsampling not in (*pooling, "strided", "none"):
        raise ValueError("max, average, strided or none")
    stack = [keras.Input(input_shape)]
    for n in filters:
        stack.append(layers.Conv2D(n, 3, strides=2 if downsampling == "strided" else 1, padding="same", activation="relu"))
        if downsampling in pooling:
            stack.append(pooling[downsampling](2))
    return keras.Sequential([*stack, layers.GlobalAveragePooling2D(), layers.Dense(classes)])


# %% right: an error whose message is the word alone
def build_cnn(downsampling, filters=(8, 16), input_shape=(28, 28, 1), classes=10):
    if downsampling not in {"max", "average", "strided", "none"}:
        raise ValueError(downsampling)
    model = keras.models.Sequential()
    for channels in filters:
        stride = 2 if downsampling == "strided" else 1
        model.add(layers.Conv2D(channels, 3, stride, padding="same", activation="relu"))
        if downsampling in ("max", "average"):
            model.add(getattr(layers, f"{downsampling.capitalize()}Pooling2D")(2))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(classes))
    model.build((None, *input_shape))
    return model
