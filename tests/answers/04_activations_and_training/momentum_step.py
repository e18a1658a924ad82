# | clause of the docstring | tested by | answers |
# |---|---|---|
# | velocity: momentum * velocity - learning_rate * gradient | visible: 1, 2, 0.5; hidden: five steps against Keras | uphill; a velocity without the learning rate; a running mean; the velocity takes up the whole gradient; zeros; constant; None; stub |
# | the old velocity is kept by the factor momentum | visible; hidden: momentum 0.8 and 0.95 | plain gradient descent; momentum fixed at 0.9 |
# | momentum is 0.9 where it is not given | visible: without momentum | another default |
# | the weights move by the new velocity | visible: 1 becomes 1.25 | moves by the old velocity; velocity subtracted; Nesterov |
# | a tuple (new weights, new velocity) | visible | order of the results; only the weights |
# | any shape | hidden: (5,), (3, 4), (2, 2, 3), () | wrong shape; swapped axes; wants an axis |
# | all three stay as they are | visible, first; hidden | writes into velocity; changed input |
# | new arrays | visible; hidden, also where nothing moves | hands out the old weights; hands out its input where nothing moves |
# | ValueError if the three shapes differ | bad input: each array alone broadcasts; tables and rows | no errors; compares two shapes; compares the sizes |
# | momentum at least 0 | bad input: -0.1; hidden in the main check: 0 is valid | a negative momentum accepted; a momentum of 0 refused |
# | momentum less than 1 | bad input: 1.0, 1.5 | momentum not tested |
# | any way to compute it | all | number by number, as a list; by Keras; in float32; in float64; as a tensor |

# %% right: without a helper name
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if weights.shape != gradient.shape or weights.shape != velocity.shape:
        raise ValueError("the shapes differ")
    if momentum < 0 or momentum >= 1:
        raise ValueError("momentum has to be in [0, 1)")
    velocity = velocity * momentum - gradient * learning_rate
    return weights + velocity, velocity


# %% right: number by number, as a list
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if {weights.shape, gradient.shape} != {velocity.shape}:
        raise ValueError("the shapes differ")
    if not 0 <= momentum < 1:
        raise ValueError("momentum has to be in [0, 1)")
    new_weights, new_velocity = weights.copy(), velocity.copy()
    for place in np.ndindex(weights.shape):
        new_velocity[place] = momentum * velocity[place] - learning_rate * gradient[place]
        new_weights[place] = weights[place] + new_velocity[place]
    return [new_weights, new_velocity]


# %% right: by Keras
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not (weights.shape == gradient.shape == velocity.shape and 0 <= momentum < 1):
        raise ValueError("shapes or momentum are wrong")
    new_velocity = keras.ops.convert_to_tensor(momentum * velocity - learning_rate * gradient)
    return keras.ops.convert_to_tensor(weights) + new_velocity, new_velocity


# %% wrong: uphill
# says: downhill
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity + learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a velocity without the learning rate
# says: no learning rate
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity + gradient
    return weights - learning_rate * new_velocity, new_velocity


# %% wrong: plain gradient descent
# says: forgotten
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = -learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a running mean
# says: 1 - momentum
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - (1 - momentum) * learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: moves by the old velocity
# says: new velocity
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    return weights + velocity, momentum * velocity - learning_rate * gradient


# %% wrong: order of the results
# says: order is
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return new_velocity, weights + new_velocity


# %% wrong: only the weights
# says: tuple
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    return weights + momentum * velocity - learning_rate * gradient


# %% wrong: velocity subtracted
# says: velocity is added
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights - new_velocity, new_velocity


# %% wrong: Nesterov
# says: Nesterov
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + momentum * new_velocity - learning_rate * gradient, new_velocity


# %% wrong: writes into velocity
# says: stay as it was
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    velocity *= momentum
    velocity -= learning_rate * gradient
    return weights + velocity, velocity.copy()


# %% wrong: no errors
# says: bad|less than 1
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: momentum not tested
# says: less than 1
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape:
        raise ValueError("shapes differ")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: momentum fixed at 0.9
# says: momentum 0.8
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = 0.9 * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: the velocity takes up the whole gradient
# says: no learning rate
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    new_velocity = momentum * velocity - gradient
    return weights + learning_rate * new_velocity, new_velocity


# %% wrong: another default
# says: has a default
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.0):
    if not weights.shape == gradient.shape == velocity.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: wants an axis
# says: must not raise
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    if len(weights) == 0:
        raise ValueError("no weights")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: hands out the old weights
# says: memory of the input|stay as it was
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    weights += new_velocity
    return weights, new_velocity


# %% wrong: compares two shapes
# says: compare them yourself
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if weights.shape != gradient.shape or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: compares the sizes
# says: compare them yourself
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.size == gradient.size == velocity.size or not 0 <= momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a negative momentum accepted
# says: at least 0
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or momentum >= 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: a momentum of 0 refused
# says: must not raise
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not weights.shape == gradient.shape == velocity.shape or not 0 < momentum < 1:
        raise ValueError("shapes or momentum")
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity


# %% wrong: hands out its input where nothing moves
# says: new array
def momentum_step(weights, gradient, velocity, learning_rate, momentum=0.9):
    if not (weights.shape == gradient.shape == velocity.shape):
        raise ValueError("the shapes differ")
    if not 0 <= momentum < 1:
        raise ValueError("momentum has to be in [0, 1)")
    if not gradient.any() and not velocity.any():
        return weights, velocity
    new_velocity = momentum * velocity - learning_rate * gradient
    return weights + new_velocity, new_velocity
