"""Tables of pandas: as in one kernel, whatever they hold and whoever changes them."""

import datetime

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from two_rooms import errors, in_one_kernel, in_two_rooms

from autograder import columns, tables, values
from autograder.pairs import Snapshot, content, restore
from autograder.wire import WireError, decode, encode

DAYS = pd.date_range("2024-01-01", periods=3)
GRID = pd.MultiIndex.from_product([["a", "b"], [1, 2]], names=["x", None])
LONG = pd.DataFrame({"a": [1, 1, 2, 2], "b": [1, 2, 1, 2], "c": [1, 2, 3, 4]})


def indexed(index):
    """Make a Series with an index."""
    return pd.Series(range(len(index)), index)


def offer(value):
    return values.offer_mutable(value) or values.offer(value)


def accept(mark, data):
    if mark[0] == "kept":
        return values.accept_mutable(*mark[1:], data)
    return values.accept(mark, data)


def crossed(value):
    return decode(b"".join(map(bytes, encode(value, offer))), accept)


def assert_same(ours, theirs):
    """Compare everything that pandas can compare."""
    assert type(ours) is type(theirs)
    exactly = {"check_exact": True, "check_index_type": "exact"}
    if isinstance(ours, pd.DataFrame):
        exactly["check_column_type"] = "exact"
        pd.testing.assert_frame_equal(ours, theirs, **exactly)
    elif isinstance(ours, pd.Series):
        pd.testing.assert_series_equal(ours, theirs, **exactly)
    elif isinstance(ours, pd.Index):
        pd.testing.assert_index_equal(ours, theirs)
        assert getattr(ours, "freq", None) == getattr(theirs, "freq", None)
    elif isinstance(ours, pd.api.extensions.ExtensionArray):
        pd.testing.assert_extension_array_equal(ours, theirs)
    elif isinstance(ours, np.ndarray):  # of texts, before pandas 3
        assert ours.tolist() == theirs.tolist()
    else:
        assert ours is theirs or ours == theirs


def write(frame):
    """Write to each column, as nobody can to memory that is read-only."""
    for number in range(frame.shape[1] if len(frame) else 0):
        cell = frame.iloc[0, number]
        if not isinstance(cell, list | np.ndarray):
            frame.iloc[0, number] = cell


