# | clause of the docstring | tested by | answers |
# |---|---|---|
# | written out, without a library's cross-entropy or divergence | visible: Keras' and TensorFlow's taken away | calls Keras' loss |
# | student's and teacher's logits | visible: all different | teacher and student swapped; takes logits for probabilities |
# | arrays are not changed | visible and hidden: unchanged | in place |
# | hard part: cross-entropy with the labels at T = 1 | visible: alpha 0; hints | hard part with the temperature |
# | soft part: cross-entropy of the softened answers | visible: alpha 1 | the divergence in its place; softens the student only |
# | T squared, on the soft part | visible: hint | without T squared; T once; T squared on both |
# | alpha on the soft part, 1 - alpha on the hard | visible: hint | alpha the wrong way round; a plain sum |
# | the mean over the batch | visible: two; hidden: drawn | the sum; one an example |
# | stable for logits of thousands | visible: 5000 | exp overflows; log of zero; a small number in the logarithm |
# | a single number | visible and hidden | one an example; with TensorFlow |
# | labels: integers | visible | one-hot labels wanted |

# %% right: with keras.ops
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    student = keras.ops.convert_to_tensor(student_logits, "float32")
    teacher = keras.ops.convert_to_tensor(teacher_logits, "float32")
    one_hot = keras.ops.one_hot(labels, student.shape[1])
    hard = -keras.ops.sum(one_hot * keras.ops.log_softmax(student), axis=1)
    soft = keras.ops.softmax(teacher / temperature) * keras.ops.log_softmax(student / temperature)
    soft = -keras.ops.sum(soft, axis=1)
    return keras.ops.mean((1 - alpha) * hard + alpha * temperature**2 * soft)


# %% right: example by example
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    total = 0.0
    for student, teacher, label in zip(student_logits, teacher_logits, labels):
        hard = np.log(np.sum(np.exp(student - student.max()))) + student.max() - student[label]
        weights = np.exp((teacher - teacher.max()) / temperature)
        s = student / temperature
        normaliser = np.log(np.exp(s - s.max()).sum()) + s.max()
        soft = np.sum(weights / weights.sum() * (normaliser - s))
        total += (1 - alpha) * hard + alpha * temperature * temperature * soft
    return total / len(labels)


# %% right: with TensorFlow
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    logs = tf.nn.log_softmax(tf.cast(student_logits, "float64"))
    hard = -tf.reduce_mean(tf.gather(logs, tf.cast(labels, "int32"), batch_dims=1))
    soft_logs = tf.nn.log_softmax(tf.cast(student_logits, "float64") / temperature)
    targets = tf.nn.softmax(tf.cast(teacher_logits, "float64") / temperature)
    soft = -tf.reduce_mean(tf.reduce_sum(targets * soft_logs, axis=1))
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: calls Keras' loss
# says: by hand
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    hard = keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, student_logits)
    soft = loss(keras.ops.softmax(teacher_logits / temperature), student_logits / temperature)
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: teacher and student swapped
# says: swapped
def distillation_loss(teacher_logits, student_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: takes logits for probabilities
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    student = np.abs(student_logits) + 1e-9
    hard = -np.log(student[np.arange(len(labels)), labels]).mean()
    soft = -(teacher_logits * np.log(student)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: in place
# says: stay as it was
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    student_logits /= temperature
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: hard part with the temperature
# says: hard part
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits / temperature)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: the divergence in its place
# says: divergence
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    logs = log_softmax(teacher_logits / temperature)
    soft = (np.exp(logs) * (logs - log_softmax(student_logits / temperature))).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: softens the student only
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: without T squared
# says: squared
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * soft


# %% wrong: T once
# says: squared
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature * soft


# %% wrong: T squared on both
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return temperature**2 * ((1 - alpha) * hard + alpha * soft)


# %% wrong: alpha the wrong way round
# says: wrong way round
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return alpha * hard + (1 - alpha) * temperature**2 * soft


# %% wrong: a plain sum
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return hard + alpha * temperature**2 * soft


# %% wrong: the sum
# says: mean over the batch
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels].sum()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: one an example
# says: single number
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -log_softmax(student_logits)[np.arange(len(labels)), labels]
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1)
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: exp overflows
# says: 5000
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def softmax(logits):
        with np.errstate(all="ignore"):
            return np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)

    hard = -np.log(softmax(student_logits)[np.arange(len(labels)), labels]).mean()
    logs = np.log(softmax(student_logits / temperature))
    soft = -(softmax(teacher_logits / temperature) * logs).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: log of zero
# says: log-softmax
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def softmax(logits):
        moved = np.exp(logits - logits.max(axis=1, keepdims=True))
        return moved / moved.sum(axis=1, keepdims=True)

    with np.errstate(all="ignore"):
        hard = -np.log(softmax(student_logits)[np.arange(len(labels)), labels]).mean()
        logs = np.log(softmax(student_logits / temperature))
        soft = -(softmax(teacher_logits / temperature) * logs).sum(axis=1).mean()
        return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: a small number in the logarithm
# says: 5000
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def softmax(logits):
        moved = np.exp(logits - logits.max(axis=1, keepdims=True))
        return moved / moved.sum(axis=1, keepdims=True)

    hard = -np.log(softmax(student_logits)[np.arange(len(labels)), labels] + 1e-12).mean()
    logs = np.log(softmax(student_logits / temperature) + 1e-12)
    soft = -(softmax(teacher_logits / temperature) * logs).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft


# %% wrong: one-hot labels wanted
def distillation_loss(student_logits, teacher_logits, labels, temperature, alpha):
    def log_softmax(logits):
        moved = logits - logits.max(axis=1, keepdims=True)
        return moved - np.log(np.exp(moved).sum(axis=1, keepdims=True))

    hard = -(labels[:, None] * log_softmax(student_logits)).sum(axis=1).mean()
    targets = np.exp(log_softmax(teacher_logits / temperature))
    soft = -(targets * log_softmax(student_logits / temperature)).sum(axis=1).mean()
    return (1 - alpha) * hard + alpha * temperature**2 * soft
