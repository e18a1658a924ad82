# | clause of the docstring | tested by | answers |
# |---|---|---|
# | all weights are taken out of training | visible: what is left; hidden: a training step | counts and does not freeze; freezes only convolutions and dense layers, and forgets the network inside; leaves BatchNorm open; all but the last layer; None |
# | of models inside it as well | visible: a network in a network | counts only the layers that stand outside |
# | the weights' values are not changed | visible, first | sets the weights to zero |
# | an integer: single numbers, not arrays | visible: 165; hidden: other sizes | counts arrays; zeros; constant; wrong shape |
# | those that were trainable before | visible: moving statistics, and a second call; hidden: a part frozen before | counts after freezing; counts the moving statistics; counts everything but the moving statistics, trainable or not |
# | any way to freeze and count | hidden: a training step | layer by layer, with nested networks opened; by difference; by recursion |

# %% right: layer by layer, with nested networks opened
def freeze_backbone(base):
    count = 0
    for weight in base.trainable_variables:
        count += weight.numpy().size
    for layer in base.layers:
        layer.trainable = False
    base.trainable = False
    return count


# %% right: by difference
def freeze_backbone(base):
    def trainable():
        total = 0
        for w in base.trainable_weights:
            n = 1
            for size in w.shape:
                n *= size
            total += n
        return total

    before = trainable()
    base.trainable = False
    return before - trainable()


# %% wrong: counts after freezing
# says: Count before you freeze
def freeze_backbone(base):
    base.trainable = False
    return sum(int(np.prod(v.shape)) for v in base.trainable_weights)


# %% wrong: counts the moving statistics
# says: moving statistics were never trainable
def freeze_backbone(base):
    base.trainable = False
    return base.count_params()


# %% wrong: counts arrays
# says: number of arrays
def freeze_backbone(base):
    count = len(base.trainable_weights)
    base.trainable = False
    return count


# %% wrong: counts and does not freeze
# says: can still be trained
def freeze_backbone(base):
    return sum(int(np.prod(v.shape)) for v in base.trainable_weights)


# %% wrong: freezes only convolutions and dense layers, and forgets the network inside
# says: inside the network still learns
def freeze_backbone(base):
    count = sum(int(np.prod(v.shape)) for v in base.trainable_weights)
    for layer in base.layers:
        if isinstance(layer, layers.Conv2D | layers.Dense):
            layer.trainable = False
    return count


# %% wrong: leaves BatchNorm open
# says: BatchNorm's two arrays
def freeze_backbone(base):
    count = sum(int(np.prod(v.shape)) for v in base.trainable_weights)

    def close(layer):
        if hasattr(layer, "layers"):
            for inner in layer.layers:
                close(inner)
        elif not isinstance(layer, layers.BatchNormalization):
            layer.trainable = False

    close(base)
    return count


# %% wrong: counts only the layers that stand outside
# says: network inside the network
def freeze_backbone(base):
    count = sum(
        int(np.prod(v.shape)) for layer in base.layers if not hasattr(layer, "layers") for v in layer.trainable_weights
    )
    base.trainable = False
    return count


# %% wrong: sets the weights to zero
# says: expected the input to stay
def freeze_backbone(base):
    count = sum(int(np.prod(v.shape)) for v in base.trainable_weights)
    base.trainable = False
    base.set_weights([0 * w for w in base.get_weights()])
    return count


# %% right: by recursion
def freeze_backbone(base):
    def close(layer):
        inner = getattr(layer, "layers", None)
        if inner:
            count = sum(close(part) for part in inner)
        else:
            count = sum(int(keras.ops.size(weight)) for weight in layer.trainable_weights)
        layer.trainable = False
        return count

    return close(base)


# %% wrong: all but the last layer
# says: The last layer
def freeze_backbone(base):
    count = sum(int(np.prod(v.shape)) for v in base.trainable_weights)
    for layer in base.layers[:-1]:
        layer.trainable = False
    return count


# %% wrong: counts everything but the moving statistics, trainable or not
def freeze_backbone(base):
    base.trainable = True
    count = sum(int(np.prod(v.shape)) for v in base.weights if "moving" not in v.path)
    base.trainable = False
    return count
