# %% right: Sequential, layers added one by one
def build_mlp(input_shape, hidden_units, num_classes):
    model = keras.Sequential()
    model.add(keras.Input(shape=input_shape))
    model.add(keras.layers.Flatten())
    for units in hidden_units:
        model.add(keras.layers.Dense(units, activation="relu"))
    model.add(keras.layers.Dense(num_classes, activation="softmax"))
    return model

# %% right: functional
def build_mlp(input_shape, hidden_units, num_classes):
    inputs = keras.Input(input_shape)
    values = keras.layers.Flatten()(inputs)
    for units in hidden_units:
        values = keras.layers.Dense(units, activation=keras.activations.relu)(values)
    return keras.Model(inputs, keras.layers.Dense(num_classes, activation="softmax")(values))

# %% right: activations as layers, Reshape in place of Flatten
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Reshape((int(np.prod(input_shape)),))]
    for units in hidden_units:
        layers += [keras.layers.Dense(units), keras.layers.ReLU()]
    return keras.Sequential([*layers, keras.layers.Dense(num_classes), keras.layers.Softmax()])

# %% right: compiled already
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    model = keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])
    model.compile(loss="sparse_categorical_crossentropy")
    return model

# %% wrong: no softmax
# says: softmax is missing
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, keras.layers.Dense(num_classes)])

# %% wrong: sigmoid in place of softmax
# says: not sigmoid
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="sigmoid")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no ReLU
# says: no ReLU
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units) for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: forgets to flatten
# says: flatten the image first
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), *hidden, last])

# %% wrong: no biases
# says: biases are missing
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu", use_bias=False) for units in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax", use_bias=False)
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: the first number for every hidden layer
# says: used for its own layer
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(hidden_units[0], activation="relu") for _ in hidden_units]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: only the first hidden layer
# says: only the first hidden layer
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(hidden_units[0], activation="relu")]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no hidden layer
# says: no hidden layer
def build_mlp(input_shape, hidden_units, num_classes):
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), last])

# %% wrong: ten classes always
# says: output_shape
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    last = keras.layers.Dense(10, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])

# %% wrong: no Input, so the model does not know its input
# says: begin with keras.Input
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in hidden_units]
    return keras.Sequential([keras.layers.Flatten(), *hidden, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: needs at least one hidden layer
# says: index out of range
def build_mlp(input_shape, hidden_units, num_classes):
    layers = [keras.Input(input_shape), keras.layers.Flatten()]
    layers.append(keras.layers.Dense(hidden_units[0], activation="relu"))
    for units in hidden_units[1:]:
        layers.append(keras.layers.Dense(units, activation="relu"))
    return keras.Sequential([*layers, keras.layers.Dense(num_classes, activation="softmax")])

# %% wrong: hidden layers in reverse order
# says: opposite order
def build_mlp(input_shape, hidden_units, num_classes):
    hidden = [keras.layers.Dense(units, activation="relu") for units in reversed(hidden_units)]
    last = keras.layers.Dense(num_classes, activation="softmax")
    return keras.Sequential([keras.Input(input_shape), keras.layers.Flatten(), *hidden, last])
