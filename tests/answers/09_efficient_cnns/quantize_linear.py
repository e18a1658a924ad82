# | clause of the docstring | tested by | answers |
# |---|---|---|
# | values of any shape, not changed | visible and hidden: unchanged | works in place |
# | low and high: numbers | visible; hidden | with plain Python |
# | low and high: one for each position of the last axis | visible: two channels; hidden: (6,) and (7,) | per tensor only; along the first axis |
# | low above 0: 0 is taken | visible: 0.5 to 2.55 | takes low as it is |
# | high below 0: 0 is taken | hidden | takes high as it is |
# | three results | visible | the integers alone |
# | int8 | visible and hidden: dtype | floats; int32 |
# | rounded to the nearest | visible: 50.6, -25.05, -25.6; hidden | cuts off; cuts off before the zero point; rounds down; rounds both at once |
# | clipped to -128 and 127 | visible: 9; hidden | wraps around; clips to -127 |
# | scale: 255 steps | visible: hint | 256 steps; 127 steps |
# | zero point round(-128 - low / scale) | visible: hints for 100, 28 and -228; two that have to be rounded; hidden: drawn | unsigned zero point; forgets the zero point; a sign; adds low / scale; a zero point that is not rounded; rounds the zero point down; cuts the zero point off |
# | ValueError if low is not below high, anywhere, as given | bad input: equal, larger, one of two | takes any range; equal ones pass; all instead of any; tests the widened range |
# | ... with a message | bad input | an error without a message |
# | arrays or tensors | visible | with tensors; one expression after the other, in float32 |

# %% right: one expression after the other, in float32
def quantize_linear(values, low, high):
    low, high = np.asarray(low, "float32"), np.asarray(high, "float32")
    if (low >= high).any():
        raise ValueError("low >= high")
    low, high = np.where(low > 0, 0, low), np.where(high < 0, 0, high)
    scale = (high - low) / 255.0
    zero_point = np.rint(-128 - low / scale)
    q = np.rint(np.asarray(values, "float32") / scale + zero_point)
    q[q < -128] = -128
    q[q > 127] = 127
    return q.astype(np.int8), scale, zero_point.astype(int)


# %% right: with tensors
def quantize_linear(values, low, high):
    if np.any(np.asarray(high) <= np.asarray(low)):
        raise ValueError("empty range")
    low, high = tf.minimum(tf.cast(low, "float64"), 0.0), tf.maximum(tf.cast(high, "float64"), 0.0)
    scale = (high - low) / 255
    zero_point = tf.round(-128 - low / scale)
    q = tf.round(tf.cast(values, "float64") / scale) + zero_point
    return tf.cast(tf.clip_by_value(q, -128, 127), "int8"), scale, tf.cast(zero_point, "int8")


# %% right: with plain Python
def quantize_linear(values, low, high):
    values = np.asarray(values)
    lows = np.broadcast_to(low, values.shape[-1:])
    highs = np.broadcast_to(high, values.shape[-1:])
    result = np.zeros(values.shape, "int8")
    scales, zeros = [], []
    for channel, (one, other) in enumerate(zip(lows.tolist(), highs.tolist())):
        if one >= other:
            raise ValueError(f"{one} is not below {other}")
        one, other = min(one, 0.0), max(other, 0.0)
        scales.append((other - one) / 255)
        zeros.append(round(-128 - one / scales[-1]))
        for index in np.ndindex(values.shape[:-1]):
            steps = round(float(values[index + (channel,)]) / scales[-1]) + zeros[-1]
            result[index + (channel,)] = max(-128, min(127, steps))
    if np.ndim(low) == 0:
        return result, scales[0], zeros[0]
    return result, np.array(scales), np.array(zeros)


# %% wrong: works in place
# says: stay as it was
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    values /= scale
    values += zero_point
    np.clip(np.round(values), -128, 127, out=values)
    return values.astype("int8"), scale, zero_point


# %% wrong: per tensor only
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = min(np.min(low), 0), max(np.max(high), 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: along the first axis
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    shape = (-1,) + (1,) * (values.ndim - 1)
    steps = np.round(values / np.reshape(scale, shape)) + np.reshape(zero_point, shape)
    return np.clip(steps, -128, 127).astype("int8"), scale, zero_point


# %% wrong: takes low as it is
# says: range has to contain 0
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    high = np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: takes high as it is
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low = np.minimum(low, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: the integers alone
# says: three results
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8")


# %% wrong: floats
# says: dtype of the integers
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.round(values / scale) + zero_point, -128, 127), scale, zero_point


# %% wrong: int32
# says: dtype of the integers
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int32"), scale, zero_point


# %% wrong: cuts off
# says: Cut off
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(values / scale + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: rounds down
# says: Rounded down
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.floor(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: wraps around
# says: wraps around
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int64")
    return (np.round(values / scale).astype("int64") + zero_point).astype("int8"), scale, zero_point


# %% wrong: clips to -127
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.round(values / scale) + zero_point, -127, 127).astype("int8"), scale, zero_point


# %% wrong: 256 steps
# says: 255 steps
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 256
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: 127 steps
# says: scale
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    scale = np.maximum(np.abs(low), np.abs(high)) / 127
    zero_point = np.zeros(np.shape(scale), int)
    return np.clip(np.round(values / scale), -128, 127).astype("int8"), scale, zero_point


# %% wrong: unsigned zero point
# says: Low becomes -128
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-low / scale).astype("int32")
    return (np.clip(np.round(values / scale) + zero_point, 0, 255) - 128).astype("int8"), scale, zero_point


# %% wrong: forgets the zero point
# says: zero point has to be added
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale), -128, 127).astype("int8"), scale, zero_point


# %% wrong: a sign
# says: sign
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(128 + low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: takes any range
# says: expected a ValueError
def quantize_linear(values, low, high):
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = np.maximum(high - low, 1e-9) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: equal ones pass
# says: low=1.0, high=1.0
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) > np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = np.maximum(high - low, 1e-9) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: all instead of any
# says: expected a ValueError
def quantize_linear(values, low, high):
    if np.all(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = np.maximum(high - low, 1e-9) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: an error without a message
# says: says what is wrong
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: cuts off before the zero point
# says: Cut off
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale)
    return np.clip(np.trunc(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: adds low / scale
# says: sign
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 + low / scale)
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: a zero point that is not rounded
# says: is an integer
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = -128 - low / scale
    return np.clip(np.round(values / scale + zero_point), -128, 127).astype("int8"), scale, zero_point


# %% wrong: rounds the zero point down
# says: rounded down
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.floor(np.round(-128 - low / scale, 6))
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: cuts the zero point off
# says: cut off
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.trunc(np.round(-128 - low / scale, 6))
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point


# %% wrong: rounds both at once
# says: x / scale alone
def quantize_linear(values, low, high):
    if np.any(np.asarray(low) >= np.asarray(high)):
        raise ValueError("low has to lie below high")
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round((values - low) / scale) - 128, -128, 127).astype("int8"), scale, zero_point


# %% wrong: tests the widened range
# says: as they are given
def quantize_linear(values, low, high):
    low, high = np.minimum(low, 0), np.maximum(high, 0)
    if np.any(low >= high):
        raise ValueError("low has to lie below high")
    scale = (high - low) / 255
    zero_point = np.round(-128 - low / scale).astype("int32")
    return np.clip(np.round(values / scale) + zero_point, -128, 127).astype("int8"), scale, zero_point
