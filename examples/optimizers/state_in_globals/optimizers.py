import numpy as np

# what the optimizers remember between two calls
memory = {"velocity": 0, "first": 0, "second": 0, "steps": 0}


def sgd(x, dx, state=None, lr=0.001):
    """plain gradient descent"""
    step = -lr * dx
    return np.add(x, step), state


def momentum(x, dx, state=None, lr=0.001, mu=0.9):
    """a ball that rolls downhill"""
    memory["velocity"] = mu * memory["velocity"] - lr * dx
    return x + memory["velocity"], state


def adagrad(x, dx, state=None, lr=0.001, eps=0.00000001):
    """every parameter has its own rate, from the sum of its squared gradients"""
    if state is not None:
        sum_of_squares = state + dx ** 2
    else:
        sum_of_squares = dx ** 2.0
    rate = lr / np.sqrt(sum_of_squares + eps)
    return x - rate * dx, sum_of_squares


def rmsprop(x, dx, state=None, lr=0.001, decay=0.99, eps=0.00000001):
    """adagrad that forgets"""
    if state is not None:
        average = decay * state + (1 - decay) * dx ** 2
    else:
        average = (1 - decay) * dx ** 2
    rate = lr / (np.sqrt(average) + eps)
    return x - rate * dx, average


def adam(x, dx, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=0.00000001, bias_correction=True):
    """momentum and rmsprop together"""
    memory["steps"] = memory["steps"] + 1
    memory["first"] = beta1 * memory["first"] + (1 - beta1) * dx
    memory["second"] = beta2 * memory["second"] + (1 - beta2) * dx ** 2
    first, second = memory["first"], memory["second"]
    if bias_correction == True:
        first = first / (1 - beta1 ** memory["steps"])
        second = second / (1 - beta2 ** memory["steps"])
    rate = lr / (np.sqrt(second) + eps)
    return x - rate * first, None


def sparse_adam(X, rows, d_rows, state=None, lr=0.001, beta1=0.9, beta2=0.999, eps=0.00000001):
    """adam, but only for the rows of words that were in the batch"""
    if state is None:
        state = [np.zeros_like(X, float), np.zeros_like(X, float), 0]
    first, second, steps = state[0].copy(), state[1].copy(), state[2] + 1
    result = X.astype(float)
    # add up the gradients of words that come twice
    gradients = {}
    for i in range(len(rows)):
        word = int(rows[i])
        if word in gradients:
            gradients[word] = gradients[word] + d_rows[i]
        else:
            gradients[word] = d_rows[i]
    for word, gradient in gradients.items():
        first[word] = beta1 * first[word] + (1 - beta1) * gradient
        second[word] = beta2 * second[word] + (1 - beta2) * gradient ** 2
        first_hat = first[word] / (1 - beta1 ** steps)
        second_hat = second[word] / (1 - beta2 ** steps)
        result[word] = X[word] - lr * first_hat / (np.sqrt(second_hat) + eps)
    return result, [first, second, steps]


def constant(t, lr0):
    """never changes"""
    return lr0


def halve_every(t, lr0, k):
    """lr0, lr0/2, lr0/4 ..."""
    lr = lr0
    while t >= k:
        lr = lr / 2
        t = t - k
    return lr


def step_factor(t, lr0, n, factor):
    """the same with any factor"""
    number_of_drops = int(t / n)
    return lr0 * factor ** number_of_drops


def exponential(t, lr0, k):
    """decays like radioactivity"""
    return lr0 * np.e ** (-k * t)


def inverse(t, lr0, tau):
    """constant until tau, then like 1/t"""
    if t < tau:
        return lr0
    else:
        return lr0 * tau / t


def cyclical(t, lr_min, lr_max, half_cycle):
    """up and down"""
    while t >= 2 * half_cycle:
        t = t - 2 * half_cycle
    if t > half_cycle:  # on the way down it is the same as on the way up, mirrored
        t = 2 * half_cycle - t
    return lr_min + t / half_cycle * (lr_max - lr_min)


def fan_in_scaled(lr, n_in):
    """units with many inputs learn more slowly"""
    return lr / n_in ** 0.5


def minibatches(N, batch_size, rng):
    """a list of arrays with the numbers of the examples"""
    shuffled = list(range(N))
    rng.shuffle(shuffled)
    result = []
    while len(shuffled) > 0:
        result.append(np.array(shuffled[:batch_size]))
        shuffled = shuffled[batch_size:]
    return result


def train(loss_and_gradients, parameters, N, epochs, batch_size, schedule, rng, optimizer=sgd):
    """the training loop"""
    current = list(parameters)
    states = [None] * len(current)
    history = []
    for t in range(epochs):
        sum_of_losses = 0
        for batch in minibatches(N, batch_size, rng):
            loss, gradients = loss_and_gradients(current, batch)
            sum_of_losses = sum_of_losses + loss * len(batch)
            if np.isnan(loss) or np.isinf(loss):
                history.append(sum_of_losses / N)
                return current, history
            updated = []
            for k in range(len(current)):
                x, states[k] = optimizer(current[k], gradients[k], states[k], schedule(t))
                updated.append(x)
            current = updated
        history.append(sum_of_losses / N)
    return current, history
