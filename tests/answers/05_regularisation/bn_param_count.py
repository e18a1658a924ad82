# | clause of the docstring | tested by | answers |
# |---|---|---|
# | parameters: gamma, beta, moving mean, moving variance, one each a channel | visible; hidden: five shapes, one channel | one of each; gamma alone is trained; one set for all channels; stub; zeros; constant |
# | (features,) and (height, width, channels): the last number counts | visible: (28, 28, 16), (64,); hidden | a gamma for each pixel; takes the first number; needs three numbers; a mean for each row |
# | trainable, and not trainable | visible | all four trained; forgets the moving statistics; all four in place of those that are not trained |
# | a pair of integers | visible: two numbers | one number; a list; NumPy integers; an array |

# %% right: a list
def bn_param_count(input_shape):
    channels = input_shape[-1]
    gamma = beta = moving_mean = moving_variance = channels
    return [gamma + beta, moving_mean + moving_variance]


# %% right: NumPy integers
def bn_param_count(input_shape):
    return tuple(np.array([2, 2]) * input_shape[-1])


# %% right: asks Keras
def bn_param_count(input_shape):
    layer = layers.BatchNormalization()
    layer.build((None, *input_shape))
    count = lambda weights: sum(int(np.prod(weight.shape)) for weight in weights)
    return count(layer.trainable_weights), count(layer.non_trainable_weights)


# %% wrong: a gamma for each pixel
# says: not one a pixel
def bn_param_count(input_shape):
    return 2 * int(np.prod(input_shape)), 2 * int(np.prod(input_shape))


# %% wrong: all four trained
# says: Gradients do not train
def bn_param_count(input_shape):
    return 4 * input_shape[-1], 0


# %% wrong: forgets the moving statistics
# says: parameters, too
def bn_param_count(input_shape):
    return 2 * input_shape[-1], 0


# %% wrong: one number
# says: Two numbers
def bn_param_count(input_shape):
    return 4 * input_shape[-1]


# %% wrong: one of each
# says: gamma and beta
def bn_param_count(input_shape):
    return input_shape[-1], input_shape[-1]


# %% wrong: takes the first number
# says: last number of the shape
def bn_param_count(input_shape):
    return 2 * input_shape[0], 2 * input_shape[0]


# %% wrong: all four in place of those that are not trained
# says: not all four
def bn_param_count(input_shape):
    return 2 * input_shape[-1], 4 * input_shape[-1]


# %% right: an array
def bn_param_count(input_shape):
    return np.full(2, 2 * input_shape[-1])


# %% right: adds up in a loop
def bn_param_count(input_shape):
    *_, channels = input_shape
    trained = fixed = 0
    for _ in range(channels):
        trained += 2
        fixed += 2
    return trained, fixed


# %% wrong: gamma alone is trained
# says: expected
def bn_param_count(input_shape):
    return input_shape[-1], 3 * input_shape[-1]


# %% wrong: one set for all channels
# says: expected
def bn_param_count(input_shape):
    return 2, 2


# %% wrong: needs three numbers
# says: must not raise
def bn_param_count(input_shape):
    return 2 * input_shape[2], 2 * input_shape[2]


# %% wrong: a mean for each row
# says: expected
def bn_param_count(input_shape):
    return 2 * sum(input_shape), 2 * sum(input_shape)
