# | clause of the docstring | tested by | answers |
# |---|---|---|
# | inverted: what is kept is divided by 1 - rate | visible: rate 0.5, then 0.25; hidden: six rates | no scaling in training; divides by the rate; multiplies by the share that is kept |
# | written out, without a library's Dropout | visible: Keras' and TensorFlow's taken away | calls Keras' Dropout; hands the work to a Dropout layer |
# | inputs of any shape, the batch first | visible: 2 and 4 axes; hidden: 1, 2 and 4 axes, a batch of one | only two axes |
# | inputs and random_numbers are not changed | visible and hidden: unchanged, before the values | writes the zeros into the inputs; turns the random numbers into a mask; changed input |
# | rate: the probability of being dropped, 0 included | visible: 0; hidden: 0.0, and drawn from 0.1 to 0.9 | refuses the legal rate 0; rounds the rate |
# | random_numbers of the shape of inputs, or stretched to it | visible: (4, 1, 1, 3); hidden: drawn, (a, 1, 1, d), (n, 1), (n,) | a mask that does not stretch; a loop over stretched numbers |
# | dropped where the random number is less than rate | visible: a number equal to the rate | keeps what should be dropped; drops where the number equals the rate |
# | no other random numbers are drawn | visible: two calls give the same | draws its own random numbers; draws its own numbers from a fixed seed |
# | inference: nothing is dropped, nothing scaled | visible; hidden: all shapes | scales at inference, as in 2014; scales in training and at inference; drops at inference, too |
# | a new array | visible and hidden: shares no memory, in both modes | the inputs themselves at inference; a view of the inputs at inference |
# | of floats, of the shape of inputs | visible: kind of the result; hidden: shape | integers at inference; wrong shape; with Keras' functions; in float32 |
# | ValueError for a rate of 1 or more | bad input: 1, 1.5, a drawn one | accepts a rate of 1; accepts a rate above 1 |
# | ValueError for a negative rate | bad input: -0.1, -1, a drawn one | accepts a negative rate |
# | ... in training and at inference | bad input: 1, -1, training=False | tests the rate in training only |
# | ... with a message | bad input: text not empty | an error without a message |

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
# says: draw none of your own
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    numbers = np.random.default_rng().uniform(size=inputs.shape)
    return np.where(numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: accepts a negative rate
# says: -0.1, random_numbers, training=True.: expected a ValueError
def dropout_forward(inputs, rate, random_numbers, training):
    if rate >= 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: refuses the legal rate 0
# says: must not raise
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 < rate < 1:
        raise ValueError("rate has to be between 0 and 1")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: the inputs themselves at inference
# says: new array
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs


# %% wrong: integers at inference
# says: no floats
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.astype(int)


# %% wrong: a mask that does not stretch
# says: must not raise
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    outputs = inputs.copy()
    if training:
        outputs = inputs / (1 - rate)
        outputs[random_numbers < rate] = 0
    return outputs


# %% right: nested lists of Python's own numbers
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate must lie in [0, 1)")

    def holes(values, numbers):
        if np.ndim(values) == 0:
            return 0.0 if numbers < rate else float(values) / (1 - rate)
        return [holes(value, number) for value, number in zip(values, numbers)]

    result = holes(inputs, np.broadcast_to(random_numbers, np.shape(inputs))) if training else inputs.tolist()
    return np.array(result, dtype="float32")


# %% wrong: calls Keras' Dropout
# says: written by hand, got a call of keras.random.dropout
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return keras.random.dropout(inputs, rate) if training else inputs.copy()


# %% wrong: hands the work to a Dropout layer
# says: written by hand, got a call of keras.layers.Dropout
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return layers.Dropout(rate)(inputs, training=training)


# %% wrong: only two axes
# says: shape|axes|unpack
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    outputs = np.array(inputs)
    if training:
        rows, columns = inputs.shape
        for row in range(rows):
            for column in range(columns):
                dropped = random_numbers[row, column] < rate
                outputs[row, column] = 0 if dropped else inputs[row, column] / (1 - rate)
    return outputs


# %% wrong: turns the random numbers into a mask
# says: random_numbers: expected the input to stay
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    if not training:
        return inputs.copy()
    random_numbers[...] = random_numbers >= rate
    return inputs * random_numbers / (1 - rate)


# %% wrong: rounds the rate
# says: expected
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    rate = round(rate * 2) / 2
    return np.where(random_numbers < rate, 0, inputs / (1.001 - rate)) if training else inputs.copy()


# %% wrong: draws its own numbers from a fixed seed
# says: expected
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    numbers = np.random.default_rng(0).uniform(size=inputs.shape)
    return np.where(numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: a view of the inputs at inference
# says: new array
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError("rate")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs[...]


# %% wrong: accepts a rate above 1
# says: 1.5, random_numbers, training=True.: expected a ValueError
def dropout_forward(inputs, rate, random_numbers, training):
    if rate < 0 or rate == 1:
        raise ValueError("rate has to be in [0, 1)")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()


# %% wrong: tests the rate in training only
# says: before you look at training
def dropout_forward(inputs, rate, random_numbers, training):
    if not training:
        return inputs.copy()
    if not 0 <= rate < 1:
        raise ValueError("rate has to be in [0, 1)")
    return np.where(random_numbers < rate, 0, inputs / (1 - rate))


# %% wrong: an error without a message
# says: says what is wrong
def dropout_forward(inputs, rate, random_numbers, training):
    if not 0 <= rate < 1:
        raise ValueError
    return np.where(random_numbers < rate, 0, inputs / (1 - rate)) if training else inputs.copy()
