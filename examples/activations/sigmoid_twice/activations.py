import numpy as np
from numpy import exp, abs as absolute, maximum, minimum, sign

# sigmoid = e^z / (e^z + 1), multiplied by e^z above and below
sigmoid = lambda z: exp(z)/(1 + exp(z))

# sigma' = sigma * (1 - sigma)
sigmoid_grad_from_output = lambda a: sigmoid(a)*(1 - sigmoid(a))
sigmoid_backward = lambda da, z: sigmoid_grad_from_output(z)*da

tanh = np.tanh
tanh_grad_from_output = lambda a: 1 - a**2
tanh_backward = lambda da, z: tanh_grad_from_output(tanh(z))*da


def tanh_from_sigmoid(z):
    # shift and stretch
    return sigmoid(z + z)*2 - 1


hardtanh = lambda z: maximum(-1, minimum(1, z))
hardtanh_backward = lambda da, z: (absolute(z) < 1)*da

softsign = lambda z: z/(absolute(z) + 1)
softsign_backward = lambda da, z: da/(absolute(z) + 1)**2

relu = lambda z: (absolute(z) + z)/2
relu_backward = lambda da, z: da*(1 + sign(z))/2


def leaky_relu(z, k=.01):
    return relu(z) - k*relu(-z)


def leaky_relu_backward(da, z, k=.01):
    on = z > 0
    return da*on + k*da*(1 - on)


prelu = leaky_relu


def prelu_backward(da, z, a):
    d_a = -np.sum(da*relu(-z))
    return leaky_relu_backward(da, z, a), d_a


def neuron(x, w, b):
    return sigmoid(w @ x + b)


def neuron_folded(x, w_b):
    *w, b = w_b
    return neuron(x, np.array(w), b)


def layer(x, W, b):
    return neuron(x, W, b)      # the same formula
