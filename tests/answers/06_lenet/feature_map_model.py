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
    return keras.Model(model.layers[0].input, [by_name[name].output for name in layer_names])


# %% right: calls the layers again
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
# says: share the layers
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
# says: expected 2 outputs
def feature_map_model(model, layer_names):
    return model
