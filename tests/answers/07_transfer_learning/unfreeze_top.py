# | clause of the docstring | tested by | answers |
# |---|---|---|
# | base learns from first_layer upwards | visible: conv_b, conv_a; hidden: four layers | unfreezes what lies below; begins one layer too late; zeros; constant; None; wrong shape |
# | all layers before it are frozen, also when called again | visible: two calls; hidden: four | opens the top and closes nothing that an earlier call has opened; opens everything and closes what is below, which a second call does not undo; everything learns; opens the network after its layers, which opens them all |
# | all BatchNormalization layers are frozen, whatever their names | visible: norm_b; hidden | BatchNorm learns too; knows BatchNorm by its name |
# | layers of any kind | visible: a depthwise convolution called bn_like | opens Conv2D only |
# | base.trainable is True afterwards | visible; hidden: False closes all again | leaves base.trainable at False, so that a later False freezes nothing |
# | layers outside base stay as they are | visible: a frozen stem; hidden: a frozen head | opens all of the model; opens the last layer as well |
# | compiled again, with a new Adam of that rate | visible and hidden | does not compile again; only sets the old optimiser's rate; plain gradient descent; the default rate of Adam |
# | the cross-entropy for integer labels and logits | visible: the loss | a loss that takes logits for probabilities |
# | the metric accuracy | visible | no metric |
# | how many parameters of model are trainable now | visible: 116; hidden | compiles first, then unfreezes, and stays at the old list; counts base alone; counts what is in frozen layers too |
# | ValueError that names the layer; nothing is changed | bad input | an unknown name unfreezes nothing and says nothing; freezes everything before it looks for the name; compiles before it looks for the name; an error that does not name the layer |
# | any way to do it | visible and hidden | a flag that is raised at the first layer; slices of the list of layers |

# %% right: a flag that is raised at the first layer
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)  # raises ValueError
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        layer.trainable = reached and not isinstance(layer, layers.BatchNormalization)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return int(sum(np.prod(v.shape) for v in model.trainable_variables))


# %% right: slices of the list of layers
def unfreeze_top(model, base, first_layer, learning_rate):
    positions = [i for i, layer in enumerate(base.layers) if layer.name == first_layer]
    if not positions:
        raise ValueError(f"no layer {first_layer}")
    base.trainable = False
    base.trainable = True
    for layer in base.layers[: positions[0]]:
        layer.trainable = False
    for layer in base.layers[positions[0] :]:
        layer.trainable = type(layer).__name__ != "BatchNormalization"
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    total = 0
    for variable in model.trainable_variables:
        total += variable.numpy().size
    return total


# %% wrong: opens everything and closes what is below, which a second call does not undo
# says: conv_a stayed frozen|expected
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        if not reached or isinstance(layer, layers.BatchNormalization):
            layer.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens the top and closes nothing that an earlier call has opened
# says: expected
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    if not base.trainable:
        base.trainable = True
        for layer in base.layers:
            layer.trainable = False
    for layer in base.layers[names.index(first_layer) :]:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: BatchNorm learns too
# says: BatchNorm stays frozen
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for layer in base.layers[: names.index(first_layer)]:
        layer.trainable = False
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: everything learns
# says: BatchNorm included
def unfreeze_top(model, base, first_layer, learning_rate):
    base.get_layer(first_layer)
    base.trainable = True
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: does not compile again
# says: compile again
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: only sets the old optimiser's rate
# says: metric accuracy
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    model.optimizer.learning_rate = learning_rate
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: compiles first, then unfreezes, and stays at the old list
# says: expected
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    count = sum(int(np.prod(v.shape)) for v in model.trainable_weights)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    return count


# %% wrong: unfreezes what lies below
# says: below conv_b
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i < names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: a loss that takes logits for probabilities
# says: of logits
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: begins one layer too late
# says: expected
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i > names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: an unknown name unfreezes nothing and says nothing
# says: expected a ValueError
def unfreeze_top(model, base, first_layer, learning_rate):
    base.trainable, reached = True, False
    for layer in base.layers:
        reached = reached or layer.name == first_layer
        layer.trainable = reached and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: freezes everything before it looks for the name
# says: whether base learns after
def unfreeze_top(model, base, first_layer, learning_rate):
    base.trainable = True
    for layer in base.layers:
        layer.trainable = False
    names = [layer.name for layer in base.layers]
    start = names.index(first_layer)  # raises ValueError
    for layer in base.layers[start:]:
        layer.trainable = not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: leaves base.trainable at False, so that a later False freezes nothing
# says: base.trainable after
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens the network after its layers, which opens them all
# says: BatchNorm included
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    base.trainable = True
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: no metric
# says: accuracy
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss)
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: plain gradient descent
# says: the optimiser now
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: knows BatchNorm by its name
# says: by its class
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and "bn" not in layer.name
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens Conv2D only
# says: not Conv2D alone
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and isinstance(layer, layers.Conv2D)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens all of the model
# says: outside base
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    model.trainable = True
    for layer in model.layers:
        layer.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: opens the last layer as well
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    model.layers[-1].trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: the default rate of Adam
# says: the rate now
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: counts base alone
# says: new last layer counts too
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in base.trainable_weights)


# %% wrong: counts what is in frozen layers too
# says: expected 116
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return model.count_params()


# %% wrong: compiles before it looks for the name
# says: the learning rate after .* is not in base
def unfreeze_top(model, base, first_layer, learning_rate):
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    names = [layer.name for layer in base.layers]
    start = names.index(first_layer)
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= start and not isinstance(layer, layers.BatchNormalization)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)


# %% wrong: an error that does not name the layer
# says: whose message names conv_z
def unfreeze_top(model, base, first_layer, learning_rate):
    names = [layer.name for layer in base.layers]
    if first_layer not in names:
        raise ValueError("no such layer in the backbone")
    base.trainable = True
    for i, layer in enumerate(base.layers):
        layer.trainable = i >= names.index(first_layer) and not isinstance(layer, layers.BatchNormalization)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(learning_rate), loss, metrics=["accuracy"])
    return sum(int(np.prod(v.shape)) for v in model.trainable_weights)
