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
