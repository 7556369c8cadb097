"""The class of 12 that the graders are timed on.

Six students have everything, in two styles; the others left tasks out, crash in one, or
are wrong. What each fairly deserves is known, so that no grader is timed on work that
it did not do.
"""

from dataclasses import dataclass, field

from exercise import TASKS

STUB = 'raise NotImplementedError("not written yet")'

# What most students write, and a second right style.
ANSWERS = {
    "output_size": """\
def output_size(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size) // stride + 1""",
    "conv2d": """\
def conv2d(image, kernel):
    height, width = kernel.shape
    rows, columns = image.shape[0] - height + 1, image.shape[1] - width + 1
    out = np.zeros((rows, columns))
    for i in range(rows):
        for j in range(columns):
            out[i, j] = (image[i : i + height, j : j + width] * kernel).sum()
    return out""",
    "Net": """\
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 5, padding=2)
        self.conv2 = nn.Conv2d(8, 16, 5, padding=2)
        self.out = nn.Linear(16 * 7 * 7, 4)

    def forward(self, x):
        x = nn.functional.max_pool2d(torch.relu(self.conv1(x)), 2)
        x = nn.functional.max_pool2d(torch.relu(self.conv2(x)), 2)
        return self.out(x.flatten(1))""",
    "train": """\
def train(model, images, labels, steps=300, lr=0.05, batch=32):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    losses = []
    for step in range(steps):
        picked = torch.randint(len(images), (batch,))
        loss = nn.functional.cross_entropy(model(images[picked]), labels[picked])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses""",
    "accuracy": """\
def accuracy(model, images, labels):
    with torch.no_grad():
        return (model(images).argmax(1) == labels).float().mean().item()""",
}

OTHER_STYLE = {
    "conv2d": """\
def conv2d(image, kernel):
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.einsum("ijkl,kl->ij", windows, kernel)""",
    "Net": """\
def Net():
    return nn.Sequential(
        nn.Conv2d(1, 8, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Conv2d(8, 16, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(16 * 7 * 7, 4),
    )""",
    "accuracy": """\
def accuracy(model, images, labels):
    right = 0
    for image, label in zip(images, labels):
        right += int(model(image[None]).argmax() == label)
    return right / len(labels)""",
}

ONE_OFF = """\
def output_size(size, kernel_size, stride=1, padding=0):
    return (size + 2 * padding - kernel_size + 1) // stride"""

CRASHES = """\
def train(model, images, labels, steps=300, lr=0.05, batch=32):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for step in range(steps):
        loss = nn.functional.cross_entropy(model(images[:batch]), labels)
        loss.backward()
        optimizer.step()"""


@dataclass(frozen=True, eq=False)  # a student is the same as no other
class Student:
    """A student of the class.

    Parameters
    ----------
    name : str
        The folder of the submission.
    instead : dict of str to str
        Answers that differ from most students'; STUB for a task that was left out.
    loses : tuple of str
        Tasks that are fairly worth nothing.
    """

    name: str
    instead: dict[str, str] = field(default_factory=dict)
    loses: tuple[str, ...] = ()

    @property
    def answers(self) -> dict[str, str]:
        """The source of each solution cell."""
        return ANSWERS | self.instead

    @property
    def deserved(self) -> int:
        """The points that any fair grader gives."""
        return sum(task.points for task in TASKS if task.name not in self.loses)


def _without(*tasks):
    return {task: STUB for task in tasks}


STUDENTS = (
    Student("ada"),
    Student("bo", OTHER_STYLE),
    Student("cem"),
    Student("dora", _without("conv2d"), ("conv2d",)),
    Student("emil"),
    Student("fay", _without("accuracy"), ("accuracy",)),
    Student("gil", {"output_size": ONE_OFF}, ("output_size",)),
    Student("hal", {"train": CRASHES}, ("train",)),
    Student("ida", OTHER_STYLE),
    Student("jon", _without("conv2d", "accuracy"), ("conv2d", "accuracy")),
    Student("kit", _without("train", "accuracy"), ("train", "accuracy")),
    Student("lin", OTHER_STYLE),
)
