# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Sequential or functional Keras model with its input | visible | without an input; a subclass; None; functional; add by add, ReLU as a function |
# | not compiled | visible | compiled already |
# | layers named C1 to output, each its own | visible: maps or units of each | without names; the names of C5 and F6 swapped; the names of S2 and C3 swapped; the Flatten is called C5 |
# | no others but those that only change shapes | visible: outputs in training as outside it | Dropout before F6; BatchNormalization after C1; C5 as a convolution that sees all of S4 |
# | C1: 6 maps, 5 x 5, same, ReLU | visible: parameters and values | C1 without padding; no ReLU in C1 |
# | S2, S4: 2 x 2 max pooling | visible: values | average pooling; one pooling layer forgotten; S2 with stride 1 |
# | C3: 16 maps, 5 x 5, no padding, ReLU | visible | C3 padded too; convolutions without ReLU |
# | C5 and F6: 120 and 84 units, ReLU | visible | dense layers without ReLU; no ReLU in C5; C5 after the mean of S4 |
# | output: logits, (batch, num_classes) | visible: 10 and 7; hidden: drawn | softmax at the end; always ten classes; constant |
# | any input_shape | visible: (20, 36, 2); hidden: a drawn one | always 28 x 28 x 1 |
# | a new model at each call | hidden: two calls | one model for all calls |

# %% right: functional
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    inputs = keras.Input(input_shape)
    maps = layers.MaxPooling2D((2, 2), name="S2")(layers.Conv2D(6, (5, 5), padding="same", activation="relu", name="C1")(inputs))
    maps = layers.MaxPooling2D((2, 2), name="S4")(layers.Conv2D(16, (5, 5), activation="relu", name="C3")(maps))
    units = layers.Dense(120, activation="relu", name="C5")(layers.Flatten()(maps))
    units = layers.Dense(84, activation="relu", name="F6")(units)
    return keras.Model(inputs, layers.Dense(num_classes, name="output")(units))


# %% right: add by add, ReLU as a function
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    model = keras.Sequential()
    model.add(keras.Input(shape=input_shape))
    model.add(layers.Conv2D(6, 5, padding="same", activation=keras.activations.relu, name="C1"))
    model.add(layers.MaxPooling2D(2, strides=2, name="S2"))
    model.add(layers.Conv2D(16, 5, padding="valid", activation=keras.activations.relu, name="C3"))
    model.add(layers.MaxPooling2D(2, strides=2, name="S4"))
    model.add(layers.Flatten(name="flat"))
    for name, units in (("C5", 120), ("F6", 84)):
        model.add(layers.Dense(units, activation=keras.activations.relu, name=name))
    model.add(layers.Dense(num_classes, activation="linear", name="output"))
    return model


# %% right: C5 as a convolution that sees all of S4
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    size = ((input_shape[0] // 2 - 4) // 2, (input_shape[1] // 2 - 4) // 2)
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"),
        layers.Conv2D(120, size, activation="relu", name="C5"), layers.Flatten(),
        layers.Dense(84, activation="relu", name="F6"), layers.Dense(num_classes, name="output"),
    ])


# %% wrong: C1 without padding
# says: keep 28 x 28
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: C3 padded too
# says: C3 has no padding
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, padding="same", activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: softmax at the end
# says: no softmax
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, activation="softmax", name="output"),
    ])


# %% wrong: average pooling
# says: take the maximum
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.AveragePooling2D(2, name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.AveragePooling2D(2, name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: dense layers without ReLU
# says: missing in C5 and F6
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, name="C5"), layers.Dense(84, name="F6"), layers.Dense(num_classes, name="output"),
    ])


# %% wrong: convolutions without ReLU
# says: missing in C1 and C3
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: one pooling layer forgotten
# says: S4
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: without names
# says: expected layers named
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu"), layers.MaxPooling2D(),
        layers.Conv2D(16, 5, activation="relu"), layers.MaxPooling2D(), layers.Flatten(),
        layers.Dense(120, activation="relu"), layers.Dense(84, activation="relu"), layers.Dense(num_classes),
    ])