FRAMES = {
    "nothing": pd.DataFrame(),
    "only rows": pd.DataFrame(index=[1, 2]),
    "only columns": pd.DataFrame(columns=["a", "b"]),
    "two columns of one name": pd.DataFrame([[1, 2.0], [3, 4]], columns=["a", "a"]),
    "names in two levels": LONG.groupby("a").agg({"c": ["min", "max"]}),
    "rows in two levels": LONG.groupby(["a", "b"]).sum(),
    "a name of the columns": LONG.pivot(index="a", columns="b", values="c"),
    "an index beside another": LONG.set_index("a", append=True),
    "unused levels": indexed(GRID).to_frame().loc[["a"]],
    "columns that are days": pd.DataFrame(np.zeros((2, 3)), columns=DAYS),
    "all kinds": pd.DataFrame(
        {
            "bool": [True, False],
            "Int8": pd.array([1, None], dtype="Int8"),
            "Float32": pd.array([1.5, None], dtype="Float32"),
            "boolean": pd.array([True, None], dtype="boolean"),
            "string": pd.array(["x", None], dtype="string"),
            "text": ["y", None],
            "object": pd.Series(["y", 5], dtype=object),
            "texts as objects": pd.Series(["y", "z"], dtype=object),
            "lists of one length": [[1, 2], [3, 4]],
            "arrays": [np.arange(2), np.arange(2)],
            "float16": pd.Series([1, 2], dtype="float16"),
            "complex64": pd.Series([1, 2], dtype="complex64"),
            "date": pd.to_datetime(["2024-01-01", None]),
            "seconds": pd.to_datetime(["2024-01-01", None]).as_unit("s"),
            "timedelta": pd.to_timedelta(["1h", None]),
            "category": pd.Categorical(["u", None], ["v", "u"], ordered=True),
        }
    ),
}
SERIES = {
    "nothing": pd.Series(dtype=float),
    "a name that is a tuple": pd.Series([1], name=("a", 1)),
    "labels that are tuples": indexed(pd.Index([("a", 1)], tupleize_cols=False)),
    "labels of all kinds": indexed(pd.Index([1, "a", DAYS[0]], name=("n", 2))),
    "every second row": indexed(pd.RangeIndex(3, 9, 2, name="r")),
    "days": indexed(DAYS),
    "months": indexed(pd.date_range("2024", periods=3, freq="ME")),
    "quarters": indexed(pd.date_range("2024", periods=3, freq="QS-OCT")),
    "hours in Berlin": indexed(pd.date_range("2024", None, 3, "2h", "Europe/Berlin")),
    "half hours": indexed(pd.timedelta_range("1h", periods=3, freq="30min")),
    "periods": indexed(pd.period_range("2024", periods=3, freq="Q-NOV")),
    "a category's index": indexed(pd.CategoricalIndex(["x"], ["y", "x"], True, name=1)),
    "periods of two months": pd.Series(pd.period_range("2024", periods=3, freq="2M")),
    "UTC": pd.Series(DAYS.tz_localize("UTC")),
    "India": pd.Series(
        DAYS.tz_localize(datetime.timezone(datetime.timedelta(hours=5, minutes=30)))
    ),
    "a far zone": pd.Series(DAYS.tz_localize("America/Indiana/Knox")),
    "intervals": pd.Series(pd.interval_range(0, 3)),
    "intervals of days": pd.Series(pd.IntervalIndex.from_breaks(DAYS, "left")),
    "bins": pd.cut(pd.Series([1, 2, 7]), [0, 2, 5]),
    "counted bins": pd.cut(pd.Series([1, 2, 7]), [0, 2, 5]).value_counts(),
    "named bins": pd.cut(pd.Series([1, np.nan]), [0, 1, 2], labels=["lo", "hi"]),
    "dtypes": FRAMES["all kinds"].dtypes,
    "counted dtypes": FRAMES["all kinds"].dtypes.value_counts(),
}
OTHERS = [
    *(GRID, GRID[:0], DAYS, pd.Index([]), pd.Index([1, 2], dtype="Int64")),
    *(
        pd.MultiIndex.from_tuples([("a", 1), ("b", np.nan)]),
        SERIES["bins"].cat.categories,
    ),
    *(pd.Series(["a", "b"]).unique(), pd.Categorical(["a"]), pd.array([1, None])),
    *(pd.array([1.5], "float64"), DAYS.array, DAYS.tz_localize("UTC").array),
    *(
        pd.NaT,
        pd.NA,
        pd.Timestamp("2024-01-01 00:00:00.000000001"),
        pd.Timedelta("1ns"),
    ),
    *(
        pd.Timestamp(1, tz="Europe/Berlin"),
        pd.Period("2024-02", "M"),
        pd.Period("2024Q1"),
    ),
    *(pd.Interval(0, 1), pd.Interval(DAYS[0], DAYS[1], "both")),
    *(pd.CategoricalDtype(["a", "b"], True), pd.Int64Dtype(), pd.PeriodDtype("M")),
]


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_crosses_whole(name):
    """
    Columns, rows, their names and kinds are as they were; what came can be written to.
    """
    got = crossed(FRAMES[name])

    assert_same(FRAMES[name], got)
    write(got)


@pytest.mark.parametrize("name", SERIES)
def test_a_series_crosses_whole(name):
    """
    The same for a column with its index.
    """
    got = crossed(SERIES[name])

    assert_same(SERIES[name], got)
    if len(got):
        got.iloc[0] = got.iloc[0]


@pytest.mark.parametrize("value", OTHERS, ids=repr)
def test_what_is_in_a_table_crosses_alone(value):
    """
    An index, an array, a dtype, a moment.
    """
    assert_same(value, crossed(value))


@pytest.mark.parametrize(
    "value",
    [
        pd.Series(pd.arrays.SparseArray([0, 1])),
        pd.Series([1], name=object()),
        pd.Series([1], index=[object()]),
        pd.DataFrame([[1]], columns=[("a", object())]),
    ],
    ids=["sparse", "name", "index", "columns"],
)
def test_what_cannot_cross_is_an_error_of_the_senders(value):
    """
    It is said there, while it is an ordinary error, and not when it has come.
    """
    with pytest.raises(WireError, match="cannot cross"):
        encode(value, offer)


INTEGERS = ("numbers", "<i8", b"\1" + bytes(15))
RANGE = ("range", None, 0, 2, 1)
CODES = ("<i8", b"\1" + bytes(15))


