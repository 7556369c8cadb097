"""`make figure`: the README's figure, as the cell tagged `readme` draws it."""

import base64

from lessons import LESSONS, ROOT, executed


def main():
    """Run lesson 02 and keep the picture of the tagged cell."""
    (lesson,) = (lesson for lesson in LESSONS if lesson.name == "02_filters")
    document, _ = executed(lesson.notebook)
    (cell,) = (c for c in document.cells if "readme" in c.metadata.get("tags", ()))
    (picture,) = (o.data["image/png"] for o in cell.outputs if "data" in o)
    path = ROOT / ".github" / "filters.png"
    path.write_bytes(base64.b64decode(picture))
    print(f"made {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
