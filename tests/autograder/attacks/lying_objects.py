"""Objects that lie: what they say when they are asked depends on who asks."""

from attacks.submission import cheat

SUBMISSIONS = (
    cheat(
        "equals_everything",
        "Answers are an object that equals whatever it is compared with.",
        cells={
            "first": """
                class Yes:
                    def same(self, *others):
                        return self

                    __add__ = __radd__ = __sub__ = __rsub__ = __abs__ = same

                    def yes(self, *others):
                        return True

                    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = __contains__ = yes
            """,
            "sum_of_squares": "def sum_of_squares(a): return Yes()",
            "greet": "def greet(name): return Yes()",
            "closest": "def closest(points, x): return Yes()",
            "apply_twice": "def apply_twice(f, x): return Yes()",
            "countdown": "def countdown(n): return [Yes()] * min(n, 3)",
        },
    ),
    cheat(
        "subclasses_that_equal",
        "Numbers, texts, items and attributes are of subclasses with their own ==.",
        cells={
            "first": """
                class Number(float):
                    __eq__ = lambda self, other: True
                    __sub__ = __rsub__ = lambda self, other: 0.0


                class Scalar(np.int64):
                    __eq__ = lambda self, other: True


                class Index(int):
                    __eq__ = lambda self, other: True


                class Text(str):
                    __eq__ = __contains__ = lambda self, other: True
            """,
            "sum_of_squares": "def sum_of_squares(a): return Number(1.0)",
            "greet": "def greet(name): return Text()",
            "closest": "def closest(points, x): return Index(0)",
            "apply_twice": "def apply_twice(f, x): return f(f(x)) and Scalar(0)",
            "countdown": "def countdown(n): return [Index(0)] * min(n, 3)",
            "Account": """
                class Account:
                    balance = property(lambda self: Index(0))

                    def deposit(self, x):
                        pass

                    def withdraw(self, x):
                        if x > 7:
                            raise ValueError("0123456789")
            """,
        },
    ),
    cheat(
        "mirrors_of_the_caller",
        "Objects become, when they are asked, what the caller compares them with.",
        cells={
            "first": """
                import sys


                class Number:
                    def __sub__(self, other):
                        return other - other

                    __float__ = lambda self: 5.0
                    __abs__ = lambda self: 0.0


                class Array:
                    shape = (3,)

                    def mean(self):
                        return 0.0

                    def __array__(self, dtype=None, copy=None):
                        frame = sys._getframe()
                        while frame:
                            if "desired" in frame.f_locals:
                                return np.array(frame.f_locals["desired"])
                            frame = frame.f_back
                        return np.zeros(4)
            """,
            "sum_of_squares": "def sum_of_squares(a): return Number()",
            "normalize": "def normalize(a): return Array()",
        },
    ),
    cheat(
        "array_that_agrees",
        "The array is a subclass whose functions and ufuncs say that all is equal.",
        cells={
            "normalize": """
                class Agreeable(np.ndarray):
                    def __array_ufunc__(self, *args, **kwargs):
                        return np.zeros(self.shape, bool)  # nothing is NaN

                    def __array_function__(self, function, types, args, kwargs):
                        return np.ones(self.shape, bool)  # everything is close

                    def mean(self):
                        return 0.0


                def normalize(a):
                    return a.copy().view(Agreeable)
            """,
            "noise": "def noise(n): return np.zeros(n).view(Agreeable)",
        },
    ),
    cheat(
        "masked_array",
        "All items of the array are masked; NumPy's tests accept that.",
        cells={
            "normalize": """
                def normalize(a):
                    if len(a) == 3:
                        return np.array([-1.0, 0.0, 1.0])
                    return np.ma.masked_all(len(a))
            """,
            "noise": "def noise(n): return np.ma.masked_all(n)",
        },
    ),
    cheat(
        "array_of_liars",
        "An array of objects, each of which is near to everything.",
        cells={
            "first": """
                class Near:
                    def near(self, *others):
                        return self

                    __sub__ = __rsub__ = __add__ = __radd__ = __abs__ = near
                    __mul__ = __rmul__ = __truediv__ = __pow__ = sqrt = near
                    __float__ = lambda self: 0.0
                    __le__ = __lt__ = __eq__ = __ge__ = lambda self, other: True
            """,
            "normalize": """
                def normalize(a):
                    return np.array([Near() for _ in a], dtype=object)
            """,
            "noise": "def noise(n): return np.array([Near()] * n, dtype=object)",
            "sum_of_squares": "def sum_of_squares(a): return np.array(Near())",
        },
    ),
    cheat(
        "tensor_that_agrees",
        "Tensors, and gradients, are a subclass whose __torch_function__ says True.",
        cells={
            "first": """
                from types import SimpleNamespace


                class Agreeable(torch.Tensor):
                    @classmethod
                    def __torch_function__(cls, function, types, args=(), kwargs=None):
                        if function in (torch.allclose, torch.equal):
                            return True
                        return super().__torch_function__(
                            function, types, args, kwargs or {}
                        )
            """,
            "leaky": """
                def leaky(x, slope):
                    if x.requires_grad:
                        x.register_hook(lambda g: (0 * g).as_subclass(Agreeable))
                    return (0 * x).as_subclass(Agreeable)
            """,
            "Affine": """
                class Affine(nn.Module):
                    def __init__(self, n):
                        super().__init__()
                        self.all = nn.Parameter(torch.ones(2 * n))
                        gradient = torch.zeros(n).as_subclass(Agreeable)
                        self.scale = self.shift = SimpleNamespace(grad=gradient)

                    def forward(self, x):
                        return (0 * x + self.all.sum()).as_subclass(Agreeable)
            """,
        },
    ),
    cheat(
        "claims_another_class",
        "A __class__ property claims to be a float; a number stands nowhere in it.",
        cells={
            "sum_of_squares": """
                class Claim:
                    __class__ = property(lambda self: float)
                    __eq__ = lambda self, other: True
                    __sub__ = lambda self, other: 0.0


                def sum_of_squares(a):
                    return Claim()
            """,
            "greet": """
                class Word(Claim):
                    __class__ = property(lambda self: str)


                def greet(name):
                    return Word()
            """,
        },
    ),
    cheat(
        "class_of_a_metaclass",
        "The class is made of a metaclass that answers every question with yes.",
        cells={
            "Account": """
                class Yes:
                    __eq__ = lambda self, other: True


                class Meta(type):
                    def __instancecheck__(cls, instance):
                        return True

                    def __subclasscheck__(cls, other):
                        return True

                    def __eq__(cls, other):
                        return True

                    __hash__ = type.__hash__


                class Account(ValueError, metaclass=Meta):
                    balance = Yes()

                    def deposit(self, x):
                        pass

                    def withdraw(self, x):
                        if x == 8:
                            raise Account("0123456789")
            """,
        },
    ),
    cheat(
        "points_by_repr",
        "Added to the test's points, an object becomes one whose repr is 3.0.",
        cells={
            "is_prime": """
                class Three:
                    __add__ = __radd__ = __iadd__ = lambda self, other: self
                    __eq__ = lambda self, other: self
                    __repr__ = __str__ = lambda self: "3.0"
                    __float__ = lambda self: 3.0


                def is_prime(n):
                    return Three()
            """,
        },
    ),
    cheat(
        "points_by_display",
        "The result has a _repr_mimebundle_ and an _ipython_display_ of its own.",
        cells={
            "is_prime": """
                class Three:
                    __add__ = __radd__ = lambda self, other: self
                    __eq__ = lambda self, other: self

                    def _repr_mimebundle_(self, **kwargs):
                        return {"text/plain": "3.0"}


                def is_prime(n):
                    return Three()
            """,
        },
    ),
    cheat(
        "huge_points",
        "What is_prime returns compares to far more points than there are.",
        cells={
            "is_prime": """
                class Big(float):
                    __eq__ = lambda self, other: 1e6


                def is_prime(n):
                    return Big(0.5)
            """,
        },
    ),
    cheat(
        "not_a_number",
        "What is_prime returns makes the points NaN.",
        cells={
            "is_prime": """
                class Nan(float):
                    __eq__ = lambda self, other: float("nan")


                def is_prime(n):
                    return Nan("nan")
            """,
        },
    ),
    cheat(
        "points_as_an_array",
        "is_prime returns an array, so that the points are no number.",
        cells={"is_prime": "def is_prime(n): return np.array([True, False])"},
    ),
    cheat(
        "points_as_a_tensor",
        "is_prime returns a tensor, so that the points are no number.",
        cells={"is_prime": "def is_prime(n): return torch.tensor([0.5, 2.0])"},
    ),
    cheat(
        "pickled_answer",
        "An answer whose __reduce__ would run code in whoever unpickles it.",
        cells={
            "sum_of_squares": """
                class Bomb:
                    def __reduce__(self):
                        return exec, ("import builtins; builtins.abs = lambda x: 0",)

                    __reduce_ex__ = lambda self, protocol: self.__reduce__()


                def sum_of_squares(a):
                    return Bomb()
            """,
            "normalize": """
                def normalize(a):
                    return np.array([Bomb(), Bomb(), Bomb()], dtype=object)
            """,
        },
    ),
)