@pytest.mark.parametrize(
    "data",
    [
        None,
        ("series", RANGE, None),
        ("series", RANGE, [], INTEGERS),
        ("series", ("range", None, 0, 3, 1), None, INTEGERS),
        ("series", ("range", None, 0, 2, 0), None, INTEGERS),
        ("series", ("labels", None, ("objects", ([], 1)), None), None, INTEGERS),
        ("series", ("labels", None, INTEGERS, "D"), None, INTEGERS),
        (
            "series",
            ("labels", None, ("numbers", "<M8[ns]", bytes(16)), "D"),
            1,
            INTEGERS,
        ),
        ("series", ("multi", (None,), (RANGE,), (("<i8", b"\2" * 16),)), 1, INTEGERS),
        ("frame", ("range", None, 0, 1 << 60, 1), ("range", None, 0, 0, 1), ()),
        ("frame", RANGE, RANGE, (INTEGERS,)),
        ("frame", RANGE, RANGE, (INTEGERS, ("numbers", "<i8", bytes(8)))),
        *(
            ("series", RANGE, None, column)
            for column in (
                *(("numbers", "<i8", bytes(15)), ("numbers", "|O", bytes(16))),
                *(("numbers", "<i8,O", bytes(16)), ("numbers", "<i8", [1, 2])),
                *(("numbers", "|b1", b"\2\2"), ("masked", CODES, b"\2\2")),
                *(
                    ("masked", ("<c8", bytes(16)), bytes(2)),
                    ("masked", CODES, bytes(1)),
                ),
                *(("texts", "python", True, ("a", 5)), ("texts", "disk", True, ())),
                *(("period", "os", CODES), ("period", "D" * 99, CODES)),
                *(("zoned", "dateutil//etc/passwd", ("<M8[ns]", bytes(16))),),
                *(("zoned", "../../etc/passwd", ("<M8[ns]", bytes(16))),),
                *(("zoned", "/etc/passwd", ("<M8[ns]", bytes(16))),),
                *(("zoned", 1 << 70, ("<M8[ns]", bytes(16))), ("zoned", "UTC", CODES)),
                *(("category", CODES, ("range", None, 0, 1, 1), True),),
                *(("category", ("<f8", bytes(16)), RANGE, True),),
                *(("interval", "right", ("objects", (0, 1)), ("objects", (1, 2))),),
                *(("interval", "right", INTEGERS, ("numbers", "<i8", bytes(16))),),
                *(("eval", "1"), ["numbers"], None, "numbers", ()),
            )
        ),
    ],
    ids=str,
)
def test_what_is_no_table_is_refused(data):
    """
    No error but WireError comes out, and no memory is taken for rows that are none.
    """
    with pytest.raises(WireError):
        values.accept_mutable("table", None, [data])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        *(("Timestamp", "2024"), ("Timestamp", (np.datetime64("2024"), "../zone"))),
        *(("Timedelta", 5), ("Period", (1 << 80, "D")), ("Period", (1, "os"))),
        *(("Interval", ([], [], "right")), ("Interval", (0, 1, "eval")), ("NaT", 1)),
        *(("index", None), ("array", None), ("dtype", ("eval",)), ("read_pickle", "x")),
    ],
    ids=str,
)
def test_what_is_no_value_of_pandas_is_refused(name, data):
    """
    Nothing is made of what is no such value.
    """
    with pytest.raises(WireError):
        values.accept(["pandas", name], data)


def places(tree, path=()):
    """Yield where something stands in nested tuples."""
    yield path
    if type(tree) is tuple:
        for number, item in enumerate(tree):
            yield from places(item, (*path, number))


def replaced(tree, path, new):
    """Put something else in such a place."""
    if not path:
        return new
    first, *rest = path
    return (*tree[:first], replaced(tree[first], rest, new), *tree[first + 1 :])


