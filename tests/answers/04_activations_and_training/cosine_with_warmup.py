# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a straight rise from 0 | visible: steps 0 and 1 of 12 | counts from 1; no warm-up; begins at a 25th of the peak; zeros; constant; None; stub; wrong shape |
# | the peak in step number warmup_steps | visible: step 4 | the cosine counts from step 0 |
# | then half a cosine | visible: steps 6 and 8; hidden: all steps of four plans | the bare cosine; a quarter of a wave; a straight line down; degrees; no pi; not halved |
# | down to 0 at step total_steps, over the steps after the warm-up | visible: step 12; hidden | divided by all steps; the last step refused |
# | peak_rate | visible: peak 0.3; hidden: 0.1, 3, 0.002 | the rise ignores the peak; the cosine ignores the peak |
# | warmup_steps 0: step 0 has the peak | visible: (0, 0.3, 0, 10); hidden | fails without a warm-up |
# | written out, without keras.optimizers.schedules | visible: every call by hand | by Keras |
# | ValueError if warmup_steps is negative | bad input: -1, -3 | no errors; a negative warm-up accepted |
# | ValueError if warmup_steps is not less than total_steps | bad input: 10 of 10, 8 of 7, 0 of 0 | a warm-up over all steps accepted |
# | ValueError if step is not from 0 to total_steps | bad input: -1, 11 of 10, 8 of 7, -2 | only the warm-up is tested; a step after the last accepted |
# | a number of any kind | all | a table of all steps; case by case; in float32; in float64 |

# %% wrong: by Keras
# says: by hand, got a call of keras
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if warmup_steps < 0 or warmup_steps >= total_steps:
        raise ValueError("warmup_steps is out of range")
    if step < 0 or step > total_steps:
        raise ValueError("step is out of range")
    if warmup_steps == 0:
        return float(keras.optimizers.schedules.CosineDecay(peak_rate, total_steps)(step))
    schedule = keras.optimizers.schedules.CosineDecay(
        0.0, total_steps - warmup_steps, warmup_target=peak_rate, warmup_steps=warmup_steps
    )
    return float(schedule(step))


# %% right: a table of all steps
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError(f"step {step} or warmup_steps {warmup_steps} is out of range")
    rise = list(np.linspace(0, peak_rate, warmup_steps + 1))[:-1]
    fall = peak_rate / 2 + peak_rate / 2 * np.cos(np.linspace(0, np.pi, total_steps - warmup_steps + 1))
    return np.float32([*rise, *fall][step])


# %% wrong: counts from 1
# says: step 0 has rate 0
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * (step + 1) / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: the cosine counts from step 0
# says: counts from there|end of the warm-up
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * step / total_steps))


# %% wrong: divided by all steps
# says: total_steps - warmup_steps
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / total_steps))


# %% wrong: not halved
# says: halve
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: the bare cosine
# says: lift|half a wave|cosine_with_warmup
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps))


# %% wrong: a quarter of a wave
# says: cosine_with_warmup
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * np.cos(np.pi / 2 * (step - warmup_steps) / (total_steps - warmup_steps))


# %% wrong: a straight line down
# says: straight line
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * (1 - (step - warmup_steps) / (total_steps - warmup_steps))


# %% wrong: no warm-up
# says: warm-up is missing
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    return peak_rate * 0.5 * (1 + np.cos(np.pi * step / total_steps))


# %% wrong: fails without a warm-up
# says: ZeroDivision|division by zero|must not raise
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step <= warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: degrees
# says: cosine_with_warmup
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(180 * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: no errors
# says: ValueError
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: only the warm-up is tested
# says: ValueError
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: no pi
# says: by pi inside
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos((step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: the rise ignores the peak
# says: rise by peak_rate
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: the cosine ignores the peak
# says: cosine by peak_rate
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% right: case by case
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    import math

    if warmup_steps < 0 or warmup_steps >= total_steps:
        raise ValueError("warmup_steps is out of range")
    if step < 0 or step > total_steps:
        raise ValueError("step is out of range")
    if warmup_steps and step <= warmup_steps:
        return peak_rate * (step / warmup_steps)
    angle = math.pi * (step - warmup_steps) / (total_steps - warmup_steps)
    return peak_rate * math.cos(angle / 2) ** 2


# %% wrong: begins at a 25th of the peak
# says: not at 1/25
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * (1 / 25 + 24 / 25 * step / warmup_steps)
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: the last step refused
# says: must not raise
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or not 0 <= step < total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: a negative warm-up accepted
# says: less than no step
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if warmup_steps >= total_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: a warm-up over all steps accepted
# says: leave a step
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps or not 0 <= step <= total_steps:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    if total_steps <= warmup_steps:
        return peak_rate
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))


# %% wrong: a step after the last accepted
# says: no such step
def cosine_with_warmup(step, peak_rate, warmup_steps, total_steps):
    if not 0 <= warmup_steps < total_steps or step < 0:
        raise ValueError("out of range")
    if step < warmup_steps:
        return peak_rate * step / warmup_steps
    return peak_rate * 0.5 * (1 + np.cos(np.pi * (step - warmup_steps) / (total_steps - warmup_steps)))
