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
# says: without keras.Input
def build_lenet5(input_shape=(28, 28, 1), num_classes=10):
    return keras.Sequential([
        layers.Conv2D(6, 5, padding="same", activation="relu", name="C1"), layers.MaxPooling2D(name="S2"),
        layers.Conv2D(16, 5, activation="relu", name="C3"), layers.MaxPooling2D(name="S4"), layers.Flatten(),
        layers.Dense(120, activation="relu", name="C5"), layers.Dense(84, activation="relu", name="F6"),
        layers.Dense(num_classes, name="output"),
    ])


# %% wrong: always ten classes
# says: output_shape
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
