"""HTML and scripts, for whoever reads the feedback; the score must not change."""

from attacks.submission import cheat, find

SCRIPT = "<script>document.title = 'attacked-by-script'</script>"
HANDLER = "<img src=x onerror=\"document.title='attacked-by-handler'\">"


def in_prose(document):
    find(document, "why").source = (
        f"Because. {SCRIPT} {HANDLER} [click](javascript:attackedByLink())\n\n"
        f'<iframe srcdoc="{SCRIPT.replace(chr(34), "")}"></iframe>\n'
        f"<style>.cell {{ display: none }}</style>\n"
        f"<svg onload=\"document.title='attacked-by-svg'\"></svg>\n"
        f"$\\href{{javascript:attackedByFormula()}}{{x}}$"
    )


SUBMISSIONS = (
    cheat(
        "script_in_prose", "Prose has scripts of all kinds.", edit=in_prose, solved=True
    ),
    cheat(
        "script_in_outputs",
        "Cells display HTML, JavaScript, SVG and widgets with scripts.",
        cells={
            "last": f"""
                from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

                display(HTML({SCRIPT!r}), HTML({HANDLER!r}), Markdown({SCRIPT!r}))
                display(Javascript("document.title = 'attacked-by-javascript'"))
                display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='attacked()'/>"))
                display({{"application/vnd.jupyter.widget-view+json": {{}}}}, raw=True)
                print({SCRIPT!r})
            """,
        },
        solved=True,
    ),
    cheat(
        "script_in_messages",
        "Exceptions, warnings and names of functions are scripts.",
        cells={
            "greet": f"""
                def greet(name):
                    print({SCRIPT!r})
                    raise type({SCRIPT!r}, (ValueError,), {{}})({HANDLER!r})
            """,
            "last": f"raise RuntimeError({SCRIPT!r})",
        },
        solved=True,
        loses=("greet",),
    ),
    cheat(
        "script_in_code",
        "Scripts stand in comments, strings and ANSI colours of the code.",
        cells={
            "last": f"# </pre></div>{SCRIPT}\nprint('\\x1b[31m{SCRIPT[:8]}\\x1b[0m')",
        },
        solved=True,
    ),
)
