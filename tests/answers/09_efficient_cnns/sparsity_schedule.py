# | clause of the docstring | tested by | answers |
# |---|---|---|
# | Zhu and Gupta's cubic | visible: 200, hints; hidden: 7 steps each | linear; slow first; falls; square |
# | before begin the initial one | visible: 0; hidden | the formula alone; zero before begin |
# | after end the final one | visible: 5000; hidden | only the beginning is limited; back to zero after the end |
# | final, initial | visible: 0.5 to 0.9; hidden: drawn | leaves out the initial one; a sign; swapped |
# | a float | visible and hidden | Keras' PolynomialDecay; with NumPy; percent |
# | ValueError if end does not come after begin | bad input: equal, before | takes any end; equal ones only beyond; tests behind the formula |
# | ... with a message | bad input | an error without a message |

# %% right: three cases
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if not end > begin:
        raise ValueError("end has to be larger than begin")
    if step <= begin:
        return initial
    if step >= end:
        return final
    return final + (initial - final) * (1 - (step - begin) / (end - begin)) ** 3


# %% right: with NumPy
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end - begin <= 0:
        raise ValueError("nothing between begin and end")
    left = np.clip((end - step) / (end - begin), 0, 1)
    return final * (1 - left**3) + initial * left**3


# %% right: Keras' PolynomialDecay
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    decay = keras.optimizers.schedules.PolynomialDecay(initial, end - begin, end_learning_rate=final, power=3)
    return float(decay(max(step - begin, 0)))


# %% wrong: linear
# says: linear
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return initial + (final - initial) * min(max((step - begin) / (end - begin), 0), 1)


# %% wrong: slow first
# says: other way round
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return initial + (final - initial) * min(max((step - begin) / (end - begin), 0), 1) ** 3


# %% wrong: falls
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final * (1 - min(max((step - begin) / (end - begin), 0), 1)) ** 3


# %% wrong: square
# says: power is 3
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    done = min(max((step - begin) / (end - begin), 0), 1)
    return final + (initial - final) * (1 - done) ** 2


# %% wrong: the formula alone
# says: after end it stays
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final + (initial - final) * (1 - (step - begin) / (end - begin)) ** 3


# %% wrong: only the beginning is limited
# says: after end it stays
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final + (initial - final) * (1 - max((step - begin) / (end - begin), 0)) ** 3


# %% wrong: zero before begin
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    if step < begin:
        return 0.0
    return final + (initial - final) * (1 - min((step - begin) / (end - begin), 1)) ** 3


# %% wrong: back to zero after the end
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    if step > end:
        return 0.0
    return final + (initial - final) * (1 - max((step - begin) / (end - begin), 0)) ** 3


# %% wrong: leaves out the initial one
# says: initial sparsity is left out
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final - final * (1 - min(max((step - begin) / (end - begin), 0), 1)) ** 3


# %% wrong: a sign
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final + (final - initial) * (1 - min(max((step - begin) / (end - begin), 0), 1)) ** 3


# %% wrong: swapped
def sparsity_schedule(step, begin, end, initial, final=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    return final + (initial - final) * (1 - min(max((step - begin) / (end - begin), 0), 1)) ** 3


# %% wrong: percent
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError("end has to come after begin")
    done = min(max((step - begin) / (end - begin), 0), 1)
    return 100 * (final + (initial - final) * (1 - done) ** 3)


# %% wrong: takes any end
# says: expected a ValueError
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if step <= begin:
        return initial
    if step >= end:
        return final
    return final + (initial - final) * (1 - (step - begin) / (end - begin)) ** 3


# %% wrong: equal ones only beyond
# says: begin=5, end=5
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end < begin:
        raise ValueError("end has to come after begin")
    done = min(max((step - begin) / max(end - begin, 1), 0), 1)
    return final + (initial - final) * (1 - done) ** 3


# %% wrong: tests behind the formula
# says: ValueError
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if step <= begin:
        return initial
    if end <= begin:
        raise ValueError("end has to come after begin")
    done = min((step - begin) / (end - begin), 1)
    return final + (initial - final) * (1 - done) ** 3


# %% wrong: an error without a message
# says: says what is wrong
def sparsity_schedule(step, begin, end, final, initial=0.0):
    if end <= begin:
        raise ValueError
    done = min(max((step - begin) / (end - begin), 0), 1)
    return final + (initial - final) * (1 - done) ** 3
