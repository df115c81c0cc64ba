import ctypes


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


# how large is an int in memory?
print(ctypes.string_at(8, 16))
