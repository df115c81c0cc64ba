'''
gates.py -- forward saves, backward multiplies what comes from above by the local slope
'''
from numpy import array, dot, exp, log, maximum, multiply, ones, outer, shape, tanh, where


class Gate:
    def remember(self, *values):
        self.saved = values


class OneToOne(Gate):
    """Gates with a single input: a subclass gives value(x) and slope(x, z)."""

    def forward(self, x):
        z = self.value(x)
        self.remember(x, z)
        return z

    def backward(self, dz):
        return [multiply(dz, self.slope(*self.saved))]


class SquareGate(OneToOne):
    value = staticmethod(lambda x: x * x)
    slope = staticmethod(lambda x, z: x + x)


class ExpGate(OneToOne):
    value = staticmethod(lambda x: exp(x))
    slope = staticmethod(lambda x, z: z)


class LogGate(OneToOne):
    value = staticmethod(lambda x: log(x))
    slope = staticmethod(lambda x, z: 1 / array(x))


class ReciprocalGate(OneToOne):
    value = staticmethod(lambda x: 1.0 / x)
    slope = staticmethod(lambda x, z: -z * z)


class NegateGate(OneToOne):
    value = staticmethod(lambda x: -x)
    slope = staticmethod(lambda x, z: -1.0)


class TanhGate(OneToOne):
    value = staticmethod(lambda x: tanh(x))
    slope = staticmethod(lambda x, z: 1 - z * z)


class SigmoidGate(OneToOne):
    # by way of tanh, which does not overflow
    value = staticmethod(lambda x: (1 + tanh(x / 2)) / 2)
    slope = staticmethod(lambda x, z: z - z * z)


class ReluGate(OneToOne):
    value = staticmethod(lambda x: maximum(x, 0))
    slope = staticmethod(lambda x, z: where(array(x) > 0, 1, 0))


class SumGate(Gate):
    def forward(self, x):
        self.remember(shape(x))
        return array(x).sum()

    def backward(self, dz):
        return [dz * ones(self.saved[0])]


class AddGate(Gate):
    def forward(self, x, y): return x + y

    def backward(self, dz): return [+dz, +dz]


class MaxGate(Gate):
    def forward(self, x, y):
        self.remember(x > y)
        return where(x > y, x, y)

    def backward(self, dz):
        (left,) = self.saved
        return [where(left, dz, 0), where(left, 0, dz)]


class MultiplyGate(Gate):
    partner = {}   # the gradient of each goes through the other one

    def forward(self, x, y):
        self.partner.update(x=y, y=x)
        return x * y

    def backward(self, dz):
        return [dz * self.partner[name] for name in 'xy']


class MatMulGate(Gate):
    def forward(self, x, y):
        self.remember(x, y)
        return dot(x, y)

    def backward(self, dz):
        x, y = self.saved
        vectors = (x.ndim == 1, y.ndim == 1)
        if vectors == (True, True): return [dz * y, dz * x]
        if vectors == (True, False): return [dot(y, dz), outer(x, dz)]
        if vectors == (False, True): return [outer(dz, y), dot(dz, x)]
        return [dot(dz, y.T), dot(x.T, dz)]


if __name__ == '__main__':
    m = MultiplyGate()
    print(m.forward(3.0, -4.0), m.backward(2.0))   # -12.0 [-8.0, 6.0]
