# %% right: a mask that is multiplied
def dropout_forward(inputs, rate, random_numbers, training):
    if rate < 0 or rate >= 1:
        raise ValueError("rate has to be in [0, 1)")
    if not training:
        return inputs * 1.0
    mask = (random_numbers >= rate).astype(inputs.dtype) / (1.0 - rate)
    return inputs * mask


# %% right: a loop over stretched numbers
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0.0 <= rate < 1.0:
        raise ValueError("rate out of range")
    outputs = np.array(inputs, dtype="float64")
    if training:
        numbers = np.broadcast_to(random_numbers, inputs.shape)
        for index in np.ndindex(inputs.shape):
            outputs[index] = 0.0 if numbers[index] < rate else outputs[index] / (1 - rate)
    return outputs


# %% right: with Keras' functions
def dropout_forward(inputs, rate, random_numbers, training):
    if rate < 0 or rate >= 1:
        raise ValueError("rate has to be in [0, 1)")
    if not training:
        return keras.ops.convert_to_tensor(inputs)
    return keras.ops.where(random_numbers < rate, 0.0, inputs / (1 - rate))


# %% wrong: no scaling in training
# says: not scaled
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs) if training else inputs.copy()


# %% wrong: scales at inference, as in 2014
# says: not scaled
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs) if training else inputs * (1 - rate)


# %% wrong: scales in training and at inference
# says: Inference needs no scaling
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs * (1 - rate)


# %% wrong: divides by the rate
# says: divide by the share that is kept
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 < rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / rate) if training else inputs.copy()


# %% wrong: keeps what should be dropped
# says: small random number means dropped
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, inputs / (1 - rate), 0) if training else inputs.copy()


# %% wrong: drops at inference, too
# says: Inference drops nothing
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate))


# %% wrong: drops where the number equals the rate
# says: 0.5 is not less than the rate
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers <= rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: multiplies by the share that is kept
# says: made smaller
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs * (1 - rate)) if training else inputs.copy()


# %% wrong: accepts a rate of 1
# says: expected a ValueError
def dropout_forward(inputs, rate, random_numbers, training):
    if not training:
        return inputs.copy()
    return np.where(random_numbers < rate, 0, inputs / max(1 - rate, 1e-9))


# %% wrong: writes the zeros into the inputs
# says: stay as it was
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return inputs
    result = inputs / (1 - rate)
    inputs *= np.broadcast_to(random_numbers >= rate, inputs.shape)
    return np.where(random_numbers < rate, 0, result)


# %% wrong: draws its own random numbers
# says: expected
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    numbers = np.random.default_rng().uniform(size=inputs.shape)
    return np.where(numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: accepts a negative rate
# says: rate -0.1: expected a ValueError
def dropout_forward(inputs, rate, random_numbers, training):
    if rate >= 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: refuses the legal rate 0
# says: rate
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 < rate < 1:
        raise ValueError("rate has to be between 0 and 1")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: the inputs themselves at inference
# says: a new array
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs


# %% wrong: integers at inference
# says: array of floats
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.astype(int)


# %% wrong: a mask that does not stretch
# says: index|shape|dimension
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    outputs = inputs.copy()
    if training:
        outputs = inputs / (1 - rate)
        outputs[random_numbers < rate] = 0
    return outputs