# %% wrong: without an input
# says: no keras.Input
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: always ten classes
# says: its outputs for 4 images: expected shape|expected shape
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(10, name="output"),
    ])


# %% wrong: no ReLU in C1
# says: missing in C1\.
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: no ReLU in C5
# says: missing in C5\.
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: always 28 x 28 x 1
# says: \(20, 36, 2\), 7
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input((28, 28, 1)),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: compiled already
# says: expected no compile
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    model = keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


# %% wrong: Dropout before F6
# says: in training
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dropout(0.3), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: BatchNormalization after C1
# says: count_params
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.BatchNormalization(), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: S2 with stride 1
# says: count_params
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(2, 1, name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: C5 after the mean of S4
# says: count_params
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        keras.Input(input_shape),
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.GlobalAveragePooling2D(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: one model for all calls
# says: expected two models
def build_lenet5(input_shape=(28, 28, 1), num_classes=10, made={}):
    if (input_shape, num_classes) not in made:
        made[input_shape, num_classes] = keras.Sequential([
            keras.Input(input_shape),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
            layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
            layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
            layers.Dense(num_classes, name="output"),
        ])
    return made[input_shape, num_classes]


# %% wrong: a subclass
# says: Sequential or functional
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    class LeNet(keras.Model):
        def __init__(self):
            super().__init__()
            self.body = [
                layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
                layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
                layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
                layers.Dense(num_classes, name="output"),
            ]

        def call(self, maps):
            for layer in self.body:
                maps = layer(maps)
            return maps

    model = LeNet()
    model(np.zeros((1, *input_shape), "float32"))
    return model


# %% right: layer by layer with add, a Reshape in place of Flatten
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    model = keras.models.Sequential(name="lenet")
    model.add(layers.InputLayer(shape=input_shape))
    for number, (filters, padding) in enumerate([(6, "same"), (16, "valid")]):
        model.add(layers.Conv2D(filters, (5, 5), strides=1, padding=padding, activation="relu", name=f"C{2 * number + 1}"))
        model.add(layers.MaxPool2D(pool_size=(2, 2), strides=2, name=f"S{2 * number + 2}"))
    model.add(layers.Reshape((-1,)))
    for name, units in (("C5", 120), ("F6", 84)):
        model.add(layers.Dense(units, activation=keras.activations.relu, name=name))
    model.add(layers.Dense(num_classes, activation="linear", name="output"))
    return model


# %% wrong: the names of C5 and F6 swapped
# says: maps or units of C1, S2, C3, S4, C5, F6
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"),
            layers.MaxPooling2D(name="S2"),
            layers.Conv2D(16, 5, activation="relu", name="C3"),
            layers.MaxPooling2D(name="S4"),
            layers.Flatten(name="flat"),
            layers.Dense(120, "relu", name="F6"),
            layers.Dense(84, "relu", name="C5"),
            layers.Dense(num_classes, name="output"),
        ]
    )


# %% wrong: the names of S2 and C3 swapped
# says: maps or units of C1, S2, C3, S4, C5, F6
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"),
            layers.MaxPooling2D(name="C3"),
            layers.Conv2D(16, 5, activation="relu", name="S2"),
            layers.MaxPooling2D(name="S4"),
            layers.Flatten(name="flat"),
            layers.Dense(120, "relu", name="C5"),
            layers.Dense(84, "relu", name="F6"),
            layers.Dense(num_classes, name="output"),
        ]
    )


# %% wrong: the Flatten is called C5
# says: maps or units of C1, S2, C3, S4, C5, F6
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential(
        [
            keras.Input(input_shape),
            layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"),
            layers.MaxPooling2D(name="S2"),
            layers.Conv2D(16, 5, activation="relu", name="C3"),
            layers.MaxPooling2D(name="S4"),
            layers.Flatten(name="C5"),
            layers.Dense(120, "relu", name="dense"),
            layers.Dense(84, "relu", name="F6"),
            layers.Dense(num_classes, name="output"),
        ]
    )