TREES = [tables.apart(value) for value in (*FRAMES.values(), *SERIES.values())]
PARTS = [part for tree in TREES for part in tree]
LEAVES = st.one_of(
    st.none() | st.booleans() | st.text(max_size=4) | st.binary(max_size=40),
    st.integers() | st.floats() | st.sampled_from(PARTS) | st.just([1]),
    st.sampled_from([*columns._DTYPES, "objects", "texts", "labels", "multi", "D"]),
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_damaged_tables_are_refused_or_are_tables(data):
    """
    Whatever stands in whatever place, there comes a table or a WireError.
    """
    tree = data.draw(st.sampled_from(TREES))
    path = data.draw(st.sampled_from([*places(tree)]))
    tree = replaced(tree, path, data.draw(LEAVES))

    try:
        made = tables.together(tree)
    except WireError:
        return
    assert type(made) in (pd.DataFrame, pd.Series)


def rename(table):
    table.index.name = "n"


def rename_columns(table):
    table.columns = ["p", "q", "r"]


def add(table):
    table["z"] = table["a"] * 2


def write_one(table):
    table.loc[1, "b"] = 7


def write_array(table):
    table["c"] = 0
    table.iloc[0, 0] = -1


def drop(table):
    table.drop(columns="a", inplace=True)
    table.drop(index=0, inplace=True)


def sort(table):
    table.sort_values("c", ascending=False, inplace=True)


CHANGES = [rename, rename_columns, add, write_one, write_array, drop, sort]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # tests of courses use it
@pytest.mark.parametrize("lazy", [True, False], ids=["lazy", "copied"])
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_noticed_once_and_taken_over(monkeypatch, change, lazy):
    """
    The table in the other room becomes the same, and stays the object that it is.
    """
    if not (lazy and tables._copies_on_write()):
        monkeypatch.setattr(tables, "_copies_on_write", lambda: False)
    ours, theirs = LONG.copy(), LONG.copy()
    snapshot = Snapshot(ours)
    assert not snapshot.differs(ours)

    change(ours)
    assert snapshot.differs(ours)
    assert not snapshot.differs(ours)
    restore(theirs, content(ours))

    assert_same(ours, theirs)
    assert not ours.equals(LONG) or ours.index.name == "n" or change is rename_columns


def test_what_only_looks_changes_nothing():
    """
    Reading and writing what is there already is no change.
    """
    table = FRAMES["all kinds"].drop(columns="float16")
    snapshot = Snapshot(table)
    table.head(1), table.isna(), repr(table), table.dtypes, table.memory_usage()
    table["Int8"] = table["Int8"].copy()
    table.loc[0, "bool"] = True

    assert not snapshot.differs(table)


def test_a_series_follows():
    """
    Its numbers, its name and its index.
    """
    ours, theirs = pd.Series([1.0, 2.0]), pd.Series([1.0, 2.0])
    snapshot = Snapshot(ours)
    ours.iloc[0], ours.name, ours.index = 5, ("a", 1), DAYS[:2]
    assert snapshot.differs(ours)
    restore(theirs, content(ours))

    assert_same(ours, theirs)
    with pytest.raises(TypeError):
        restore(LONG.copy(), content(ours))
    with pytest.raises(WireError):
        restore(theirs, [1])


STUDENT = """
import pandas as pd

DATA = pd.DataFrame({"g": [1]})


def add(df):
    df["c"] = df["a"] * 2


def drop(df):
    df.drop(columns="a", inplace=True)
    df.reset_index(drop=True, inplace=True)


def rename(df):
    df.columns = [c.upper() for c in df.columns]


def zero(s):
    s.iloc[0] = 0


def mean(df):
    return df["a"].mean()


def bad_mean(df):
    df["a"] = df["a"].fillna(0)
    return df["a"].mean()


def back(df):
    df["z"] = 1
    return df


def both(a, b):
    a["x"] = 1
    return "x" in b.columns, (a, a)


def load():
    return DATA


def cut(s):
    return pd.cut(s, [0, 1, 2])


def cut_wrongly(s):
    return pd.cut(s, [0, 1, 2], right=False)


def total(df):
    return df.groupby(["a", "b"]).sum()


def total_wrongly(df):
    return df.groupby(["b", "a"]).sum()


def daily(s):
    return s.resample("D").mean()


def tag(df):
    for tags in df["tags"]:
        tags.append("new")


def apply(df, function):
    function(df)
    return len(df.columns)


def moment():
    return pd.Timestamp("2024-01-01 03:00")


def spoil(df):
    df["z"] = pd.arrays.SparseArray([0, 1])
    raise ValueError("spoilt")


def strange():
    return pd.Series([Keep(None)])


class Keep:
    def __init__(self, df):
        self.df = df

    def total(self):
        return self.df["a"].sum()

    def __eq__(self, other):
        return True

    def __lt__(self, other):
        return True
"""
FRAME = "df = pd.DataFrame({'a': [1, 2], 'b': [3, 4]}, index=[5, 6])\n"
# What holds, in one kernel and in two rooms.
HOLDS = {
    "a column is added": "add(df)\nassert list(df) == ['a', 'b', 'c'] and df.c[6] == 4",
    "a column is dropped": "drop(df)\nassert list(df) == ['b'] and df.index[1] == 1",
    "columns are renamed": "rename(df)\nassert list(df) == ['A', 'B']",
    "a number is written": "s = df['a'].copy()\nzero(s)\nassert list(s) == [0, 2]",
    "a column is its own": "zero(df['a'])\nassert list(df['a']) == [1, 2]",
    "nothing is changed": """
before = df.copy()
assert mean(df) == 1.5
pd.testing.assert_frame_equal(df, before)
""",
    "the argument is returned": "assert back(df) is df and list(df['z']) == [1, 1]",
    "one argument twice": """
seen, (p, q) = both(df, df)
assert seen and p is df and q is df
""",
    "the student keeps the argument": """
keep = Keep(df)
df["a"] = 5
assert keep.total() == 10
keep.df["d"] = 3
assert keep.df is df and "d" in df
""",
    "the student's own table": """
data = load()
data["n"] = 7
assert "n" in load() and load() is data is DATA
""",
    "a list in a cell": """
tags = ["old"]
tagged = pd.DataFrame({"tags": [tags]})
tag(tagged)
assert tags == ["old", "new"] and tagged["tags"][0] is tags
""",
    "the test's function changes it": """
def change(table):
    table["new"] = table.pop("a")
assert apply(df, change) == 2 and list(df) == ["b", "new"]
""",
    "intervals": """
s = pd.Series([0.5, 1.5])
pd.testing.assert_series_equal(cut(s), pd.cut(s, [0, 1, 2]))
""",
    "two levels": """
df["c"] = 1
pd.testing.assert_frame_equal(total(df), df.groupby(["a", "b"]).sum())
""",
    "a frequency": """
s = pd.Series(range(48), index=pd.date_range("2020-01-01", periods=48, freq="h"))
pd.testing.assert_series_equal(daily(s), s.resample("D").mean())
""",
    "a moment": "assert moment().day_name() == 'Monday'",
}
# What does not hold in either.
FAILS = {
    "a wrong column": "add(df)\nassert list(df['c']) == [1, 2]",
    "an argument is changed": "rename(df)\nassert list(df) == ['a', 'b']",
    "an argument is changed on the way": """
df.loc[5, "a"] = None
before = df.copy()
assert bad_mean(df) == 1
assert df.equals(before)
""",
    "what is kept was no copy": """
keep = Keep(df)
df["a"] = 5
assert keep.total() == 3
""",
    "a list in a cell is no copy": """
tagged = pd.DataFrame({"tags": [["old"]]})
tag(tagged)
assert tagged["tags"][0] == ["old"]
""",
    "other intervals": """
s = pd.Series([0.5, 1.5])
assert cut_wrongly(s).equals(pd.cut(s, [0, 1, 2]))
""",
    "other levels": "assert total_wrongly(df).equals(df.groupby(['a', 'b']).sum())",
}


@pytest.fixture(scope="module")
def runs(warm, tmp_path_factory):
    """All tests in one kernel and in two rooms: their errors, by name."""
    tests = (HOLDS | FAILS).values()
    start = "import pandas as pd\n" + FRAME
    cells = [("student", STUDENT), *(("test", start + s.strip()) for s in tests)]
    folder = tmp_path_factory.mktemp("tables")
    both = in_one_kernel(folder, *cells), in_two_rooms(warm, *cells)
    return [errors(run, [*HOLDS, *FAILS]) for run in both]


@pytest.mark.parametrize("name", HOLDS)
def test_it_holds_in_both(runs, name):
    """
    What one kernel shows, two rooms do.
    """
    assert ["", ""] == [run[name] for run in runs]


@pytest.mark.parametrize("name", FAILS)
def test_it_fails_in_both(runs, name):
    """
    An answer that is wrong, or changes what it should not, gets no point.
    """
    assert ["AssertionError: "] * 2 == [run[name] for run in runs]


def test_a_change_that_cannot_cross_is_said(warm):
    """
    Also where the function fails after it; what comes next works as before.
    """
    test = f"import pandas as pd\n{FRAME}"
    cells = [("test", f"{test}spoil(df)"), ("test", f"{test}assert mean(df) == 1.5")]

    said = errors(in_two_rooms(warm, ("student", STUDENT), *cells), ["it", "next"])
    assert "Sparse" in said["it"] and "cannot cross" in said["it"]
    assert "" == said["next"]


@pytest.mark.parametrize(
    "test",
    [
        "assert strange().equals(pd.Series([5]))",
        "assert (strange() == 5).all()",
        "pd.testing.assert_series_equal(strange(), pd.Series([5], dtype=object))",
        "assert strange().max() == 5",
        "assert strange().sort_values().tolist() == [5]",
    ],
)
def test_objects_in_cells_decide_nothing(warm, test):
    """
    What the student's class says of equality and order is not believed in a table.
    """
    cells = ("student", STUDENT), ("test", "import pandas as pd\n" + test)

    assert "" != errors(in_two_rooms(warm, *cells), ["it"])["it"]
