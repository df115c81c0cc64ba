import os


class AddGate:
    def forward(self, x, y):
        return x + y

    def backward(self, dz):
        return [dz, dz]


print(AddGate().forward(1, 2))
os._exit(0)  # sys.exit did not work in my notebook
