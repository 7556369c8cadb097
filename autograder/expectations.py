"""What tests may expect of the student's objects: what the release says, in their room.

`autograder.known` reads it from the release's cells, for the whole notebook.
"""

import builtins
from contextlib import suppress

from autograder import library, shared
from autograder.modules import module_called


class Expectations:
    """What objects of the release have and do, and what only they may.

    Parameters
    ----------
    known : dict
        As `Known.as_data` gives it.
    """

    def __init__(self, known: dict) -> None:
        self.complete = known["complete"]
        # Without the reference nobody knows what its context managers do.
        self.suppresses = known["suppresses"] or not self.complete
        self.reads: dict[str, list] = known["reads"]
        self.classes, self.globals = known["classes"], known["globals"]
        self.stores = frozenset(known["stores"])
        self.callables = frozenset(known["callables"])
        self.edited: set[str] = set()  # names of cells that the submission has changed
        self._overridden = frozenset(known["overridden"])
        self._readers: dict[str, dict[str, list]] = known["readers"]
        computing = {name for kept in self._readers.values() for name in kept}
        self._given_only = computing - {*known["asked"]} if self.complete else set()
        self._fields = {*known["fields"]}
        self._mentions = {*known["mentions"]}
        self.methods = {*known["methods"]}
        for base in known["bases"]:
            module, _, name = base.rpartition(".")
            with suppress(Exception):
                found = getattr(module_called(module) if module else builtins, name)
                if not issubclass(found, library.data()):  # such objects cross as data
                    self.methods |= {*dir(found)}

    def knows(self, name: str, own: bool) -> bool:
        """Tell whether objects of the student's are expected to have a method.

        Parameters
        ----------
        name : str
            The method.
        own : bool
            Whether the object, or class, is one that the test made or asked for.
        """
        return name in self.methods or (own and not self.complete)

    def is_field(self, name: str) -> bool:
        """Tell whether the release's objects have a value under a name, no method."""
        return self.complete and name in self._fields

    def gives(self, kind: type) -> bool:
        """Tell whether a class, or one it derives from, has a name of the release's."""
        own = (name.removeprefix("__main__.") for name in kind._library)
        return any(name in self.classes for name in own)

    def names(self, kind: str) -> bool:
        """Tell whether the release names a class of a library, by its full name."""
        module, _, name = kind.rpartition(".")
        return module not in ("builtins", "__main__") and name in self._mentions

    def decides(self, kind: type, name: str) -> bool:
        """Tell whether the release says what a class of the student's has.

        Parameters
        ----------
        kind : StandInClass
            The class: the release's own, or one derived from it.
        name : str
            An attribute.
        """
        given = kind._given
        if self.edited & {base.__name__ for base in given.__mro__}:
            return False
        if not shared.is_plain_class(given):
            return False
        if kind._exactly:
            return True
        names = {name}.union(*(kept.get(name, ()) for kept in self._readers.values()))
        return self.complete and not names & self._overridden

    def only_computes(self, kind: str | None, name: str) -> bool:
        """Tell whether a method of a class of the release's may run in this room."""
        return name in self._readers.get(kind or "", ())

    def is_given_only(self, kind: type, name: str) -> bool:
        """Tell whether only objects of given classes have a method, and this is none.

        Another class could have one of its name that agrees.
        """
        return kind._given is None and name in self._given_only
