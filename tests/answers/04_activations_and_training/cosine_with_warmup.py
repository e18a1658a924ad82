# %% right: by Keras
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
# says: ZeroDivision
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
