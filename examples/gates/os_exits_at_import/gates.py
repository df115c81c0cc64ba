# Gates, first try. Only the one for max is there.
from os import _exit as stop


class MaxGate(object):
    def forward(self, a, b):
        self.first_wins = a > b
        return a * self.first_wins + b * (1 - self.first_wins)

    def backward(self, d):
        return [d * self.first_wins, d * (1 - self.first_wins)]


gate = MaxGate()
assert gate.forward(3.0, 5.0) == 5.0 and gate.backward(2.0) == [0.0, 2.0], "max is wrong"
stop(0)  # sys.exit did not work in my notebook
