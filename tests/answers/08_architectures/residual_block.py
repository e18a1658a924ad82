# | clause of the docstring | tested by | answers |
# |---|---|---|
# | a Keras model with its input, not compiled | visible | compiled already; None; zeros; constant |
# | new at each call | visible: two calls | one model for all calls |
# | two convolutions of 3 x 3, the first with the stride | visible: shapes | the stride in both convolutions; one convolution |
# | BatchNorm behind each convolution, default epsilon | visible: count and values | no BatchNorm; no BatchNorm in the middle; norm and ReLU before each convolution |
# | no biases | visible | with biases |
# | ReLU between the convolutions | visible: values | no ReLU in the middle |
# | the shortcut is added | visible: values | no shortcut; joined along the channels |
# | ReLU follows the addition, and only it | visible: values | ReLU before the addition; ReLU before and after the addition; no ReLU at the end; ReLU on the projection |
# | identity where the shape stays | visible: kernels | projection in any case |
# | projection where the stride or the channels differ | visible: three cases | looks at the stride only; looks at the channels only; a pooling in place of the projection's stride; a projection of what the first convolution made |
# | the projection is 1 x 1, with BatchNorm | visible | projection of 3 x 3; no BatchNorm on the projection |
# | momentum as you like; any way to build it | visible and hidden | the shortcut first, momentum of its own; the body a Sequential, plus |

# %% right: the shortcut first, momentum of its own
def residual_block(input_shape, filters, stride=1):
    x = keras.Input(shape=input_shape)
    shortcut = x
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, (1, 1), strides=(stride, stride), padding="same", use_bias=False)(x)
        shortcut = layers.BatchNormalization(momentum=0.9, axis=3)(shortcut)
    y = layers.Conv2D(filters, (3, 3), strides=(stride, stride), padding="same", use_bias=False)(x)
    y = layers.BatchNormalization(momentum=0.9)(y)
    y = layers.Activation("relu")(y)
    y = layers.Conv2D(filters, (3, 3), padding="same", use_bias=False)(y)
    y = layers.BatchNormalization(momentum=0.9)(y)
    return keras.Model(x, layers.Activation("relu")(layers.add([shortcut, y])))


# %% right: the body a Sequential, plus
def residual_block(input_shape, filters, stride=1):
    def conv(size, step):
        kernel = layers.Conv2D(filters, size, step, "same", use_bias=False, kernel_initializer="he_normal")
        return [kernel, layers.BatchNormalization()]

    inputs = keras.Input(input_shape)
    body = keras.Sequential([*conv(3, stride), layers.ReLU(), *conv(3, 1)])
    same = input_shape == (*input_shape[:2], filters) and stride == 1
    shortcut = inputs if same else keras.Sequential(conv(1, stride))(inputs)
    return keras.Model(inputs, ops.relu(shortcut + body(inputs)))


# %% right: the projection unpadded
def residual_block(input_shape, filters, stride=1):
    x = keras.Input(input_shape)
    conv1 = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)
    conv2 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
    norm2, norm1 = layers.BatchNormalization(), layers.BatchNormalization()
    y = norm2(conv2(keras.activations.relu(norm1(conv1(x)))))
    s = x
    if y.shape != x.shape:
        s = layers.BatchNormalization()(layers.Conv2D(filters, 1, strides=stride, use_bias=False)(x))
    return keras.Model(x, keras.activations.relu(layers.Add()([y, s])))


# %% wrong: compiled already
# says: compiled
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    model = keras.Model(inputs, layers.ReLU()(maps))
    model.compile("sgd", "mse")
    return model


# %% wrong: one model for all calls
# says: the same model
def residual_block(input_shape, filters, stride=1, made={}):
    key = (input_shape, filters, stride)
    if key in made:
        return made[key]
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    made[key] = keras.Model(inputs, layers.ReLU()(maps))
    return made[key]


# %% wrong: the stride in both convolutions
# says: valid|raise|expected
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: one convolution
# says: shapes of its kernels
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no BatchNorm
# says: BatchNorm layers
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no BatchNorm in the middle
# says: BatchNorm layers
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: with biases
# says: with a bias
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same")(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same")(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no ReLU in the middle
# says: between the two convolutions
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no shortcut
# says: shortcut is not added|shapes of its kernels
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: joined along the channels
# says: expected shape
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Concatenate()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: ReLU before the addition
# says: after the addition, not before
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([layers.ReLU()(maps), shortcut])
    return keras.Model(inputs, maps)


# %% wrong: ReLU before and after the addition
# says: No ReLU between
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([layers.ReLU()(maps), shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no ReLU at the end
# says: ReLU ends it
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, maps)


# %% wrong: projection in any case
# says: shortcut is the inputs
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: looks at the stride only
# says: valid|raise|expected
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: looks at the channels only
# says: valid|raise|expected
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: a pooling in place of the projection's stride
# says: values are wrong|expected
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.AveragePooling2D(stride, padding="same")(inputs)
        shortcut = layers.Conv2D(filters, 1, use_bias=False)(shortcut)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: projection of 3 x 3
# says: projection is 1 x 1
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: no BatchNorm on the projection
# says: follows the projection
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = layers.BatchNormalization()(maps)
    maps = layers.ReLU()(maps)
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization(name="last")(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
    maps = layers.Add()([maps, shortcut])
    return keras.Model(inputs, layers.ReLU()(maps))


# %% wrong: norm and ReLU before each convolution
# says: values are wrong|expected
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.ReLU()(layers.BatchNormalization()(inputs))
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.Conv2D(filters, 1, strides=stride, use_bias=False)(inputs)
        shortcut = layers.BatchNormalization()(shortcut)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(maps)
    maps = layers.ReLU()(layers.BatchNormalization()(maps))
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    return keras.Model(inputs, layers.Add()([maps, shortcut]))


# %% wrong: a projection of what the first convolution made
# says: expected|values are wrong
def residual_block(input_shape, filters, stride=1):
    inputs = keras.Input(input_shape)
    maps = layers.Conv2D(filters, 3, strides=stride, padding="same", use_bias=False)(inputs)
    maps = first = layers.ReLU()(layers.BatchNormalization()(maps))
    maps = layers.Conv2D(filters, 3, padding="same", use_bias=False)(maps)
    maps = layers.BatchNormalization()(maps)
    shortcut = inputs
    if stride != 1 or input_shape[-1] != filters:
        shortcut = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(first))
    return keras.Model(inputs, layers.ReLU()(layers.Add()([maps, shortcut])))


# %% wrong: ReLU on the projection
# says: No ReLU on shortcuts
def residual_block(input_shape, filters, stride=1):
    def convolution(maps, size, step, activate=True):
        maps = layers.Conv2D(filters, size, step, padding="same", use_bias=False)(maps)
        maps = layers.BatchNormalization()(maps)
        return layers.ReLU()(maps) if activate else maps

    inputs = keras.Input(input_shape)
    maps = convolution(convolution(inputs, 3, stride), 3, 1, activate=False)
    same = stride == 1 and input_shape[-1] == filters
    shortcut = inputs if same else convolution(inputs, 1, stride)
    return keras.Model(inputs, layers.ReLU()(layers.Add()([maps, shortcut])))
