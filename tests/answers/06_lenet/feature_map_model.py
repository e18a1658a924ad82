# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Keras model | visible | a list of layers; None |
# | with the same input, `model.inputs[0]`, of a Sequential too | visible | the layers' inputs; asks for model.input |
# | shares the original's layers | visible and hidden: after the weights have changed | a copy; a copy with new weights |
# | the model may branch | hidden: two branches | runs the layers one after the other; looks the layers up by name |
# | one output for each name | visible: one, two; hidden: all | the last one only; all layers; the original comes back |
# | in the order of layer_names, a list | visible: both orders | in the model's order; a dictionary; in the order of the alphabet |
# | the model stays as it is | visible: trainable; hidden: weights | freezes the original; renames its layers |
# | ValueError for an unknown name | bad input: beside a known one, alone | leaves out names that do not exist; takes the output for names that do not exist |
# | a single name: the tensor or a list of one | visible | a loop; a tuple of outputs |

# %% right: a loop
def feature_map_model(model, layer_names):
    outputs = []
    for name in layer_names:
        outputs.append(model.get_layer(name).output)
    return keras.Model(inputs=model.inputs, outputs=outputs)


# %% right: looks the layers up by name
def feature_map_model(model, layer_names):
    by_name = {layer.name: layer for layer in model.layers}
    missing = [name for name in layer_names if name not in by_name]
    if missing:
        raise ValueError(f"no layers {missing}")
    return keras.Model(model.inputs[0], [by_name[name].output for name in layer_names])


# %% wrong: runs the layers one after the other
def feature_map_model(model, layer_names):
    inputs = keras.Input(model.input_shape[1:])
    tensor, outputs = inputs, {}
    for layer in model.layers:
        tensor = layer(tensor)
        outputs[layer.name] = tensor
    if not set(layer_names) <= set(outputs):
        raise ValueError("there is no such layer")
    return keras.Model(inputs, [outputs[name] for name in layer_names])


# %% wrong: a copy
# says: share its layers
def feature_map_model(model, layer_names):
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return keras.Model(copy.inputs, [copy.get_layer(name).output for name in layer_names])


# %% wrong: a copy with new weights
# says: values are wrong|expected
def feature_map_model(model, layer_names):
    copy = keras.models.clone_model(model)
    return keras.Model(copy.inputs, [copy.get_layer(name).output for name in layer_names])


# %% wrong: the layers' inputs
# says: expected shape
def feature_map_model(model, layer_names):
    return keras.Model(model.inputs, [model.get_layer(name).input for name in layer_names])


# %% wrong: the last one only
# says: expected 2 outputs, got 1
def feature_map_model(model, layer_names):
    return keras.Model(model.inputs, model.get_layer(layer_names[-1]).output)


# %% wrong: in the model's order
# says: keep the order
def feature_map_model(model, layer_names):
    for name in layer_names:
        model.get_layer(name)
    return keras.Model(model.inputs, [layer.output for layer in model.layers if layer.name in layer_names])


# %% wrong: all layers
# says: outputs
def feature_map_model(model, layer_names):
    for name in layer_names:
        model.get_layer(name)
    return keras.Model(model.inputs, [layer.output for layer in model.layers])


# %% wrong: a list of layers
# says: expected a Keras model
def feature_map_model(model, layer_names):
    return [model.get_layer(name) for name in layer_names]


# %% wrong: leaves out names that do not exist
# says: expected a ValueError
def feature_map_model(model, layer_names):
    names = [layer.name for layer in model.layers]
    return keras.Model(model.inputs, [model.get_layer(name).output for name in layer_names if name in names])


# %% wrong: the original comes back
# says: expected shape
def feature_map_model(model, layer_names):
    return model


# %% right: a tuple of outputs
def feature_map_model(model, layer_names):
    return keras.Model(model.inputs[0], tuple(model.get_layer(name=name).output for name in layer_names))


# %% wrong: a dictionary
# says: got a dictionary
def feature_map_model(model, layer_names):
    return keras.Model(model.inputs[0], {name: model.get_layer(name).output for name in layer_names})


# %% wrong: in the order of the alphabet
# says: keep the order
def feature_map_model(model, layer_names):
    return keras.Model(model.inputs[0], [model.get_layer(name).output for name in sorted(layer_names)])


# %% wrong: freezes the original
# says: stay trainable
def feature_map_model(model, layer_names):
    model.trainable = False
    return keras.Model(model.inputs[0], [model.get_layer(name).output for name in layer_names])


# %% wrong: renames its layers
# says: no such layer
def feature_map_model(model, layer_names):
    outputs = [model.get_layer(name).output for name in layer_names]
    for layer in model.layers:
        layer.name = f"seen_{layer.name}"
    return keras.Model(model.inputs[0], outputs)


# %% wrong: takes the output for names that do not exist
# says: expected a ValueError
def feature_map_model(model, layer_names):
    outputs = {layer.name: layer.output for layer in model.layers}
    return keras.Model(model.inputs[0], [outputs.get(name, model.outputs[0]) for name in layer_names])


# %% wrong: asks for model.input
# says: has never been called
def feature_map_model(model, layer_names):
    return keras.Model(model.input, [model.get_layer(name).output for name in layer_names])
