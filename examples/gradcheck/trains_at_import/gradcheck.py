import numpy as np

EPS = 2.2e-16


class Probe:
    # wraps f and a point; remembers nothing but these two
    def __init__(self, f, x):
        self.f = f
        self.x = np.array(x, dtype=np.float64)

    def __call__(self, place=None, step=0.0):
        bump = np.zeros(self.x.shape)
        if place is not None:
            bump[place] = step
        return self.f(self.x + bump)

    def places(self):
        return np.ndindex(self.x.shape)

    def collect(self, formula):
        out = np.empty(self.x.shape)
        for place in self.places():
            out[place] = formula(place)
        return out


def numeric_gradient(f, x, h=1e-5):
    p = Probe(f, x)
    return p.collect(lambda i: (p(i, +h) - p(i, -h)) / (h + h))


def forward_difference(f, x, h=1e-7):
    p = Probe(f, x)
    base = p()
    return p.collect(lambda i: (p(i, +h) - base) / h)


def relative_error(a, b):
    if np.shape(a) != np.shape(b):
        raise ValueError("relative_error wants two arrays of the same shape")
    errors = [0.0]
    for index, left in np.ndenumerate(a):
        right = b[index]
        biggest = max(abs(left), abs(right))
        if biggest > 0:
            errors += [abs(left - right) / biggest]
    return max(errors)


def check_gradient(f, x, gradient, h=1e-5, tolerance=1e-5):
    if np.shape(gradient) != np.shape(x):
        raise ValueError("check_gradient: gradient and x differ in shape")
    n = numeric_gradient(f, x, h)
    g = np.asarray(gradient)
    allowed = tolerance * np.maximum(abs(g), abs(n)) + 10 * EPS * abs(Probe(f, x)()) / h
    ok = abs(g - n) <= allowed          # nan compares false, so it is not ok
    # kinks: did not get to these, a wrong answer at exactly 0 will hardly ever happen
    return list(zip(*(axis.tolist() for axis in np.nonzero(~ok)))) if g.ndim else [()] * int(not ok)


## ------- logistic regression without a single formula for a gradient -------
random = np.random.RandomState(4)
data = random.randn(40, 2)
label = np.sign(data @ [2.0, -1.0] + 0.3)


def cost(theta):
    return np.logaddexp(0, -label * (data @ theta[:2] + theta[2])).mean()


theta = np.zeros(3)
for iteration in range(1500):
    theta -= 0.5 * numeric_gradient(cost, theta)
    if iteration % 300 == 0:
        print(f"iteration {iteration:4d}   cost {cost(theta):.5f}")
print("wrong entries:", check_gradient(cost, theta, numeric_gradient(cost, theta)))
